"""Throws broken texts at the language: `python -m tests.engine.language.fuzz --count 2000 --seed 1`.

Noise, token soup and mutations of the vectors go through check, complete, explain and print. Nothing may fail but as documented, nothing
may take long, every problem stands within its text, and what is suggested leaves nothing worse. Prints what is wrong and the slowest.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine.language import Checked, Problem, Problems, check, complete, print
from engine.language.messages import MESSAGES
from engine.language.problems import MAX_PROBLEMS
from engine.language.words import AFTER_CONTAINS, AFTER_OPERAND, BEFORE_NAME, EXPRESSION_WORDS
from tests.engine.language.broken import read
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import CASES, NOW, ROW_SETS, values

MOST_SECONDS = 1.0
#: Suggestions tried per text; each is another check.
MOST_TRIED = 3

_SIGNS = list("()[]{}+-*/=<>!&|,.:;?%^~@$#\"'“”‘’「」，。；：（）【】！？％＝＜＞＋－×÷、\\`_ \n\t\u3000")
_STRANGE = [
    "\0",
    "\ud800",
    "\udfff",
    "\u200b",
    "\ufeff",
    "\u202e",
    "😀",
    "👩‍👩‍👧",
    "é",
    "e\u0301",
    "ﬁ",
    "Ａ",
    "１",
    "٣",
    "ß",
    "İ",
    "\x1b",
    "\x85",
    "\u2028",
]
_LITERALS = ["1", "3.5", "100 CNY", "5%", "2026-11-23", "09:30", "3 days", "2 months", "3 business days", '"open"', "“退款”", "'a'",
             "9" * 70, "0." + "1" * 70, "2026-02-30", "1,000", "￥100", "2026年1月2日", "3 d", "empty", "true"]  # fmt: skip
_WORDS = [
    *EXPRESSION_WORDS,
    *AFTER_CONTAINS,
    *BEFORE_NAME,
    *AFTER_OPERAND,
    "like",
    "null",
    "is greater than",
    "等于",
    "case",
    "when",
]
_NAMES = [
    *SCOPE.variables,
    "状态",
    "金额",
    "客户.等级",
    "lines",
    "lines.price",
    "x",
    "item",
    "stauts",
    "length",
    "count",
    "lookup",
    "if",
]
_TEXTS = [case.text for case in CASES if len(case.text) < 400] + [case.text for case in read() if len(case.text) < 400]

Make = Callable[[random.Random], str]


def _noise(chance: random.Random) -> str:
    raw = bytes(chance.randrange(256) for _ in range(chance.randrange(40)))
    return raw.decode(chance.choice(["utf-8", "latin-1", "gb18030", "utf-16-le"]), "replace")


def _soup(chance: random.Random) -> str:
    pools = (_SIGNS, _LITERALS, _WORDS, _NAMES, _STRANGE)
    weights = (5, 4, 6, 6, 1)
    parts = (chance.choice(chance.choices(pools, weights)[0]) for _ in range(chance.randrange(1, 24)))
    return chance.choice([" ", "", " "]).join(parts)


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        if pieces and letter.isalnum() and pieces[-1][-1].isalnum():
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _mutated(chance: random.Random) -> str:
    pieces = _pieces(chance.choice(_TEXTS))
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(pieces) + 1)
        chance.choice(_CHANGES)(chance, pieces, place)
    return "".join(pieces)


def _drop(_: random.Random, pieces: list[str], place: int) -> None:
    del pieces[place : place + 1]


def _double(_: random.Random, pieces: list[str], place: int) -> None:
    pieces[place:place] = pieces[place : place + 1]


def _swap(chance: random.Random, pieces: list[str], place: int) -> None:
    other = chance.randrange(len(pieces) + 1)
    if max(place, other) < len(pieces):
        pieces[place], pieces[other] = pieces[other], pieces[place]


def _insert(chance: random.Random, pieces: list[str], place: int) -> None:
    pieces.insert(place, chance.choice(chance.choice((_SIGNS, _LITERALS, _WORDS, _NAMES, _STRANGE))))


def _cut(_: random.Random, pieces: list[str], place: int) -> None:
    del pieces[place:]


_CHANGES = (_drop, _drop, _double, _swap, _insert, _insert, _cut)


def _nested(chance: random.Random) -> str:
    text = chance.choice(_TEXTS)
    depth = chance.choice([3, 30, 79, 200, 2000])
    opening, closing = chance.choice(
        [("(", ")"), ("[", "]"), ("not ", ""), ("-", ""), ("length(", ")"), ("if ", " then 1 else 2 end"), ("“", "")]
    )
    return opening * depth + text + closing * (depth - chance.choice([0, 0, 1, -1]))


def _repeated(chance: random.Random) -> str:
    text = chance.choice([*_LITERALS, *_NAMES, *_WORDS, *_SIGNS])
    return chance.choice([" and ", " ", "", ", ", " + ", " < "]).join([text] * chance.choice([5, 50, 500, 3000]))


MAKERS: tuple[tuple[Make, int], ...] = ((_mutated, 60), (_soup, 25), (_noise, 10), (_nested, 3), (_repeated, 2))


@dataclass
class Run:
    """What a run found: complaints, each with its text, and the slowest text."""

    complaints: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    accepted: int = 0

    def text(self, text: str, chance: random.Random) -> None:
        """One text through everything."""
        start = time.process_time()
        try:
            found = check(text, SCOPE)
            seconds = time.process_time() - start
            if isinstance(found, Problems):
                self._refused(text, found, chance)
            else:
                self._accepted(found)
            complete(text, chance.randrange(len(text) + 1), SCOPE)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what a run looks for
            self.complaints.append(f"{type(error).__name__}: {error}: {text[:300]!r}")
            return
        self.slowest = max(self.slowest, (seconds, text))
        if seconds > MOST_SECONDS:
            self.complaints.append(f"{seconds:.2f} s: {text[:300]!r}")

    def _refused(self, text: str, found: Problems, chance: random.Random) -> None:
        if not 0 < len(found.problems) <= MAX_PROBLEMS:
            self.complaints.append(f"{len(found.problems)} problems: {text[:300]!r}")
        for told in found.problems:
            for complaint in _of_problem(text, told):
                self.complaints.append(f"{complaint}: {told.code}: {text[:300]!r}")
        if len(text) > 1000:
            return
        tried = [(told, each) for told in found.problems for each in told.suggestions]
        for told, each in chance.sample(tried, min(MOST_TRIED, len(tried))):
            self._mended(text, told, each)

    def _mended(self, text: str, told: Problem, suggestion: str) -> None:
        mended = text[: told.start] + suggestion + text[told.end :]
        after = check(mended, SCOPE)
        left = after.problems if isinstance(after, Problems) else ()
        same = {(each.code, each.start, mended[each.start : each.end]) for each in left}
        stays = len(mended) >= len(text) and (told.code, told.start, text[told.start : told.end]) in same
        if mended == text or stays:
            self.complaints.append(f"{suggestion!r} mends no {told.code}: {text[:300]!r}")

    def _accepted(self, found: Checked) -> None:
        self.accepted += 1
        row = values(ROW_SETS["junk"][0])
        value = found.evaluate(row, NOW, CONTEXT)
        if found.explain(row, NOW, CONTEXT).value != value:
            self.complaints.append(f"explained otherwise: {found.text[:300]!r}")
        for surface in ("en", "zh"):
            printed = print(found.tree, surface, SCOPE)
            again = check(printed, SCOPE)
            if not isinstance(again, Checked) or again.tree != found.tree:
                self.complaints.append(f"printed as {printed!r}: {found.text[:300]!r}")


def _of_problem(text: str, told: Problem) -> Iterator[str]:
    if not 0 <= told.start <= told.end <= len(text):
        yield f"stands at {told.start} to {told.end}"
    if told.code not in MESSAGES:
        yield "has no message"
    if "\0" in "".join(told.suggestions) + (told.message.en if "\0" not in text else ""):
        yield "shows a mark of its own"


def run(count: int, seed: int) -> Run:
    """Throws so many texts."""
    chance = random.Random(seed)
    found = Run()
    makers, weights = zip(*MAKERS, strict=True)
    for _ in range(count):
        found.text(chance.choices(makers, weights)[0](chance), chance)
    return found


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    found = run(given.count, given.seed)
    for complaint in found.complaints[:30]:
        sys.stdout.write(ascii(complaint) + "\n")
    seconds, text = found.slowest
    sys.stdout.write(f"{given.count} texts, {found.accepted} of them right, {len(found.complaints)} complaints\n")
    sys.stdout.write(f"slowest {seconds * 1000:.0f} ms: {text[:80]!a}\n")
    return 1 if found.complaints else 0


if __name__ == "__main__":
    sys.exit(main())

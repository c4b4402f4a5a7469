"""The broken texts (tests/language/broken/broken.json): what is told of each, and the page that shows them.

`python -m tests.engine.language.broken` writes docs/reference/language-mistakes.md. The texts, and what is told of them, are
edited by hand: a person must have read every sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.definitions import Text
from engine.language import NUMBER, TEXT, Problem, Problems, Scope, check
from engine.language.expression import describe
from engine.language.types import Type
from tests.engine.language.scopes import SCOPE, SCOPES

PATH = Path(__file__).resolve().parents[2] / "language" / "broken" / "broken.json"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "language-mistakes.md"


def _named(type: Type, zh: str, en: str) -> Type:
    return type.named(Text(zh, en))


#: Fields called like words of the language.
WORDS: Scope = replace(
    SCOPE,
    variables={
        **SCOPE.variables, "end": _named(NUMBER, "终点", "End"), "in": _named(NUMBER, "入库", "In"),
        "between": _named(TEXT, "之间", "Between"), "then": _named(TEXT, "后来", "Then"),
    },
)  # fmt: skip
BROKEN_SCOPES: Mapping[str, Scope] = {
    **{key: each.scope for key, each in SCOPES.items()},
    "words": WORDS,
    "plain": replace(SCOPE, provides=frozenset()),
}


@dataclass(frozen=True)
class Broken:
    """A text, the back end it is for, and for each mistake its code, the part of the text it is about and what to write there."""

    group: str
    text: str
    scope: str
    target: str
    problems: Sequence[Mapping[str, str]]
    message: Text

    def told(self) -> tuple[Problem, ...]:
        """What is told of the text; nothing when it is accepted."""
        found = check(self.text, BROKEN_SCOPES[self.scope], target=self.target)
        return found.problems if isinstance(found, Problems) else ()


def told_json(text: str, told: Sequence[Problem]) -> dict[str, Any]:
    """What is told of a text, as the file has it."""
    message = describe(Problems(tuple(told)))
    return {
        "problems": [
            {"code": each.code, "place": text[each.start : each.end], **({"suggestion": each.suggestions[0]} if each.suggestions else {})}
            for each in told
        ],
        "message_zh": message.zh,
        "message_en": message.en,
    }  # fmt: skip


def _broken(json: Mapping[str, Any]) -> Broken:
    return Broken(
        json["group"],
        json["text"],
        json.get("scope", "ticket"),
        json.get("target", "python"),
        json["problems"],
        Text(json["message_zh"], json["message_en"]),
    )


def read() -> list[Broken]:
    """The cases."""
    return [_broken(each) for each in json.loads(PATH.read_text(encoding="utf-8"))]


#: What each group of mistakes is called on the page, in its order.
GROUPS: Mapping[str, Text] = {
    "signs": Text("其他语言的符号", "Signs of other languages"),
    "words": Text("其他语言的词", "Words of other languages"),
    "calls": Text("其他语言的写法", "Ways of writing of other languages"),
    "full_width": Text("全角符号和引号", "Full-width signs and quotation marks"),
    "spaces": Text("空格和连写", "Blanks, and words run together"),
    "literals": Text("数字、金额、日期和时刻", "Numbers, amounts, dates and times"),
    "unfinished": Text("没有写完", "Unfinished"),
    "names": Text("名称", "Names"),
    "functions": Text("函数", "Functions"),
    "types": Text("值的种类", "Kinds of values"),
    "options": Text("选项", "Options"),
    "lists": Text("列表", "Lists"),
    "limits": Text("限度", "Limits"),
    "several": Text("同时有几处", "Several at once"),
}

HEADER = """# Mistakes, and what is told of them · 常见错误和提示

Every text below is wrong. It is shown with the sentence that the editor shows, at the place it shows it, and with what its quick fix
writes there. All mistakes of a text are told at once. Those of rules stand in [rule-mistakes.md](rule-mistakes.md).

下面每一段都有错误，列出编辑器给出的提示、提示所在的位置，以及一键改正后写成什么。一段里有几处错误，会一次全部指出。
规则里的见 [rule-mistakes.md](rule-mistakes.md)。
"""


def _cell(text: str) -> str:
    """Text inside a table."""
    shown = text if len(text) <= 90 else f"{text[:40]} … {text[-30:]}"
    shown = shown.replace("|", "\\|").replace("\n", " ↵ ").replace("\0", "␀")
    return shown.encode("utf-8", "replace").decode()


def _code(text: str) -> str:
    shown = _cell(text)
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _rows(cases: Sequence[Broken]) -> Iterator[str]:
    for case in cases:
        for index, told in enumerate(case.told()):
            place = case.text[told.start : told.end]
            where = _code(place) if place.strip() else "—"
            meant = _code(told.suggestions[0]) if told.suggestions else "—"
            shown = _code(case.text) if index == 0 and case.text.strip() else ""
            yield f"| {shown} | {where} | {_cell(told.message.en)} | {_cell(told.message.zh)} | {meant} |\n"


def page() -> str:
    """The page."""
    parts = [HEADER]
    cases = read()
    for group, label in GROUPS.items():
        parts.append(f"\n## {label.en} · {label.zh}\n\n")
        parts.append(
            "| Written · 写的是 | Place · 位置 | Sentence | 提示 | Fix · 改为 |\n| --- | --- | --- | --- | --- |\n"
        )
        parts += _rows([case for case in cases if case.group == group])
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

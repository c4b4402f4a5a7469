"""The broken rules (broken.json beside this): what is told of each, and the page that shows them.

`python -m tests.engine.rules.broken` writes anew what is told, and docs/reference/rule-mistakes.md. The texts are edited by hand,
and a person must have read every sentence before it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.definitions import Text
from engine.language import Problem, Problems
from engine.language.expression import describe
from engine.rules import compile_rule
from tests.engine.rules.programs import SCOPES

PATH = Path(__file__).with_name("broken.json")
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "rule-mistakes.md"

#: What each group of mistakes is called on the page, in its order.
GROUPS: Mapping[str, Text] = {
    "words": Text("写错的词和别处的词", "Misspelt words, and words of other places"),
    "unfinished": Text("没有写完", "Unfinished"),
    "names": Text("事件、动作、参数和名称", "Events, actions, parameters and keys"),
    "types": Text("值的种类", "Kinds of values"),
    "aggregates": Text("统计以往的事件", "Counting past events"),
    "clauses": Text("子句", "Clauses"),
    "signs": Text("符号和引号", "Signs and quotation marks"),
    "chinese": Text("中文规则", "Rules in Chinese"),
    "several": Text("同时有几处", "Several at once"),
}

HEADER = """# Mistakes in rules, and what is told of them · 规则里的常见错误和提示

Every rule below is wrong. It is shown with the sentence that the editor shows, at the place it shows it, and with what its quick fix
writes there. All mistakes of a rule are told at once. Mistakes in conditions are those of [all expressions](language-mistakes.md).

下面每一条规则都有错误，列出编辑器给出的提示、提示所在的位置，以及一键改正后写成什么。一条规则里有几处错误，会一次全部指出。条件里的错误见
[表达式的常见错误](language-mistakes.md)。
"""


@dataclass(frozen=True)
class Broken:
    """A rule, and for each mistake its code, the part of the text it is about and what to write there."""

    group: str
    text: str
    problems: Sequence[Mapping[str, str]]
    message: Text

    def told(self) -> tuple[Problem, ...]:
        """What is told of it; nothing when it is accepted."""
        return told_of(self.text)


def told_of(text: str) -> tuple[Problem, ...]:
    """What is told of a rule."""
    found = compile_rule(text, SCOPES)
    return found.problems if isinstance(found, Problems) else ()


def told_json(text: str) -> dict[str, Any]:
    """The same, as the file has it."""
    told = told_of(text)
    message = describe(Problems(told))
    problems = [
        {
            "code": each.code,
            "place": text[each.start : each.end],
            **({"suggestion": each.suggestions[0]} if each.suggestions else {}),
        }
        for each in told
    ]
    return {"problems": problems, "message_zh": message.zh, "message_en": message.en}


def read() -> list[Broken]:
    """The cases."""
    return [
        Broken(each["group"], each["text"], each["problems"], Text(each["message_zh"], each["message_en"]))
        for each in json.loads(PATH.read_text(encoding="utf-8"))
    ]


def _cell(text: str) -> str:
    """Text inside a table."""
    return text.replace("|", "\\|").replace("\n", " ↵ ")


def _code(text: str) -> str:
    shown = _cell(text)
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _rows(cases: Sequence[Broken]) -> Iterator[str]:
    for case in cases:
        for number, told in enumerate(case.told()):
            place = case.text[told.start : told.end]
            where = _code(place) if place.strip() else "—"
            meant = _code(told.suggestions[0]) if told.suggestions else "—"
            shown = _code(case.text) if number == 0 and case.text.strip() else ""
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


def write() -> None:
    """Everything anew, from the texts."""
    cases = [
        {"group": each["group"], "text": each["text"], **told_json(each["text"])}
        for each in json.loads(PATH.read_text(encoding="utf-8"))
    ]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()

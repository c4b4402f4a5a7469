"""Writes docs/flow-format.md and flow-format.zh.md: `python -m tests.engine.flow.reference`. Every example in them is checked and run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from engine.definitions import Text
from engine.flow.checking.messages import MESSAGES
from engine.flow.checking.vocabulary import CATCH_MEMBERS, EVENTS, LOOP_MEMBERS, MEMBERS, PLAIN_EVENTS, THROW_MEMBERS
from tests.engine.flow.format.pages import PARTS
from tests.engine.flow.format.running import APPROVALS, AROUND, document, run
from tests.engine.flow.format.texts import EVENT_MEMBER, GROUPS, LOOP_MEMBER, MEMBER, PLACE, WHAT

Surface = Literal["en", "zh"]
_DOCS = Path(__file__).resolve().parents[3] / "docs"
PATHS: Mapping[Surface, Path] = {"en": _DOCS / "flow-format.md", "zh": _DOCS / "flow-format.zh.md"}


def reference(surface: Surface) -> str:
    """The whole page."""
    return "\n".join(_lines(surface)) + "\n"


def _lines(surface: Surface) -> Iterator[str]:
    yield from _part(surface, "introduction")
    yield from _part(surface, "document")
    yield f"## {_in(surface, Text('节点', 'Nodes'))}"
    yield ""
    yield from _part(surface, "nodes")
    yield from _around(surface)
    for title, types in GROUPS:
        yield f"### {_in(surface, title)}"
        yield ""
        for type_ in types:
            yield from _node(surface, type_)
    yield from _approvals(surface)
    yield from _events(surface)
    yield from _loops(surface)
    yield from _part(surface, "expressions")
    yield from _part(surface, "limits")
    yield from _codes(surface)
    yield from _part(surface, "bpmn")


def _part(surface: Surface, name: str) -> Iterator[str]:
    yield from _in(surface, PARTS[name]).strip().splitlines()
    yield ""


def _around(surface: Surface) -> Iterator[str]:
    yield from _part(surface, "around")
    for definition in AROUND:
        yield "```json"
        yield from _written(definition) if definition["kind"] == "flow" else (_json(definition),)
        yield "```"
        yield ""


def _node(surface: Surface, type_: str) -> Iterator[str]:
    yield f"#### `{type_}`"
    yield ""
    yield _in(surface, WHAT[type_])
    yield ""
    for member in MEMBERS[type_]:
        yield f"- `{member}`: {_in(surface, MEMBER[member])}"
    if MEMBERS[type_]:
        yield ""
    yield from _example(type_)


def _example(name: str) -> Iterator[str]:
    """The flow of an example, and where it stood after each step."""
    yield "```json"
    yield from _written(document(name))
    yield "```"
    yield ""
    for step, stands in run(name).told:
        yield f"- `{step}` → {stands}"
    yield ""


def _approvals(surface: Surface) -> Iterator[str]:
    yield from _part(surface, "approval")
    for name, example in APPROVALS.items():
        yield f"#### {example['title'][surface]}"
        yield ""
        yield from _example(name)


def _written(flow: Mapping[str, Any]) -> Iterator[str]:
    """A flow as a file, one node and one edge to a line."""
    yield "{"
    for name in ("kind", "key", "label", "entity", "schema"):
        yield f'  "{name}": {_json(flow[name])},'
    for name in ("variables", "nodes"):
        yield from _list(name, flow[name], ",")
    yield from _list("edges", flow["edges"], "")
    yield "}"


def _list(name: str, items: Sequence[Any], after: str) -> Iterator[str]:
    if not items:
        yield f'  "{name}": []{after}'
        return
    yield f'  "{name}": ['
    yield ",\n".join(f"    {_json(item)}" for item in items)
    yield f"  ]{after}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _events(surface: Surface) -> Iterator[str]:
    yield f"## {_in(surface, Text('事件', 'Events'))}"
    yield ""
    yield from _part(surface, "events")
    kinds = list(dict.fromkeys(kind for allowed in EVENTS.values() for kind in allowed))
    head = ["", *(f"`{kind}`" for kind in kinds), _in(surface, Text("没有事件", "none"))]
    yield _row(head)
    yield _row(["---"] * len(head))
    for place, allowed in EVENTS.items():
        marks = ["✓" if kind in allowed else "" for kind in kinds]
        yield _row([_in(surface, PLACE[place]), *marks, "✓" if place in PLAIN_EVENTS else ""])
    yield ""
    told = (
        Text("事件", "Event"),
        Text("等待时读的成员", "Members when it is caught"),
        Text("发出时读的成员", "Members when it is thrown"),
    )
    yield _row([_in(surface, each) for each in told])
    yield _row(["---"] * 3)
    for kind in kinds:
        yield _row([f"`{kind}`", *(_names(table.get(kind)) for table in (CATCH_MEMBERS, THROW_MEMBERS))])
    yield ""
    for member, text in EVENT_MEMBER.items():
        yield f"- `{member}`: {_in(surface, text)}"
    yield ""


def _names(members: Sequence[str] | None) -> str:
    return "" if members is None else ", ".join(f"`{member}`" for member in members) or "–"


def _loops(surface: Surface) -> Iterator[str]:
    yield f"## {_in(surface, Text('循环', 'Loops'))}"
    yield ""
    yield from _part(surface, "loops")
    for kind, members in LOOP_MEMBERS.items():
        yield f"- `{kind}`: {_names(members)}"
    yield ""
    for member, text in LOOP_MEMBER.items():
        yield f"- `{member}`: {_in(surface, text)}"
    yield ""


def _codes(surface: Surface) -> Iterator[str]:
    yield f"## {_in(surface, Text('检查会指出什么', 'What the check tells'))}"
    yield ""
    yield from _part(surface, "check")
    yield _row(
        [
            _in(surface, each)
            for each in (Text("代码", "Code"), Text("原因", "Reason"), Text("怎样改", "How to mend it"))
        ]
    )
    yield _row(["---"] * 3)
    for code, sentence in MESSAGES.items():
        reason, mending = (_in(surface, text).replace("|", "\\|") for text in (sentence.reason, sentence.mending))
        yield _row([f"`{code}`", reason, mending])
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _in(surface: Surface, text: Text) -> str:
    return text.zh if surface == "zh" else text.en


def main() -> None:
    """Write both pages."""
    for surface, path in PATHS.items():
        path.write_text(reference(surface), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What is wrong with the form of a document, with the node of a flow to mark, how to mend it, and an example of what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from backend.metadata.checks.problem import DefinitionProblem
from engine.definitions import Text
from engine.definitions.codec import problems
from engine.definitions.schemas import SchemaProblem

_DURATION = r"^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$"
#: Patterns of the schemas -> what is meant by them, with an example.
_MEANT: Mapping[str, Text] = {
    _DURATION: Text(
        "时长，例如 PT30M（30 分钟）、PT4H（4 小时）或 P1D（1 天）",
        "a duration such as PT30M (30 minutes), PT4H (4 hours) or P1D (a day)",
    ),
    "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$": Text(
        "以字母开头、不带空格的编号，例如 check_order",
        "an id that begins with a letter and has no blanks, such as check_order",
    ),
    "^[a-z][a-z0-9_]{0,59}$": Text(
        "以小写字母开头的名称（小写字母、数字和下划线），例如 order_total",
        "a name of small letters, digits and _ that begins with a letter, such as order_total",
    ),
    "^[a-z][a-z0-9_]{0,29}$": Text(
        "以小写字母开头、不超过 30 个字符的名称，例如 order",
        "a name of small letters, digits and _, of at most 30 characters, such as order",
    ),
    "^[A-Z]{3}$": Text("三个大写字母的币种，例如 CNY", "a currency of three capital letters, such as CNY"),
}
_SPOKEN = re.compile(r"\s*(\d+)\s*([dhms])[a-z]*\s*", re.IGNORECASE)


def check_document(kind: str, key: str, document: object) -> list[DefinitionProblem]:
    """What is wrong with the form of a document, before it can be decoded."""
    return [
        DefinitionProblem(
            kind,
            key,
            each.path,
            f"schema.{each.code}",
            each.message,
            each.suggestion,
            node=_node(document, each.path) if kind == "flow" else None,
            mending=_MENDING.get(each.code, _as_told)(each),
        )
        for each in _meant(kind, document)
    ]


def _meant(kind: str, document: object) -> Iterator[SchemaProblem]:
    """The problems, with words and an example where the schema has a pattern."""
    for each in problems(kind, document):
        pattern = next((pattern for pattern in _MEANT if f"must match {pattern})" in each.message.en), None)
        if each.code != "pattern" or pattern is None:
            yield each
            continue
        what, given = _MEANT[pattern], str(_at(document, each.path))
        message = Text(f"“{given}”不对，这里应为{what.zh}", f"“{given}” is not {what.en}")
        yield replace(each, message=message, suggestion=_duration(given) if pattern == _DURATION else each.suggestion)


def _duration(text: str) -> str:
    """The duration that was meant: "4h" is PT4H."""
    spoken = _SPOKEN.fullmatch(text)
    if spoken is None:
        return "PT4H"
    number, unit = spoken[1], spoken[2].upper()
    return f"P{number}D" if unit == "D" else f"PT{number}{unit}"


# -- how to mend it


def _as_told(_: SchemaProblem) -> Text:
    return Text("按上面说的改正", "Correct it as the reason says")


def _add(problem: SchemaProblem) -> Text:
    return Text(f"补上“{problem.suggestion}”", f"Add “{problem.suggestion}”")


def _rename(problem: SchemaProblem) -> Text:
    if problem.suggestion is None:
        return Text("删去它", "Remove it")
    return Text(f"改成“{problem.suggestion}”，或删去", f"Write “{problem.suggestion}”, or remove it")


def _choose(problem: SchemaProblem) -> Text:
    if problem.suggestion is None:
        return Text("从可用的里选一个", "Choose one of those listed")
    return Text(f"改成“{problem.suggestion}”", f"Write “{problem.suggestion}”")


def _write(problem: SchemaProblem) -> Text:
    if problem.suggestion is None:
        return Text("照例子的写法改", "Write it as in the example")
    return Text(f"照例子的写法改，例如：{problem.suggestion}", f"Write it as in the example: {problem.suggestion}")


_MENDING: Mapping[str, Callable[[SchemaProblem], Text]] = {
    "required": _add,
    "unknown_member": _rename,
    "not_allowed": _choose,
    "pattern": _write,
    "wrong_type": lambda _: Text("换成要求的那种值", "Write a value of the kind that is asked for"),
    "too_small": _choose,
    "too_large": _choose,
    "twice": lambda _: Text("删去重复的", "Remove the second"),
    "empty": lambda _: Text("填上内容，或把整项删去", "Fill it in, or remove the whole member"),
}


# -- where it is


def _at(document: object, path: str) -> object:
    """What stands at a JSON pointer; None where nothing does."""
    found: Any = document
    for part in path.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found


def _node(document: object, path: str) -> str | None:
    """The node to mark in the drawing: the one that a problem is in, or the one that its edge leaves."""
    parts = path.split("/")
    member = {"nodes": "id", "edges": "source"}.get(parts[1]) if len(parts) > 2 else None
    found = _at(document, f"/{parts[1]}/{parts[2]}/{member}") if member is not None else None
    return found if isinstance(found, str) else None

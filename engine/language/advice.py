"""What to write instead where values do not go together: a sentence about the operand that is wrong, and what it should be.

`SOURCE` in a suggestion or parameter stands for the text of the place that the problem is about.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from engine.definitions import Text
from engine.language.habits import habit_at
from engine.language.mismatch import Mismatch
from engine.language.nearness import nearest
from engine.language.surfaces import quoted
from engine.language.synonyms import CONDITIONAL, FUNCTIONS, folded
from engine.language.tree import Node
from engine.language.types import Type
from engine.language.values import normalise

SOURCE = "\0"

#: A day as people write it in a text.
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
#: Words for yes and no, as people write them in texts and numbers.
_TRUTHS: Mapping[str, str] = {
    **dict.fromkeys(("true", "yes", "y", "1", "是", "真", "on"), "true"),
    **dict.fromkeys(("false", "no", "n", "0", "否", "假", "off"), "false"),
}
#: Functions that make of a text what is wanted, and of what stands there a text.
_FROM_TEXT: Mapping[str, str] = {"number": "number_of", "date": "date_of"}
_TO_TEXT = frozenset({"number", "money", "boolean", "date", "time", "datetime"})

#: Where a function that needs something of the host can be used.
PLACES: Mapping[str, Text] = {
    "words": Text("规则", "rules"),
    "lookup": Text(
        "规则、校验、流程、筛选、分群和角色的条件", "rules, checks, flows, filters, segments and conditions of roles"
    ),
    "decisions": Text("规则和流程", "rules and flows"),
    "directory": Text(
        "规则、校验、流程、筛选、分群和角色的条件", "rules, checks, flows, filters, segments and conditions of roles"
    ),
    "roles": Text(
        "规则、校验、流程、角色的条件和管理员的筛选",
        "rules, checks, flows, conditions of roles and filters of administrators",
    ),
}


def date_meant(node: Node) -> str | None:
    """`2026/11/23` and `2026-1-5`, which are read as arithmetic: the date as it is written."""
    if node.op not in ("/", "-") or len(node.args) != 2 or node.args[0].op != node.op:
        return None
    parts = [*node.args[0].args, node.args[1]]
    numbers = [part.value for part in parts if part.op == "const" and isinstance(part.value, Decimal)]
    if len(numbers) != 3 or any(number != int(number) for number in numbers):
        return None
    first, second, third = map(int, numbers)
    year, month, day = (first, second, third) if first > 31 else (third, first, second)
    if month > 12:
        month, day = day, month
    try:
        return dt.date(year, month, day).isoformat() if year >= 1000 else None
    except ValueError:
        return None


def value_meant(node: Node, wanted: Type) -> tuple[str, ...]:
    """What a value of another type should be written as beside one of type `wanted`; nothing when that cannot be told."""
    if node.op == "const":
        return _constant_meant(node, wanted)
    if node.op == "item":
        return ()
    if (node.type.kind, wanted.kind) == ("money", "number"):
        return (f"amount_of({SOURCE})",)
    if node.type.kind == "text" and wanted.kind in _FROM_TEXT:
        return (f"{_FROM_TEXT[wanted.kind]}({SOURCE})",)
    if wanted.kind == "text" and node.type.kind in _TO_TEXT:
        return (f"to_text({SOURCE})",)
    return ()


def _constant_meant(node: Node, wanted: Type) -> tuple[str, ...]:
    written = format(node.value, "f") if isinstance(node.value, Decimal) else str(node.value)
    if node.type.kind == "text":
        return _unquoted(written.strip(), wanted)
    if wanted.kind == "text":
        return (f'"{SOURCE}"',)
    if wanted.kind == "boolean" and node.type.kind == "number" and written in _TRUTHS:
        return (_TRUTHS[written],)
    if wanted.kind == "duration" and node.type.kind == "number":
        return tuple(f"{written} {unit}{'' if written == '1' else 's'}" for unit in ("day", "hour", "minute"))
    return tuple(quoted(option.key) for option in wanted.options[:5])


def several_meant(node: Node, beside: Type) -> tuple[str, ...]:
    """A list beside one value of the kind it holds: what could be taken of the list."""
    item = node.type.item
    if item is None or item.kind != beside.kind or item.kind not in ("number", "money", "date", "datetime"):
        return ()
    return tuple(
        f"{name}({SOURCE})"
        for name in ("highest", "lowest", "sum")
        if name != "sum" or item.kind in ("number", "money")
    )


def _unquoted(written: str, wanted: Type) -> tuple[str, ...]:
    """A text as the value it should be: without its quotation marks, in the form of the language."""
    if wanted.kind == "boolean":
        return (_TRUTHS[written.lower()],) if written.lower() in _TRUTHS else ()
    habit = habit_at(written, 0)
    meant = habit[3] if habit is not None and habit[2] == len(written) else written
    if wanted.kind == "money":
        amount = meant.removesuffix(f" {wanted.currency}").replace(",", "")
        return (f"{amount} {wanted.currency}",) if normalise(Type("number"), amount) is not None else ()
    if wanted.kind not in ("number", "date", "datetime", "time"):
        return ()
    day = _DAY.fullmatch(meant) if wanted.kind in ("date", "datetime") else None
    if day is not None:
        meant = f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    return (meant,) if normalise(wanted, meant) is not None and not meant.startswith("-") else ()


def no_condition(node: Node) -> Mismatch:
    """What is said of a value that stands where a condition belongs."""
    asked = {"number": "> 0", "money": f"> 0 {node.type.currency}"}.get(node.type.kind, "is not empty")
    meant = (f"{SOURCE} {asked}",) if node.op in ("field", "get", "call") else ()
    return Mismatch("type_mismatch", meant, what=SOURCE, found=node.type.phrase())


def bare_text(word: str, beside: Type, nearby: tuple[str, ...]) -> Mismatch | None:
    """A name that is nothing, beside a choice or text: the same in quotation marks, where that is an option or no name is near."""
    if not word:
        return None
    names = {name for option in beside.options for name in (option.key, option.label.zh, option.label.en)}
    if word in names:
        return Mismatch("text_without_quotes", (quoted(word),), meant=quoted(word))
    close = nearest(word, names) if beside.kind == "choice" and not nearby else ()
    if close:
        return Mismatch("unknown_option", map(quoted, close), value=word)
    if beside.kind == "text" and not nearby:
        return Mismatch("text_without_quotes", (quoted(word),), meant=quoted(word))
    return None


def called_otherwise(name: str, arguments: list[str]) -> Mismatch | None:
    """A function of another language: what is written here."""
    word = folded(name)
    aggregate = CONDITIONAL.get(word)
    if aggregate is not None:
        return Mismatch("conditional_function", name=aggregate, meant=f"{aggregate}(lines where shipped)")
    meant = FUNCTIONS.get(word)
    if meant is None:
        return None
    if "{" not in meant:
        return Mismatch("other_function", (meant,), name=name, meant=meant)
    shown = meant.strip("()").format("a", "b", "c")
    fits = meant.count("{") == len(arguments) and all(arguments)
    return Mismatch("other_function", (meant.format(*arguments),) if fits else (), name=name, meant=shown)

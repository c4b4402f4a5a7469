"""What of a typed tree has no SQL: refused when a filter or permission is saved, never silently left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from engine.definitions import Text
from engine.language.functions import BY_KEY
from engine.language.problems import Problem, problem
from engine.language.tree import BINDERS, Node
from engine.language.values import MAX_DIGITS, QUOTIENT_DIGITS

#: The variable that stands for the caller; bound, never read from a row.
CALLER = "me"
#: Digits that a number of PostgreSQL may have after the point, less some to spare: beyond, it would round.
MAX_SCALE = 16_000
#: How deeply SQL may be nested.
MAX_LEVELS = 90
#: Digits after the point of a number read from outside.
_FIELD_SCALE = 2 * MAX_DIGITS


def sql_problems(tree: Node) -> list[Problem]:
    """Why the tree cannot be a filter; nothing when it can."""
    return [problem("not_in_sql", node.start, node.end, what=what) for node, what in untranslatable(tree)]


def untranslatable(tree: Node) -> list[tuple[Node, Text]]:
    """The parts of a tree that have no SQL, and what each is."""
    found = list(_refused(tree, frozenset()))
    if _is_records(tree):
        found.append((tree, _AS_VALUE))
    if _scale(tree) > MAX_SCALE:
        found.append((tree, Text("这么多位小数的乘积", "a product of so many decimals")))
    if _levels(tree) > MAX_LEVELS:
        found.append((tree, Text("嵌套这么深的表达式", "an expression nested so deeply")))
    return found


def _refused(node: Node, bound: frozenset[str]) -> Iterator[tuple[Node, Text]]:
    judge = _JUDGES.get(node.op)
    what = judge(node, bound) if judge else None
    if what is None and node.type.kind == "record":
        what = Text("作为值的记录", "a record as a value")
    if what is not None:
        yield node, what
    for index, arg in enumerate(node.args):
        yield from _refused(arg, bound | {str(node.value)} if node.op in BINDERS and index == 1 else bound)


def _field(node: Node, bound: frozenset[str]) -> Text | None:
    if node.type.kind == "record":
        return _named(node)
    for step, hop in enumerate(node.hops):
        if hop is None and not (step == 0 and node.path[0] in bound):
            return _named(node)
    return None


def _named(node: Node) -> Text:
    path = ".".join(node.path)
    return Text(f"“{path}”", f"“{path}”")


_AS_VALUE = Text("作为值的记录列表", "a list of records as a value")


def _is_records(node: Node) -> bool:
    return node.type.item is not None and node.type.item.kind == "record"


def _no_records(node: Node, _: frozenset[str]) -> Text | None:
    """Lists of records can be gone through and counted; they are no values that could be compared or chosen between."""
    return _AS_VALUE if any(_is_records(arg) or arg.type.kind == "record" for arg in node.args) else None


def _map(node: Node, _: frozenset[str]) -> Text | None:
    return _AS_VALUE if _is_records(node) else None


def _get(node: Node, _: frozenset[str]) -> Text | None:
    return _named(node) if None in node.hops else None


def _call(node: Node, _: frozenset[str]) -> Text | None:
    function = BY_KEY[str(node.value)]
    return None if "sql" in function.targets or _is_known(node) else Text(function.key, function.key)


def _is_known(node: Node) -> bool:
    """Whether the value is the same whatever the row is and the host knows."""
    needy = any(part.op == "call" and BY_KEY[str(part.value)].needs is not None for part in node.walk())
    return not needy and not any(part.op in ("field", "keywords", "template") for part in node.walk())


def _const(node: Node, _: frozenset[str]) -> Text | None:
    if not isinstance(node.value, str) or node.type.kind == "reference":
        return None
    try:
        written = node.value.encode()
    except UnicodeEncodeError:
        written = b"\0"  # half a character is as little a text of PostgreSQL as one with a zero in it
    return Text("含有空字符的文本", "a text with a null character") if b"\0" in written else None


#: Digits after the point that operations give, from those of their operands.
_SCALES: Mapping[str, Callable[[list[int]], int]] = {"*": sum, "/": lambda parts: max(QUOTIENT_DIGITS, *parts)}


def _scale(node: Node) -> int:
    """The most digits that any number in the tree may have after the point."""
    if node.op in ("field", "get"):
        return _FIELD_SCALE
    if isinstance(node.value, Decimal):
        return max(0, -int(node.value.as_tuple().exponent))
    parts = [_scale(arg) for arg in node.args]
    if node.op == "call":
        return max(_scale_of_call(node, tuple(parts)), *parts, 0)
    return _SCALES[node.op](parts) if node.op in _SCALES else max(parts, default=0)


def _scale_of_call(node: Node, parts: tuple[int, ...]) -> int:
    """A function lets digits after the point grow as it does all digits."""
    grows = BY_KEY[str(node.value)].grows
    return grows(parts, node) if grows is not None and node.type.kind in ("number", "money") else 0


#: Levels of SQL that operations are written in, where they are more than one. SQLAlchemy goes through them by recursion.
_LEVELS: Mapping[str, int] = {
    **dict.fromkeys(("month+", "month-", "business+", "business-"), 4),
    **dict.fromkeys(("call", "some", "every", "map"), 3),
    **dict.fromkeys(("filter", "get", "period*", "contains_any", "contains_all"), 2),
}


#: Functions whose SQL is deeper than that of others.
_CALL_LEVELS: Mapping[str, int] = dict.fromkeys(
    ("start_of_day", "add_months", "add_years", "add_days", "add_business_days", "add_business_time", "union"), 6
)


def _levels(node: Node) -> int:
    """How deeply the SQL of a tree is nested."""
    levels = _LEVELS.get(node.op, 1)
    own = _CALL_LEVELS.get(str(node.value), levels) if node.op == "call" else levels
    followed = sum(hop is not None for hop in node.hops)
    return own + 2 * followed + max((_levels(arg) for arg in node.args), default=0)


_JUDGES: Mapping[str, Callable[[Node, frozenset[str]], Text | None]] = {
    "field": _field,
    "keywords": lambda *_: Text("词表", "a word list"),
    "template": lambda *_: Text("文本模板", "a text template"),
    "get": _get,
    "map": _map,
    "call": _call,
    "const": _const,
    "in": _no_records,
    "contains": _no_records,
    "contains_any": _no_records,
    "contains_all": _no_records,
    "list": _no_records,
    "if": _no_records,
    "??": _no_records,
}

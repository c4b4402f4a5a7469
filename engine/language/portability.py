"""What of a typed tree has no SQL: refused when a filter or permission is saved, never silently left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.definitions import Text
from engine.language.functions import BY_KEY
from engine.language.problems import Problem, problem
from engine.language.tree import Node

#: The variable that stands for the caller; bound, never read from a row.
CALLER = "me"
#: Entities whose rows are not tables of records.
NOT_TABLES = frozenset({"user", "department"})


def sql_problems(tree: Node) -> list[Problem]:
    """Why the tree cannot be a filter; nothing when it can."""
    found = list(_refused(tree))
    return [problem("not_in_sql", node.start, node.end, what=what) for node, what in found]


def _refused(node: Node) -> Iterator[tuple[Node, Text]]:
    judge = _JUDGES.get(node.op)
    what = judge(node) if judge else None
    if what is not None:
        yield node, what
    for arg in node.args:
        if not (arg.op == "list" and node.op in ("in", "contains_any", "contains_all")):
            yield from _refused(arg)
        else:
            for item in arg.args:
                yield from _refused(item)


def _field(node: Node) -> Text | None:
    if node.path[0] == CALLER:
        return None if node.path in ((CALLER,), (CALLER, "id"), (CALLER, "department")) else _named(node)
    if node.type.kind == "record" or (node.type.item is not None and node.type.item.kind == "record"):
        return _named(node)
    if any(hop is None or hop in NOT_TABLES for hop in node.hops):
        return _named(node)
    return None


def _named(node: Node) -> Text:
    path = ".".join(node.path)
    return Text(f"“{path}”", f"“{path}”")


def _quantified(node: Node) -> Text | None:
    holder, parts = node.args
    if parts.op != "list" and holder.type.kind != "list":
        return Text("列表字段中的文本查找", "looking in a text for the values of a list field")
    return None


def _call(node: Node) -> Text | None:
    function = BY_KEY[str(node.value)]
    return None if "sql" in function.targets else Text(function.key, function.key)


_JUDGES: Mapping[str, Callable[[Node], Text | None]] = {
    "field": _field,
    "keywords": lambda _: Text("词表", "a word list"),
    "template": lambda _: Text("文本模板", "a text template"),
    "list": lambda _: Text("这里的列表", "a list in this place"),
    "contains_any": _quantified,
    "contains_all": _quantified,
    "call": _call,
}

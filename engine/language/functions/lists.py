"""Functions of lists. A list holds no empties, and a list of nothing is empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.definitions import Text
from engine.language.functions.arguments import all_of, short_text, whole
from engine.language.functions.function import Adapt, Function, Group, Parameter
from engine.language.operators import Mismatch, reconcile
from engine.language.tree import Node
from engine.language.types import BOOLEAN, EMPTY, NUMBER, ORDERED, TEXT, Scope, Type, list_of
from engine.language.values import EXACT, divide

Items = tuple[Any, ...]
#: Items that a list function may be told to go to, from either end.
FARTHEST = 1_000

_LIST = Parameter("list", ("list",))
_OTHER = Parameter("other", ("list",))
_SUMMED = frozenset({"number", "money", "duration"})
_AMOUNTS = frozenset({"number", "money"})
_TEXTS = frozenset({"text", "choice"})


def item_of(node: Node) -> Type:
    """The type of a list's items."""
    return node.type.item or EMPTY


def _item(_: Scope, arguments: tuple[Node, ...]) -> Type:
    item = item_of(arguments[0])
    return (
        replace(item, entity=None) if item.kind == "reference" else item
    )  # an id, with nothing of its record behind it


def _items_are(kinds: frozenset[str]) -> Adapt:
    """The items of the first argument must be of these kinds."""

    def check(_: Scope, arguments: list[Node]) -> list[Node]:
        item = item_of(arguments[0])
        if item.kind not in kinds | {"empty", "unknown"}:
            wanted = [list_of(Type(kind)).phrase() for kind in sorted(kinds)]
            expected = Text("或".join(text.zh for text in wanted), " or ".join(text.en for text in wanted))
            raise Mismatch("type_mismatch", expected=expected, found=arguments[0].type.phrase())
        return arguments

    return check


def _no_records(_: Scope, arguments: list[Node]) -> list[Node]:
    """Records have no equality; their fields do."""
    for argument in arguments:
        if item_of(argument).kind == "record":
            raise Mismatch("not_comparable", left=argument.type.phrase(), right=argument.type.phrase())
    return arguments


def _alike(_: Scope, arguments: list[Node]) -> list[Node]:
    """Two lists whose items can be compared."""
    first, second = arguments
    reconcile(Node("item", item_of(first)), Node("item", item_of(second)))
    return arguments


def _of_items(_: Scope, arguments: list[Node]) -> list[Node]:
    """A list and a value that can be compared with its items."""
    items, value = arguments
    if value.op == "const" and value.value is None:
        return [items, replace(value, type=item_of(items))]
    return [items, reconcile(value, Node("item", item_of(items)))[0]]


def _count(items: Items | None) -> Decimal:
    return Decimal(len(items or ()))


def _sum(items: Items) -> object:
    if isinstance(items[0], dt.timedelta):
        return sum(items, dt.timedelta(0))  # an OverflowError is empty, by the laws of the language
    total = Decimal(0)
    for item in items:
        total = EXACT.add(total, item)
    return total


def _average(items: Items) -> object:
    total = _sum(items)
    return divide(total, Decimal(len(items))) if isinstance(total, Decimal) else None


def _median(items: Items) -> Decimal | None:
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]  # type: ignore[no-any-return]  # items are decimals
    return divide(EXACT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _at(items: Items, place: Decimal) -> object:
    index = int(place) - 1 if place > 0 else len(items) + int(place)
    return items[index] if place and 0 <= index < len(items) else None


def _index_of(items: Items | None, value: object) -> Decimal:
    found = (n for n, item in enumerate(items or (), 1) if item == value)
    return Decimal(0) if value is None else Decimal(next(found, 0))


def _distinct(items: Iterable[Any]) -> Items | None:
    return tuple(dict.fromkeys(items)) or None


def _together(first: Items | None, second: Items | None) -> Items | None:
    return _distinct((*(first or ()), *(second or ())))


def _both(first: Items, second: Items) -> Items | None:
    there = frozenset(second)
    return _distinct(item for item in first if item in there)


def _without(first: Items | None, second: Items | None) -> Items | None:
    gone = frozenset(second or ())
    return _distinct(item for item in first or () if item not in gone)


def _is_subset(first: Items | None, second: Items | None) -> bool:
    return frozenset(first or ()) <= frozenset(second or ())


def _joined(items: Items | None, separator: str | None) -> str | None:
    return (separator or "").join(items) if items else None


def _grown(parts: tuple[int, ...], _: Node) -> int:
    """The size of fifty items: what a list is taken to hold."""
    return 50 * sum(parts)


def _a_little(parts: tuple[int, ...], _: Node) -> int:
    return max(parts) + 20


def _function(
    names: tuple[str, str],
    parameters: tuple[Parameter, ...],
    result: Any,
    doc: Text,
    examples: tuple[tuple[str, str], ...],
    compute: Callable[..., object],
    **more: Any,
) -> Function:
    return Function(names[0], names, "list", parameters, result, doc, examples, compute, **more)


FUNCTIONS: Group = (
    _function(
        ("count", "计数"), (_LIST,), NUMBER,
        Text("列表的项数；空列表为 0", "how many items a list has; 0 when there are none"),
        (('count(["a", "b"])', "2"), ("count([])", "0")), _count, strict=False,
    ),
    _function(
        ("sum", "求和"), (_LIST,), _item,
        Text("列表中数字、金额或时长之和；空列表为空", "the numbers, amounts or durations of a list together; empty when there are none"),
        (("sum([1, 2, 3.5])", "6.5"), ("sum([1 CNY, 2 CNY]) ?? 0 CNY", "3 CNY")), _sum,
        adapt=_items_are(_SUMMED), warning="out_of_range", grows=_a_little,
    ),
    _function(
        ("avg", "平均"), (_LIST,), _item,
        Text("列表中数字或金额的平均数，12 位小数；空列表为空", "the mean of the numbers or amounts of a list, to 12 digits; empty when there are none"),
        (("avg([1, 2])", "1.5"), ("avg([]) is empty", "true")), _average, adapt=_items_are(_AMOUNTS), grows=_a_little,
    ),
    _function(
        ("median", "中位数"), (_LIST,), _item,
        Text("列表中数字或金额的中位数；空列表为空", "the middle of the numbers or amounts of a list; empty when there are none"),
        (("median([5, 1, 3])", "3"), ("median([1, 2])", "1.5")), _median, adapt=_items_are(_AMOUNTS), grows=_a_little,
    ),
    _function(
        ("lowest", "最低"), (_LIST,), _item,
        Text("列表中最小的一项；空列表为空", "the least item of a list; empty when there are none"),
        (("lowest([3, 1, 2])", "1"),), lambda items: min(items), adapt=_items_are(ORDERED),
    ),
    _function(
        ("highest", "最高"), (_LIST,), _item,
        Text("列表中最大的一项；空列表为空", "the greatest item of a list; empty when there are none"),
        (("highest([2026-01-01, 2025-01-01])", "2026-01-01"),), lambda items: max(items), adapt=_items_are(ORDERED),
    ),
    _function(
        ("first", "首项"), (_LIST,), _item,
        Text("列表的第一项；空列表为空", "the first item of a list; empty when there are none"),
        (('first(["a", "b"])', '"a"'),), lambda items: items[0],
    ),
    _function(
        ("last", "末项"), (_LIST,), _item,
        Text("列表的最后一项；空列表为空", "the last item of a list; empty when there are none"),
        (('last(["a", "b"])', '"b"'),), lambda items: items[-1],
    ),
    _function(
        ("at", "第几项"), (_LIST, Parameter("place", ("number",), literal=True)), _item,
        Text("列表的第几项，从 1 数起，负数从末尾数；没有则为空", "the item at a place, counted from 1, or from the end when negative; empty when there is none"),
        (('at(["a", "b"], 2)', '"b"'), ('at(["a", "b"], -2)', '"a"'), ('at(["a"], 2) is empty', "true")), _at,
        adapt=whole(1, -FARTHEST, FARTHEST),
    ),
    _function(
        ("take", "前几项"), (_LIST, Parameter("count", ("number",), literal=True)), None,
        Text("列表的前几项", "the first items of a list"),
        (('take(["a", "b", "c"], 2) contains "b"', "true"), ('take(["a"], 0) is empty', "true")),
        lambda items, count: items[: int(count)] or None, adapt=whole(1, 0, FARTHEST),
    ),
    _function(
        ("distinct", "去重"), (_LIST,), None,
        Text("去掉重复的项，保留先出现的", "each item once, in the order of first appearance"),
        (('count(distinct(["a", "b", "a"]))', "2"),), _distinct, adapt=_no_records,
    ),
    _function(
        ("sort", "排序"), (_LIST,), None,
        Text("从小到大排列", "the items from the least to the greatest"),
        (("first(sort([3, 1, 2]))", "1"),), lambda items: tuple(sorted(items)), adapt=_items_are(ORDERED),
    ),
    _function(
        ("index_of", "位置"), (_LIST, Parameter("value", tuple(sorted(ORDERED | {"boolean", "choice", "reference"})))), NUMBER,
        Text("值在列表中第几项，从 1 数起；没有则为 0", "the place of a value in a list, counted from 1; 0 when it is not there"),
        (('index_of(["a", "b"], "b")', "2"), ('index_of(["a"], "x")', "0")), _index_of, strict=False,
        adapt=all_of(_no_records, _of_items),
    ),
    _function(
        ("join", "连接"), (_LIST, Parameter("separator", ("text",), literal=True)), TEXT,
        Text("用分隔符把列表中的文本连成一段", "the texts of a list in one, with a separator between them"),
        (('join(["a", "b"], ", ")', '"a, b"'),), _joined, strict=False,
        adapt=all_of(_items_are(_TEXTS), short_text(1, fewest=0)), grows=_grown,
    ),
    _function(
        ("union", "并集"), (_LIST, _OTHER), None,
        Text("两个列表的全部项，每项一次", "the items of either list, each once"),
        (('count(union(["a"], ["a", "b"]))', "2"),), _together, strict=False, adapt=all_of(_no_records, _alike),
    ),
    _function(
        ("intersect", "交集"), (_LIST, _OTHER), None,
        Text("两个列表都有的项，每项一次", "the items that both lists have, each once"),
        (('intersect(["a", "b"], ["b"]) contains "b"', "true"),), _both, adapt=all_of(_no_records, _alike),
    ),
    _function(
        ("except", "差集"), (_LIST, _OTHER), None,
        Text("第一个列表有而第二个没有的项，每项一次", "the items of the first list that the second has not, each once"),
        (('count(except(["a", "b"], ["b"]))', "1"),), _without, strict=False, adapt=all_of(_no_records, _alike),
    ),
    _function(
        ("is_subset", "是子集"), (_LIST, _OTHER), BOOLEAN,
        Text("第一个列表的每一项是否都在第二个里；空列表总是", "whether the second list has every item of the first; always true of no items"),
        (('is_subset(["a"], ["a", "b"])', "true"), ("is_subset([], [1])", "true")), _is_subset, strict=False,
        adapt=all_of(_no_records, _alike),
    ),
)  # fmt: skip

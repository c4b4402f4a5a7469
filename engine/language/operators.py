"""Which operands an operator takes, and the node it makes of them. `Mismatch` says why not, in terms of the message table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from engine.definitions import Text
from engine.language.advice import SOURCE, date_meant, several_meant, value_meant
from engine.language.mismatch import Mismatch as Mismatch  # functions raise it too
from engine.language.problems import nearest
from engine.language.surfaces import quoted
from engine.language.tree import Node
from engine.language.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    NUMBER,
    ORDERED,
    PERIOD,
    TEXT,
    UNKNOWN,
    Type,
    says_nothing,
)
from engine.language.values import normalise


def is_open(*nodes: Node) -> bool:
    """Whether an operand is `empty` or already reported, so that it goes with anything."""
    return any(node.type.kind in ("empty", "unknown") for node in nodes)


def negate(node: Node) -> Node:
    """`not node`."""
    return Node("not", BOOLEAN, (node,))


def compare(operator: str, left: Node, right: Node) -> Node:
    """One of = != < <= > >=."""
    if operator == "!=":
        return negate(compare("=", left, right))
    if operator == "=":
        return _equal(left, right)
    if left.op != "const" and left.type.kind == "choice":
        raise Mismatch("not_ordered", left=left.type.phrase())
    left, right = reconcile(left, right)
    for side in (left, right):
        if side.type.kind not in ORDERED and not is_open(side):
            raise Mismatch("not_ordered", left=side.type.phrase())
    return Node(operator, BOOLEAN, (left, right))


def _equal(left: Node, right: Node) -> Node:
    for one, other in ((left, right), (right, left)):
        if other.op == "const" and other.type.kind == "empty":
            return Node("is_empty", BOOLEAN, (one,))
    left, right = reconcile(left, right)
    if left.type.kind in ("list", "record"):
        raise Mismatch("not_comparable", left=left.type.phrase(), right=right.type.phrase())
    return Node("=", BOOLEAN, (left, right))


def reconcile(left: Node, right: Node) -> tuple[Node, Node]:
    """Both sides in one type: constants adapted to what they stand beside, dates widened to date-times."""
    if is_open(left, right):
        return left, right
    kinds = (left.type.kind, right.type.kind)
    if kinds == ("date", "datetime"):
        return as_datetime(left), right
    if kinds == ("datetime", "date"):
        return left, as_datetime(right)
    if kinds == ("list", "list"):
        return _reconcile_lists(left, right)
    if kinds == ("list", "list"):
        return (_as_list(left, right.type), right) if says_nothing(left.type) else (left, _as_list(right, left.type))
    if kinds[0] == kinds[1]:
        _same_detail(left.type, right.type)
        return left, right
    return adapt(left, right.type, right), adapt(right, left.type, left)


def _reconcile_lists(left: Node, right: Node) -> tuple[Node, Node]:
    """Both with items of one type: a written list takes the type of what it stands beside."""
    if _holds_nothing(left.type):
        return _retyped(left, right.type), right
    if _holds_nothing(right.type):
        return left, _retyped(right, left.type)
    if left.op == "list" and right.op == "list":
        items, type = unified([*left.args, *right.args], "not_comparable")
        left = replace(left, type=Type("list", item=type), args=tuple(items[: len(left.args)]))
        return left, replace(right, type=left.type, args=tuple(items[len(left.args) :]))
    if left.op == "list":
        return _as_list(left, right.type), right
    return left, _as_list(right, left.type)


def _holds_nothing(type: Type) -> bool:
    """Whether it is the type of `[empty]`, and of what is made of it."""
    return type.item is not None and type.item.kind == "empty"


def _retyped(node: Node, type: Type) -> Node:
    """What holds nothing, as a list that could hold items of the type."""
    if node.op == "list":
        return replace(node, type=type, args=tuple(replace(arg, type=type.item or UNKNOWN) for arg in node.args))
    if node.op == "filter":
        return replace(node, type=type, args=(_retyped(node.args[0], type), node.args[1]))
    if node.op in ("if", "??"):
        args = (_retyped(arg, type) if _holds_nothing(arg.type) else arg for arg in node.args)
        return replace(node, type=type, args=tuple(args))
    return replace(node, type=type)


def _same_detail(left: Type, right: Type) -> None:
    if left.kind == "money" and left.currency != right.currency:
        raise Mismatch("currency_mismatch", left=left.currency or "?", right=right.currency or "?")
    if left.kind == "reference" and left.entity and right.entity and left.entity != right.entity:
        raise Mismatch("not_comparable", left=_reference(left), right=_reference(right))


def _reference(type: Type) -> Text:
    return Text(f"{type.entity} 的引用", f"a reference to {type.entity}")


def adapt(node: Node, wanted: Type, other: Node) -> Node:
    """`node` as it must be beside a value of `wanted`; raises Mismatch when it cannot."""
    kinds = (node.type.kind, wanted.kind)
    if kinds == ("text", "choice"):
        return _as_option(node, wanted)
    if kinds == ("text", "reference") and node.op == "const":
        return _as_id(node, wanted)
    if kinds == ("list", "list"):
        return _as_list(node, wanted)
    if kinds == ("record", "reference") and _is_record_of(node, wanted):
        return replace(node, type=node.type.fields["id"], path=(*node.path, "id"), hops=(*node.hops, None))
    if kinds == ("reference", "record") and _is_record_of(other, node.type):
        return node
    if kinds in (("choice", "text"), ("reference", "text")) and (kinds[0] == "choice" or other.op == "const"):
        return node
    if set(kinds) == {"number", "money"}:
        raise _without_currency(
            node if node.type.kind == "number" else other, node.type.currency or wanted.currency or "CNY"
        )
    raise _not_comparable(node, wanted, other)


def _without_currency(number: Node, currency: str) -> Mismatch:
    if number.op == "const":
        example = f"{number.value} {currency}"
        return Mismatch("money_needs_currency", (example,), example=example).on(number)
    found = Mismatch("money_needs_currency", (f'money({SOURCE}, "{currency}")',), example=f"100 {currency}")
    return found if number.op == "item" else found.on(number)


def _not_comparable(node: Node, wanted: Type, other: Node) -> Mismatch:
    """Told of the side that could be written otherwise, when one could."""
    sides = ((node, wanted), (other, node.type))
    for side, type in sides:
        date = date_meant(side)
        if date is not None and type.kind in ("date", "datetime"):
            return Mismatch("date_form", (date,), meant=date).on(side)
    for side, type in sides:
        meant = several_meant(side, type)
        if meant:
            return Mismatch("list_ordered", meant, what=SOURCE, found=type.phrase()).on(side)
    for side, type in sorted(sides, key=_easier):
        meant = value_meant(side, type)
        if not meant and side.op == "const":
            break
        if meant and type.kind == "choice":
            return Mismatch("unknown_option", meant, value=SOURCE).on(side)
        if meant:
            code = "length_needs_unit" if type.kind == "duration" else "not_comparable"
            left, right = (side.type, type)
            return Mismatch(code, meant, left=left.phrase(), right=right.phrase(), meant=meant[0]).on(side)
    return Mismatch("not_comparable", left=node.type.phrase(), right=wanted.phrase())


def _easier(side: tuple[Node, Type]) -> tuple[bool, bool]:
    """Values written in the text are changed rather than others, and texts rather than what they stand beside."""
    return side[0].op != "const", side[0].type.kind != "text"


def _as_list(node: Node, wanted: Type) -> Node:
    """A list beside one of another type: what is written out is adapted item by item, any other list must have such items."""
    sample = Node("item", wanted.item or UNKNOWN)
    if node.op == "list":
        return replace(node, type=wanted, args=tuple(_as_item(arg, sample) for arg in node.args))
    item = Node("item", node.type.item or UNKNOWN)
    if _as_item(item, sample).op != "item":
        raise Mismatch("not_comparable", left=item.type.phrase(), right=sample.type.phrase())
    return node


def _as_item(node: Node, sample: Node) -> Node:
    adapted, other = reconcile(node, sample)
    if other.op != "item":
        raise Mismatch("not_comparable", left=node.type.phrase(), right=sample.type.phrase())
    return adapted


def _is_record_of(node: Node, wanted: Type) -> bool:
    """Whether the node reads a record whose id is a reference like `wanted`: `person` where its id is wanted."""
    id_type = node.type.fields.get("id")
    if node.op != "field" or id_type is None or id_type.kind != "reference":
        return False
    return wanted.entity is None or id_type.entity is None or id_type.entity == wanted.entity


def _as_option(node: Node, wanted: Type) -> Node:
    if node.op != "const" or not wanted.options:
        return node
    by_name = {option.key: option.key for option in wanted.options}
    for option in wanted.options:
        for label in (option.label.zh, option.label.en):
            by_name.setdefault(label, option.key)
    key = by_name.get(str(node.value))
    if key is None:
        meant = {by_name[name]: name for name in reversed(nearest(str(node.value), by_name, 6))}
        found = tuple(reversed(meant.values()))[:3] or tuple(option.key for option in wanted.options[:5])
        raise Mismatch("unknown_option", map(quoted, found), value=str(node.value)).on(node)
    return replace(node, type=wanted, value=key)


def _as_id(node: Node, wanted: Type) -> Node:
    try:
        return replace(node, type=wanted, value=str(UUID(str(node.value))))
    except ValueError as error:
        raise Mismatch("bad_id", value=str(node.value)).on(node) from error


def as_datetime(node: Node) -> Node:
    """Midnight of a date."""
    return Node("to_datetime", DATETIME, (node,), start=node.start, end=node.end)


def as_date(node: Node) -> Node:
    """The date of a date-time."""
    return Node("to_date", DATE, (node,), start=node.start, end=node.end)


def membership(item: Node, items: Node) -> Node:
    """`item in items`."""
    if is_open(items):
        return Node("in", BOOLEAN, (item, items))
    if items.type.kind != "list":
        raise _no_list(items)
    if items.op == "list":
        return _membership_of_literal(item, items)
    item, _ = reconcile(item, _sample(items))
    return Node("in", BOOLEAN, (item, items))


def _no_list(node: Node) -> Mismatch:
    found = Mismatch("type_mismatch", (f"[{SOURCE}]",), expected=Text("列表", "a list"), found=node.type.phrase())
    return found.on(node)


def _membership_of_literal(item: Node, items: Node) -> Node:
    adapted = []
    for member in items.args:
        item, member = reconcile(item, member)
        adapted.append(member)
    if item.type.kind in ("list", "record"):
        raise Mismatch("not_comparable", left=item.type.phrase(), right=items.type.phrase())
    return Node("in", BOOLEAN, (item, replace(items, args=tuple(adapted), type=Type("list", item=item.type))))


def _sample(items: Node) -> Node:
    """A stand-in for an item of a list, to check another value against."""
    return Node("item", items.type.item or UNKNOWN)


def contains(holder: Node, part: Node) -> Node:
    """`holder contains part`."""
    return Node("contains", BOOLEAN, _contained(holder, part))


def _contained(holder: Node, part: Node) -> tuple[Node, Node]:
    if is_open(holder, part):
        return holder, part
    if holder.type.kind == "list":
        part, _ = reconcile(part, _sample(holder))
        return holder, part
    for side in (holder, part):
        if side.type.kind not in ("text", "choice"):
            meant = value_meant(side, TEXT)
            raise Mismatch("type_mismatch", meant, expected=TEXT.phrase(), found=side.type.phrase()).on(side)
    return holder, part


def contains_quantified(quantifier: str, holder: Node, parts: Node) -> Node:
    """`holder contains any of|all of|none of parts`."""
    if not is_open(parts) and parts.type.kind != "list":
        raise _no_list(parts)
    if parts.op == "list":
        adapted = tuple(_contained(holder, part)[1] for part in parts.args)
        parts = replace(parts, args=adapted)
    elif not is_open(holder, parts):
        _contained(holder, _sample(parts))
    node = Node("contains_all" if quantifier == "ALL" else "contains_any", BOOLEAN, (holder, parts))
    return negate(node) if quantifier == "NONE" else node


def arithmetic(operator: str, left: Node, right: Node) -> Node:
    """One of + - * / &."""
    if "unknown" in (left.type.kind, right.type.kind):
        return Node(operator, UNKNOWN, (left, right))
    made = (
        _temporal(operator, left, right)
        or _measured(operator, left, right)
        or _numeric(operator, left, right)
        or _joined(operator, left, right)
    )
    if made is None:
        raise _no_operation(operator, left, right)
    return made


def _no_operation(operator: str, left: Node, right: Node) -> Mismatch:
    kinds = (left.type.kind, right.type.kind)
    if operator in "+-" and kinds[0] in ("date", "datetime") and kinds[1] == "number":
        meant = f"{SOURCE} days" if right.op == "const" else f"{SOURCE} * 1 day"
        return Mismatch("length_needs_unit", (meant,), meant="3 days").on(right)
    if operator in "+&" and "text" in kinds:
        side = left if kinds[1] == "text" else right
        if side.type.kind in ("number", "money", "boolean", "date", "time", "datetime"):
            return Mismatch("text_of_value", (f"to_text({SOURCE})",), found=side.type.phrase()).on(side)
    return Mismatch("no_operation", left=left.type.phrase(), right=right.type.phrase(), operator=operator)


def _joined(operator: str, left: Node, right: Node) -> Node | None:
    kinds = {left.type.kind, right.type.kind}
    if operator in "+&" and kinds <= {"text", "choice", "empty"} and kinds != {"empty"}:
        return Node("concat", TEXT, (left, right))
    return None


def _numeric(operator: str, left: Node, right: Node) -> Node | None:
    types = (left.type, right.type)
    kinds = {type.kind for type in types}
    if operator == "&" or not kinds <= {"number", "money", "empty"}:
        return None
    if [type.kind for type in types] == ["money", "money"] and operator != "*":
        _same_detail(*types)
    amount = next((type for type in types if type.kind == "money"), None)
    if amount is None:
        return Node(operator, NUMBER, (left, right))
    if operator in "+-":
        if "number" in kinds:
            adapt(left, right.type, right)
        return Node(operator, amount, (left, right))
    if operator == "*":
        return Node(operator, amount, (left, right)) if kinds != {"money"} else None
    if left.type.kind == "number":
        return None
    return Node(operator, NUMBER if right.type.kind == "money" else amount, (left, right))


def _temporal(operator: str, left: Node, right: Node) -> Node | None:
    if operator not in "+-":
        return None
    kinds = (left.type.kind, right.type.kind)
    if operator == "+" and kinds[0] in ("duration", "period", "time", "business") and kinds[1] in ("date", "datetime"):
        return _temporal("+", right, left)
    if kinds[0] in ("date", "datetime") and kinds[1] in ("period", "business"):
        return Node(f"{'month' if kinds[1] == 'period' else 'business'}{operator}", left.type, (left, right))
    if kinds == ("date", "time") and operator == "+":
        return Node("date_at", DATETIME, (left, right))
    if kinds == ("period", "period"):
        return Node(f"period{operator}", PERIOD, (left, right))
    if kinds == ("date", "duration"):
        if _whole_days(right):
            return Node(f"date{operator}", DATE, (left, right))
        return Node(f"time{operator}", DATETIME, (as_datetime(left), right))
    if kinds == ("date", "date") and operator == "-":
        return Node("days-", DURATION, (left, right))
    if operator == "-" and set(kinds) <= {"date", "datetime"}:
        return Node("time-", DURATION, reconcile(left, right))
    if kinds in (("datetime", "duration"), ("duration", "duration")):
        return Node(f"time{operator}", left.type, (left, right))
    return None


def _measured(operator: str, left: Node, right: Node) -> Node | None:
    """Durations and periods times numbers, and how often one duration goes into another."""
    kinds = (left.type.kind, right.type.kind)
    if operator == "*" and kinds[0] == "number" and kinds[1] in ("duration", "period"):
        return _measured("*", right, left)
    if kinds == ("duration", "duration") and operator == "/":
        return Node("ratio", NUMBER, (left, right))
    if kinds == ("duration", "number") and operator in "*/":
        return Node(f"duration{operator}", DURATION, (left, right))
    if kinds == ("period", "number") and operator == "*":
        return Node("period*", PERIOD, (left, right))
    return None


def negative(node: Node) -> Node:
    """`-node`; a constant is written with its sign."""
    if node.type.kind not in _SIGNED:
        raise Mismatch("type_mismatch", expected=NUMBER.phrase(), found=node.type.phrase()).on(node)
    if node.op == "const" and node.value is not None:
        return replace(node, value=-node.value)  # type: ignore[operator]  # these types have numbers and lengths as values
    return Node("neg", NUMBER if node.type.kind == "empty" else node.type, (node,))


_SIGNED = frozenset({"number", "money", "duration", "period", "empty", "unknown"})


def _whole_days(node: Node) -> bool:
    value = normalise(DURATION, node.value) if node.op == "const" else None
    return value is not None and getattr(value, "seconds", 1) == 0 and getattr(value, "microseconds", 1) == 0


def common_type(left: Node, right: Node, code: str) -> tuple[Node, Node, Type]:
    """Both branches in one type, for `if`, `??`, lists and functions; `code` is the problem when there is none."""
    try:
        left, right = reconcile(left, right)
    except Mismatch as error:
        if error.code != "not_comparable":
            raise
        raise Mismatch(code, left=left.type.phrase(), right=right.type.phrase()) from error
    return left, right, right.type if says_nothing(left.type) else left.type


def unified(nodes: Sequence[Node], code: str) -> tuple[list[Node], Type]:
    """All in one type; what is `empty` says nothing about it."""
    first = next((node for node in nodes if not says_nothing(node.type)), nodes[0])
    for node in nodes:
        first, _, _ = common_type(first, node, code)
    return [common_type(first, node, code)[1] for node in nodes], first.type

"""The Python back end: a typed tree compiled once to closures, then called with values. No operation raises."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.language import zones
from engine.language.context import Environment
from engine.language.functions import BY_KEY
from engine.language.tree import Node
from engine.language.values import EXACT, ascii_lower, display, divide, normalise, read_path

Closure = Callable[[Environment], Any]


def compile_node(node: Node) -> Closure:
    """The closure of a node."""
    make = _MAKERS.get(node.op)
    if make is None:
        raise ValueError(f"no operation is called {node.op!r}")
    return make(node, *(compile_node(arg) for arg in node.args))


def _const(node: Node) -> Closure:
    value = node.value
    return lambda _: value


def _field(node: Node) -> Closure:
    path, type = node.path, node.type
    return lambda env: normalise(type, read_path(env.values, path))


def _list(_: Node, *items: Closure) -> Closure:
    def collect(env: Environment) -> object:
        return tuple(value for item in items if (value := item(env)) is not None) or None

    return collect


def _and(_: Node, *operands: Closure) -> Closure:
    return lambda env: all(operand(env) is True for operand in operands)


def _or(_: Node, *operands: Closure) -> Closure:
    return lambda env: any(operand(env) is True for operand in operands)


def _not(_: Node, operand: Closure) -> Closure:
    return lambda env: operand(env) is not True


def _equal(_: Node, left: Closure, right: Closure) -> Closure:
    return lambda env: left(env) == right(env)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[..., Closure]:
    def make(_: Node, left: Closure, right: Closure) -> Closure:
        def closure(env: Environment) -> bool:
            a, b = left(env), right(env)
            return a is not None and b is not None and compare(a, b)

        return closure

    return make


def _in(node: Node, item: Closure, items: Closure) -> Closure:
    if node.args[1].op == "list":
        members = tuple(compile_node(member) for member in node.args[1].args)

        def among(env: Environment) -> bool:
            value = item(env)
            return any(value == member(env) for member in members)

        return among
    return lambda env: item(env) in (items(env) or ())


def _is_empty(_: Node, operand: Closure) -> Closure:
    return lambda env: operand(env) is None


def _holds(holder: object, part: object) -> bool:
    if holder is None or part is None:
        return False
    if isinstance(holder, str):
        return ascii_lower(str(part)) in ascii_lower(holder)
    return isinstance(holder, tuple) and part in holder


def _contains(_: Node, holder: Closure, part: Closure) -> Closure:
    return lambda env: _holds(holder(env), part(env))


def _contains_any(node: Node, holder: Closure, parts: Closure) -> Closure:
    if node.args[1].op == "keywords":
        return _any_word(str(node.args[1].value), holder)

    def closure(env: Environment) -> bool:
        held = holder(env)
        return any(_holds(held, part) for part in parts(env) or ())

    return closure


def _contains_all(_: Node, holder: Closure, parts: Closure) -> Closure:
    def closure(env: Environment) -> bool:
        held = holder(env)
        return all(_holds(held, part) for part in parts(env) or ())

    return closure


def _any_word(key: str, holder: Closure) -> Closure:
    def closure(env: Environment) -> bool:
        text = holder(env)
        return text is not None and bool(env.context.words(key, text))

    return closure


def _coalesce(_: Node, *operands: Closure) -> Closure:
    def closure(env: Environment) -> object:
        return next((value for operand in operands if (value := operand(env)) is not None), None)

    return closure


def _if(_: Node, condition: Closure, then: Closure, otherwise: Closure) -> Closure:
    return lambda env: then(env) if condition(env) is True else otherwise(env)


def _lifted(compute: Callable[[Any, Any], object]) -> Callable[..., Closure]:
    """An operation that is empty when an operand is, or when the result leaves what can be written."""

    def make(_: Node, left: Closure, right: Closure) -> Closure:
        def closure(env: Environment) -> object:
            a, b = left(env), right(env)
            try:
                return None if a is None or b is None else compute(a, b)
            except OverflowError:
                return None  # a date past the end of the calendar: empty by the laws of the language

        return closure

    return make


def _neg(_: Node, operand: Closure) -> Closure:
    def closure(env: Environment) -> object:
        value: Decimal | None = operand(env)
        return None if value is None else EXACT.minus(value)

    return closure


def _template(node: Node, *parts: Closure) -> Closure:
    typed = tuple(zip((arg.type for arg in node.args), parts, strict=True))

    def closure(env: Environment) -> object:
        return "".join(display(type, part(env), env.zone) for type, part in typed) or None

    return closure


def _to_datetime(_: Node, operand: Closure) -> Closure:
    def closure(env: Environment) -> object:
        date: dt.date | None = operand(env)
        return None if date is None else zones.moment(dt.datetime.combine(date, dt.time()), env.zone)

    return closure


def _to_date(_: Node, operand: Closure) -> Closure:
    def closure(env: Environment) -> object:
        moment: dt.datetime | None = operand(env)
        wall = None if moment is None else zones.local(moment, env.zone)
        return None if wall is None else wall.date()

    return closure


def _call(node: Node, *arguments: Closure) -> Closure:
    function = BY_KEY[str(node.value)]

    def closure(env: Environment) -> object:
        operands = tuple(argument(env) for argument in arguments)
        if function.strict and None in operands:
            return None
        return function.compute(env, *operands) if function.clocked else function.compute(*operands)

    return closure


_MAKERS: Mapping[str, Callable[..., Closure]] = {
    "const": _const,
    "field": _field,
    "list": _list,
    "and": _and,
    "or": _or,
    "not": _not,
    "=": _equal,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "in": _in,
    "is_empty": _is_empty,
    "contains": _contains,
    "contains_any": _contains_any,
    "contains_all": _contains_all,
    "keywords": lambda _: lambda _env: None,
    "??": _coalesce,
    "if": _if,
    "+": _lifted(EXACT.add),
    "-": _lifted(EXACT.subtract),
    "*": _lifted(EXACT.multiply),
    "/": _lifted(divide),
    "neg": _neg,
    "concat": _lifted(operator.add),
    "template": _template,
    "time+": _lifted(operator.add),
    "time-": _lifted(operator.sub),
    "date+": _lifted(operator.add),
    "date-": _lifted(operator.sub),
    "days-": _lifted(operator.sub),
    "to_datetime": _to_datetime,
    "to_date": _to_date,
    "call": _call,
}

"""The function that asks a decision table: its inputs are given by name, and what it answers is read by the names of its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.definitions import Text
from engine.language.context import Environment
from engine.language.functions.arguments import beside
from engine.language.functions.function import Function, Group, Parameter
from engine.language.names import find
from engine.language.operators import Mismatch
from engine.language.problems import nearest
from engine.language.tree import Node
from engine.language.types import UNKNOWN, Scope, Type

USAGE = 'decide("…", input: value)'


def _by_inputs(scope: Scope, arguments: list[Node]) -> list[Node]:
    """The table by its key, and each value beside the input that it is for; every input is given, and once."""
    table, *given = arguments
    key = _table(scope, table)
    inputs = scope.decisions[key].fields["inputs"].fields
    found: list[Node] = []
    for each in given:
        one = _for_input(key, inputs, each)
        if any(one.value == other.value for other in found):
            raise Mismatch("repeated_parameter", name=str(one.value)).on(each)
        found.append(one)
    missing = [name for name in inputs if name not in {str(each.value) for each in found}]
    if missing:
        raise Mismatch("missing_input", table=key, name=", ".join(missing)).on(table)
    return [replace(table, value=key), *found]


def _table(scope: Scope, written: Node) -> str:
    if written.op != "const" or not isinstance(written.value, str):
        raise Mismatch("must_be_literal").on(written)
    key = find(scope.decisions, written.value)
    if key is None:
        labels = (label.zh for type in scope.decisions.values() if (label := type.label) and label.zh)
        found = (f'"{each}"' for each in nearest(written.value, [*scope.decisions, *labels]))
        raise Mismatch("unknown_table", found, name=written.value).on(written)
    return key


def _for_input(table: str, inputs: Mapping[str, Type], given: Node) -> Node:
    if given.op != "named":
        raise Mismatch("unnamed_input", usage=USAGE).on(given)
    name = str(given.value)
    key = find(inputs, name)
    if key is None:
        error = Mismatch("unknown_input", nearest(name, inputs), table=table, name=name)
        raise error.on(replace(given, end=given.start + len(name)))
    value = beside(inputs[key], given.args[0])
    return replace(given, type=value.type, args=(value,), value=key)


def _result(scope: Scope, arguments: tuple[Node, ...]) -> Type:
    table = scope.decisions.get(str(arguments[0].value))
    return UNKNOWN if table is None else table.fields["result"]


def _decided(environment: Environment, table: str, /, **inputs: object) -> object:
    found = environment.context.decide(table, inputs, environment.now, environment.context)
    return None if found == () else found


#: What an input may be; a value without a name is told to need one, whatever it is.
_KINDS = ("text", "number", "money", "boolean", "date", "time", "datetime", "duration", "choice", "list", "reference")
_PARAMETERS = (
    Parameter("table", ("text",), literal=True),
    Parameter("input: value", _KINDS, variadic=True),
)

FUNCTIONS: Group = (
    Function(
        "decide", ("decide", "决策"), "decision", _PARAMETERS, _result,
        Text(
            "决策表对这些输入的结果，后面用点读它的输出；全部列出的策略得到列表，汇总得到一个值；没有一行适用则为空",
            "what a decision table answers for these inputs, its outputs after a dot; a list under the policies that answer all "
            "rows, one value with an aggregate, empty when no row matches",
        ),
        (
            ('decide("discount", level: "gold", amount: 200 CNY).rate', "0.8"),
            ('decide("discount", level: "silver", amount: 200 CNY).rate', "empty"),
        ),
        _decided, strict=False, clocked=True, named=True, adapt=_by_inputs, needs="decisions", targets=frozenset({"python"}),
    ),
)  # fmt: skip

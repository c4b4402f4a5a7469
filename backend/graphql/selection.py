"""What a query asks for below one field: fragments laid open, directives obeyed, arguments coerced, same keys merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values

from backend.graphql.errors import NameTooLong, QueryTooDeep, QueryTooLarge
from backend.records.tables import NAME_BYTES

MAX_DEPTH = 12
MAX_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Selected:
    """One field of a selection under its response key."""

    key: str
    name: str
    arguments: Mapping[str, Any]
    fields: tuple[Selected, ...] = ()


class _Walk:
    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self.info = info
        values = info.variable_values
        self.variables = values if isinstance(values, VariableValues) else VariableValues({}, dict(values))
        self.count = 0

    def below(self, parent: GraphQLObjectType, nodes: Iterable[FieldNode], depth: int) -> tuple[Selected, ...]:
        if depth > MAX_DEPTH:
            raise QueryTooDeep(limit=MAX_DEPTH)
        groups: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for node in nodes:
            for field in self.open(node.selection_set, spread):
                key = field.alias.value if field.alias else field.name.value
                groups.setdefault(key, []).append(field)
        return tuple(self.select(parent, key, group, depth) for key, group in groups.items() if not _is_meta(group))

    def select(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], depth: int) -> Selected:
        self.count += 1
        if self.count > MAX_FIELDS:
            raise QueryTooLarge(what="fields", limit=MAX_FIELDS)
        if len(key) > NAME_BYTES:
            raise NameTooLong(name=key)
        definition = parent.fields[nodes[0].name.value]
        arguments = get_argument_values(definition, nodes[0], self.variables)
        type = get_named_type(definition.type)
        fields = self.below(type, nodes, depth + 1) if isinstance(type, GraphQLObjectType) else ()
        return Selected(key, nodes[0].name.value, arguments, fields)

    def open(self, selection: SelectionSetNode | None, spread: set[str]) -> Iterator[FieldNode]:
        """The fields of a selection, each fragment once: fragments that spread each other twice would double at every level."""
        for node in selection.selections if selection is not None else ():
            if not self.included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self.open(node.selection_set, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                yield from self.open(self.info.fragments[node.name.value].selection_set, spread)

    def included(self, node: Any) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name == "skip" and get_argument_values(GraphQLSkipDirective, directive, self.variables)["if"]:
                return False
            if name == "include" and not get_argument_values(GraphQLIncludeDirective, directive, self.variables)["if"]:
                return False
        return True


def selected(info: GraphQLResolveInfo[Any]) -> tuple[Selected, ...]:
    """What is asked for below the field being resolved. Raises QueryTooDeep, QueryTooLarge, NameTooLong."""
    type = get_named_type(info.return_type)
    if not isinstance(type, GraphQLObjectType):
        return ()
    return _Walk(info).below(type, info.field_nodes, 1)


def _is_meta(nodes: list[FieldNode]) -> bool:
    """`__typename` is answered by the executor."""
    return nodes[0].name.value.startswith("__")

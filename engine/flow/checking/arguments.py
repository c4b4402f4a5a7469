"""What actions are called with: values that their parameters can hold, and fields that the record has."""

from __future__ import annotations

import re

from engine.definitions import SYSTEM_FIELDS, Entity, Field, Node
from engine.flow.checking.problem import ActionSignature, Checking
from engine.flow.expressions import Expression
from engine.language import Checked, Type, flow_scope
from engine.language.scopes import field_type

#: Actions whose further arguments are fields: of the entity that they name, else of the flow's record.
_OF_RECORDS = frozenset({"create_record", "update_record", "find_record"})
#: The entity that actions on a person are about.
_PERSON = "person"
#: What the result of finding a record says of its fields.
_FOUND = "record."
#: Kinds of which a place of another kind takes values too; text stands for keys and ids.
TAKES: dict[str, frozenset[str]] = {
    "text": frozenset({"choice"}),
    "choice": frozenset({"text"}),
    "datetime": frozenset({"date"}),
}
_ALSO: dict[str, frozenset[str]] = {
    "text": frozenset({"choice", "number", "money", "date", "datetime", "time", "boolean", "reference"}),
    "reference": frozenset({"text"}),
}
#: Kinds that an action writes out where it asks for text, and a field of a record does not take.
_NO_TEXT = frozenset({"number", "money", "boolean"})
#: Kinds whose values are written the same wherever they stand.
_PLAIN = frozenset({"text", "number", "money", "boolean", "date", "datetime"})
ANY = frozenset({"empty", "unknown"})
_QUOTED = re.compile(r'\s*"([^"{}]*)"\s*')


def fits(given: Type, wanted: Type) -> bool:
    """Whether a variable of type `wanted` can hold a value of type `given`."""
    if given.kind in ANY or wanted.kind in ANY:
        return True
    if given.kind != wanted.kind:
        return given.kind in TAKES.get(wanted.kind, ())
    if given.kind == "list":
        return given.item is None or wanted.item is None or fits(given.item, wanted.item)
    if given.kind == "money":
        return given.currency in (None, wanted.currency)
    return given.kind != "reference" or given.entity in (None, wanted.entity) or wanted.entity is None


def takes(given: Type, wanted: Type) -> bool:
    """Whether an action that asks for `wanted` can be given the value."""
    if given.kind == wanted.kind == "list" and given.item is not None and wanted.item is not None:
        return takes(given.item, wanted.item)
    return fits(given, wanted) or given.kind in _ALSO.get(wanted.kind, ())


def _stores(given: Type, wanted: Type) -> bool:
    """Whether a field of a record can hold the value: a record turns nothing into text."""
    if given.kind == wanted.kind == "list" and given.item is not None and wanted.item is not None:
        return _stores(given.item, wanted.item)
    return takes(given, wanted) and not (wanted.kind == "text" and given.kind in _NO_TEXT)


def check_argument(checking: Checking, expression: Expression, found: Checked) -> None:
    """One argument of a node that calls an action."""
    node, name = checking.nodes[expression.node], expression.key.name
    signature = checking.known.actions.get(node.action or "")
    if signature is None:
        return
    parameter = next((each for each in signature.parameters if each.name == name), None)
    if parameter is not None:
        wanted: Type | None = getattr(parameter, "type", None)
        if name == "entity" and written(expression.text) is not None:
            _check_entity(checking, expression, written(expression.text) or "")
        if wanted is not None and not takes(found.type, wanted):
            tell(checking, expression, "flow.argument_type", found.type, wanted)
    elif node.action in _OF_RECORDS:
        _check_field(checking, node, expression, found)


def written(text: str) -> str | None:
    """The text that an expression is, where it is written out."""
    quoted = _QUOTED.fullmatch(text)
    return quoted[1] if quoted else None


def tell(checking: Checking, expression: Expression, code: str, given: Type, wanted: Type) -> None:
    """A value of one type where another is needed."""
    tell_type(checking, code, expression.path, expression.node, expression.key.name, given, wanted)


def tell_type(checking: Checking, code: str, path: str, node: str, key: str, given: Type, wanted: Type) -> None:
    """The same of what is no expression."""
    types = {"given": given.describe().en, "wanted": wanted.describe().en}
    chinese = {"given_zh": given.describe().zh, "wanted_zh": wanted.describe().zh}
    checking.report(code, path, node=node, key=key, **types, **chinese)


def _check_entity(checking: Checking, expression: Expression, key: str) -> None:
    if key not in checking.known.entities:
        checking.unknown("entity", key, checking.known.entities, expression.path, expression.node)


def _entity(checking: Checking, node: Node) -> Entity | None:
    """The entity whose fields a node writes or looks at; None where that is known only when it runs."""
    if "entity" in node.arguments:
        return checking.known.entities.get(written(node.arguments["entity"]) or "")
    return None if "record" in node.arguments else checking.known.entities.get(checking.flow.entity)


def _check_field(checking: Checking, node: Node, expression: Expression, found: Checked) -> None:
    entity, name = _entity(checking, node), expression.key.name
    if entity is None or name in SYSTEM_FIELDS:
        return
    field = next((each for each in entity.fields if each.key == name), None)
    if field is None:
        known = [each.key for each in entity.fields]
        checking.unknown("field", name, known, expression.path, expression.node)
    elif not (takes if node.action == "find_record" else _stores)(found.type, field_type(field)):
        tell(checking, expression, "flow.argument_type", found.type, field_type(field))
    else:
        _check_option(checking, field, expression)


def _check_option(checking: Checking, field: Field, expression: Expression) -> None:
    options, given = [option.key for option in field.options], written(expression.text)
    if field.type in ("choice", "stage") and options and given is not None and given not in options:
        checking.unknown("option", given, options, expression.path, expression.node)


# -- what is not given


def check_person(checking: Checking, node: Node, signature: ActionSignature) -> None:
    """An action on a person says who, or the flow's record does."""
    parameter = next((each for each in signature.parameters if each.name == _PERSON), None)
    type_: Type | None = getattr(parameter, "type", None)
    if parameter is None or parameter.required or type_ is None or type_.entity != _PERSON or _PERSON in node.arguments:
        return
    entity = checking.known.entities[checking.flow.entity]
    if entity.key != _PERSON and not any(f.type == "reference" and f.entity == _PERSON for f in entity.fields):
        checking.at(node, "flow.no_person", "arguments", severity="warning")


# -- what is given back


def check_found(checking: Checking, node: Node) -> None:
    """What is taken from the record that was found is a field of its entity, and fits its variable."""
    entity = _entity(checking, node) if node.action == "find_record" else None
    variables = flow_scope(checking.flow, checking.known.entities).variables if entity is not None else {}
    for variable, member in node.outputs.items() if entity is not None else ():
        name = member.removeprefix(_FOUND).partition(".")[0]
        if entity is None or not member.startswith(_FOUND) or name in SYSTEM_FIELDS:
            continue
        path = f"{checking.paths[node.id]}/outputs/{variable}"
        field = next((each for each in entity.fields if each.key == name), None)
        if field is None:
            checking.unknown("field", name, [each.key for each in entity.fields], path, node.id)
        elif name == member.removeprefix(_FOUND) and variable in variables:
            _check_kept(checking, node, path, variable, field_type(field), variables[variable])


def _check_kept(checking: Checking, node: Node, path: str, key: str, given: Type, wanted: Type) -> None:
    if given.kind in _PLAIN and wanted.kind in _PLAIN and not fits(given, wanted):
        tell_type(checking, "flow.assigned_type", path, node.id, key, given, wanted)

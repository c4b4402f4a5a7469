"""What a rule's actions name by key: flows, segments, entities with their fields and options, and what it sends for.

Warnings, not errors: what is named may be made later, and an action that does not find it is an incident that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from backend.metadata.checks.problem import ENTITY, FIELD, FLOW, OPTION, CheckContext, Found, unknown
from backend.metadata.snapshot import Metadata
from engine.definitions import SYSTEM_FIELDS, Field, Text
from engine.definitions.schemas import nearest
from engine.language import Checked
from engine.rules import CompiledRule
from engine.rules.model import PERSON, After, Block, Call, Split
from engine.rules.sending import consent_field

SEGMENT, PURPOSE = Text("人群", "segment"), Text("用途", "purpose")
#: Parameters whose text is a key, and the keys there are.
_KEYED: Mapping[str, tuple[Text, Callable[[Metadata], Iterable[str]]]] = {
    "flow": (FLOW, lambda metadata: metadata.flows),
    "segment": (SEGMENT, lambda metadata: metadata.segments),
    "entity": (ENTITY, lambda metadata: metadata.entities),
    "purpose": (PURPOSE, lambda metadata: _purposes(metadata)),
}
#: Actions whose further arguments are the fields of an entity.
_FIELDS_OF = {"create_ticket": "ticket", "set_person": PERSON}


def unknown_names(rule: CompiledRule, context: CheckContext) -> Iterator[Found]:
    """Each name that stands for nothing in this installation."""
    purposes = list(_purposes(context.metadata))
    if rule.purpose is not None and rule.purpose not in purposes:
        yield _no_consent(rule.purpose, purposes)
    for case in rule.cases:
        for call in _calls(case.block):
            yield from _keys(call, context)
            yield from _fields(call, context)


def _calls(block: Block) -> Iterator[Call]:
    for statement in block:
        if isinstance(statement, Call):
            yield statement
        elif isinstance(statement, After):
            yield from _calls(statement.block)
        elif isinstance(statement, Split):
            for share in statement.shares:
                yield from _calls(share.block)


def _keys(call: Call, context: CheckContext) -> Iterator[Found]:
    declared = {parameter.name for parameter in context.actions[call.action].parameters}
    for name, argument in call.arguments.items():
        written = _constant(argument)
        if written is None or name not in declared or name not in _KEYED:
            continue
        what, known = _KEYED[name]
        if written not in (keys := list(known(context.metadata))):
            yield _warning(unknown("/text", what, written, keys), argument)


def _fields(call: Call, context: CheckContext) -> Iterator[Found]:
    """Fields of the record that an action makes or changes, and the options written for them."""
    given = call.arguments.get("entity")
    key = _FIELDS_OF.get(call.action) or (_constant(given) if given is not None else None)
    entity = context.metadata.entities.get(key or "")
    if entity is None or not context.actions[call.action].open:
        return
    declared = {parameter.name for parameter in context.actions[call.action].parameters}
    fields = {field.key: field for field in entity.fields}
    for name, argument in call.arguments.items():
        if name in fields:
            yield from _options(fields[name], argument)
        elif name not in declared and name not in SYSTEM_FIELDS:
            yield _warning(unknown("/text", FIELD, name, fields), argument)


def _options(field: Field, argument: Checked) -> Iterator[Found]:
    written, options = _constant(argument), [option.key for option in field.options]
    if written is not None and field.type in ("choice", "stage") and written not in options:
        yield _warning(unknown("/text", OPTION, written, options), argument)


def _purposes(metadata: Metadata) -> Iterator[str]:
    """What persons can consent to."""
    person, ending = metadata.entities.get(PERSON), consent_field("")
    for field in person.fields if person is not None else ():
        if field.type == "boolean" and field.key.endswith(ending):
            yield field.key.removesuffix(ending)


def _no_consent(purpose: str, purposes: Iterable[str]) -> Found:
    field = consent_field(purpose)
    message = Text(
        f"客户没有字段“{field}”，没有人同意过用途“{purpose}”：这条规则什么也不会发出",
        f"Persons have no field “{field}”, so that nobody has consented to “{purpose}”: the rule would send nothing",
    )
    return Found("/text", "unknown_purpose", message, nearest(purpose, purposes), "warning")


def _constant(argument: Checked) -> str | None:
    """The text an argument is, where it is written out."""
    tree = argument.tree
    return tree.value if tree.op == "const" and isinstance(tree.value, str) else None


def _warning(found: Found, argument: Checked) -> Found:
    tree = argument.tree
    return Found(found.path, found.code, found.message, found.suggestion, "warning", (tree.start, tree.end))

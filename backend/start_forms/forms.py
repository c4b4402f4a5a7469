"""What is filled in to start a flow by hand, with a new record: the form of the initiator's own first step, else the entity's own.

Whoever fills it in creates the record themselves: nothing can be written here that their role does not let them create.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.access.caller import Caller
from backend.access.compiler import Access
from backend.flows.beginning import require_start
from backend.flows.own_step import own_step
from backend.flows.prediction import given_to
from backend.flows.service import require_startable
from backend.metadata.snapshot import Metadata
from backend.records.fields import field_of, type_of
from backend.records.reading import reader_for
from backend.tasks.forms import TaskForm, compile_form, form_at
from backend.tasks.rights import HIDDEN, READ, WRITING
from engine.definitions import Entity, Flow, Form, FormItem, Node, Section, Text

_DETAILS, _MORE = Text("基本信息", "Details"), Text("其他", "More")


@dataclass(frozen=True)
class StartForm:
    """The form as one caller may fill it in. `stored` is what the record has before anything is typed, `step` the initiator's first
    step, which is done with it."""

    flow: Flow
    step: Node | None
    form: TaskForm
    access: Access
    stored: Mapping[str, Any]

    def creating(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """What the record is created with: what the form computes is left out where its sender may not write it."""
        computed = self.form.compiled.computed
        return {key: value for key, value in accepted.items() if key not in computed or key in self.access.writable}


def start_form(metadata: Metadata, caller: Caller, key: str) -> StartForm:
    """The form of a flow. Raises NotFound, Forbidden (to start it, to create its record), FlowInvalid where nobody starts it by hand."""
    flow = metadata.flow(key)
    require_startable(metadata, caller, flow)
    require_start(flow)
    entity = metadata.entity(flow.entity)
    access = reader_for(metadata, caller).access(entity, "create").require()
    step = own_step(flow)
    form = metadata.form(step.form) if step is not None and step.form is not None else entity_form(metadata, entity)
    stored = {**given_to(caller), **_defaults(entity)}
    rights = _narrowed(form, entity, step.rights if step is not None else {}, access, stored)
    made = form_at(compile_form(form, metadata), rights, acting=True)
    return StartForm(flow, step, made, access, stored)


def entity_form(metadata: Metadata, entity: Entity) -> Form:
    """The form in which records of an entity are created: its own, `<entity>_full`, and below that whatever is not on it."""
    own = metadata.forms.get(f"{entity.key}_full")
    sections = own.sections if own is not None and own.entity == entity.key else ()
    shown = {item.field for section in sections for item in section.items}
    rest = tuple(FormItem(field.key) for field in entity.fields if field.key not in shown)
    more = (Section(rest, _MORE if sections else _DETAILS, 2),) if rest else ()
    checks = own.checks if own is not None and sections else ()
    return Form(f"{entity.key}_start", entity.label, entity.key, (*sections, *more), checks)


def _defaults(entity: Entity) -> dict[str, Any]:
    found = ((field, type_of(field).default(field)) for field in entity.fields)
    return {field.key: value for field, value in found if not type_of(field).is_empty(value)}


def _narrowed(
    form: Form, entity: Entity, given: Mapping[str, str], access: Access, stored: Mapping[str, Any]
) -> dict[str, str]:
    """The rights of the step, of which nothing is left that its sender may not create; what is only shown must have something to show."""
    return {**given, **dict(_kept_back(form.items, entity, given, access, stored))}


def _kept_back(
    items: Iterable[FormItem], entity: Entity, given: Mapping[str, str], access: Access, stored: Mapping[str, Any]
) -> Iterable[tuple[str, str]]:
    for item in items:
        field = field_of(entity, item.field)
        if field is None:
            continue
        writable = item.field in access.writable and not type_of(field).server_set
        if writable and given.get(item.field, item.access) in WRITING and item.computed is None:
            continue
        something = item.computed is not None or item.field in stored
        readable = item.field in access.readable | access.writable
        if not (something and readable):
            yield item.field, HIDDEN
        elif not writable:
            yield item.field, READ if given.get(item.field, item.access) in (READ, *WRITING) else HIDDEN

"""Every expression of a definition: where it stands, and what it may name. Rules are texts of their own and have none here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.metadata.snapshot import Metadata
from engine.definitions import Entity, Flow, Form, Role, Segment, View
from engine.definitions.codec import kind_of
from engine.language import Checked, Scope, check, flow_scope, form_scope, record_scope
from engine.language.scopes import HOSTED


@dataclass(frozen=True, slots=True)
class Expression:
    """A text at a JSON pointer. `entity` owns its bare names; `record` is what the name `record` refers to. In a `template`
    literal texts hold placeholders."""

    path: str
    text: str
    scope: Scope
    entity: str | None = None
    record: str | None = None
    template: bool = False

    def checked(self) -> Checked | None:
        """The expression, when it is right."""
        found = check(self.text, self.scope, templates=self.template)
        return found if isinstance(found, Checked) else None


def expressions_of(definition: Any, metadata: Metadata) -> Iterator[Expression]:
    """The expressions of a definition, with `metadata` saying what can be named; none where its entity is unknown."""
    read = _READERS.get(kind_of(definition))
    return read(definition, metadata) if read is not None else iter(())


def _entity(entity: Entity, metadata: Metadata) -> Iterator[Expression]:
    if entity.key in metadata.entities:
        scope = record_scope(entity, metadata.entities)
        for number, each in enumerate(entity.checks):
            yield Expression(f"/checks/{number}/expression", each.expression, scope, entity.key)


def _form(form: Form, metadata: Metadata) -> Iterator[Expression]:
    entity = metadata.entities.get(form.entity)
    if entity is None:
        return
    scope = form_scope(form, entity, metadata.entities)
    for section_number, section in enumerate(form.sections):
        for number, item in enumerate(section.items):
            for member in ("visible_when", "required_when", "computed"):
                text = getattr(item, member)
                if text:
                    path = f"/sections/{section_number}/items/{number}/{member}"
                    yield Expression(path, text, scope, form.entity)
    hosted = form_scope(form, entity, metadata.entities, HOSTED)
    for number, each in enumerate(form.checks):
        yield Expression(f"/checks/{number}/expression", each.expression, hosted, form.entity)


def _of_records(path: str, text: str | None, entity: str, metadata: Metadata) -> Iterator[Expression]:
    known = metadata.entities.get(entity)
    if text and known is not None:
        yield Expression(path, text, record_scope(known, metadata.entities), entity)


def _view(view: View, metadata: Metadata) -> Iterator[Expression]:
    return _of_records("/filter", view.filter, view.entity, metadata)


def _segment(segment: Segment, metadata: Metadata) -> Iterator[Expression]:
    return _of_records("/condition", segment.condition, segment.entity, metadata)


def _role(role: Role, metadata: Metadata) -> Iterator[Expression]:
    for number, grant in enumerate(role.grants):
        yield from _of_records(f"/grants/{number}/where", grant.where, grant.entity, metadata)


def _flow(flow: Flow, metadata: Metadata) -> Iterator[Expression]:
    scope = flow_scope(flow, metadata.entities, decisions=metadata.decision_types)
    for number, edge in enumerate(flow.edges):
        if edge.when:
            yield Expression(f"/edges/{number}/when", edge.when, scope, record=flow.entity)
    for number, node in enumerate(flow.nodes):
        for name, text in node.arguments.items():
            yield Expression(f"/nodes/{number}/arguments/{name}", text, scope, record=flow.entity, template=True)


_READERS: Mapping[str, Callable[[Any, Metadata], Iterator[Expression]]] = {
    "entity": _entity,
    "form": _form,
    "view": _view,
    "segment": _segment,
    "role": _role,
    "flow": _flow,
}

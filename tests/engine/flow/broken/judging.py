"""What the checker tells of a flow among the definitions of base.json."""

from __future__ import annotations

from engine.decisions import decision_types
from engine.definitions import DecisionTable, Entity, Flow, Form, Role
from engine.definitions.codec import decode
from engine.flow import FlowProblem, check
from engine.language import TEXT, list_of, reference
from engine.rules import ActionSignature, Parameter
from tests.engine.flow.broken import AROUND, Document

_MADE = [decode(document["kind"], document) for document in AROUND]
ENTITIES = {each.key: each for each in _MADE if isinstance(each, Entity)}
FORMS = {each.key: each for each in _MADE if isinstance(each, Form)}
FLOWS = {each.key: each for each in _MADE if isinstance(each, Flow)}
ROLES = {each.key for each in _MADE if isinstance(each, Role)}
#: The rules around, with the entity whose records they go through.
RULES = {"nightly": "request", "of_suppliers": "supplier", "on_arrival": None}
DECISIONS = decision_types({each.key: each for each in _MADE if isinstance(each, DecisionTable)})
ACTIONS = {
    "notify": ActionSignature(
        "notify", (Parameter("to", TEXT, True), Parameter("text", TEXT), Parameter("link", TEXT))
    ),
    "update_record": ActionSignature("update_record", (), open=True),
    "find_record": ActionSignature("find_record", (Parameter("entity", TEXT, True),), open=True),
    "tag": ActionSignature("tag", (Parameter("tags", list_of(TEXT), True), Parameter("person", reference("person")))),
    "call_http": ActionSignature(
        "call_http",
        (Parameter("connector", TEXT), Parameter("url", TEXT)),
        open=True,
        external=True,
        one_of=(("connector", "url"),),
    ),
}


def told(document: Document) -> list[FlowProblem]:
    """The problems of a flow."""
    flow = decode("flow", document)
    assert isinstance(flow, Flow)
    return check(flow, ENTITIES, FORMS, ACTIONS, ROLES, {"sales"}, DECISIONS, FLOWS, {"ann@example.com"}, RULES)

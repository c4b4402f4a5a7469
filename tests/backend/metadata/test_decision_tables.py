"""Decision tables among the other definitions: checks, who uses them, and what evaluations of the installation ask."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from backend.metadata.checks import CheckContext, check_definition
from backend.metadata.event_scopes import rule_scope
from backend.metadata.relabelling import rewritten
from backend.metadata.snapshot import Metadata
from backend.metadata.uses import addresses, users_of
from engine.definitions.codec import decode
from engine.flow import compile_flow
from engine.flow.expressions import Key
from engine.language import Checked, check
from engine.language.asking import Asking
from tests.backend.metadata.documents import entity, label
from tests.backend.metadata.test_tryout import ROWS, table

Json = dict[str, Any]
WHEN = 'decide("discount", level: "gold", amount: record.amount).rate < 0.85'


def flow(when: str = WHEN) -> Json:
    return {
        "kind": "flow",
        "key": "pricing",
        "label": label("Pricing"),
        "entity": "order",
        "nodes": [
            {"id": "start", "type": "start_event", "title": label("s")},
            {"id": "which", "type": "exclusive_gateway", "title": label("w")},
            {"id": "end", "type": "end_event", "title": label("e")},
            {"id": "other", "type": "end_event", "title": label("o")},
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "which"},
            {"id": "b", "source": "which", "target": "end", "when": when},
            {"id": "c", "source": "which", "target": "other", "default": True},
        ],
    }


def metadata(*documents: Json) -> Metadata:
    return Metadata.of(decode(each["kind"], each) for each in documents)


def codes(known: Metadata, kind: str, key: str) -> list[tuple[str, str, str]]:
    return [(p.path, p.code, p.severity) for p in check_definition(known.find(kind, key), CheckContext(known))]


def test_gaps_and_overlaps_warn_and_mistakes_refuse() -> None:
    assert codes(metadata(table()), "decision_table", "discount") == [("/rules", "gap", "warning")]
    overlapping = table(*ROWS, {"when": {"amount": "> 60 CNY"}, "then": {"rate": "1"}})
    assert ("/rules/2", "overlap", "warning") in codes(metadata(overlapping), "decision_table", "discount")
    wrong = table({"when": {"levl": "1"}, "then": {"rate": "1"}})
    assert codes(metadata(wrong), "decision_table", "discount") == [("/rules/0/when/levl", "unknown_input", "error")]


def test_flows_ask_tables_that_there_are() -> None:
    known = metadata(entity(), table(), flow())
    assert codes(known, "flow", "pricing") == []
    gone = known.with_changes({("decision_table", "discount"): None})
    assert [(path, severity) for path, _, severity in codes(gone, "flow", "pricing")] == [("/edges/1/when", "error")]


def test_who_asks_a_table_is_known() -> None:
    rule = {
        "kind": "rule", "key": "cheap", "label": label("Cheap"),
        "text": 'rule cheap calendar "office" when order.created as o if decide("Discount", level: "gold", amount: o.amount)'
        '.rate < 1 then stop quiet "night" end',
    }  # fmt: skip
    office = {
        "kind": "calendar", "key": "office", "label": label("Office"), "week": {"0": [["09:00", "17:00"]]},
        "quiet": {"night": {"hours": [["22:00", "08:00"]]}},
    }  # fmt: skip
    known = metadata(entity(), table(), flow(), rule, office)
    assert ("decision_table", "discount") in addresses(known.flow("pricing"), known)
    assert users_of([("decision_table", "discount")], known) == [("flow", "pricing"), ("rule", "cheap")]
    assert users_of([("calendar", "office")], known) == [("rule", "cheap")]


def test_texts_follow_the_labels_of_a_table() -> None:
    chinese = table() | {"label": {"zh": "折扣表", "en": "Discount"}}
    before = metadata(entity(), chinese, flow(WHEN.replace('"discount"', '"折扣表"')))
    renamed = decode("decision_table", chinese | {"label": {"zh": "优惠表", "en": "Discount"}})
    changes = {("decision_table", "discount"): renamed}
    found = rewritten(before, before.with_changes(changes), changes, {})
    assert [each.when for each in found["flow", "pricing"].edges][1].startswith('决策("discount", level: "gold"')


def test_rules_may_ask_them() -> None:
    known = metadata(entity(), table())
    scope = rule_scope(known, {}).scope({})
    found = check('decide("discount", level: "gold", amount: 120 CNY).rate', scope)
    assert isinstance(found, Checked)
    assert found.evaluate({}, dt.datetime(2026, 11, 23, tzinfo=dt.UTC), known.context) == Decimal("0.8")


def test_a_flow_asks_in_questions_that_json_can_carry() -> None:
    """The worker has no tables: it asks for the decision, and the answer keeps its types."""
    known = metadata(entity(), table(), flow())
    program = compile_flow(known.flow("pricing"), known.entities, decisions=known.decision_types)
    edge = next(Key(each.id, "when") for each in known.flow("pricing").edges if each.when)
    asking, now = Asking(), dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    values = {"record": {"amount": "120.50"}}
    assert not program.holds(edge, values, now, asking.context)
    (question,) = asking.take()
    assert question["inputs"] == {"level": "gold", "amount": "120.50"}
    answer = known.decisions.plain(question["table"], question["inputs"], now, known.context)
    assert answer == {"types": {"rate": "number"}, "outputs": {"rate": "0.8"}}
    asking.tell([question], [answer])
    assert program.holds(edge, values, now, asking.context)
    assert program.holds(
        edge, values, now + dt.timedelta(seconds=9), asking.context
    )  # the clock went on while it asked
    assert asking.take() == []

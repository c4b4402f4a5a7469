"""What a rule's actions name and this installation does not have is told before the rule is published, at its place."""

from __future__ import annotations

import pytest

from backend.metadata.checks import CheckContext, check_definition
from engine.definitions import Rule, Text
from tests.scenarios.company import SIGNATURES, metadata


def told(actions: str, header: str = "") -> list[tuple[str, str, str | None, str]]:
    """Code, place, suggestion and severity of each problem of a rule that does this."""
    text = f"rule r {header} when social.comment as c then {actions} end"
    found = check_definition(Rule("r", Text("r", "r"), text), CheckContext(metadata(), SIGNATURES))
    return [(each.code, text[slice(*(each.span or (0, 0)))], each.suggestion, each.severity) for each in found]


@pytest.mark.parametrize(
    ("actions", "problem"),
    [
        ('start_flow("urgent_complain")', ("unknown_flow", '"urgent_complain"', "urgent_complaint")),
        ('after 1 hour do start_flow("retentoin") end', ("unknown_flow", '"retentoin"', "retention")),
        ('split per person 50% A: enter_segment("dormant_vp") end', ("unknown_segment", '"dormant_vp"', "dormant_vip")),
        ('cancel_pending(purpose: "marketng")', ("unknown_purpose", '"marketng"', "marketing")),
        ('create_record("folow_up", subject: "x")', ("unknown_entity", '"folow_up"', "follow_up")),
        ('create_record("follow_up", subjct: "x")', ("unknown_field", '"x"', "subject")),
        ('create_ticket(title: "x", priority: "hgh")', ("unknown_option", '"hgh"', "high")),
        ('set_person(life_cycle: "at_rsk")', ("unknown_option", '"at_rsk"', "at_risk")),
    ],
)
def test_a_name_that_stands_for_nothing_is_told(actions: str, problem: tuple[str, str, str]) -> None:
    assert told(actions) == [(*problem, "warning")]


def test_a_purpose_that_nobody_can_consent_to_is_told() -> None:
    assert told('send(text: "x")', "purpose marketng") == [("unknown_purpose", "", "marketing", "warning")]
    assert told('send(text: "x")', "purpose marketing") == []


def test_the_rules_of_the_shipped_apps_name_what_there_is() -> None:
    context = CheckContext(metadata(), SIGNATURES)
    for rule in metadata().rules.values():
        assert [each.message.en for each in check_definition(rule, context)] == [], rule.key

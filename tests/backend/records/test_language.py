"""Checking an expression names only what the caller may read, in flows too."""

from __future__ import annotations

import pytest

from backend.access.caller import Caller
from backend.db import uuid7
from backend.errors import Invalid
from backend.metadata.snapshot import Metadata
from backend.records.language import Expression, FlowDraft, check_expression
from engine.definitions import Flow, Text, Variable
from tests.backend.records.conftest import PERSON, ROLES, TICKET

_A = Text("甲", "A")
FLOW = Flow("refund", _A, "ticket", (), (), (Variable("compensation", "money", _A), Variable("reason", "text", _A)))
METADATA = Metadata.of([PERSON, TICKET, *ROLES, FLOW], version=1)


def somebody(role: str) -> Caller:
    return Caller(uuid7(), role, roles=frozenset({role}))


@pytest.mark.parametrize(
    ("role", "text", "ok"),
    [
        ("agent_own", "compensation > 5 CNY", True),
        ("agent_own", "record.compensation > 5 CNY", True),
        ("agent_tree", "compensation > 5 CNY", False),
        ("agent_tree", "record.compensation > 5 CNY", False),
        ("agent_tree", 'reason = "x" and record.score > 1', True),
    ],
)
async def test_an_expression_of_a_flow_names_what_the_caller_may_read(role: str, text: str, ok: bool) -> None:
    found = await check_expression(somebody(role), METADATA, Expression(text=text, flow="refund"))
    assert found.ok is ok


async def test_the_problem_does_not_suggest_what_is_hidden() -> None:
    found = await check_expression(
        somebody("agent_tree"), METADATA, Expression(text="compensatio > 5 CNY", flow="refund")
    )
    assert "compensation" not in str(found.problems)


async def test_a_flow_that_is_being_written_is_taken_as_its_author_has_it() -> None:
    amount = {"key": "amount", "type": "money", "label": {"zh": "金额", "en": "Amount"}, "currency": "CNY"}
    draft = FlowDraft.model_validate({"entity": "ticket", "variables": [amount]})
    asked = Expression(text="金额 > 5 元 and reason is empty", flow="refund", draft=draft)
    found = await check_expression(somebody("agent_own"), METADATA, asked)
    assert [problem["code"] for problem in found.problems] == ["unknown_name"], "the published one has a reason"
    new = Expression(text="金额 > 5 元", flow="not_there_yet", draft=draft)
    assert (await check_expression(somebody("agent_own"), METADATA, new)).ok


async def test_an_item_of_a_loop_may_be_of_any_type() -> None:
    draft = FlowDraft.model_validate({"entity": "ticket", "variables": [{"key": "item", "type": "unknown"}]})
    for text in ("item > 5", 'item = "a"'):
        asked = Expression(text=text, flow="refund", draft=draft)
        assert (await check_expression(somebody("agent_own"), METADATA, asked)).ok


async def test_a_draft_shows_nothing_that_is_hidden() -> None:
    hidden = FlowDraft.model_validate({"entity": "ticket", "variables": [{"key": "compensation", "type": "money"}]})
    asked = Expression(text="compensation > 5 CNY", flow="refund", draft=hidden)
    assert not (await check_expression(somebody("agent_tree"), METADATA, asked)).ok
    strange = FlowDraft.model_validate({"entity": "ticket", "variables": [{"key": "x", "type": "poem"}]})
    with pytest.raises(Invalid):
        await check_expression(somebody("agent_tree"), METADATA, Expression(text="1 = 1", flow="x", draft=strange))

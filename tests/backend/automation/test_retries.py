"""An action that fails is tried again and then shown as an incident; a rule that runs wild is switched off; the others go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from backend.actions.action import ActionArgument, ActionContext, Parameter, Result
from backend.automation import firing
from backend.db import Database
from engine.definitions import Text
from engine.language import TEXT
from tests.backend.automation.test_patterns import HOUR, MINUTE, NOON, firings, play, said
from tests.backend.social.company import found, rule

SECOND = timedelta(seconds=1)


class Unsteady:
    """An action whose target is away for so many calls."""

    key = "unsteady"
    label = Text("时好时坏", "Unsteady")
    parameters = (Parameter("note", TEXT, Text("内容", "Note")),)
    open = sends = False

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls: list[tuple[str, object]] = []

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        self.calls.append((context.key, arguments.get("note")))
        if len(self.calls) <= self.failures:
            raise ActionArgument(key=self.key, reason="it is away", reason_zh="目标不在", path="note")
        return {"note": arguments.get("note")}


UNSTEADY = 'rule unsteady when social.post as p then tag("先") unsteady("{p.text} {now()}") tag("后") end'


async def test_an_action_that_failed_is_called_again_as_it_was(database: Database) -> None:
    action = Unsteady(failures=2)
    company = await found(database, rule(UNSTEADY), actions=[action])
    await play(company, NOON, said(NOON, "你好"))
    (fired,) = await firings(company)
    assert (fired.status, [("error" in done) for done in fired.actions]) == ("failed", [False, True, False])
    await play(company, NOON + 9 * SECOND)
    assert len(action.calls) == 1
    await play(company, NOON + 10 * SECOND)
    assert (len(action.calls), (await firings(company))[0].status) == (2, "failed")
    await play(company, NOON + 2 * MINUTE)
    (fired,) = await firings(company)
    assert (fired.status, fired.error) == ("done", None)
    assert fired.actions[1]["attempts"] == 3
    assert len(set(action.calls)) == 1, "the same key and the same moment, whenever it is tried"
    assert await company.count("SELECT count(*) FROM weft.rule_incident") == 0
    assert await company.count("SELECT count(*) FROM weft.rule_deadline") == 0


async def test_an_action_that_goes_on_failing_is_an_incident(database: Database) -> None:
    action = Unsteady(failures=99)
    other = 'rule other when social.post as p then tag("别的") end'
    company = await found(database, rule(UNSTEADY), rule(other), actions=[action])
    await play(company, NOON, said(NOON, "你好"))
    for moment in (SECOND * 10, 2 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, 20 * HOUR):
        await play(company, NOON + moment)
    assert len(action.calls) == 6
    (incident,) = await company.rows("SELECT * FROM weft.rule_incident")
    assert (incident.rule, incident.code, incident.place, incident.status) == (
        "unsteady", "action.argument", "then.1", "open"
    )  # fmt: skip
    assert "目标不在" in incident.message["zh"]
    assert "it is away" in incident.message["en"]
    (person,) = await company.rows("SELECT tags FROM data.person")
    assert set(person.tags) == {"先", "后", "别的"}


async def test_a_rule_over_its_budget_is_switched_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "MAX_FIRINGS_PER_HOUR", 10)
    monkeypatch.setattr(firing, "_COUNTED_EVERY", 5)
    wild = 'rule wild when social.post as p then tag("x") end'
    calm = 'rule calm when social.post as p if p.text contains "最后" then tag("y") end'
    company = await found(database, rule(wild), rule(calm))
    for number in range(6):
        await play(company, NOON, *(said(NOON, f"第{number}{n}", f"user{n}") for n in range(5)))
    await play(company, NOON, said(NOON, "最后", "user0"))
    (switch,) = await company.rows("SELECT * FROM weft.rule_switch")
    assert (switch.kind, switch.key, switch.off) == ("rule", "wild", True)
    (incident,) = await company.rows("SELECT * FROM weft.rule_incident")
    assert (incident.rule, incident.code) == ("wild", "budget")
    count = len(await firings(company, "wild"))
    assert 10 <= count <= 20
    assert len(await firings(company, "calm")) == 1


async def test_more_rules_on_one_event_than_anybody_means(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "MAX_FIRINGS_OF_EVENT", 3)
    rules = [rule(f'rule r{n} when social.post as p then tag("{n}") end') for n in range(5)]
    company = await found(database, *rules)
    await play(company, NOON, said(NOON, "你好"))
    assert [row.status for row in await firings(company)] == ["done", "done", "done", "failed", "failed"]

"""A dry run of a rule that has been running says what it did: the same events, the same people, the same held back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.access.caller import SYSTEM
from backend.automation.behind import Looker
from backend.automation.dry_run import dry_run
from backend.automation.worlds import world_of
from backend.db import Database
from backend.metadata.event_scopes import rule_scope
from backend.records.reading import Reader
from engine.language import Problems
from engine.rules import compile_rule
from tests.backend.social.company import Company, found, post, rule

RULES = {
    "defect": 'rule defect when social.post as p if p.text contains any of keywords("defects") then tag("x") '
    "limit 2 per person per 1 day end",
    "often": "rule often when social.post if count(social.post within 10 hours by person) >= 3 then tag('y') "
    "else if person.level = 'vip' then tag('z') end",
    "pair": "rule pair when social.post as a followed_by social.message as b where b.person = a.person within 3 hours "
    "then tag('p') end",
    "silent": "rule silent when social.message as m without social.post where person = m.person within 1 hour "
    "then tag('s') once per person end",
    "made": "rule made when person.created as n where n.name != '乙' then tag('n') end",
}


async def past(company: Company) -> None:
    """Two days of three people, some of it late."""
    for hours in range(40, 2, -1):
        who = ("甲", "乙", "丙")[hours % 3]
        type = "social.message" if hours % 4 == 0 else "social.post"
        age = timedelta(hours=hours + (6 if hours % 10 == 7 else 0))
        words = "洗衣机漏水" if hours % 5 else "你好"
        await company.post(post(f"{words} {hours}", who, id=str(hours), type=type, age=age))
        if hours % 6 == 0:
            await company.process()
    await company.process()


@pytest.mark.parametrize("key", RULES)
async def test_a_dry_run_says_what_the_rule_did(database: Database, key: str) -> None:
    text = RULES[key].replace("'", '"')
    company = await found(database, rule(text))
    await past(company)
    did = await company.rows(
        "SELECT event_id, person_id, branch, status FROM weft.rule_firing WHERE rule = :key", key=key
    )
    scope = rule_scope(company.store.current, company.actions.signatures())
    compiled = compile_rule(text, scope)
    assert not isinstance(compiled, Problems)
    async with database.transaction() as session:
        reader = Reader(company.store.current, SYSTEM)
        world = await world_of(session, compiled, scope, Looker(reader, scope.records))
        tried = await dry_run(session, reader, world, days=3, limit=200)
    told = {"done": "fired"}
    assert sorted(
        (each["event"]["id"], each["person"]["id"], each["branch"], each["status"]) for each in tried["firings"]
    ) == sorted((row.event_id, str(row.person_id), row.branch, told.get(row.status, row.status)) for row in did)
    assert did

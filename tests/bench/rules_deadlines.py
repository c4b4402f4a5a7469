"""Deadlines that are all due at once: claimed, checked against the log, and fired. The rule waits twenty minutes for an answer to a
message; its action writes nothing, so that what is measured is the deadline; the same with a tag on the person beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from backend import clock
from backend.automation.deadlines import CONSUMER
from backend.db import Database
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.events.consumers import drain, ensure_positions
from backend.events.log import NewEvent, append_external
from tests.backend.social.company import rule
from tests.bench.figures import Figure, Figures
from tests.bench.rules_company import CHANNELS, publish, services

DEADLINES = 20_000
_TAGGED = 2_000
_GOAL = "what is asked for"
_MARKED = "an action that writes nothing"
#: A rule that fires ten thousand times within an hour is switched off, so there are several.
_RULE = """rule unanswered_{channel} when social.message as m where channel = "{channel}"
  without message.sent where person = m.person within 20 minutes then {action} end"""


async def deadlines(server: EmbeddedPostgres, count: int = DEADLINES) -> Figures:
    """Deadlines a second, in one process."""
    marked, busy = await _fired(server, "marked", 'mark("{m.text}")', count)
    tagged, _ = await _fired(server, "tagged", 'tag("未回复")', min(count, _TAGGED))
    return {
        "rules_deadlines": Figure(marked, "deadlines/s", 5_000, _GOAL),
        "rules_deadlines_processor": Figure(busy * 1e6, "µs"),
        "rules_deadlines_tagging": Figure(tagged, "deadlines/s", marked, _MARKED),
    }


async def _fired(server: EmbeddedPostgres, name: str, action: str, count: int) -> tuple[float, float]:
    """Deadlines a second, and the seconds of processor time of one."""
    url = server.ensure_database(f"rules_{name}")
    migrate(url)
    company = services(Database(url))
    await company.store.load()
    await publish(company, [rule(_RULE.replace("{channel}", each).replace("{action}", action)) for each in CHANNELS])
    await company.process()
    await ensure_positions(company.database, CONSUMER)
    waiting = list(_messages(count))
    for start in range(0, count, 1_000):
        async with company.database.transaction() as session:
            await append_external(session, waiting[start : start + 1_000])
    for consumer in (company.consumer, company.rules.consumer()):
        while await drain(company.database, consumer):
            pass
    begun, busy, done = time.perf_counter(), time.process_time(), 0
    while found := await company.rules.run_due(company.database, clock.now()):
        done += found
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    fired = await company.count("SELECT count(*) FROM weft.rule_firing WHERE status = 'done'")
    await company.database.close()
    assert fired == count, f"of {count} waiting {done} were due and {fired} fired"
    return done / seconds, busy / done


def _messages(count: int) -> Iterator[NewEvent]:
    """Messages of yesterday, four of each person, that nobody has answered."""
    begun = datetime.now(UTC) - timedelta(days=1)
    for number in range(count):
        at = begun + timedelta(milliseconds=number)
        channel = CHANNELS[number // 4 % len(CHANNELS)]
        author = {"id": f"bench-{number // 4}", "name": f"路人{number // 4}"}
        data = {"external_id": f"m{number}", "type": "social.message", "author": author, "target": None}
        data |= {"text": f"在吗 {number}", "occurred_at": at.isoformat()}
        yield NewEvent(
            "social.message", data, channel=channel, external_id=f"m{number}", actor_kind="channel", occurred_at=at
        )

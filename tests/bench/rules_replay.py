"""Real posts through the shipped rules, twice: sent again they are duplicates, and when the rules read the whole log anew nothing fires
a second time either. The templates' own posts follow them; without the data, which is not part of the project, they are alone."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from backend.assembly import Services, build_services
from backend.automation.runtime import work_off
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.events.log import NewEvent, append_external
from backend.settings import Settings
from backend.social.replay_file import default_posts, envelopes, read_posts
from backend.templates import install_app
from tests.bench.figures import Figure, Figures
from tests.product import ROOT

REAL_POSTS = ROOT.parent / "shared" / "data" / "weibo_posts.csv"
_TOGETHER = 100
_FIRST = "the first time"


def posts_files() -> list[Path]:
    """The real posts where they are, and the templates' own, which are written so that some of them fire."""
    if not REAL_POSTS.exists():
        print("no real posts here: only the templates' own are replayed", file=sys.stderr)
    return [file for file in (REAL_POSTS, default_posts()) if file.exists()]


async def replay(server: EmbeddedPostgres, count: int | None = None) -> Figures:
    """Posts a second the first time and again; fails where anything fires again."""
    url = server.ensure_database("rules_replay")
    migrate(url)
    services = build_services(Settings(database_url=url, secret="bench" * 8))
    await services.metadata.load()
    for app in ("crm", "scrm"):
        folder = ROOT / "builtin_templates" / app
        await install_app(services.database, services.publishing, folder, sample_data=True, password_hash=None)
    await services.metadata.refresh()
    await work_off(services.database, services.pipeline.consumer(), services.rules)
    events = [event for file in posts_files() for event in _events(file, count)]
    first = await _sent(services, events)
    fired = await _firings(services)
    await _sent(services, events)
    assert await _firings(services) == fired, "a post sent again fired again"
    begun = time.perf_counter()
    await _read_anew(services)
    again = time.perf_counter() - begun
    assert await _firings(services) == fired, "what was read anew fired again"
    await services.close()
    found = {"rules_replay": Figure(len(events) / first, "posts/s")}
    if fired:
        found["rules_replay_firings"] = Figure(fired, "firings")
        found["rules_replay_anew"] = Figure(len(events) / again, "posts/s", len(events) / first, _FIRST)
    return found


def _events(file: Path, count: int | None) -> list[NewEvent]:
    found, now = [], datetime.now(UTC)
    for each in envelopes(read_posts(file, count), now):
        at = datetime.fromisoformat(str(each.setdefault("occurred_at", now.isoformat())))
        found.append(
            NewEvent(
                str(each["type"]), each, channel="weibo", external_id=str(each["external_id"]), actor_kind="channel",
                occurred_at=at,
            )
        )  # fmt: skip
    return found


async def _sent(services: Services, events: list[NewEvent]) -> float:
    """Seconds until everything that the posts bring about is done."""
    begun = time.perf_counter()
    for start in range(0, len(events), _TOGETHER):
        async with services.database.transaction() as session:
            await append_external(session, events[start : start + _TOGETHER])
    await work_off(services.database, services.pipeline.consumer(), services.rules)
    return time.perf_counter() - begun


async def _read_anew(services: Services) -> None:
    async with services.database.transaction() as session:
        await session.execute(text("UPDATE weft.consumer_position SET xid = 0, event_id = 0 WHERE consumer = 'rules'"))
    await work_off(services.database, services.pipeline.consumer(), services.rules)


async def _firings(services: Services) -> int:
    async with services.database.transaction() as session:
        return int((await session.execute(text("SELECT count(*) FROM weft.rule_firing"))).scalar_one())

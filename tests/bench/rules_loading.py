"""How long a worker takes to have its rules ready: their stored typed form read, indexed and ready for events, against checking the
texts, which happens once when rules are published."""

from __future__ import annotations

import gc
import time
from dataclasses import replace

from backend.automation.rule_book import RuleBook, RuleLibrary
from backend.db import Database
from backend.db.embedded import EmbeddedPostgres
from backend.db.migrate import migrate
from backend.metadata.snapshot import Metadata
from engine.definitions.codec import decode_checked
from tests.backend.social.company import Company
from tests.bench.figures import Figure, Figures
from tests.bench.rules_company import publish, rules, services

RULES = 10_000
_ROUNDS = 3
_TEXTS = "checking the texts, indexing, and storing the typed form"


async def loading(server: EmbeddedPostgres, count: int = RULES) -> Figures:
    """Seconds to load so many rules: on the clock, and of processor time, which other work on the machine does not add to."""
    url = server.ensure_database("rules_loading")
    migrate(url)
    company = services(Database(url))
    await company.store.load()
    await publish(company, [])
    known = [decode_checked("rule", each) for each in rules(count, count // 20)]
    versions = {**company.store.current.versions, **{("rule", each.key): 1 for each in known}}
    metadata = replace(company.store.current, rules={each.key: each for each in known}, versions=versions)
    texts, texts_busy = await _ready(company, metadata)
    stored = [await _ready(company, replace(metadata)) for _ in range(_ROUNDS)]
    await company.database.close()
    return {
        "rules_load": Figure(min(seconds for seconds, _ in stored), "s", texts, _TEXTS),
        "rules_load_processor": Figure(min(busy for _, busy in stored), "s", texts_busy, _TEXTS),
    }


async def _ready(company: Company, metadata: Metadata) -> tuple[float, float]:
    """Until a process that knows no rules yet could take an event."""
    library = RuleLibrary(company.actions)
    gc.collect()
    begun, busy = time.perf_counter(), time.process_time()
    async with company.database.transaction() as session:
        book = await library.prepare(session, metadata)
    _touch(book)
    assert len(book.programs) == len(metadata.rules), book.broken
    return time.perf_counter() - begun, time.process_time() - busy


def _touch(book: RuleBook) -> None:
    """What is made on first use."""
    _ = book.index, book.reading

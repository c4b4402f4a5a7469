"""Rules: `python -m tests.bench.rules`. How they are found among ten and a hundred thousand, how fast stored ones load, a backlog from
end to end with one worker and with three, deadlines that are due, and real posts twice.

`--count` is the number of posts in the backlog; below a hundred everything else is small, too, and the figures only show that the
bench runs.
"""

from __future__ import annotations

import asyncio

from backend.db.embedded import EmbeddedPostgres
from tests.bench.figures import Figures, run, scratch
from tests.bench.rules_deadlines import DEADLINES, deadlines
from tests.bench.rules_loading import RULES as STORED
from tests.bench.rules_loading import loading
from tests.bench.rules_matching import LARGE, SMALL, matching
from tests.bench.rules_pipeline import RULES, WINDOWS, pipeline
from tests.bench.rules_replay import replay

_ROUNDS = 9
_SMALL = 100


def measure(count: int) -> Figures:
    """Every figure of rules."""
    small = count < _SMALL
    found = dict(matching(1 if small else _ROUNDS, *((200, 400) if small else (SMALL, LARGE))))
    with scratch() as folder:
        server = EmbeddedPostgres(folder / "postgres")
        server.start()
        try:
            found |= asyncio.run(loading(server, count if small else STORED))
            found |= pipeline(server, count, *((20, 2) if small else (RULES, WINDOWS)))
            found |= asyncio.run(deadlines(server, count if small else DEADLINES))
            found |= asyncio.run(replay(server, count if small else None))
        finally:
            server.stop()
    return found


if __name__ == "__main__":
    run("Rules", measure, count=800, counted="posts in the backlog")

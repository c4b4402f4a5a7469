"""Intake: how fast signed events are taken, over HTTP, against raw INSERTs of the same rows with the same commits.

The whole product runs, so that its worker handles what comes in while more comes; the raw rows go into the same log and
are handled just the same. Both sides take turns.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from backend.events.log import NewEvent, slot_of
from backend.social.replay_file import default_posts, read_posts
from tests.bench.figures import Figure, Figures, latencies, run, running_product
from tests.bench.lines import Line, side_by_side, timed
from tests.product import Product
from tests.story import Sender

CHANNEL = "weibo"
AT_ONCE = 8
LIST = 100
ROUNDS = 5
_RAW = "raw INSERTs of the same rows, psycopg, same commits"
_INSERT = (
    "INSERT INTO weft.event (slot, type, channel, external_id, actor_kind, occurred_at, data, depth) "
    "VALUES (%s, %s, %s, %s, 'channel', %s, %s, 0)"
)

Event = dict[str, Any]


class Posts:
    """Posts to deliver: the template's own texts, by two hundred authors, each with an id of its own."""

    def __init__(self) -> None:
        self._texts = itertools.cycle([post.text for post in read_posts(default_posts(), None)])
        self._numbers = itertools.count()

    def take(self, count: int) -> list[Event]:
        return [self._one(next(self._numbers)) for _ in range(count)]

    def _one(self, number: int) -> Event:
        author = {"id": f"bench-{number % 200}", "name": f"路人{number % 200}"}
        event = {"external_id": f"bench-{number}", "type": "social.post", "author": author, "text": next(self._texts)}
        return event | {"target": None, "occurred_at": datetime.now(UTC).isoformat()}


def row_of(event: Event) -> tuple[Any, ...]:
    """The row that the intake makes of an event."""
    slot = slot_of(NewEvent(event["type"], event, channel=CHANNEL, external_id=event["external_id"]))
    return (slot, event["type"], CHANNEL, event["external_id"], event["occurred_at"], Jsonb(event))


class Intake:
    """Both ways into one running product's log."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.sender = Sender(product, CHANNEL)
        self.path = f"/api/channels/{CHANNEL}/events"
        self.posts = Posts()

    def http(self, line: Line, events: Sequence[Event]) -> float:
        """Deliver events in one signed request; signing and encoding are the sender's work and not counted."""
        body = orjson.dumps(events[0] if len(events) == 1 else events)
        headers = {"Content-Type": "application/json", **self.sender.headers(body)}
        return timed(lambda: line.send("POST", self.path, body, headers))

    def raw(self, connection: psycopg.Connection[Any], events: Sequence[Event]) -> float:
        """Insert the same rows in one transaction."""
        rows = [row_of(event) for event in events]

        def insert() -> None:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(_INSERT, rows)

        return timed(insert)

    def line(self) -> Line:
        return Line(self.product)

    def connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.product.database_url, autocommit=True)


def alternating(intake: Intake, pairs: int, size: int) -> tuple[list[float], list[float]]:
    """Latencies of deliveries of `size` events on one connection, and of raw inserts in between."""
    ours, theirs = [], []
    with intake.line() as line, intake.connection() as connection:
        for number in range(pairs + 3):
            events, others = intake.posts.take(size), intake.posts.take(size)
            pair = intake.http(line, events), intake.raw(connection, others)
            if number >= 3:  # the first warm both up
                ours.append(pair[0])
                theirs.append(pair[1])
    return ours, theirs


def at_once(intake: Intake, each: int) -> tuple[list[float], float, list[float], float]:
    """Latencies and events a second of eight connections over HTTP, then of eight raw ones; medians over rounds."""
    lines = [intake.line() for _ in range(AT_ONCE)]
    connections = [intake.connection() for _ in range(AT_ONCE)]
    ours, theirs, rates, raw_rates = [], [], [], []
    try:
        for _ in range(ROUNDS):
            found, seconds = side_by_side([_job(intake, partial(intake.http, line), each) for line in lines])
            ours += found
            rates.append(len(found) / seconds)
            found, seconds = side_by_side([_job(intake, partial(intake.raw, one), each) for one in connections])
            theirs += found
            raw_rates.append(len(found) / seconds)
    finally:
        for line, connection in zip(lines, connections, strict=True):
            line.__exit__(None, None, None)
            connection.close()
    return ours, statistics.median(rates), theirs, statistics.median(raw_rates)


def _job(intake: Intake, deliver: Callable[[Sequence[Event]], float], each: int) -> Callable[[], list[float]]:
    events = intake.posts.take(each)
    return lambda: [deliver([event]) for event in events]


def measure(count: int) -> Figures:
    """`count` single events on one connection, as many on eight, and lists of a hundred."""
    with running_product() as product:
        intake = Intake(product)
        one, raw_one = alternating(intake, count, 1)
        eight, rate, raw_eight, raw_rate = at_once(intake, max(1, count // (AT_ONCE * ROUNDS)))
        lists, raw_lists = alternating(intake, max(2, count // 20), LIST)
    return {
        **latencies("intake_latency_1", one, raw_one, _RAW),
        "intake_rate_1": Figure(len(one) / sum(one), "events/s", len(raw_one) / sum(raw_one), _RAW),
        **latencies("intake_latency_8", eight, raw_eight, _RAW),
        "intake_rate_8": Figure(rate, "events/s", raw_rate, _RAW),
        **latencies("intake_list_100_latency", lists, raw_lists, _RAW),
        "intake_list_100_rate": Figure(
            LIST * len(lists) / sum(lists), "events/s", LIST * len(raw_lists) / sum(raw_lists), _RAW
        ),
    }


if __name__ == "__main__":
    run("Intake of signed events", measure, count=400, counted="single events on each kind of connection")

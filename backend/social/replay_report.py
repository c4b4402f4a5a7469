"""What became of replayed posts, read from the database by their external ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import BigInteger, Text

from backend.social.replay_file import ReplayPost

_EVENTS = text(
    "SELECT id, external_id FROM weft.event WHERE channel = :channel AND external_id = ANY(:external_ids)"
).bindparams(bindparam("external_ids", type_=ARRAY(Text)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the reader agrees with the labels: `labelled` posts, of them `decided` positive or negative, `agreed`."""

    labelled: int
    decided: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the posts. `pending` are those that were not processed when waiting ended."""

    posts: int
    accepted: int
    duplicates: int
    processed: int
    pending: int
    failed: int
    persons: int
    new_persons: int
    sentiment: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    rules_failed: int = 0
    tickets: int = 0
    instances: int = 0
    tasks: int = 0
    agreement: Agreement | None = None


async def events_of(session: AsyncSession, channel: str, external_ids: Sequence[str]) -> dict[int, str]:
    """The events that the posts became: id -> external id."""
    rows = await session.execute(_EVENTS, {"channel": channel, "external_ids": list(external_ids)})
    return {row.id: row.external_id for row in rows}


def _over(statement: str) -> Any:
    return text(statement).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


_DONE = _over(
    """
    SELECT (SELECT count(*) FROM weft.social_post WHERE event_id = ANY(:ids)) AS processed,
           (SELECT count(*) FROM weft.failed_event WHERE consumer = 'pipeline' AND event_id = ANY(:ids)) AS failed
    """
)
_WAITING = _over(
    """
    SELECT (SELECT count(*) FROM weft.outbox WHERE event_id = ANY(:ids) AND status = 'pending')
         + (SELECT count(*) FROM weft.instance WHERE event_id = ANY(:ids) AND status = 'starting')
         + (SELECT count(*) FROM weft.consumer_position AS p JOIN weft.event AS e
                ON e.slot = p.slot AND (e.xid, e.id) > (p.xid, p.event_id)
            WHERE p.consumer = 'rules' AND e.type = 'social.processed' AND e.causation_id = ANY(:ids)) AS waiting
    """
)
_FIGURES = _over(
    """
    SELECT (SELECT count(DISTINCT person_id) FROM weft.social_post WHERE event_id = ANY(:ids)) AS persons,
           (SELECT count(*) FROM weft.event WHERE type = 'person.created' AND causation_id = ANY(:ids)) AS new_persons,
           (SELECT count(*) FROM weft.event WHERE type = 'ticket.created' AND causation_id = ANY(:ids)) AS tickets,
           (SELECT count(*) FROM weft.instance WHERE event_id = ANY(:ids)) AS instances,
           (SELECT count(*) FROM weft.task t JOIN weft.instance i ON i.id = t.instance_id
            WHERE i.event_id = ANY(:ids)) AS tasks
    """
)
_SENTIMENT = _over("SELECT event_id, sentiment FROM weft.social_post WHERE event_id = ANY(:ids)")
_RULES = _over(
    """
    SELECT rule, count(*) FILTER (WHERE status <> 'limited') AS fired, count(*) FILTER (WHERE status = 'failed') AS failed
    FROM weft.rule_firing WHERE event_id = ANY(:ids) GROUP BY rule ORDER BY 2 DESC, 1
    """
)


async def progress_of(session: AsyncSession, ids: Sequence[int]) -> tuple[int, int]:
    """How many of the events are processed, and how many failed."""
    row = (await session.execute(_DONE, {"ids": list(ids)})).one()
    return row.processed, row.failed


async def waiting_of(session: AsyncSession, ids: Sequence[int]) -> int:
    """How much of the events is still on its way: rules to read them, outbox messages, flows that have not begun."""
    return int((await session.execute(_WAITING, {"ids": list(ids)})).scalar_one())


async def report(
    session: AsyncSession, posts: Sequence[ReplayPost], events: Mapping[int, str], accepted: int, duplicates: int
) -> Report:
    """Read everything that became of the posts."""
    ids = {"ids": list(events)}
    processed, failed = await progress_of(session, ids["ids"])
    figures = (await session.execute(_FIGURES, ids)).mappings().one()
    readings = {events[row.event_id]: row.sentiment for row in await session.execute(_SENTIMENT, ids)}
    rules = (await session.execute(_RULES, ids)).all()
    return Report(
        posts=len(posts),
        accepted=accepted,
        duplicates=duplicates,
        processed=processed,
        pending=len(events) - processed - failed,
        failed=failed,
        sentiment=dict(Counter(readings.values())),
        rules={row.rule: row.fired for row in rules if row.fired},
        rules_failed=sum(row.failed for row in rules),
        agreement=_agreement(posts, readings),
        **figures,
    )


def _agreement(posts: Sequence[ReplayPost], readings: Mapping[str, str]) -> Agreement | None:
    labelled = [(post.label, readings[post.id]) for post in posts if post.label and post.id in readings]
    if not labelled:
        return None
    decided = sum(reading != "neutral" for _, reading in labelled)
    return Agreement(len(labelled), decided, sum(label == reading for label, reading in labelled))


def show(console: Console, found: Report) -> None:
    """Print the report."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in _lines(found):
        table.add_row(name, value)
    console.print(table)
    if found.pending:
        console.print(f"[yellow]{found.pending} posts are not processed yet. Is a worker running?[/yellow]")


def _lines(found: Report) -> list[tuple[str, str]]:
    total = sum(found.sentiment.values()) or 1
    shares = ", ".join(
        f"{name} {found.sentiment.get(name, 0)} ({found.sentiment.get(name, 0) / total:.0%})"
        for name in ("positive", "neutral", "negative")
    )
    fired = ", ".join(f"{rule} {count}" for rule, count in found.rules.items()) or "none"
    lines = [
        ("accepted", f"{found.accepted} of {found.posts}, {found.duplicates} duplicates"),
        ("processed", f"{found.processed}, {found.failed} failed"),
        ("persons", f"{found.persons}, {found.new_persons} of them new"),
        ("sentiment", shares),
        ("rules fired", fired + (f"; {found.rules_failed} with a failed action" if found.rules_failed else "")),
        ("tickets", str(found.tickets)),
        ("instances", str(found.instances)),
        ("tasks", str(found.tasks)),
    ]
    if found.agreement is not None:
        lines.append(("agreement", _agreement_line(found.agreement)))
    return lines


def _agreement_line(found: Agreement) -> str:
    decided = (
        f"{found.agreed / found.decided:.1%} of the {found.decided} it called positive or negative; "
        if found.decided
        else ""
    )
    return (
        f"the word list agrees with {found.agreed / found.labelled:.1%} of {found.labelled} labels"
        f" ({decided}a word list, not a trained model)"
    )

"""The company of the crash run: people on several channels, orders, and rules of every kind that remembers something."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.action import ActionContext, Parameter, Result
from backend.events.log import NewEvent
from engine.definitions import Text
from engine.language import TEXT
from tests.backend.social.company import Document, column, entity, options, rule

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
#: By how much an event may stand in the log after others that happened later.
LATEST = timedelta(minutes=8)
#: Between two events, on average.
STEP = timedelta(minutes=2)
PEOPLE = 40
CHANNELS = ("weibo", "douyin", "wechat")
_SPACE = UUID("6f0f5c2e-0000-4000-8000-000000000000")

ORDER = entity(
    "order",
    "number",
    column("number", required=True),
    column("person", "reference", entity="person"),
    column("amount", "number"),
    column("status", "stage", options=options("draft", "paid"), default="draft"),
)


class Effect:
    """An action that leaves one row each time it is carried out."""

    key = "effect"
    label = Text("留痕", "Effect")
    parameters = (Parameter("note", TEXT, Text("内容", "Note")),)
    open = sends = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        await context.session.execute(
            text("INSERT INTO data.effect (key, note) VALUES (:key, :note)"),
            {"key": context.key, "note": str(arguments.get("note") or "")},
        )
        return {"note": arguments.get("note")}


#: What a rule counts when a time is over depends on what has come in by then, late events included; so only what cannot change by
#: them is asked there. Everywhere else the place in the log says what is known.
RULES: tuple[Document, ...] = tuple(
    rule(program)
    for program in (
        'rule plain priority 5 when social.post as p if p.text contains "投诉" then effect("plain {p.text}") end',
        'rule stops priority 9 when social.post as p where text contains "停" then effect("stop") stop end',
        'rule daily when social.like as l then effect("daily") limit 2 per person per 6 hours end',
        'rule first when social.comment as c if c.sentiment = "negative" then effect("once") once per person end',
        """rule thirds when social.like as l
          if count(social.like within 3 hours by person) >= 4 then effect("likes") limit 1 per person per 3 hours end""",
        """rule spending when order.paid as o
          if sum(amount: order.paid within 12 hours by person) > 500 and count(social.post within 1 day by person) >= 1
          then effect("spends") else effect("little") end""",
        """rule channels when social.message as m
          if distinct(channel: social.message within 6 hours by person) >= 2 then effect("channels {m.channel}") end""",
        """rule busy when social.post as p where text contains "投诉"
          if count(social.post where text contains "投诉" within 30 minutes) >= 4 then effect("busy") end""",
        """rule asks_twice when social.message as m where text contains "问"
          followed_by social.message as n where person = m.person and text contains "问" within 2 hours
          then effect("twice {m.text} {n.text}") end""",
        """rule journey when social.post as p
          followed_by social.like as l where person = p.person within 4 hours
          followed_by order.paid as o where person = p.person within 1 day
          then effect("journey {o.amount}") end""",
        """rule unanswered when social.message as m where text contains "问"
          without message.sent where person = m.person within 20 minutes
          if count(social.message where text contains "问" within 1 day by person) >= 1 then effect("unanswered {m.text}")
             after 2 hours do effect("still {m.text}") end
          end""",
        """rule no_repeat when order.paid as o without order.paid where person = o.person within 1 day
          then effect("gone") end""",
        """rule later when social.comment as c
          then after 30 minutes do effect("half {c.text}") after 3 hours do effect("three") end end
               split per person 50% A: effect("A") 50% B: effect("B") end
          limit 3 per person per 1 day end""",
    )
)
_WORDS = ("你好", "投诉 太差了", "问 在吗", "停 不要了", "好用", "问 什么时候发货", "很失望")


def person(number: int) -> UUID:
    """The id of a person."""
    return uuid5(_SPACE, f"person {number}")


def handle(number: int, channel: str) -> str:
    """Who a person is on a channel."""
    return f"{channel}-{number}"


async def people(session: AsyncSession) -> None:
    """The people, on all channels, and the table that shows what was done."""
    await session.execute(text("CREATE TABLE data.effect (key text, note text)"))
    for number in range(PEOPLE):
        id = person(number)
        await session.execute(
            text("INSERT INTO data.person (id, name) VALUES (:id, :name)"), {"id": id, "name": f"客户{number}"}
        )
        for channel in CHANNELS:
            await session.execute(
                text(
                    "INSERT INTO weft.identity (channel, external_id, person_id, name)"
                    " VALUES (:channel, :handle, :id, :name)"
                ),
                {"channel": channel, "handle": handle(number, channel), "id": id, "name": f"客户{number}"},
            )


def timeline(count: int, seed: int) -> Iterator[NewEvent]:
    """Events in the order in which they come in: mostly that of their times, some late."""
    chance = random.Random(seed)
    made = []
    at = BEGIN
    for number in range(count):
        at += STEP * chance.expovariate(1)
        late = LATEST * chance.random() if chance.random() < 0.1 else timedelta()
        made.append((at + late, number, _event(chance, number, at)))
    for _, _, event in sorted(made, key=lambda each: each[:2]):
        yield event


def _event(chance: random.Random, number: int, at: datetime) -> NewEvent:
    who = min(int(chance.expovariate(1 / 12)), PEOPLE - 1)
    kind = chance.choices(("said", "order", "answer"), (80, 12, 8))[0]
    if kind == "order":
        return _order(chance, number, who, at)
    if kind == "answer":
        data = {"message_id": str(number), "channel": "weibo", "recipient": handle(who, "weibo"), "text": "在的"}
        return NewEvent("message.sent", data, person_id=person(who), occurred_at=at)
    type = chance.choices(("social.post", "social.like", "social.message", "social.comment"), (20, 35, 30, 15))[0]
    channel = chance.choice(CHANNELS)
    author = {"id": handle(who, channel), "name": f"客户{who}"}
    said = {"external_id": str(number), "type": type, "author": author, "text": chance.choice(_WORDS), "target": None}
    event = NewEvent(type, said, channel=channel, external_id=str(number), actor_kind="channel")
    return replace(event, occurred_at=at)


def _order(chance: random.Random, number: int, who: int, at: datetime) -> NewEvent:
    id = uuid5(_SPACE, f"order {number}")
    record: dict[str, Any] = {
        "id": str(id), "number": str(number), "person": str(person(who)), "amount": chance.randrange(10, 400),
        "status": "paid",
    }  # fmt: skip
    changes: dict[str, Any] = {name: [None, value] for name, value in record.items() if name != "id"}
    data = {"changes": changes, "record": record}
    return NewEvent("order.created", data, "order", id, person(who), occurred_at=at)

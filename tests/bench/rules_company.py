"""The company of the rule benches: a thousand rules of which fifty count windows, people on channels, and posts of which about one
in six fires something.

Every rule asks for words of its own beside channel, sentiment or level; those with windows also for how often the person said such
things lately. What they do is what rules of the shipped templates do most: a tag on the person, a ticket.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.access.caller import SYSTEM
from backend.actions.action import ActionContext, Parameter, Result
from backend.actions.records import RECORD_ACTIONS
from backend.actions.registry import ActionRegistry
from backend.actions.service_desk import SERVICE_DESK_ACTIONS
from backend.automation.pipeline import Pipeline
from backend.automation.runtime import RuleRuntime
from backend.db import Database
from backend.events.log import NewEvent
from backend.messaging.actions import MESSAGING_ACTIONS
from backend.metadata import repository
from backend.metadata import service as metadata_service
from backend.metadata.service import Publishing
from backend.metadata.store import MetadataStore
from backend.records.ddl import DDL
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage
from engine.definitions import Text
from engine.language import TEXT
from tests.backend.social.company import ENTITIES, ROLES, WORD_LISTS, Company, Document, rule

CHANNELS = ("weibo", "wechat", "douyin", "xiaohongshu")
SENTIMENTS = ("positive", "neutral", "negative")
_SAID = (
    "今天试了一下",
    "朋友推荐的",
    "刚收到货",
    "太差了，客服不理人",
    "很喜欢，下次还来",
    "说明书看不懂",
    "等了很久才到",
)


class Mark:
    """An action that writes nothing: what is measured with it is the rule, not what it does."""

    key = "mark"
    label = Text("标记", "Mark")
    parameters = (Parameter("note", TEXT, Text("内容", "Note")),)
    open = sends = False

    async def run(self, _context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        return {"note": arguments.get("note")}


def services(database: Database) -> Company:
    """One process of the company."""
    store = MetadataStore(database)
    registry = ActionRegistry([*RECORD_ACTIONS, *SERVICE_DESK_ACTIONS, *MESSAGING_ACTIONS, Mark()])
    pipeline = Pipeline(store, SocialStage(WordListReader()))
    return Company(database, store, registry, pipeline, RuleRuntime(store, registry))


async def publish(company: Company, documents: Sequence[Document]) -> None:
    """Publish the company's definitions and these at once."""
    publishing = Publishing(company.store, DDL(), company.actions.signatures())
    async with company.database.transaction() as session:
        for each in (*ENTITIES, *WORD_LISTS, *ROLES, *documents):
            await repository.put_draft(session, each["kind"], each["key"], dict(each), 0, None)
    async with company.database.transaction() as session:
        await metadata_service.publish(session, publishing, SYSTEM)
    await company.store.refresh()


def word(draw: random.Random) -> str:
    """A made-up word of two or three Chinese characters."""
    return "".join(chr(0x4E00 + draw.randrange(3_000)) for _ in range(draw.choice((2, 3))))


def words(rules: int) -> Sequence[str]:
    """The words that so many rules are about."""
    draw = random.Random(rules)
    return list(dict.fromkeys(word(draw) for _ in range(max(rules, 20))))


def rules(count: int, windows: int) -> Iterator[Document]:
    """So many rules, of which `windows` count something."""
    draw, known = random.Random(count), words(count)
    for number in range(count):
        yield rule(_counting(number, draw, known) if number < windows else _plain(number, draw, known))


def _plain(number: int, draw: random.Random, known: Sequence[str]) -> str:
    named = ", ".join(f'"{each}"' for each in draw.sample(known, 2))
    more = draw.choice(
        (f'p.channel in ["{draw.choice(CHANNELS)}", "{draw.choice(CHANNELS)}"]', 'p.sentiment != "positive"', 'person.level = "normal"')
    )  # fmt: skip
    title = 'create_ticket(title: "{p.author.name}: {p.text}")' if number % 3 == 0 else ""
    return (
        f'rule r{number} "规则 {number}" priority {draw.randrange(100)} when social.post as p'
        f' if p.text contains any of [{named}] and {more} then tag("标签{number % 40}") {title} end'
    )


def _counting(number: int, draw: random.Random, known: Sequence[str]) -> str:
    days = draw.choice((1, 7, 30))
    return (
        f'rule r{number} "规则 {number}" when social.post as p'
        f' if p.sentiment != "positive" and p.text contains "{known[number]}"'
        f' and count(social.post as o where o.sentiment != "positive" within {days} days by person) >= 2'
        f' then tag("常客{number}") limit 1 per person per 6 hours end'
    )


def posts(count: int, rules: int, windows: int, seed: int = 5) -> list[NewEvent]:
    """Posts as the intake appends them, four by each author; most name none of the words, some one that a window is about."""
    draw, known = random.Random(seed), words(rules)
    begun = datetime.now(UTC) - timedelta(seconds=count)
    return [_post(number, begun + timedelta(seconds=number), draw, known, windows) for number in range(count)]


def _post(number: int, at: datetime, draw: random.Random, known: Sequence[str], windows: int) -> NewEvent:
    chance = draw.random()
    named = draw.choice(known) if chance < 0.12 else draw.choice(known[:windows]) if chance < 0.2 and windows else ""
    text = f"{draw.choice(_SAID)}{named}，{draw.choice(_SAID)} {number}"
    author = {"id": f"bench-{number // 4}", "name": f"路人{number // 4}"}
    data = {"external_id": f"bench-{number}", "type": "social.post", "author": author, "target": None}
    data |= {"text": text, "occurred_at": at.isoformat()}
    return NewEvent(
        "social.post", data, channel=draw.choice(CHANNELS[:1] * 3 + CHANNELS), external_id=f"bench-{number}",
        actor_kind="channel", occurred_at=at,
    )  # fmt: skip


async def warm_up(company: Company) -> None:
    """What a worker does once in its life: connect, load the rules, make functions of their conditions."""
    async with company.database.transaction() as session:
        matcher = await company.rules.matcher(session)
        await company.rules.handle(session, [])
    for program in matcher.book.programs.values():
        for conjuncts in program.rule.conjuncts:
            _ = [part.evaluate for part in (*conjuncts.cheap, *conjuncts.counting)]

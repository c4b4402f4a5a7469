"""Actions on a real PostgreSQL, called as a rule or a service task calls them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.access.caller import SYSTEM
from backend.actions.action import ActionArgument, ActionContext, ActionUnknown, Result
from backend.actions.arguments import id_of, texts, to_input
from backend.actions.registry import ActionRegistry
from backend.db import Database
from backend.events.log import Cause
from backend.records import service as records
from tests.backend.social.company import Company, found

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def company(database: Database) -> Company:
    return await found(database)


@pytest.fixture
async def person(company: Company) -> UUID:
    async with company.database.transaction() as session:
        made = await records.create(
            session, company.store.current, SYSTEM, "person", {"name": "王五", "phone": "13800000000"}
        )
    return UUID(str(made["id"]))


@pytest.fixture
async def run(company: Company, person: UUID) -> Run:
    """Runs an action about the person, committed; `about` changes the context."""

    async def call(key: str, about: dict[str, Any] | None = None, **arguments: Any) -> Result:
        async with company.database.transaction() as session:
            context = ActionContext(
                session=session,
                metadata=company.store.current,
                now=datetime.now(UTC),
                key=str(uuid4()),
                cause=Cause(),
                person_id=person,
            )
            return await company.actions.run(key, replace(context, **(about or {})), arguments)

    return call


async def tags(company: Company, person: UUID) -> list[str] | None:
    (row,) = await company.rows("SELECT tags FROM data.person WHERE id = :id", id=person)
    found: list[str] | None = row.tags
    return found


async def test_tags_are_added_once_and_taken_off(company: Company, person: UUID, run: Run) -> None:
    await run("tag", tags=("a", "b"))
    await run("tag", tags="b，c")
    assert await tags(company, person) == ["a", "b", "c"]
    await run("untag", tags=("a", "c"), person={"id": str(person)})
    assert await tags(company, person) == ["b"]
    version = await company.count("SELECT version FROM data.person WHERE id = :id", id=person)
    await run("tag", tags="b")
    assert await company.count("SELECT version FROM data.person WHERE id = :id", id=person) == version


async def test_records_are_made_and_changed_with_values_of_the_language(
    company: Company, person: UUID, run: Run
) -> None:
    made = await run("create_record", entity="product", name="洗衣机", keywords=("滚筒", "X1"))
    assert made is not None
    assert made["entity"] == "product"
    about = {"entity": "product", "record_id": UUID(made["record_id"])}
    await run("update_record", about, name="洗衣机 2")
    await run("set_person", level="vip", sentiment_score=Decimal("0.5"))
    (product,) = await company.rows("SELECT name, keywords FROM data.product")
    assert (product.name, product.keywords) == ("洗衣机 2", ["滚筒", "X1"])
    (row,) = await company.rows("SELECT level, sentiment_score FROM data.person WHERE id = :id", id=person)
    assert (row.level, row.sentiment_score) == ("vip", Decimal("0.5"))
    events = await company.rows("SELECT type FROM weft.event WHERE subject_entity = 'product' ORDER BY id")
    assert [event.type for event in events] == ["product.created", "product.updated"]


async def test_a_ticket_takes_what_was_said_and_the_product_named_longest(company: Company, run: Run) -> None:
    for name, keywords in (("冰箱", []), ("对开门冰箱", ["双门冰箱"])):
        await run("create_record", entity="product", name=name, keywords=keywords)
    event = {"text": "家里的双门冰箱异响", "channel": "weibo"}
    made = await run("create_ticket", {"event": event}, title="异" * 300, priority="urgent")
    assert made is not None
    (ticket,) = await company.rows(
        "SELECT t.title, t.priority, t.channel, t.source_text, p.name FROM data.ticket t JOIN data.product p ON p.id = t.product"
    )
    assert (ticket.priority, ticket.channel, ticket.name) == ("urgent", "weibo", "对开门冰箱")
    assert (len(ticket.title), ticket.source_text) == (120, "家里的双门冰箱异响")


async def test_a_channel_the_ticket_does_not_know_is_other(company: Company, run: Run) -> None:
    await run("create_ticket", {"event": {"text": "", "channel": "douyin"}}, title="x")
    (ticket,) = await company.rows("SELECT channel, product FROM data.ticket")
    assert (ticket.channel, ticket.product) == ("other", None)


async def test_an_article_is_drafted_from_the_ticket(company: Company, run: Run) -> None:
    made = await run("create_ticket", title="洗衣机漏水", description="漏水", quality_finding="密封圈老化")
    assert made is not None
    await run("draft_article", {"entity": "ticket", "record_id": UUID(made["record_id"])})
    (article,) = await company.rows("SELECT * FROM data.knowledge_article")
    assert article.title == "案例：洗衣机漏水"
    assert "密封圈老化" in article.body
    assert str(article.ticket) == made["record_id"]


@pytest.mark.parametrize(
    ("key", "arguments"),
    [
        ("tag", {}),
        ("create_ticket", {"title": " "}),
        ("create_record", {}),
        ("update_record", {}),
        ("update_record", {"entity": "ticket"}),
        ("draft_article", {}),
    ],
)
async def test_what_is_missing_is_named(run: Run, key: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ActionArgument) as refused:
        await run(key, **arguments)
    assert refused.value.path


async def test_an_unknown_action_suggests_the_nearest(company: Company, run: Run) -> None:
    with pytest.raises(ActionUnknown) as refused:
        await run("creat_ticket")
    assert refused.value.suggestion == "create_ticket"
    with pytest.raises(ValueError, match="two actions"):
        ActionRegistry([*company.actions, company.actions.get("tag")])


def test_arguments_are_read_leniently_and_exactly() -> None:
    id = uuid4()
    assert id_of({"id": str(id)}) == id_of(id) == id_of(str(id)) == id
    assert id_of("nobody") is id_of(None) is id_of({}) is None
    assert texts(" a, b、c，a,, ") == ["a", "b", "c"]
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    assert to_input((Decimal("1.10"), moment, {"id": "x"})) == [Decimal("1.10"), moment.isoformat(), "x"]

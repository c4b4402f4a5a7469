"""The dashboard's figures against records whose times are known."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from backend.access.caller import SYSTEM, Caller
from backend.analytics.dashboard import dashboard
from backend.db import Database
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from tests.backend.social.company import DEFECT_RULE, Company, found, label, post, rule


async def ticket(company: Company, hours_ago: float, answered_after: float | None, status: str = "new") -> None:
    """A ticket made so many hours ago and answered so many minutes after."""
    async with company.database.transaction() as session:
        made = await records.create(session, company.store.current, SYSTEM, "ticket", {"title": "x", "status": status})
    await company.run(
        "UPDATE data.ticket SET created_at = now() - make_interval(secs => :ago),"
        " first_response_at = now() - make_interval(secs => :ago) + make_interval(secs => :after) WHERE id = :id",
        id=UUID(str(made["id"])),
        ago=hours_ago * 3600,
        after=None if answered_after is None else answered_after * 60,
    )


async def figures(company: Company, days: int = 7, caller: Caller = SYSTEM) -> dict[str, Any]:
    async with company.database.transaction() as session:
        return await dashboard(session, company.store.current, caller, days, "Asia/Shanghai")


async def test_first_response_is_the_median_of_what_was_answered_in_those_days(database: Database) -> None:
    company = await found(database)
    for minutes in (10, 20, 90):
        await ticket(company, 30, minutes)
    await ticket(company, 30, None)
    await ticket(company, 24 * 60, 1)
    response = (await figures(company))["first_response"]
    assert (response["median_seconds"], response["count"]) == (1200.0, 3)
    assert response["p90_seconds"] == 1200 + 0.8 * (5400 - 1200)


async def test_open_tickets_are_those_that_still_ask_for_something(database: Database) -> None:
    company = await found(database)
    for status in ("new", "in_progress", "closed"):
        await ticket(company, 1, None, status)
    await company.run("UPDATE data.ticket SET deleted_at = now() WHERE status = 'new'")
    found_figures = await figures(company)
    assert found_figures["open_tickets"] == 1
    assert {stage["key"]: stage["count"] for stage in found_figures["tickets_by_stage"]} == {
        "new": 0,
        "in_progress": 1,
        "closed": 1,
    }


async def test_posts_are_counted_by_the_day_they_occurred_on_here(database: Database) -> None:
    company = await found(database)
    for number, moment in enumerate(("today 00:10", "today 00:20", "yesterday 23:50")):
        day = "1 day" if moment.startswith("yesterday") else "0 day"
        await company.run(
            "INSERT INTO weft.social_post (event_id, log_id, channel, type, external_id, author_id, author_name, person_id, text,"
            " sentiment, sentiment_score, occurred_at) VALUES (:n, :n, 'weibo', 'social.post', 'x', 'a', 'a', :p, '', 'neutral', 0,"
            " ((now() AT TIME ZONE 'Asia/Shanghai')::date + CAST(:time AS time) - CAST(:day AS interval))"
            " AT TIME ZONE 'Asia/Shanghai')",
            n=number,
            p=uuid4(),
            time=moment.split()[1],
            day=day,
        )
    volume = [entry["count"] for entry in (await figures(company))["volume"]]
    assert volume == [1, 2]
    assert [entry["count"] for entry in (await figures(company, days=1))["volume"]] == [2]


async def test_with_nothing_installed_every_figure_is_empty(database: Database) -> None:
    async with database.transaction() as session:
        empty = await dashboard(session, Metadata(), SYSTEM, 7, "Asia/Shanghai")
    assert empty["volume"] == empty["tickets_by_stage"] == empty["rules"] == []
    assert empty["tasks"] == {"open": 0, "overdue": 0}


FLOW = {
    "kind": "flow",
    "key": "handle",
    "label": label("handle"),
    "entity": "ticket",
    "nodes": [
        {"id": "start", "type": "start_event", "title": label("start")},
        {"id": "finish", "type": "end_event", "title": label("end")},
    ],
    "edges": [{"id": "a", "source": "start", "target": "finish"}],
}
WALL = {"kind": "role", "key": "wall", "label": label("wall"), "permissions": ["social", "analytics"]}


async def colleague(company: Company, *roles: str) -> Caller:
    caller = Caller(uuid4(), "某人", roles=frozenset(roles))
    await company.run(
        "INSERT INTO weft.user (id, email, name) VALUES (:id, :email, 'x')",
        id=caller.user_id,
        email=f"{caller.user_id}@w",
    )
    return caller


async def run_about_a_ticket_of(company: Company, owner: Caller, initiator: Caller, assignee: Caller) -> None:
    """An instance with one open task, overdue."""
    async with company.database.transaction() as session:
        data = {"title": "x", "owner": str(owner.user_id)}
        made = await records.create(session, company.store.current, SYSTEM, "ticket", data)
    instance, task = uuid4(), uuid4()
    await company.run(
        "INSERT INTO weft.instance (id, flow, flow_version, status, entity, record_id, initiator_id)"
        " VALUES (:id, 'handle', 1, 'running', 'ticket', :record, :who)",
        id=instance,
        record=UUID(str(made["id"])),
        who=initiator.user_id,
    )
    await company.run(
        "INSERT INTO weft.task (id, instance_id, node_id, title, mode, outcomes, entity, record_id, due_at)"
        " VALUES (:id, :instance, 'n', '{}', 'any', '[]', 'ticket', :record, now() - interval '1 hour')",
        id=task,
        instance=instance,
        record=UUID(str(made["id"])),
    )
    await company.run(
        "INSERT INTO weft.task_item (task_id, user_id, kind, status) VALUES (:task, :who, 'assignee', 'open')",
        task=task,
        who=assignee.user_id,
    )


async def test_tasks_and_instances_are_counted_for_those_who_see_them(database: Database) -> None:
    company = await found(database)
    await company.publish(FLOW)
    owner, initiator, assignee = [await colleague(company, "agent") for _ in range(3)]
    operator, stranger = await colleague(company, "operations"), await colleague(company, "agent")
    await run_about_a_ticket_of(company, owner, initiator, assignee)
    for caller in (owner, initiator, assignee, operator, SYSTEM):
        seen = await figures(company, caller=caller)
        assert (seen["tasks"], seen["instances"]) == ({"open": 1, "overdue": 1}, {"running": 1}), caller
    unseen = await figures(company, caller=stranger)
    assert (unseen["tasks"], unseen["instances"]) == ({"open": 0, "overdue": 0}, {})


async def test_rules_are_counted_for_those_who_see_their_firings(database: Database) -> None:
    company = await found(database)
    await company.publish(WALL, rule(DEFECT_RULE))
    await company.post(post("洗衣机漏水"))
    await company.process()
    await company.run(
        "INSERT INTO weft.rule_firing (id, rule, rule_version, cause, event_id, branch, status, actions, trace)"
        " VALUES (gen_random_uuid(), 'of_records', 1, 'event:999999', 999999, 'then', 'done', '[]', '{}')"
    )
    counted = {
        role: {each["key"] for each in (await figures(company, caller=await colleague(company, role)))["rules"]}
        for role in ("operations", "wall", "agent")
    }
    assert counted == {"operations": {"product_defect", "of_records"}, "wall": {"product_defect"}, "agent": set()}

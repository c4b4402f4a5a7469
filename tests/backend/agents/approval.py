"""A flow of the tests: one task that some people sign, for what happens to open tasks when people are away or leave."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.backend.flows.company import Company

_OUTCOMES = [
    {"key": "agree", "label": {"zh": "同意", "en": "Agree"}},
    {"key": "refuse", "label": {"zh": "驳回", "en": "Refuse"}, "kind": "refuse"},
]


def approval(*people: str, key: str = "signing", mode: str = "all", more: Sequence[str] = ()) -> dict[str, Any]:
    """Everybody signs; after them, where somebody is named, `more` do."""
    nodes = [
        {"id": "begin", "type": "start_event", "title": {"zh": "开始", "en": "Begin"}},
        _task("sign", people, mode),
        *([_task("more", more, mode)] if more else []),
        {"id": "end", "type": "end_event", "title": {"zh": "结束", "en": "End"}, "outcome": "signed"},
    ]
    path = [node["id"] for node in nodes]
    return {
        "kind": "flow",
        "key": key,
        "label": {"zh": "会签", "en": "Signing"},
        "entity": "ticket",
        "nodes": nodes,
        "edges": [{"id": f"e{n}", "source": a, "target": b} for n, (a, b) in enumerate(pairwise(path))],
    }


def _task(id: str, people: Sequence[str], mode: str) -> dict[str, Any]:
    return {
        "id": id,
        "type": "user_task",
        "title": {"zh": "签字", "en": "Sign"},
        "assignment": {"candidates": [{"user": user} for user in people], "mode": mode},
        "outcomes": _OUTCOMES,
    }


async def signing(
    company: Company, *people: str, flow: dict[str, Any] | None = None, **options: Any
) -> tuple[UUID, str]:
    """An instance of the flow (or of one made from it) whose task is open: (instance, task)."""
    await company.publish(flow or approval(*people, **options))
    instance = await company.start("signing", await company.ticket())
    await company.settled(lambda: company.has_open(instance, "sign"))
    return instance, await task_of(company, instance, "sign")


async def task_of(company: Company, instance: UUID, node: str) -> str:
    """The open task of a node."""
    statement = text("SELECT id FROM weft.task WHERE instance_id = :i AND node_id = :n AND status = 'open'")
    return str(await company.scalar(statement, i=instance, n=node))


async def parts(company: Company, task: str) -> list[tuple[str, str, str]]:
    """Everybody's part in a task: (kind, e-mail, status), in the order they were given."""
    statement = text(
        'SELECT i.kind, u.email, i.status FROM weft.task_item i JOIN weft."user" u ON u.id = i.user_id'
        " WHERE i.task_id = :t ORDER BY i.item NULLS LAST, i.id"
    )
    async with company.services.database.transaction() as session:
        return [(row.kind, row.email, row.status) for row in await session.execute(statement, {"t": task})]

"""Flows to approve with, in the company of the templates, and what its people do over HTTP."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.backend.flows.company import Company
from tests.backend.tasks.conftest import SignIn

AGREE = {"key": "agree", "label": {"zh": "同意", "en": "Agree"}}
REFUSE = {"key": "refuse", "label": {"zh": "不同意", "en": "Refuse"}, "kind": "refuse", "comment": True}
BACK = {"key": "back", "label": {"zh": "退回", "en": "Send back"}, "kind": "send_back"}
EVERYTHING = ["add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reclaim", "consult"]


def text(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": zh}


def people(*emails: str) -> list[dict[str, Any]]:
    return [{"user": email} for email in emails]


def step(
    id: str, *emails: str, mode: str = "any", outcomes: Any = (AGREE, REFUSE), **assignment: Any
) -> dict[str, Any]:
    """A user task for these people."""
    given = {"candidates": people(*emails), "mode": mode, "operations": EVERYTHING, **assignment}
    return {"id": id, "type": "user_task", "title": text(id), "outcomes": list(outcomes), "assignment": given}


def flow(key: str, *steps: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Steps one after the other."""
    nodes = [
        {"id": "start", "type": "start_event", "title": text("开始")},
        *steps,
        {"id": "end", "type": "end_event", "title": text("结束")},
    ]
    edges = [
        {"id": f"e{place}", "source": a["id"], "target": b["id"]}
        for place, (a, b) in enumerate(itertools.pairwise(nodes))
    ]
    return {
        "kind": "flow", "key": key, "label": text(key), "entity": "ticket", "nodes": nodes, "edges": edges, **members,
    }  # fmt: skip


@dataclass
class Approving:
    """One instance, and its people over HTTP."""

    company: Company
    sign_in: SignIn
    instance: UUID

    @classmethod
    async def started(cls, company: Company, sign_in: SignIn, document: dict[str, Any], who: str) -> Approving:
        """An instance that `who` started, with its first task open."""
        await company.publish(document)
        ticket = await company.ticket()
        answer = await (await sign_in(who)).post(f"/flows/{document['key']}/instances", json={"record_id": str(ticket)})
        assert answer.status_code == 201, answer.text
        made = cls(company, sign_in, UUID(answer.json()["id"]))
        await company.settled(lambda: company.has_open(made.instance, document["nodes"][1]["id"]))
        return made

    async def http(self, who: str) -> httpx.AsyncClient:
        return await self.sign_in(who)

    async def tasks(self, who: str, box: str = "todo", **query: Any) -> list[dict[str, Any]]:
        """This instance's tasks in somebody's box."""
        page = await (await self.http(who)).get("/tasks", params={"box": box, "limit": 200, **query})
        assert page.status_code == 200, page.text
        return [each for each in page.json()["items"] if each["instance_id"] == str(self.instance)]

    async def task(self, who: str, box: str = "todo") -> dict[str, Any]:
        """The one task in somebody's box, as its page shows it."""
        (listed,) = await self.tasks(who, box)
        answer = await (await self.http(who)).get(f"/tasks/{listed['id']}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def do(self, who: str, operation: str, task: str | None = None, **body: Any) -> httpx.Response:
        """An operation on the task that somebody has to do, or on this one."""
        task = task or (await self.tasks(who))[0]["id"]
        sent = {"operation": operation, "command_id": str(uuid4()), **body}
        return await (await self.http(who)).post(f"/tasks/{task}/operations", json=sent)

    async def decide(self, who: str, outcome: str = "agree", task: str | None = None, **body: Any) -> httpx.Response:
        """Decide the task that somebody has to do, or this one."""
        task = task or (await self.tasks(who))[0]["id"]
        sent = {"outcome": outcome, "command_id": str(uuid4()), **body}
        return await (await self.http(who)).post(f"/tasks/{task}/complete", json=sent)

    async def order(self, who: str, what: str, **body: Any) -> httpx.Response:
        """Something about the whole instance."""
        sent = {"command_id": str(uuid4()), **body}
        return await (await self.http(who)).post(f"/instances/{self.instance}/{what}", json=sent)

    async def shown(self, who: str) -> dict[str, Any]:
        """The instance as its page shows it."""
        found: dict[str, Any] = (await (await self.http(who)).get(f"/instances/{self.instance}")).json()
        return found

    async def id(self, email: str) -> str:
        return str((await self.company.caller(email)).user_id)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]

"""Flows that are started with a form, and what people send to start them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from backend.auth.secrets import hash_password
from backend.identity.service import create_user
from tests.backend.flows.company import Company
from tests.backend.flows.drawing import flow, node, text
from tests.backend.tasks.conftest import PASSWORD

CLERK = "clerk@weft.local"

#: Starts flows and creates tickets, of which `compensation` is not theirs to write, and reads none.
APPLICANT = {
    "kind": "role",
    "key": "applicant",
    "label": text("申请人"),
    "grants": [{"entity": "ticket", "actions": ["create"], "scope": "own", "fields": {"compensation": "hidden"}}],
    "flows": ["request"],
}
FORM = {
    "kind": "form",
    "key": "request",
    "label": text("申请"),
    "entity": "ticket",
    "sections": [
        {
            "items": [
                {"field": "title", "required": True},
                {"field": "number", "access": "read"},
                {"field": "status", "access": "read"},
                {"field": "severity"},
                {"field": "description", "visible_when": "severity = 'major'", "required_when": "severity = 'major'"},
                {"field": "compensation"},
            ]
        }
    ],
    "checks": [{"expression": "title != '坏'", "message": text("不好"), "field": "title"}],
}


def approver(email: str, **assignment: Any) -> dict[str, Any]:
    """The step of an approver."""
    return node("approve", "approval", assignment={"mode": "any", "candidates": [{"user": email}], **assignment})


def request_flow(email: str, key: str = "request", **assignment: Any) -> dict[str, Any]:
    """The initiator fills in the form, somebody approves."""
    fill = node("fill", "initiator", form="request", rights={"severity": "required"})
    return flow(key, [fill, approver(email, **assignment)], "start -> fill -> approve -> end")


async def applicant(company: Company, *flows: dict[str, Any], email: str = CLERK) -> None:
    """These flows, published with the form, and somebody with the role that starts them, and no other."""
    await company.publish(FORM, "form")
    for each in flows:
        await company.publish(each)
    await company.publish({**APPLICANT, "flows": [each["key"] for each in flows]}, "role")
    async with company.services.database.transaction() as session:
        hashed = hash_password(PASSWORD)
        await create_user(session, email=email, name="文员", password_hash=hashed, roles=["applicant"])


def filled(**data: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "data": data}


async def start(http: httpx.AsyncClient, body: dict[str, Any], key: str = "request") -> dict[str, Any]:
    answer = await http.post(f"/start-forms/{key}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]

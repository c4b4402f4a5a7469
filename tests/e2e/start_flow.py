"""A flow that is started with a form of its own, for the browser: what is filled in, who is chosen, who approves."""

from __future__ import annotations

from typing import Any

import httpx

from tests.story import CHEN, LI, WANG

Document = dict[str, Any]


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def request_form(key: str) -> Document:
    """What a request says; urgent ones say why."""
    items: list[Document] = [
        {"field": "title", "required": True, "label": text("事由", "What for")},
        {"field": "severity", "required": True},
        {"field": "description", "visible_when": "severity = 'critical'", "required_when": "severity = 'critical'"},
        {"field": "repair_plan", "label": text("需要的配件", "Parts wanted")},
    ]
    return {
        "kind": "form",
        "key": key,
        "label": text("领料申请", "Parts request"),
        "entity": "ticket",
        "sections": [{"items": items}],
    }


def request_flow(key: str) -> Document:
    """The initiator fills in that form and chooses who checks it; then a lead approves."""
    chosen = {"mode": "one", "chosen_by": "initiator", "candidates": [{"user": CHEN}, {"user": WANG}]}
    nodes = [
        {"id": "start", "type": "start_event", "title": text("开始", "Start")},
        {"id": "fill", "type": "initiator", "title": text("填写申请", "Request"), "form": key},
        {"id": "check", "type": "approval", "title": text("库管核对", "Stock check"), "assignment": chosen},
        {
            "id": "lead",
            "type": "approval",
            "title": text("主管审批", "Lead"),
            "assignment": {"candidates": [{"user": LI}]},
        },
        {"id": "end", "type": "end_event", "title": text("结束", "End")},
    ]
    ways = [("start", "fill"), ("fill", "check"), ("check", "lead"), ("lead", "end")]
    return {
        "kind": "flow",
        "key": key,
        "label": text(f"领料申请 {key[-4:]}", f"Parts request {key[-4:]}"),
        "description": text("从仓库领取维修配件", "Spare parts from the store"),
        "entity": "ticket",
        "nodes": nodes,
        "edges": [{"id": f"{a}_{b}", "source": a, "target": b} for a, b in ways],
    }


def starters(key: str) -> Document:
    """The role of those who may start it: tickets of their own, and nothing more."""
    grant = {"entity": "ticket", "actions": ["create", "read"], "scope": "own"}
    return {"kind": "role", "key": key, "label": text("领料人", "Parts users"), "grants": [grant], "flows": [key]}


def publish(client: httpx.Client, *documents: Document) -> None:
    for each in documents:
        path = f"/api/definitions/{each['kind']}/{each['key']}"
        saved = client.put(path, json={"content": each}).json()
        assert [one for one in saved["problems"] if one["severity"] == "error"] == [], saved["problems"]
    keys = [{"kind": each["kind"], "key": each["key"]} for each in documents]
    published = client.post("/api/publish", json={"keys": keys})
    assert published.json().get("published"), published.text

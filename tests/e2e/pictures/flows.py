"""Flows for the pictures: one after the other the steps that a scene needs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import uuid4

ADMIN = "admin@weft.local"
WANG, LI, ZHAO, SUN, CHEN, ZHANG, ZHOU, LIU = (
    f"{name}@weft.local"
    for name in ("wang.wei", "li.na", "zhao.lei", "sun.li", "chen.jie", "zhang.min", "zhou.yan", "liu.yang")
)
#: All that a step may allow.
OPERATIONS = ["add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reclaim", "consult"]


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def person(who: str, **more: Any) -> dict[str, Any]:
    return {"user": who, **more}


def people(*who: str) -> list[dict[str, Any]]:
    return [person(one) for one in who]


def button(key: str, zh: str, en: str, kind: str = "complete", **more: Any) -> dict[str, Any]:
    return {"key": key, "label": text(zh, en), "kind": kind, **more}


AGREE = button("agree", "同意", "Agree")
REFUSE = button("refuse", "不同意", "Disagree", "refuse", comment=True)
ABSTAIN = button("abstain", "弃权", "Abstain", "abstain")
SUBMIT = button("submit", "提交", "Submit")


def step(id: str, zh: str, en: str, candidates: list[dict[str, Any]], *outcomes: Any, **more: Any) -> dict[str, Any]:
    """A task. What an assignment knows goes there, the rest into the node."""
    node: dict[str, Any] = {name: more.pop(name) for name in ("form", "due", "rights", "priority") if name in more}
    return {
        "id": id,
        "type": "user_task",
        "title": text(zh, en),
        "assignment": {"candidates": candidates, "operations": OPERATIONS, **more},
        "outcomes": list(outcomes) or [AGREE, REFUSE],
        **node,
    }


def flow(zh: str, en: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """These steps one after the other, under a key that nobody else has."""
    nodes = [
        {"id": "start", "type": "start_event", "title": text("开始", "Start")},
        *steps,
        {"id": "end", "type": "end_event", "title": text("结束", "End"), "outcome": "approved"},
    ]
    edges = [{"id": f"{a['id']}_{b['id']}", "source": a["id"], "target": b["id"]} for a, b in pairwise(nodes)]
    key = f"shown_{uuid4().hex[:6]}"
    return {
        "kind": "flow",
        "key": key,
        "label": text(zh, en),
        "entity": "ticket",
        "nodes": nodes,
        "edges": edges,
    } | more

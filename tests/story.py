"""The complaint's story over HTTP: deliver a signed post, find somebody's task, decide it. For journeys, roads and faults."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from backend.social.channels.signed import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tests.product import Product

WANG, CHEN, ZHAO, SUN, LI, ZHOU, LIU = (
    f"{name}@weft.local" for name in ("wang.wei", "chen.jie", "zhao.lei", "sun.li", "li.na", "zhou.yan", "liu.yang")
)
#: A VIP of the sample data, by the handle that scrm's samples give her.
VIP = ("wb_song_ruoxi", "若曦Roxy")
DEFECT = "刚买的洗衣机漏水，客服电话打不通，太失望了"

#: What each person enters at each node of the urgent complaint.
TRIAGE = {"category": "quality", "priority": "high", "severity": "major"}
QUALITY = {"is_defect": True, "batch": "B2026", "quality_finding": "门封老化"}
PLAN = {
    "repair_plan": "上门更换门封",
    "compensation": "800",
    "compensation_reason": "漏水泡了地板",
    "reply_text": "您好，我们周三上门更换门封。",
}


Found = TypeVar("Found")


class Sender:
    """Whoever delivers a channel's events, with its secret."""

    def __init__(self, product: Product, channel: str = "weibo") -> None:
        answer = product.weft("channel", "secret", channel)
        assert answer.returncode == 0, answer.stderr
        self.secret = answer.stdout.split()[-1].encode()
        self.url = f"{product.url}/api/channels/{channel}/events"

    def headers(self, body: bytes, timestamp: str | None = None) -> dict[str, str]:
        """The headers that prove `body` to be ours."""
        timestamp = timestamp or str(int(time.time()))
        return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(self.secret, timestamp, body)}

    def deliver(self, *events: Mapping[str, Any]) -> dict[str, Any]:
        """Send events and give the answer."""
        body = json.dumps(list(events)).encode()
        answer = httpx.post(self.url, content=body, headers=self.headers(body), timeout=30)
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted


def post(text: str = DEFECT, author: tuple[str, str] | None = None, external_id: str | None = None) -> dict[str, Any]:
    """A post by `author` (id, name), by somebody new if None."""
    id, name = author or (f"u-{uuid4().hex}", "新来的客户")
    event = {"external_id": external_id or uuid4().hex, "type": "social.post", "author": {"id": id, "name": name}}
    return event | {"text": text}


def until(question: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
    """Ask until there is an answer; fail saying what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = question()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def task_of(client: httpx.Client, node: str, text: str = "") -> dict[str, Any]:
    """The newest task to do at a node, of a record whose title holds `text`."""

    def ask() -> dict[str, Any] | None:
        items = client.get("/api/tasks", params={"box": "todo", "limit": 200}).json()["items"]
        return next((task for task in items if task["node_id"] == node and text in (task["subject"] or "")), None)

    return until(ask, f"a task at {node}")


def decide(client: httpx.Client, task: Mapping[str, Any], outcome: str, data: Any = None, comment: str = "") -> Any:
    """Complete a task; the answer."""
    body = {"outcome": outcome, "data": data or {}, "comment": comment, "command_id": str(uuid4())}
    answer = client.post(f"/api/tasks/{task['id']}/complete", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()

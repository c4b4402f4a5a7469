"""Runs of a flow in the browser: where each token is and what it waits for, an incident mended by its variables, alone and many at once;
a broken flow refused with its place on the drawing."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.reader import DESK, TWO_READERS, Reader
from tests.product import Product
from tests.story import until

ADMIN = "admin@weft.local"


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _node(id: str, type: str, zh: str = "", en: str = "", **more: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "title": _text(zh, en), **more}


def _edges(*pairs: str) -> list[dict[str, Any]]:
    return [
        {"id": pair.replace(">", "_to_"), "source": pair.split(">")[0], "target": pair.split(">")[1]} for pair in pairs
    ]


def _flow(key: str) -> dict[str, Any]:
    """One branch asks several people, one waits for an answer or three days, one changes the record by a variable."""
    done = {"key": "done", "label": _text("完成", "Done"), "kind": "complete"}
    ask = {"assignment": {"candidates": [{"initiator": True}]}, "outcomes": [done]}
    each = {"kind": "parallel", "collection": "names", "element": "name"}
    return {
        "kind": "flow",
        "key": key,
        "label": _text("多路处理", "Several ways"),
        "entity": "ticket",
        "variables": [
            {"key": "names", "type": "tags", "label": _text("名单", "Names"), "default": ["a", "b"]},
            {"key": "level", "type": "text", "label": _text("等级", "Level"), "default": "extreme"},
        ],
        "nodes": [
            _node("start", "start_event", "开始", "Start"),
            _node("split", "parallel_gateway"),
            _node("work", "sub_process", "分头确认", "Confirming"),
            _node("begin", "start_event", parent="work"),
            _node("confirm", "user_task", "确认", "Confirm", parent="work", loop=each, **ask),
            _node("finish", "end_event", parent="work"),
            _node(
                "late",
                "boundary_event",
                "太久",
                "Too long",
                attached_to="work",
                interrupting=False,
                events=[{"kind": "timer", "timer": {"duration": "PT30M"}}],
            ),
            _node("told", "end_event", "记下", "Noted"),
            _node(
                "answer",
                "intermediate_catch_event",
                "客户回复",
                "Customer answers",
                events=[{"kind": "message", "name": "answer", "correlation": f'"{key}"'}],
            ),
            _node("grade", "update_record", "改优先级", "Set the priority", arguments={"priority": "level"}),
            _node("join", "parallel_gateway"),
            _node("end", "end_event", "结束", "End"),
        ],
        "edges": _edges(
            *("start>split", "split>work", "begin>confirm", "confirm>finish", "late>told", "split>answer"),
            *("split>grade", "work>join", "answer>join", "grade>join", "join>end"),
        ),
    }


def _started(client: httpx.Client, key: str, count: int = 1) -> list[str]:
    """Published once and started about some tickets; each has met its incident."""
    assert client.put(f"/api/definitions/flow/{key}", json={"content": _flow(key)}).json()["problems"] == []
    assert client.post("/api/publish", json={"keys": [{"kind": "flow", "key": key}]}).json()["published"]
    record = client.get("/api/records/ticket", params={"limit": 1}).json()["items"][0]["id"]
    ids = [client.post(f"/api/flows/{key}/instances", json={"record_id": record}).json()["id"] for _ in range(count)]
    for id in ids:
        until(partial(_incident, client, id), "an incident")
    return ids


def _incident(client: httpx.Client, id: str) -> Any:
    return client.get(f"/api/instances/{id}").json()["incident"]


@pytest.mark.timeout(240)
@TWO_READERS
def test_a_run_says_what_it_waits_for_and_is_mended(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    key = f"ways_{uuid4().hex[:6]}"
    (id,) = _started(product.client(ADMIN), key)
    with Reader(browser, product, ADMIN, language, size) as admin:
        page, say = admin.page, admin.say
        admin.open(f"/instances/{id}")
        waiting = page.get_by_role("list", name=say("现在在等什么", "What it waits for"))
        expect(waiting.locator("[data-token=answer]")).to_contain_text(
            say(f"等消息“answer，编号 {key}”", f"answer, key {key}")
        )
        expect(waiting.locator("[data-token=work]")).to_contain_text(say("太久", "Too long"))
        expect(waiting.locator("[data-token=confirm]")).to_have_count(3)
        expect(waiting.locator("[data-token=grade]")).to_contain_text(say("异常", "Incident"))
        if size == DESK:
            expect(page.locator("[data-node-id=grade]")).to_have_attribute("data-state", "incident")
            expect(page.locator("[data-node-id=confirm]")).to_have_attribute("data-state", "live")
        admin.look("instance" if size == DESK else "phone-instance")
        page.get_by_role("button", name=say("重试", "Try again"), exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(say("改优先级", "Set the priority"))
        dialog.get_by_label(say("等级", "Level")).fill("high")
        dialog.get_by_role("button", name=say("重试", "Try again"), exact=True).click()
        expect(waiting.locator("[data-token=join]")).to_contain_text(say("等其他分支", "Waits for other branches"))
        waiting.get_by_role("button", name=say("现在就触发", "Trigger it now")).click()
        expect(waiting.locator("[data-token=answer]")).to_have_count(0)
        page.get_by_role("button", name=say("暂停", "Suspend"), exact=True).click()
        expect(page.get_by_text(say("已暂停", "Suspended"), exact=True)).to_be_visible()
        page.get_by_role("button", name=say("继续", "Resume"), exact=True).click()
        expect(page.get_by_text(say("已暂停", "Suspended"), exact=True)).to_have_count(0)
        assert product.client(ADMIN).get(f"/api/instances/{id}").json()["variables"]["level"] == "high"


@pytest.mark.timeout(240)
def test_many_incidents_are_mended_at_once(browser: Browser, product: Product) -> None:
    key = f"ways_{uuid4().hex[:6]}"
    client = product.client(ADMIN)
    ids = _started(client, key, 3)
    with Reader(browser, product, ADMIN, "zh") as admin:
        page = admin.page
        admin.open(f"/operate/incidents?flow={key}")
        expect(page.locator("[data-incident=action_failed]")).to_have_count(3)
        admin.look("incidents")
        page.get_by_role("checkbox", name="全选").check()
        page.get_by_role("button", name="重试选中的").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("等级").fill("high")
        dialog.get_by_role("button", name="重试", exact=True).click()
        expect(page.get_by_text("没有异常")).to_be_visible()
    for id in ids:
        assert client.get(f"/api/instances/{id}").json()["incident"] is None


@pytest.mark.timeout(200)
def test_a_broken_flow_is_refused_with_its_place_on_the_drawing(browser: Browser, product: Product) -> None:
    """A join that waits for a branch that may not come: the node is marked, and the way that leads there."""
    key = f"broken_{uuid4().hex[:6]}"
    broken = _flow(key)
    broken["nodes"][1]["type"] = "exclusive_gateway"
    broken["edges"][1]["default"] = True
    for edge in broken["edges"][5:7]:
        edge["when"] = 'level = "x"'
    client = product.client(ADMIN)
    saved = client.put(f"/api/definitions/flow/{key}", json={"content": broken}).json()
    assert "join" in {problem["node"] for problem in saved["problems"]}
    assert client.post("/api/publish", json={"keys": [{"kind": "flow", "key": key}]}).status_code == 422
    with Reader(browser, product, ADMIN, "en") as admin:
        page = admin.page
        admin.open(f"/flows/{key}")
        expect(page.locator("[data-node-id=join] [data-problem=error]")).to_be_attached()
        page.get_by_role("list", name="Problems").get_by_role("button").filter(has_text="join").first.click()
        expect(page.locator("[data-node-id=split][data-trace]")).to_be_attached()
        expect(page.locator("[data-trace-text]")).to_contain_text("Set the priority")
        expect(page.get_by_role("complementary", name="Settings").get_by_role("alert").first).to_be_visible()
        admin.look("flow-problem")

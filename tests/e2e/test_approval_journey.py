"""Approval across parallel branches: sent back into one of them and straight here again while the other stands, somebody added after, an agent
who decides for another, and a step that is late and goes to the superior as well. In English at a desk and in Chinese on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.pictures.flows import (
    ADMIN,
    AGREE,
    CHEN,
    LI,
    REFUSE,
    SUBMIT,
    SUN,
    WANG,
    ZHANG,
    ZHAO,
    ZHOU,
    button,
    flow,
    people,
    step,
    text,
)
from tests.e2e.reader import DESK, PHONE, Reader
from tests.product import Product
from tests.story import decide, task_of, until

BACK = button("back", "退回", "Send back", "send_back", target="quality", straight=True, comment=True)


def _branching() -> dict[str, Any]:
    """Quality and after-sales look at it at the same time; then a lead, finance, and somebody who pays in time."""
    late = {"due": "PT1S", "overdue": [{"action": "superior"}]}
    whole = flow(
        "并行会审",
        "Looked at from two sides",
        step("apply", "填写申请", "Application", people(ZHANG), SUBMIT),
        step("quality", "质量意见", "Quality’s view", people(CHEN)),
        step("service", "售后意见", "After-sales’ view", people(ZHAO)),
        step("lead", "汇总审批", "Brought together", people(WANG), AGREE, REFUSE, BACK),
        step("money", "财务审批", "Finance", people(SUN)),
        step("pay", "付款", "Pay", people(WANG), **late),
    )
    gates = [
        {"id": id, "type": "parallel_gateway", "title": text(zh, en)}
        for id, zh, en in (("fork", "同时", "Both"), ("join", "汇合", "Together"))
    ]
    ways = "start-apply apply-fork fork-quality fork-service quality-join service-join join-lead lead-money money-pay pay-end"
    edges = [dict(zip(("source", "target"), way.split("-"), strict=True)) | {"id": way} for way in ways.split()]
    return whole | {"nodes": [*whole["nodes"], *gates], "edges": edges}


class Run:
    """One run of the flow, and its people."""

    def __init__(self, browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
        self.browser, self.product, self.language, self.size = browser, product, language, size
        self.admin = product.client(ADMIN)
        self.flow = _branching()
        self.title = f"门封 #{uuid4().hex[:6]}"
        path = f"/api/definitions/flow/{self.flow['key']}"
        saved = self.admin.put(path, json={"content": self.flow}).json()
        assert [one for one in saved["problems"] if one["severity"] == "error"] == []
        keys = {"keys": [{"kind": "flow", "key": self.flow["key"]}]}
        assert self.admin.post("/api/publish", json=keys).json()["published"]

    def start(self) -> str:
        ticket = {"title": self.title, "priority": "normal"}
        record = self.admin.post("/api/records/ticket", json=ticket).json()["id"]
        path = f"/api/flows/{self.flow['key']}/instances"
        return str(self.admin.post(path, json={"record_id": record}).json()["id"])

    def decides(self, who: str, node: str, outcome: str) -> None:
        client = self.product.client(who)
        decide(client, task_of(client, node, self.title), outcome)

    @contextmanager
    def opens(self, who: str, node: str) -> Iterator[Reader]:
        """Somebody signed in and in front of their task."""
        task = task_of(self.product.client(who), node, self.title)
        with Reader(self.browser, self.product, who, self.language, self.size) as reader:
            reader.open(f"/tasks/{task['id']}")
            expect(reader.decisions).to_be_visible()
            yield reader

    def picture(self, name: str) -> str:
        return f"{'phone' if self.size == PHONE else 'desk'}-branches-{name}"


def _press(reader: Reader, zh: str, en: str) -> None:
    """A button of the bar, or a line of its menu where there is no room."""
    name = reader.say(zh, en)
    found = reader.decisions.get_by_role("button", name=name, exact=True)
    if found.count() == 0:
        reader.decisions.get_by_role("button", name=reader.say("更多操作", "More")).click()
        found = reader.page.get_by_role("menuitem", name=name)
    found.first.click()


def _sends_into_a_branch(run: Run) -> None:
    with run.opens(WANG, "lead") as wang:
        wang.opinion("请补批次号")
        _press(wang, "退回", "Send back")
        expect(wang.page.get_by_text(wang.say("已提交", "Decided")).first).to_be_visible()
    with run.opens(CHEN, "quality") as chen:
        expect(chen.page.get_by_role("alert").filter(has_text="请补批次号")).to_be_visible()
        chen.look(run.picture("sent-back"))
        waiting = run.product.client(ZHAO).get("/api/tasks").json()["items"]
        assert run.title not in [task["subject"] for task in waiting], "the other branch stands"
        chen.opinion("批次 B2026")
        chen.decide(chen.say("同意", "Agree"))


def _adds_after(run: Run) -> None:
    """It is straight at whoever sent it back; with their agreement alone it is not over."""
    with run.opens(WANG, "lead") as wang:
        expect(wang.page.get_by_text("批次 B2026").first).to_be_visible()
        answered = wang.page.get_by_role("alert").filter(has_text="请补批次号")
        expect(answered).to_contain_text("批次 B2026")
        _press(wang, "后加签", "Add after me")
        dialog = wang.page.get_by_role("dialog")
        dialog.get_by_role("combobox").fill("李娜")
        wang.page.get_by_role("option", name="李娜").click()
        dialog.get_by_role("button", name=wang.say("后加签", "Add after me"), exact=True).click()
        expect(dialog).to_have_count(0)
        expect(wang.page.get_by_text(wang.say("后加签", "Added after"), exact=True)).to_be_visible()
        wang.look(run.picture("added-after"))
        wang.decide(wang.say("同意", "Agree"))
    assert run.product.client(SUN).get("/api/tasks", params={"search": run.title}).json()["items"] == []
    run.decides(LI, "lead", "agree")


def _agent_decides(run: Run) -> None:
    """Zhou Yan for Sun Li, who has nothing to do any more then."""
    sun = run.product.client(SUN)
    agent = run.product.client(ZHOU).get("/api/me").json()["user"]["id"]
    body = {"agent_id": agent, "mode": "both", "flows": [run.flow["key"]], "open_tasks": True}
    assert sun.post("/api/agents", json=body).status_code == 201
    with run.opens(ZHOU, "money") as zhou:
        expect(zhou.page.get_by_text(zhou.say("代 孙丽", "for 孙丽")).first).to_be_visible()
        zhou.look(run.picture("agent"))
        zhou.decide(zhou.say("同意", "Agree"))
    until(lambda: not sun.get("/api/tasks", params={"search": run.title}).json()["items"], "nothing is left to Sun Li")


def _superior_decides(run: Run, instance: str) -> None:
    """Wang Wei is late: Li Na has it too, sees why, and ends it."""
    with run.opens(LI, "pay") as li:
        expect(li.page.get_by_text(li.say("升级", "Escalated to"), exact=True)).to_be_visible()
        li.look(run.picture("escalated"))
        li.decide(li.say("同意", "Agree"))
    until(lambda: run.admin.get(f"/api/instances/{instance}").json()["status"] == "completed", "the end")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("zh", PHONE)], ids=["en-desk", "zh-phone"])
def test_two_branches_are_approved(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    run = Run(browser, product, language, size)
    instance = run.start()
    run.decides(ZHANG, "apply", "submit")
    run.decides(CHEN, "quality", "agree")
    run.decides(ZHAO, "service", "agree")
    _sends_into_a_branch(run)
    _adds_after(run)
    _agent_decides(run)
    _superior_decides(run, instance)

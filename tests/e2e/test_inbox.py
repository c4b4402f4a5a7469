"""Approval in the inbox as departments live in it: drafts, a vote with a veto, people brought in, sent back and straight back, delegated,
taken back, chosen, signed, claimed, decided at once, withdrawn. In Chinese at a desk and in English on a phone; every screen is looked at."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.reader import PHONE, TWO_READERS, Reader
from tests.e2e.review_flow import review_flow
from tests.product import Product
from tests.story import CHEN, LI, SUN, WANG, ZHAO, task_of, until

ADMIN, ZHANG = "admin@weft.local", "zhang.min@weft.local"


class Journey:
    """One run of the flow, looked at by its people one after the other, each in a browser of their own."""

    def __init__(self, browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
        self.browser, self.product, self.language, self.size = browser, product, language, size
        self.admin = product.client(ADMIN)
        self.key = f"review_{uuid4().hex[:6]}"
        _publish(self.admin, review_flow(self.key))

    def start(self, title: str) -> str:
        """A run about a ticket of its own; the id of the instance."""
        record = self.admin.post("/api/records/ticket", json={"title": title, "priority": "normal"}).json()
        answer = self.admin.post(f"/api/flows/{self.key}/instances", json={"record_id": record["id"]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def reader(self, who: str) -> Reader:
        return Reader(self.browser, self.product, who, self.language, self.size)

    def waits(self, who: str, node: str, mark: str) -> dict[str, Any]:
        """Until the task of a node is in somebody's inbox."""
        return task_of(self.product.client(who), node, mark)

    def picture(self, name: str) -> str:
        return f"{'phone' if self.size == PHONE else 'desk'}-inbox-{name}"


def _publish(client: httpx.Client, flow: dict[str, Any]) -> None:
    saved = client.put(f"/api/definitions/flow/{flow['key']}", json={"content": flow}).json()
    assert [one for one in saved["problems"] if one["severity"] == "error"] == []
    assert client.post("/api/publish", json={"keys": [{"kind": "flow", "key": flow["key"]}]}).json()["published"]


def _do(reader: Reader, zh: str, en: str) -> None:
    """An operation: a button where the reader decides nothing, else a line of the menu."""
    name, bar = reader.say(zh, en), reader.decisions
    expect(bar).to_be_visible()
    button = bar.get_by_role("button", name=name, exact=True)
    if button.count() == 0:
        bar.get_by_role("button", name=reader.say("更多操作", "More")).click()
        button = reader.page.get_by_role("menuitem", name=name)
    button.first.click()


def _dialog(reader: Reader) -> Locator:
    return reader.page.get_by_role("dialog")


def _pick(reader: Reader, *names: str) -> None:
    """Choose people in the dialog that is open."""
    box = _dialog(reader).get_by_role("combobox")
    for name in names:
        box.fill(name)
        reader.page.get_by_role("option", name=name).click()


def _confirm(reader: Reader, zh: str, en: str) -> None:
    _dialog(reader).get_by_role("button", name=reader.say(zh, en), exact=True).click()
    expect(_dialog(reader)).to_have_count(0)


def _applies(journey: Journey, mark: str) -> None:
    """What is half filled in is there again from the box of drafts; a decision nobody has acted on is taken back."""
    journey.waits(ZHANG, "apply", mark)
    with journey.reader(ZHANG) as zhang:
        zhang.open_task(mark)
        expect(zhang.page.get_by_text(zhang.say("部门会签", "Departments vote")).first).to_be_visible()
        zhang.look(journey.picture("apply"))
        with zhang.page.expect_response(lambda answer: answer.url.endswith("/draft")):
            zhang.fill(repair_plan="上门更换门封")
        zhang.open("/inbox?box=drafts")
        zhang.page.locator("[data-task]").filter(has_text=mark).click()
        expect(zhang.page.get_by_text(zhang.say("已恢复草稿", "Draft restored"))).to_be_visible()
        expect(zhang.page.locator("article [name=repair_plan]")).to_have_value("上门更换门封")
        zhang.look(journey.picture("draft"))
        zhang.fill(reply_text="周三上门")
        submit = zhang.say("提交", "Submit")
        zhang.decisions.get_by_role("button", name=submit, exact=True).click()
        zhang.page.get_by_role("alert").get_by_role("button", name=zhang.say("拿回", "Take back")).click()
        expect(zhang.page.get_by_text(zhang.say("已拿回", "Taken back"))).to_be_visible()
        zhang.open_task(mark)
        zhang.decide(submit)


def _adds_before(journey: Journey, mark: str) -> None:
    journey.waits(WANG, "vote", mark)
    with journey.reader(WANG) as wang:
        wang.open_task(mark)
        expect(wang.page.get_by_text(wang.say("2 票", "2 votes"))).to_be_visible()
        wang.look(journey.picture("vote"))
        _do(wang, "前加签", "Add before me")
        _pick(wang, "陈杰")
        wang.look(journey.picture("add-before"))
        _confirm(wang, "前加签", "Add before me")
        expect(wang.page.get_by_text(wang.say("前加签", "Added before"), exact=True)).to_be_visible()
        wang.look(journey.picture("added"))


def _is_added(journey: Journey, mark: str) -> None:
    journey.waits(CHEN, "vote", mark)
    with journey.reader(CHEN) as chen:
        chen.open_task(mark)
        chen.opinion("方案可行")
        chen.decide(chen.say("同意", "Agree"))


def _sends_back(journey: Journey, mark: str) -> None:
    """Back to whoever applied, and straight here again."""
    journey.waits(WANG, "vote", mark)
    with journey.reader(WANG) as wang:
        wang.open_task(mark)
        expect(wang.page.get_by_text("方案可行").first).to_be_visible()
        wang.opinion("请写明上门时间")
        if journey.size == PHONE:
            _do(wang, "退回", "Send back")
        else:
            wang.decisions.get_by_role("button", name=wang.say("退回", "Send back"), exact=True).click()
        expect(wang.page.get_by_text(wang.say("已提交", "Decided")).first).to_be_visible()
    journey.waits(ZHANG, "apply", mark)
    with journey.reader(ZHANG) as zhang:
        zhang.open_task(mark)
        expect(zhang.page.get_by_role("alert").filter(has_text="请写明上门时间")).to_be_visible()
        zhang.look(journey.picture("sent-back"))
        zhang.fill(reply_text="周三上午上门")
        zhang.decide(zhang.say("提交", "Submit"))


def _vote(journey: Journey, mark: str) -> None:
    """Two votes by keyboard; Zhao Lei delegates first; Li Na, who may veto, is last and chooses who checks it."""
    journey.waits(WANG, "vote", mark)
    with journey.reader(WANG) as wang:
        wang.open_task(mark)
        wang.page.locator("article h2").first.click()
        wang.page.keyboard.press("a")
        expect(wang.decisions.get_by_role("button", name=wang.say("同意", "Agree"), exact=True)).to_be_focused()
        wang.page.keyboard.press("Enter")
        expect(wang.page.get_by_text(wang.say("已提交", "Decided")).first).to_be_visible()
    with journey.reader(ZHAO) as zhao:
        zhao.open_task(mark)
        _do(zhao, "委派", "Delegate")
        _pick(zhao, "陈杰")
        _confirm(zhao, "委派", "Delegate")
    journey.waits(CHEN, "vote", mark)
    with journey.reader(CHEN) as chen:
        chen.open_task(mark)
        chen.look(journey.picture("delegated"))
        chen.decide(chen.say("同意", "Agree"))
    journey.waits(ZHAO, "vote", mark)
    with journey.reader(ZHAO) as zhao:
        zhao.open_task(mark)
        zhao.decide(zhao.say("同意", "Agree"))
    with journey.reader(LI) as li:
        li.open_task(mark)
        expect(li.page.get_by_text(li.say("一票否决", "Veto"), exact=True)).to_be_visible()
        li.look(journey.picture("veto"))
        li.decisions.get_by_role("button", name=li.say("同意", "Agree"), exact=True).click()
        _pick(li, "孙丽")
        li.look(journey.picture("choose"))
        _confirm(li, "同意", "Agree")


def _signs(journey: Journey, mark: str) -> None:
    """Under the rights of this step, and signed."""
    journey.waits(SUN, "check", mark)
    with journey.reader(SUN) as sun:
        sun.open_task(mark)
        expect(sun.page.locator("article [name=compensation_reason]")).to_have_count(0)
        sun.fill(compensation="300")
        sun.decisions.get_by_role("button", name=sun.say("同意", "Agree"), exact=True).click()
        _dialog(sun).get_by_label(sun.say("或输入姓名", "Or type your name")).fill("孙丽")
        sun.look(journey.picture("signature"))
        _confirm(sun, "同意", "Agree")
        expect(sun.page.get_by_text(sun.say("已提交", "Decided")).first).to_be_visible()


def _closes(journey: Journey, mark: str) -> None:
    """Claimed, and decided with what else is ticked."""
    task = journey.waits(WANG, "close", mark)
    with journey.reader(WANG) as wang:
        wang.open_task(mark)
        expect(wang.page.get_by_role("img", name=wang.say("孙丽 的签名", "Signature of 孙丽"))).to_be_visible()
        _do(wang, "认领", "Claim")
        expect(wang.page.get_by_text(wang.say("已认领", "Claimed")).first).to_be_visible()
        wang.look(journey.picture("claimed"))
        wang.open("/inbox")
        wang.page.get_by_role("button", name=wang.say("批量处理", "Decide several")).click()
        wang.page.get_by_role("checkbox", name=mark).check()
        wang.look(journey.picture("ticked"))
        wang.page.get_by_role("button", name=wang.say("批量同意", "Agree to all")).click()
        wang.look(journey.picture("several"))
        _confirm(wang, "全部同意", "Agree to all")
        expect(wang.page.get_by_text(wang.say("已同意 1 个任务", "Agreed: 1"))).to_be_visible()
    instance = f"/api/instances/{task['instance_id']}"
    until(lambda: journey.admin.get(instance).json()["status"] == "completed", "the end")


def _withdraws(journey: Journey) -> None:
    """By whoever started it."""
    mark = uuid4().hex[:6]
    instance = journey.start(f"不赔了 #{mark}")
    journey.waits(ZHANG, "apply", mark)
    with journey.reader(ADMIN) as admin:
        admin.open("/inbox?box=started")
        admin.page.locator("[data-task]").filter(has_text=mark).click()
        _do(admin, "撤销流程", "Withdraw the request")
        _dialog(admin).get_by_role("textbox").fill("客户已和解")
        admin.look(journey.picture("withdraw"))
        _confirm(admin, "撤销流程", "Withdraw the request")
    until(lambda: journey.admin.get(f"/api/instances/{instance}").json()["status"] == "cancelled", "it is withdrawn")


@pytest.mark.timeout(420)
@TWO_READERS
def test_a_compensation_is_approved(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    journey = Journey(browser, product, language, size)
    mark = uuid4().hex[:6]
    journey.start(f"赔付 #{mark}")
    _applies(journey, mark)
    _adds_before(journey, mark)
    _is_added(journey, mark)
    _sends_back(journey, mark)
    _vote(journey, mark)
    _signs(journey, mark)
    _closes(journey, mark)
    _withdraws(journey)

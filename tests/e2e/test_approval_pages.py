"""Approval as its authors and administrators set it up in the browser: a step in words, who stands for whom, work handed over, quiet hours;
and what may be done with a run as a whole."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.reader import TWO_READERS, Reader
from tests.product import Product
from tests.story import until

ADMIN, FINANCE, LEAD, QUALITY = "admin@weft.local", "sun.li@weft.local", "li.na@weft.local", "chen.jie@weft.local"


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _flow(key: str) -> dict[str, Any]:
    """Finance signs what the initiator asks for; then somebody pays."""
    roles = [{"role": "finance_manager"}, {"role": "cs_lead"}, {"role": "quality_engineer"}]
    return {
        "kind": "flow",
        "key": key,
        "label": _text("费用审批", "Expenses"),
        "entity": "ticket",
        "withdraw": "any",
        "nodes": [
            {"id": "start", "type": "start_event", "title": _text("开始", "Start")},
            {
                "id": "sign",
                "type": "approval",
                "title": _text("财务会签", "Finance signs"),
                "form": "ticket_finance",
                "assignment": {"candidates": roles, "mode": "any"},
            },
            {
                "id": "pay",
                "type": "handle",
                "title": _text("付款", "Pay"),
                "assignment": {"candidates": [{"user": ADMIN}], "mode": "any"},
            },
            {"id": "end", "type": "end_event", "title": _text("结束", "End")},
        ],
        "edges": [
            {"id": "a", "source": "start", "target": "sign"},
            {"id": "b", "source": "sign", "target": "pay"},
            {"id": "c", "source": "pay", "target": "end"},
        ],
    }


def _published(client: httpx.Client, flow: dict[str, Any]) -> str:
    key: str = flow["key"]
    assert client.put(f"/api/definitions/flow/{key}", json={"content": flow}).json()["problems"] == []
    assert client.post("/api/publish", json={"keys": [{"kind": "flow", "key": key}]}).json()["published"]
    return key


def _started(client: httpx.Client, key: str) -> str:
    record = client.get("/api/records/ticket", params={"limit": 1}).json()["items"][0]["id"]
    id: str = client.post(f"/api/flows/{key}/instances", json={"record_id": record}).json()["id"]
    until(lambda: client.get(f"/api/instances/{id}").json()["tasks"], "a task")
    return id


class Panel:
    """The settings of one step in the designer."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.say = reader, reader.page, reader.say

    @property
    def aside(self) -> Locator:
        return self.page.get_by_role("complementary", name=self.say("设置", "Settings"))

    def choose(self, node: str) -> None:
        self.page.locator(f".react-flow__node[data-id={node}]").focus()
        self.page.keyboard.press("Enter")
        expect(self.aside.get_by_label(self.say("标识", "Id"), exact=True)).to_have_value(node)

    def unfold(self, zh: str, en: str) -> None:
        self.aside.get_by_role("button", name=self.say(zh, en)).first.click()

    def pick(self, zh: str, en: str, option_zh: str, option_en: str) -> None:
        self.aside.get_by_role("combobox", name=self.say(zh, en), exact=True).click()
        self.page.get_by_role("option", name=self.say(option_zh, option_en), exact=True).click()


@pytest.mark.timeout(300)
@TWO_READERS
def test_a_step_is_set_up_in_words(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    client = product.client(ADMIN)
    key = _published(client, _flow(f"words_{uuid4().hex[:6]}"))
    with Reader(browser, product, ADMIN, language, size) as admin:
        page, say, panel = admin.page, admin.say, Panel(admin)
        admin.open(f"/flows/{key}")
        panel.choose("sign")
        panel.aside.get_by_role("radio", name=say("投票", "By vote")).check(force=True)
        panel.pick("平票时", "When there is a tie", "驳回", "It is refused")
        panel.aside.get_by_role("button", name=say("从默认的开始改", "Begin with the usual ones")).click()
        panel.unfold("时限", "Deadline")
        panel.aside.get_by_role("button", name=say("加一条", "Add a rule")).click()
        rule = panel.aside.get_by_role("group", name=say("第 1 条", "Rule 1"))
        rule.get_by_label(say("到期后多久", "So long after it is due")).fill("2")
        panel.unfold("还能做什么", "What else they may do")
        panel.aside.get_by_role("checkbox", name=say("转办", "Transfer")).check()
        panel.unfold("特殊情况", "Special cases")
        panel.pick("处理人就是发起人", "The initiator is among them", "换成上级", "Their superior instead")
        admin.look("step-panel")
        _rights(panel)
        _who_would_get_it(panel)
        page.keyboard.press("Escape")
        page.keyboard.press("Control+S")
        expect(page.get_by_role("button", name=say("保存草稿", "Save draft"))).to_be_disabled()
    node = next(
        each for each in client.get(f"/api/definitions/flow/{key}").json()["draft"]["nodes"] if each["id"] == "sign"
    )
    assert node["assignment"] | {"candidates": []} == {
        "candidates": [],
        "mode": "vote",
        "vote": {"pass_at": "2/3", "tie": "refuse"},
        "overdue": [{"action": "remind", "after": "PT2H"}],
        "operations": ["transfer"],
        "own": "superior",
    }
    assert node["rights"] == {"compensation": "required", "items.price": "hidden"}
    assert [outcome["key"] for outcome in node["outcomes"]] == ["approve", "reject"]
    assert client.get(f"/api/definitions/flow/{key}").json()["problems"] == []


def _rights(panel: Panel) -> None:
    page, say = panel.page, panel.say
    panel.unfold("表单和字段权限", "Form and rights of fields")
    panel.aside.get_by_role("button", name=say("字段权限", "Rights of fields"), exact=True).click()
    dialog = page.get_by_role("dialog")
    for field, right in (
        (say("补偿金额", "Compensation"), say("必填", "Required")),
        (say("单价", "Unit price"), say("隐藏", "Hidden")),
    ):
        radio = dialog.get_by_role("radio", name=f"{field}: {right}")
        if radio.count():
            radio.check()
        else:
            dialog.get_by_role("combobox", name=field, exact=True).click()
            page.get_by_role("option", name=right, exact=True).click()
    panel.reader.look("field-rights")
    dialog.get_by_role("button", name=say("好", "Done"), exact=True).click()


def _who_would_get_it(panel: Panel) -> None:
    page, say = panel.page, panel.say
    panel.aside.get_by_role("button", name=say("谁会收到", "Who would get it")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option").first.click()
    for who in ("孙丽", "李娜", "陈杰"):
        expect(dialog).to_contain_text(who)
    expect(dialog).to_contain_text(say("流程结束", "The flow ends"))
    panel.reader.look("who-would-get-it")
    dialog.get_by_role("button", name=say("关闭", "Close")).click()


@pytest.mark.timeout(240)
@TWO_READERS
def test_an_agent_stands_in_and_is_revoked(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    admin = product.client(ADMIN)
    flow = _flow(f"agency_{uuid4().hex[:6]}")
    key = _published(admin, flow | {"label": _text(flow["key"], flow["key"])})
    with Reader(browser, product, QUALITY, language, size) as chen:
        page, say = chen.page, chen.say
        chen.open("/agents")
        page.get_by_role("button", name=say("新建委托", "Appoint an agent")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name=say("代理人", "Agent")).fill("赵磊")
        page.get_by_role("option", name="赵磊").click()
        dialog.get_by_role("combobox", name=say("哪些流程", "Which flows")).fill(key)
        page.get_by_role("option", name=key).click()
        page.keyboard.press("Escape")
        chen.look("appoint-agent")
        dialog.get_by_role("button", name=say("委托", "Appoint"), exact=True).click()
        given = page.get_by_role("region", name=say("我委托给别人", "Who acts for me"))
        expect(given.locator("[data-agent=active]").first).to_contain_text("赵磊")
        chen.look("agents")
        _started(admin, key)
        found = product.client("zhao.lei@weft.local").get("/api/tasks").json()["items"]
        assert [task["on_behalf_of"]["name"] for task in found if task["flow"] == key] == ["陈杰"]
        given.get_by_role("button", name=say("撤销", "Revoke")).first.click()
        page.get_by_role("dialog").get_by_role("button", name=say("撤销", "Revoke"), exact=True).click()
        expect(given.locator("[data-agent=active]")).to_have_count(0)
    found = product.client("zhao.lei@weft.local").get("/api/tasks").json()["items"]
    assert [task for task in found if task["flow"] == key] == []


@pytest.mark.timeout(240)
@TWO_READERS
def test_work_is_handed_over_and_given_back(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    client = product.client(ADMIN)
    flow = _flow(f"handed_{uuid4().hex[:6]}")
    flow["nodes"][1]["assignment"] = {"candidates": [{"user": FINANCE}], "mode": "any"}
    key = _published(client, flow)
    _started(client, key)
    with Reader(browser, product, ADMIN, language, size) as admin:
        page, say = admin.page, admin.say
        admin.open("/handovers")
        page.get_by_role("button", name=say("新建交接", "New hand-over")).first.click()
        dialog = page.get_by_role("dialog")
        for label, name in ((say("谁的工作", "Whose work"), "孙丽"), (say("交给谁", "To whom"), "李娜")):
            dialog.get_by_role("combobox", name=label).fill(name)
            page.get_by_role("option", name=name).click()
        admin.look("new-handover")
        dialog.get_by_role("button", name=say("列出清单", "List what would change")).click()
        expect(page.locator("[data-line=planned]").first).to_be_visible()
        admin.look("handover-preview")
        for action, there in (((("执行"), "Carry it out"), "done"), (("撤回", "Undo"), "reversed")):
            name = say(*action)
            page.get_by_role("button", name=name, exact=True).click()
            page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
            expect(page.locator(f"[data-line={there}]").first).to_be_visible()
            expect(page.get_by_role("status").filter(has=page.get_by_role("progressbar"))).to_have_count(0)
            admin.look(f"handover-{there}")
            _named(product, key, LEAD if there == "done" else FINANCE)


def _named(product: Product, key: str, email: str) -> None:
    """Whoever the published flow names, and has its open task."""
    client = product.client(ADMIN)
    content = client.get(f"/api/definitions/flow/{key}").json()["content"]
    candidates = next(each for each in content["nodes"] if each["id"] == "sign")["assignment"]["candidates"]
    me = product.client(email)
    assert [candidate["user"] for candidate in candidates] in ([email], [me.get("/api/me").json()["user"]["id"]])
    assert key in {task["flow"] for task in me.get("/api/tasks").json()["items"]}


@pytest.mark.timeout(240)
@TWO_READERS
def test_a_run_is_urged_moved_withdrawn_and_begun_again(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    client = product.client(ADMIN)
    id = _started(client, _published(client, _flow(f"whole_{uuid4().hex[:6]}")))
    with Reader(browser, product, ADMIN, language, size) as admin:
        page, say = admin.page, admin.say
        admin.open(f"/instances/{id}")
        page.get_by_role("button", name=say("催办", "Urge")).click()
        expect(page.get_by_text(say("已催办", "They have been reminded"))).to_be_visible()
        page.get_by_role("button", name=say("更多操作", "More actions")).click()
        page.get_by_role("menuitem", name=say("移动步骤", "Move to another step")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name=say("移到", "Move it to")).click()
        page.get_by_role("option", name=say("付款", "Pay")).click()
        expect(dialog.locator("[data-preview=running]")).to_contain_text(say("付款", "Pay"))
        admin.look("move-step")
        dialog.get_by_role("button", name=say("移动", "Move"), exact=True).click()
        expect(page.locator("[data-token=pay]")).to_be_visible()
        page.get_by_role("button", name=say("撤销", "Withdraw"), exact=True).click()
        dialog.get_by_role("textbox").fill(say("写错了", "A mistake"))
        dialog.get_by_role("button", name=say("撤销", "Withdraw"), exact=True).click()
        expect(page.locator("[data-token=pay]")).to_have_count(0)
        expect(page.get_by_text(say("发起人撤销", "Withdrawn")).first).to_be_visible()
        admin.look("run-withdrawn")
        page.get_by_role("button", name=say("更多操作", "More actions")).click()
        page.get_by_role("menuitem", name=say("重新打开", "Begin it again")).click()
        dialog.get_by_role("combobox").click()
        page.get_by_role("option", name=say("付款", "Pay")).click()
        dialog.get_by_role("button", name=say("重新打开", "Begin it again")).click()
        page.wait_for_url(lambda url: not url.endswith(id))
        expect(page.locator("[data-token=pay]")).to_be_visible()
        admin.look("run-again")


@pytest.mark.timeout(180)
@TWO_READERS
def test_quiet_hours_are_kept(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    with Reader(browser, product, QUALITY, language, size) as chen:
        page, say = chen.page, chen.say
        chen.open("/account")
        switch = page.get_by_role("switch", name=say("免打扰时段", "Quiet hours"))
        if not switch.is_checked():
            switch.click()
        until_ = page.get_by_role("textbox", name=say("到", "Until"), exact=True)
        until_.fill("06:15" if language == "zh" else "08:45")
        until_.press("Tab")
        chen.look("notices")
        form = page.locator("form").filter(has=switch)
        form.get_by_role("button", name=say("保存", "Save")).click()
        expect(form.get_by_role("button", name=say("保存", "Save"))).to_be_disabled()
    kept = product.client(QUALITY).get("/api/account/notices").json()
    assert (kept["quiet_from"], kept["quiet_until"]) == ("22:00", "06:15" if language == "zh" else "08:45")

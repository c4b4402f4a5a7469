"""A flow drawn in the browser by mouse and keyboard: a sub-process for several people, a timer on its border, a branch; the mistake
in it shown on the drawing, mended, published."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.reader import DESK, PHONE, Reader
from tests.product import Product

ADMIN = "admin@weft.local"


class Designer:
    """The designer of one flow on the reader's page."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.say = reader, reader.page, reader.say

    def node(self, id: str) -> Locator:
        return self.page.locator(f"[data-node-id={id}]")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("complementary", name=self.say("设置", "Settings"))

    def choose(self, id: str) -> None:
        """By keyboard: the node takes the focus, Enter chooses it."""
        self.page.locator(f".react-flow__node[data-id={id}]").focus()
        self.page.keyboard.press("Enter")
        expect(self.panel.get_by_label(self.say("标识", "Id"), exact=True)).to_have_value(id)

    def place(self, type: str) -> None:
        self.page.locator(f"[data-palette={type}]").click()

    def pick(self, label: str, option: str) -> None:
        self.panel.get_by_role("combobox", name=label, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def write(self, label: str, text: str) -> None:
        """Into a box of the language."""
        self.panel.get_by_role("textbox", name=label, exact=True).click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def shape(self, id: str, **about: Any) -> None:
        expect(self.node(id)).to_have_attribute("data-node-type", about["type"])


@pytest.mark.timeout(240)
def test_a_flow_from_an_empty_page_to_its_publication(browser: Browser, product: Product) -> None:
    key = f"visit_{uuid4().hex[:6]}"
    with Reader(browser, product, ADMIN, "zh") as admin:
        page, designer = admin.page, Designer(admin)
        admin.open("/flows")
        page.get_by_role("button", name="新建流程").click()
        page.get_by_label("键").fill(key)
        page.keyboard.press("Enter")
        expect(designer.node("start")).to_be_visible()
        _draw(designer)
        _for_everybody(designer)
        _on_the_border(designer)
        _mistake(designer)
        admin.look("flow-designer")
        _mended(designer)
        page.keyboard.press("Control+S")
        button = page.get_by_role("button", name="发布", exact=True)
        expect(button).to_be_enabled()
        button.click()
        expect(page.get_by_text("版本 1", exact=True).first).to_be_visible()
    kept = product.client(ADMIN).get(f"/api/definitions/flow/{key}").json()["content"]
    nodes = {node["id"]: node for node in kept["nodes"]}
    assert nodes["handle"]["parent"] == "sub_process"
    assert nodes["handle"]["loop"]["collection"] == '["a", "b"]'
    assert nodes["boundary"]["attached_to"] == "sub_process"
    assert nodes["boundary"]["interrupting"] is False
    assert nodes["boundary"]["events"] == [{"kind": "timer", "timer": {"duration": "PT45M"}}]


def _draw(designer: Designer) -> None:
    """Steps are put one after the other by clicks; what was taken back is gone."""
    page = designer.page
    designer.choose("start")
    page.get_by_role("button", name="高级（BPMN）").click()
    designer.place("sub_process")
    designer.choose("sub_process_start")
    designer.place("handle")
    expect(page.locator('[data-id="handle"]')).to_be_visible()
    designer.place("approval")
    expect(designer.node("approval")).to_be_visible()
    page.keyboard.press("Control+Z")
    expect(designer.node("approval")).to_have_count(0)


def _for_everybody(designer: Designer) -> None:
    """One task for each of a list, named by its own words."""
    designer.choose("handle")
    designer.panel.get_by_label("名称", exact=True).fill("上门检查")
    designer.pick("做几次", "多份，同时进行")
    designer.write("列表", '["a", "b"]')
    expect(designer.node("handle").locator("[data-marker=parallel]")).to_be_visible()
    expect(designer.node("handle")).to_contain_text("上门检查")


def _on_the_border(designer: Designer) -> None:
    """A timer on the border of the sub-process that reminds somebody without stopping it."""
    designer.choose("sub_process")
    designer.place("boundary_event")
    designer.panel.get_by_label("等多久").fill("45")
    designer.pick("单位", "分钟")
    designer.panel.get_by_role("switch", name="中断这一步").click()
    designer.place("notify")
    expect(designer.node("notify")).to_be_visible()
    expect(designer.page.locator(".react-flow__edge")).to_have_count(5)


def _mistake(designer: Designer) -> None:
    """What is wrong is marked at the node, and the list leads there with the reason and how to mend it."""
    expect(designer.node("notify").locator("[data-problem=error]")).to_be_visible()
    designer.page.keyboard.press("Escape")
    marked = designer.page.locator("[data-designer]").get_by_role("button", name="个问题")
    expect(marked).to_be_visible()
    marked.click()
    expect(designer.panel.get_by_role("alert").first).to_be_visible()


def _mended(designer: Designer) -> None:
    designer.choose("notify")
    names = designer.panel.get_by_role("group", name="参数")
    for name, label, value in (("to", "通知谁 *", "initiator"), ("text", "内容", '"45 分钟了"')):
        names.get_by_role("combobox", name="参数").fill(name)
        designer.page.keyboard.press("Enter")
        names.get_by_role("textbox", name=label, exact=True).click()
        designer.page.keyboard.insert_text(value)
    designer.place("end_event")
    expect(designer.page.locator("[data-problem=error]")).to_have_count(0)


@pytest.mark.timeout(200)
def test_steps_are_dragged_connected_and_removed(browser: Browser, product: Product) -> None:
    with Reader(browser, product, ADMIN, "en") as admin:
        page, designer = admin.page, Designer(admin)
        page.goto(f"/flows/dragged_{uuid4().hex[:6]}?new=1")
        expect(designer.node("start")).to_be_visible()
        start = designer.node("start").bounding_box()
        assert start is not None
        _drag_new(designer, "approval", start["x"] + 150, start["y"] + 220)
        expect(designer.node("approval")).to_be_visible()
        designer.choose("start")
        grip = page.locator('.react-flow__node[data-id="start"] .weft-grip[data-handlepos=bottom]')
        grip.hover()
        page.mouse.down()
        designer.node("approval").hover()
        page.mouse.up()
        expect(page.locator(".react-flow__edge")).to_have_count(2)
        designer.choose("end")
        page.keyboard.press("Delete")
        expect(designer.node("end")).to_have_count(0)
        page.keyboard.press("Control+Z")
        expect(designer.node("end")).to_be_visible()
        before = designer.node("approval").bounding_box()
        designer.choose("approval")
        page.locator('.react-flow__node[data-id="approval"]').focus()
        page.keyboard.press("ArrowDown")
        after = designer.node("approval").bounding_box()
        assert before
        assert after
        assert after["y"] > before["y"]


def _drag_new(designer: Designer, type: str, x: float, y: float) -> None:
    page = designer.page
    page.locator(f"[data-palette={type}]").hover()
    page.mouse.down()
    page.mouse.move(x, y, steps=8)
    page.mouse.move(x + 2, y + 2)
    page.mouse.up()


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESK)], ids=["zh-phone", "en-desk"])
def test_a_published_flow_is_for_everybody(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    with Reader(browser, product, ADMIN, language, size) as admin:
        for path, name in (("/flows", "flows"), ("/flows/urgent_complaint", "flow-drawn")):
            admin.open(path)
            if name == "flow-drawn":
                expect(admin.page.locator("[data-node-id=triage]")).to_be_attached()
            admin.look(name if size == DESK else f"phone-{name}")

"""Conditions in the browser: built and written by keyboard alone, with an input method, in both languages, kept in definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Request, expect

from tests.e2e.reader import DESK, PHONE, Reader
from tests.product import Product

ADMIN = "admin@weft.local"
LANGUAGES = ["zh", "en"]


def filter_of(reader: Reader) -> str:
    """The condition in the address of a list."""
    return parse_qs(urlparse(reader.page.url).query).get("filter", [""])[0]


def applied(reader: Reader, text: str) -> None:
    reader.page.wait_for_url(lambda url: parse_qs(urlparse(url).query).get("filter", [""])[0] == text)


class Conditions:
    """The condition field of a list or a dialog, as somebody without a mouse uses it."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.say = reader, reader.page, reader.say

    def open(self, path: str = "/records/ticket?view=all") -> None:
        self.reader.open(path)
        button = self.page.get_by_role("button", name=self.say("筛选条件", "Conditions"), exact=True)
        if button.get_attribute("aria-expanded") == "false":
            button.focus()
            self.page.keyboard.press("Enter")
        expect(self.add).to_be_visible()

    @property
    def add(self) -> Locator:
        return self.page.get_by_role("button", name=self.say("加条件", "Add a condition")).first

    def row(self, number: int) -> Locator:
        return self.page.get_by_role("group", name=self.say(f"条件 {number}", f"condition {number}"), exact=True)

    def choose(self, number: int, field: str, relation: str) -> None:
        """From the field that has the focus: type its name, take it, go on to the relation."""
        expect(self.row(number).get_by_role("combobox", name=self.say("字段", "Field"))).to_be_focused()
        self.page.keyboard.type(field)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("listbox")).to_be_visible()
        option = self.page.get_by_role("option", name=relation, exact=True)
        for _ in range(30):
            if option.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("listbox")).to_have_count(0)

    def text(self) -> Locator:
        """The text of the condition, with the focus in it."""
        self.page.get_by_role("tab", name=self.say("文本", "Text")).click()
        box = self.page.get_by_role("textbox", name=self.say("条件", "Condition"), exact=True)
        box.focus()
        return box


@contextmanager
def asked(reader: Reader) -> Iterator[list[str]]:
    """Paths of the questions about expressions that are asked meanwhile."""
    paths: list[str] = []

    def keep(request: Request) -> None:
        if "/api/language/" in request.url:
            paths.append(urlparse(request.url).path)

    reader.page.on("request", keep)
    yield paths
    reader.page.remove_listener("request", keep)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_is_built_by_keyboard_alone(browser: Browser, product: Product, language: str) -> None:
    with Reader(browser, product, ADMIN, language) as admin:
        conditions, keyboard = Conditions(admin), admin.page.keyboard
        conditions.open()
        conditions.add.focus()
        keyboard.press("Enter")
        conditions.choose(1, admin.say("补偿", "Compens"), admin.say("不小于", "is at least"))
        keyboard.press("Tab")
        keyboard.type("100")
        conditions.add.focus()
        keyboard.press("Enter")
        conditions.choose(2, admin.say("yxj", "Priority"), admin.say("等于", "is"))
        keyboard.press("Tab")
        keyboard.press("Enter")
        keyboard.press("ArrowDown")
        keyboard.press("Enter")
        admin.page.get_by_role("button", name=admin.say("移动条件 2", "Move condition 2")).focus()
        keyboard.press("Alt+ArrowUp")
        expect(conditions.row(1).get_by_role("combobox").first).to_have_value(admin.say("优先级", "Priority"))
        admin.look(f"builder-{language}")
        apply = admin.page.get_by_role("button", name=admin.say("应用", "Apply"))
        apply.focus()
        keyboard.press("Enter")
        admin.page.wait_for_url("**filter=**")
        assert re.search(
            admin.say(r"优先级 = .* 且 补偿金额 >= 100", r"Priority = .* and Compensation >= 100"), filter_of(admin)
        )
        expect(
            admin.page.get_by_role("table").or_(admin.page.get_by_text(admin.say("没有符合", "match")))
        ).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_is_written_completed_and_mended_by_keyboard(
    browser: Browser, product: Product, language: str
) -> None:
    with Reader(browser, product, ADMIN, language) as admin:
        conditions, keyboard = Conditions(admin), admin.page.keyboard
        conditions.open()
        box = conditions.text()
        keyboard.type(admin.say("补偿", "compens"))
        offered = admin.page.get_by_role("listbox")
        expect(offered.get_by_role("option").first).to_contain_text(admin.say("补偿金额", "Compensation"))
        admin.look(f"completion-{language}")
        admin.page.wait_for_timeout(150)
        keyboard.press("Enter")
        expect(box).to_have_text(admin.say("补偿金额", "Compensation"))
        keyboard.type(admin.say(" > 100 元 且 标提 包含 “漏”", ' > 100 CNY and titel contains "leak"'))
        mend = admin.page.get_by_role("button", name=admin.say("改为 标题", "Change to title"))
        expect(mend).to_be_visible()
        admin.look(f"problem-{language}")
        keyboard.press("F8")
        keyboard.press("Control+.")
        expect(admin.page.locator("[data-fix]").first).to_be_focused()
        mend.focus()
        keyboard.press("Enter")
        expect(admin.page.get_by_text(admin.say("没有问题", "Nothing wrong"))).to_be_visible()
        expect(box).to_be_focused()
        before = box.inner_text()
        keyboard.press("Enter")
        applied(admin, before)
        keyboard.press("Tab")
        expect(box).not_to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_input_method_is_left_alone(browser: Browser, product: Product, language: str) -> None:
    """While it composes nothing is asked, and the Enter that ends it applies nothing."""
    with Reader(browser, product, ADMIN, language) as admin:
        conditions = Conditions(admin)
        conditions.open()
        box = conditions.text()
        admin.page.wait_for_timeout(600)
        method = admin.page.context.new_cdp_session(admin.page)

        def compose(text: str) -> None:
            method.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            )
            admin.page.wait_for_timeout(150)

        with asked(admin) as paths:
            for text in ("b", "bu", "bu chang", "bu chang jin e"):
                compose(text)
            key = {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
            method.send("Input.dispatchKeyEvent", key)
            admin.page.wait_for_timeout(700)
            assert paths == []
        assert filter_of(admin) == ""
        with asked(admin) as paths:
            method.send("Input.insertText", {"text": "补偿金额"})
            expect(box).to_have_text("补偿金额")
            expect(admin.page.get_by_role("status").get_by_role("listitem").first).to_be_visible()
            assert "/api/language/check" in paths
        admin.page.keyboard.type(" > 100 ")
        compose("yuan")
        method.send("Input.insertText", {"text": "元"})
        expect(box).to_have_text("补偿金额 > 100 元")
        admin.page.keyboard.press("Control+z")
        expect(box).not_to_have_text("补偿金额 > 100 元")
        admin.page.keyboard.press("Control+y")
        expect(box).to_have_text("补偿金额 > 100 元")
        expect(admin.page.get_by_text(admin.say("没有问题", "Nothing wrong"))).to_be_visible()
        admin.page.keyboard.press("Escape")
        admin.page.keyboard.press("Enter")
        applied(admin, "补偿金额 > 100 元")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_builder_cannot_show_is_kept(browser: Browser, product: Product, language: str) -> None:
    """Text to builder and back: the words stay, an edit beside them leaves them as they are, undo takes it back."""
    text = 'length(title) > 3 and priority in ["high", "urgent"]'
    with Reader(browser, product, ADMIN, language) as admin:
        conditions = Conditions(admin)
        conditions.open(f"/records/ticket?view=all&filter={text.replace(' ', '+')}")
        words = admin.page.get_by_role("group", name=admin.say("文字条件 1", "condition 1 in words"))
        expect(words.get_by_role("textbox")).to_have_text("length(title) > 3")
        admin.page.get_by_role("button", name=admin.say("移动条件 2", "Move condition 2")).focus()
        admin.page.keyboard.press("Alt+ArrowUp")
        box = conditions.text()
        expect(box).to_have_text(re.compile(r'\["High", "Urgent"\] and length\(Title\) > 3'))
        admin.page.keyboard.press("Control+z")
        expect(box).to_have_text(text)
        admin.page.get_by_role("button", name="中文", exact=True).last.click()
        expect(box).to_have_text(re.compile("长度.* 且 优先级 属于"))
        admin.look(f"text-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_condition_of_a_form_is_edited_in_its_definition(browser: Browser, product: Product, language: str) -> None:
    with Reader(browser, product, ADMIN, language, DESK) as admin:
        admin.open("/build/definitions/form/ticket_service")
        place = admin.page.get_by_role(
            "button", name=re.compile(admin.say("补偿理由 · 显示条件", "compensation · Shown when"))
        )
        place.click()
        dialog = admin.page.get_by_role("dialog")
        value = dialog.get_by_role("textbox", name=admin.say("值", "Value"))
        expect(value).to_have_value("0")
        admin.look(f"condition-dialog-{language}")
        value.fill("250")
        dialog.get_by_role("button", name=admin.say("放进草稿", "Put into the draft")).click()
        expect(dialog).to_have_count(0)
        expect(place).to_contain_text("250")
        expect(admin.page.get_by_text(admin.say("未保存", "Unsaved"))).to_be_visible()


def test_the_builder_on_a_phone(browser: Browser, product: Product) -> None:
    with Reader(browser, product, ADMIN, "zh", PHONE) as admin:
        conditions = Conditions(admin)
        conditions.open("/records/ticket?view=all&filter=created_at+>%3D+today()+-+30+days")
        expect(conditions.row(1)).to_be_visible()
        admin.look("phone-builder")


def test_a_segment_is_built_published_and_narrows_a_list(browser: Browser, product: Product) -> None:
    label = {"zh": "高优先级", "en": "Pressing"}
    content = {"kind": "segment", "key": "pressing", "label": label, "entity": "ticket", "condition": "1 = 1"}
    saved = product.client().put("/api/definitions/segment/pressing", json={"content": content})
    assert saved.status_code == 200, saved.text
    with Reader(browser, product, ADMIN, "en") as admin:
        admin.open("/build/definitions/segment/pressing")
        admin.page.get_by_role("button", name=re.compile("Who belongs to it")).click()
        dialog = admin.page.get_by_role("dialog")
        dialog.get_by_role("tab", name="Text").click()
        box = dialog.get_by_role("textbox")
        box.fill('priority in ["high", "urgent"]')
        expect(dialog.get_by_text("Nothing wrong")).to_be_visible()
        dialog.get_by_role("tab", name="Builder").click()
        expect(dialog.get_by_role("combobox", name="Relation")).to_have_text("is one of")
        dialog.get_by_role("button", name="Put into the draft").click()
        admin.page.get_by_role("button", name="Save draft").click()
        expect(admin.page.get_by_text("No problems")).to_be_visible()
        admin.page.get_by_role("button", name="Publish", exact=True).click()
        expect(admin.page.get_by_text("Version 1").first).to_be_visible()
        admin.open("/records/ticket?view=all")
        admin.page.get_by_role("combobox", name="Segment").click()
        admin.page.get_by_role("option", name=re.compile("Pressing")).click()
        admin.page.wait_for_url("**segment=pressing**")
        expect(admin.page.get_by_role("table")).to_be_visible()
        expect(admin.page.get_by_role("table").get_by_text("Normal", exact=True)).to_have_count(0)
        admin.look("segment")


def test_a_condition_is_dragged_into_a_group(browser: Browser, product: Product) -> None:
    with Reader(browser, product, ADMIN, "en") as admin:
        conditions = Conditions(admin)
        text = 'compensation > 5 CNY and (priority = "high" or status = "new")'
        conditions.open(f"/records/ticket?view=all&filter={text.replace(' ', '+')}")
        inner = admin.page.get_by_role("group", name="group 2").get_by_role("group", name="condition 1")
        handle = admin.page.get_by_role("button", name="Move condition 1").first
        handle.drag_to(inner, target_position={"x": 60, "y": 3})
        undo = admin.page.get_by_role("button", name="Undo: Drag")
        expect(undo).to_be_enabled()
        expect(conditions.text()).to_have_text(
            'Compensation > 5 CNY or Priority = "High" or Status = "New"', use_inner_text=True
        )

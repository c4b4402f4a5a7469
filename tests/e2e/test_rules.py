"""Rules in the browser: one written in Chinese by keyboard, mended, tried on the past, tested, published, seen firing, switched off."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.reader import PHONE, TWO_READERS, Reader
from tests.product import Product
from tests.story import Sender, post, until

ADMIN = "admin@weft.local"


class Bench:
    """The editor of a rule, as somebody without a mouse uses it."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.say = reader, reader.page, reader.say

    def begin(self, name: str, key: str) -> None:
        """Make a new rule from the list."""
        self.reader.open("/rules")
        self.press(self.say("新建规则", "New rule"))
        expect(self.page.get_by_role("dialog").get_by_label(self.say("名称", "Name"))).to_be_focused()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(key)
        self.reader.look("rule-new")
        self.page.keyboard.press("Enter")
        expect(self.text).to_be_focused()

    @property
    def text(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.say("规则文本", "Rule text"))

    def write(self, text: str) -> None:
        """Replace the text by another."""
        self.text.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def press(self, name: str) -> None:
        """A button, by keyboard."""
        button = self.page.get_by_role("button", name=name, exact=True).last
        button.focus()
        self.page.keyboard.press("Enter")

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()

    def sound(self) -> None:
        expect(self.page.get_by_text(self.say("没有问题", "Nothing wrong"), exact=True)).to_be_visible()


def rule(key: str, action: str, mark: str) -> str:
    return f"""规则 {key} "漏水提醒"
  优先级 30
  当 社交.发帖 记作 帖
  如果 帖.内容 包含 "{mark}"
  那么 {action}(["漏水提醒"])
结束
"""


@pytest.mark.timeout(200)
def test_a_rule_from_its_first_word_to_its_kill_switch(browser: Browser, product: Product, sender: Sender) -> None:
    mark = uuid4().hex[:6]
    key = f"leak_{mark}"
    client = product.client(ADMIN)
    sender.deliver(post(f"洗衣机漏水了 {mark}"))
    until(lambda: client.get("/api/social/posts", params={"search": mark}).json()["items"], "the post on the wall")
    with Reader(browser, product, ADMIN, "zh") as admin:
        bench, page = Bench(admin), admin.page
        bench.begin("漏水提醒", key)
        _mended(bench, key, mark)
        _tried_on_the_past(bench, mark)
        _tested(bench)
        _published(bench)
        sender.deliver(post(f"冰箱也漏水 {mark}"))
        _seen_firing(bench, mark)
        _switched_off(bench)
        sender.deliver(post(f"热水器还在漏水 {mark}"))
        fired = until(lambda: _rules_of(client, f"热水器还在漏水 {mark}"), "another rule to fire")
        assert key not in fired
        admin.open("/rules")
        page.get_by_role("textbox", name="搜索名称、键或文本").fill(key)
        row = page.get_by_role("row").filter(has_text="漏水提醒")
        expect(row.get_by_text("已关闭")).to_be_visible()
        expect(row.get_by_role("switch")).not_to_be_checked()
        admin.look("rules-filtered")


def _rules_of(client: httpx.Client, text: str) -> list[str]:
    """Keys of the rules that fired on the post of these words."""
    items = client.get("/api/social/posts", params={"search": text}).json()["items"]
    return [key for item in items for key in item["rules"]]


def _mended(bench: Bench, key: str, mark: str) -> None:
    """A misspelled action is told with what was meant, which two keys put in; the outline leads to the words."""
    page = bench.page
    bench.write(rule(key, "打标笺", mark))
    mend = page.get_by_role("button", name="改为 打标签")
    expect(mend).to_be_visible()
    bench.reader.look("rule-problem")
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    expect(page.locator("[data-fix]").first).to_be_focused()
    mend.focus()
    page.keyboard.press("Enter")
    bench.sound()
    expect(page.get_by_text(re.compile("符合"))).to_be_visible()
    condition = page.get_by_role("button", name=re.compile("条件.*如果 帖.内容"))
    condition.focus()
    page.keyboard.press("Enter")
    expect(bench.text).to_be_focused()
    assert str(page.evaluate("getSelection().toString()")).startswith("如果 帖.内容")
    bench.reader.look("rule-written")


def _tried_on_the_past(bench: Bench, mark: str) -> None:
    page = bench.page
    bench.press("试运行")
    found = page.get_by_role("list", name="会有的触发").get_by_role("listitem").filter(has_text=mark)
    expect(found.first).to_contain_text("打标签")
    bench.reader.look("rule-dry-run")
    found.first.get_by_role("button", name="为什么").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("会触发", exact=True)).to_be_visible()
    bench.reader.look("rule-why")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    found.first.get_by_role("button", name="存为用例").click()


def _tested(bench: Bench) -> None:
    """The kept case passes; one that expects something else fails with what differs."""
    page = bench.page
    expect(page.get_by_role("tab", name=re.compile("^用例"))).to_have_attribute("aria-selected", "true")
    bench.press("运行用例")
    expect(page.get_by_text("1 个全部通过")).to_be_visible()
    page.get_by_role("button", name=re.compile("^编辑用例")).click()
    page.get_by_label("动作，每行一个").fill("untag")
    bench.reader.look("rule-test")
    page.get_by_role("button", name="放进草稿").click()
    bench.press("运行用例")
    expect(page.get_by_text("1 个没有通过，共 1 个")).to_be_visible()
    expect(page.get_by_text("多出")).to_be_visible()
    bench.reader.look("rule-test-failed")
    page.get_by_role("button", name=re.compile("^编辑用例")).click()
    page.get_by_label("动作，每行一个").fill("tag")
    page.get_by_role("button", name="放进草稿").click()


def _published(bench: Bench) -> None:
    page = bench.page
    bench.text.focus()
    page.keyboard.press("Control+S")
    publish = page.get_by_role("button", name="发布", exact=True)
    expect(publish).to_be_enabled()
    bench.reader.look("rule-saved")
    publish.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("运行中", exact=True)).to_be_visible()


def _seen_firing(bench: Bench, mark: str) -> None:
    """It comes in by itself, with the values that it saw."""
    page = bench.page
    bench.tab("触发记录")
    firing = page.get_by_role("listitem").filter(has_text=f"冰箱也漏水 {mark}")
    expect(firing).to_be_visible()
    firing.get_by_role("button", name="为什么触发").click()
    expect(firing.get_by_text("当时看到的值", exact=True)).to_be_visible()
    bench.reader.look("rule-firing")


def _switched_off(bench: Bench) -> None:
    page = bench.page
    page.get_by_role("switch").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("原因")).to_be_focused()
    expect(page.get_by_role("dialog").get_by_role("button", name="关闭")).to_be_disabled()
    page.keyboard.type("写错了")
    bench.reader.look("rule-switch")
    page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    expect(page.get_by_text(re.compile("已由 .* 关闭"))).to_contain_text("写错了")


@TWO_READERS
def test_what_there_is_to_see_of_rules(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    name = "phone" if size == PHONE else "desk"
    with Reader(browser, product, ADMIN, language, size) as admin:
        for tab in ("rules", "incidents", "pending", "purposes"):
            admin.open(f"/rules?tab={tab}")
            expect(admin.page.get_by_role("status", name=admin.say("加载中", "Loading"))).to_have_count(0)
            admin.look(f"{name}-rules-{tab}")
        admin.open("/rules/vip_negative_post")
        bench = Bench(admin)
        bench.sound()
        for tab in ("tests", "firings", "pending", "incidents", "versions"):
            admin.open(f"/rules/vip_negative_post?tab={tab}")
            bench.sound()
            expect(admin.page.get_by_role("status", name=admin.say("加载中", "Loading"))).to_have_count(0)
            admin.look(f"{name}-rule-{tab}")


@pytest.mark.parametrize("starter", ["event", "sequence", "absence", "schedule", "watch"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_first_text_has_no_problem_and_a_twin(
    browser: Browser, product: Product, language: str, starter: str
) -> None:
    """Every kind of first text is right as it stands, and is the same rule in the other language's words."""
    with Reader(browser, product, ADMIN, language) as admin:
        bench = Bench(admin)
        admin.open(f"/rules/first_{starter}?new={starter}&name=First")
        bench.sound()
        other = admin.page.get_by_role("button", name=admin.say("English", "中文"), exact=True).last
        before = bench.text.inner_text()
        other.click()
        expect(bench.text).not_to_have_text(before, use_inner_text=True)
        bench.sound()

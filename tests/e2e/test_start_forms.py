"""A request as somebody makes it: chosen from what they may start, half filled in, left, found again among the drafts, and started once with the
person that they choose. In Chinese at a desk and in English on a phone; every screen is looked at."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Browser, expect

from tests.e2e.reader import PHONE, TWO_READERS, Reader
from tests.e2e.start_flow import publish, request_flow, request_form, starters
from tests.product import Product
from tests.story import CHEN, task_of

ADMIN = "admin@weft.local"


class Making:
    """One request, and who makes it."""

    def __init__(self, browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
        self.browser, self.product, self.language, self.size = browser, product, language, size
        self.key, self.who = f"parts_{uuid4().hex[:6]}", f"ma.{uuid4().hex[:6]}@weft.local"
        self.title = f"门封 {uuid4().hex[:6]}"
        admin = product.client(ADMIN)
        publish(admin, request_form(self.key), request_flow(self.key), starters(self.key))
        person = {"email": self.who, "name": "马骏", "password": product.password, "roles": [self.key]}
        made = admin.post("/api/users", json=person)
        assert made.status_code == 201, made.text

    def label(self, reader: Reader) -> str:
        return reader.say(f"领料申请 {self.key[-4:]}", f"Parts request {self.key[-4:]}")

    def picture(self, name: str) -> str:
        return f"{'phone' if self.size == PHONE else 'desk'}-start-{name}"


def _half_fills_in(making: Making, reader: Reader) -> None:
    page = reader.page
    reader.open("/inbox")
    expect(page.get_by_role("tab").first).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name=reader.say("发起申请", "New request"))).to_be_visible()
    expect(page.locator("main li a")).to_have_count(1)
    reader.look(making.picture("list"))
    page.get_by_role("link", name=making.label(reader)).click()
    expect(page.get_by_role("heading", name=making.label(reader), level=1)).to_be_visible()
    for name in ("陈杰", "王伟", "李娜"):
        expect(page.get_by_text(name).first).to_be_visible()
    expect(page.get_by_text(reader.say("填写申请", "Request"), exact=True)).to_have_count(0)
    with page.expect_response(lambda answer: "/api/start-drafts/" in answer.url):
        reader.fill(title=making.title)
    reader.look(making.picture("form"))


def _finds_it_again(making: Making, reader: Reader) -> None:
    page = reader.page
    reader.open("/inbox?box=drafts")
    draft = page.locator("[data-start-draft]")
    expect(draft).to_have_count(1)
    expect(draft).to_contain_text(making.title)
    expect(page.get_by_test_id("drafts-count")).to_have_text("1")
    reader.look(making.picture("drafts"))
    draft.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(reader.say("已恢复草稿", "Draft restored"))).to_be_visible()
    expect(page.locator("article [name=title]")).to_have_value(making.title)


def _starts(making: Making, reader: Reader) -> None:
    """What is required is asked for, then who checks it; the key leads to the button, and Enter presses it."""
    page, start = reader.page, reader.say("发起", "Start")
    bar = page.get_by_role("group", name=start, exact=True)
    bar.get_by_role("button", name=start).click()
    expect(page.get_by_text(reader.say("请填写", "Please fill this in")).first).to_be_visible()
    reader.look(making.picture("missing"))
    reader.choose("severity", reader.say("严重", "Critical"))
    reader.fill(description="客户明天出差")
    page.locator("article h1").click()
    page.keyboard.press("a")
    expect(bar.get_by_role("button", name=start)).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(reader.say("库管核对", "Stock check"))
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="陈杰").click()
    reader.look(making.picture("choose"))
    dialog.get_by_role("button", name=start, exact=True).click()
    page.wait_for_url("**/instances/*")
    expect(page.get_by_text(making.title).first).to_be_visible()


@TWO_READERS
def test_a_request_is_made(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    making = Making(browser, product, language, size)
    with Reader(browser, product, making.who, language, size) as reader:
        _half_fills_in(making, reader)
        _finds_it_again(making, reader)
        _starts(making, reader)
        reader.open("/inbox?box=drafts")
        expect(reader.page.get_by_text(reader.say("没有草稿", "No drafts"))).to_be_visible()
    task = task_of(product.client(CHEN), "check", making.title)
    (filled,) = product.client(CHEN).get(f"/api/tasks/{task['id']}").json()["decisions"]
    assert (filled["node_id"], filled["outcome"], filled["user"]["name"]) == ("fill", "submit", "马骏")

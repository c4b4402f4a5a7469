"""A task whose node hides, masks and opens fields, columns and rows: what its person sees, may write, signs; and what is kept."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attacks.definitions import FLOWS, FORM
from tests.attacks.scene import SECRETS
from tests.e2e.reader import TWO_READERS, Reader
from tests.product import Product
from tests.story import CHEN, task_of

ADMIN = "admin@weft.local"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """The administrator, once the form and the flow are published."""
    client = product.client(ADMIN)
    wanted = [FORM, next(each for each in FLOWS if each["key"] == "trial_fields")]
    for each in wanted:
        client.put(f"/api/definitions/{each['kind']}/{each['key']}", json={"content": each}).raise_for_status()
    keys = [{"kind": each["kind"], "key": each["key"]} for each in wanted]
    client.post("/api/publish", json={"keys": keys}).raise_for_status()
    return client


def begin(admin: httpx.Client, product: Product, title: str) -> tuple[str, dict[str, Any]]:
    """A ticket with a task of Chen's: (ticket, task)."""
    data = {
        "title": title,
        "source_text": SECRETS["source_text"],
        "compensation": SECRETS["compensation"],
        "items": [{"part": "门封", "quantity": 3, "price": SECRETS["price"]}],
    }
    ticket = admin.post("/api/records/ticket", json=data).json()
    admin.post("/api/flows/trial_fields/instances", json={"record_id": ticket["id"]}).raise_for_status()
    return ticket["id"], task_of(product.client(CHEN), "work", title)


def holds_no_secret(page: Page) -> None:
    text = page.locator("main").inner_text()
    assert [name for name, secret in SECRETS.items() if secret in text] == []


def sign(reader: Reader) -> None:
    """Press the button that asks for a signature; on a phone it is in the menu."""
    name = reader.say("签字", "Sign")
    button = reader.decisions.get_by_role("button", name=name, exact=True)
    if not button.is_visible():
        reader.decisions.get_by_role("button", name=reader.say("更多操作", "More")).click()
        button = reader.page.get_by_role("menuitem", name=name)
    button.click()


def draw(page: Page, name: str) -> None:
    """Sign with the mouse."""
    canvas = page.get_by_role("dialog").get_by_label(name)
    box = canvas.bounding_box()
    assert box is not None
    for x, y in ((0.2, 0.7), (0.4, 0.3)):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * (x + 0.3), box["y"] + box["height"] * (1 - y), steps=8)
        page.mouse.up()


@pytest.mark.timeout(300)
@TWO_READERS
def test_a_form_under_its_rights(
    browser: Browser, product: Product, admin: httpx.Client, language: str, size: tuple[int, int]
) -> None:
    title = f"漏水 {language}"
    ticket, task = begin(admin, product, title)
    with Reader(browser, product, CHEN, language, size) as chen:
        page, say = chen.page, chen.say
        chen.open(f"/tasks/{task['id']}")
        form = page.locator("article").first
        expect(form.get_by_text("***").first).to_be_visible()
        expect(page.locator("[data-field=compensation]")).to_have_count(0)
        expect(page.locator("[data-field=description] textarea").first).to_be_editable()
        rows = page.locator("[data-field=items]")
        expect(rows.get_by_text("门封")).to_be_visible()
        expect(rows.get_by_role("button", name=say("添加一行", "Add a row"))).to_have_count(0)
        holds_no_secret(page)
        chen.look(f"rights-form-{size[0]}")
        page.locator("[data-field=items]").scroll_into_view_if_needed()
        chen.keep(f"rights-rows-{size[0]}")
        sign(chen)
        expect(page.get_by_role("combobox", name=say("严重程度", "Severity"))).to_have_attribute("aria-invalid", "true")
        chen.choose("severity", say("严重", "Major"))
        rows.locator("input").last.fill("5")
        sign(chen)
        draw(page, say("签名区", "Signature"))
        chen.look(f"rights-signature-{size[0]}")
        page.get_by_role("dialog").get_by_role("button", name=say("签字", "Sign"), exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        chen.open(f"/tasks/{task['id']}")
        expect(page.locator("img[src*='/signatures/']").first).to_be_visible()
        holds_no_secret(page)
        chen.look(f"rights-done-{size[0]}")
    record = admin.get(f"/api/records/ticket/{ticket}").json()
    assert [(row["part"], row["quantity"], row["price"]["amount"]) for row in record["items"]] == [
        ("门封", 5, SECRETS["price"])
    ]
    assert (record["source_text"], record["compensation"]["amount"]) == (
        SECRETS["source_text"],
        SECRETS["compensation"],
    )

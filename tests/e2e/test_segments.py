"""Segments on their page and over the list that they open; a computed value while somebody types; who sees which."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.reader import PHONE, Reader
from tests.product import Product
from tests.story import CHEN, QUALITY, TRIAGE, WANG, ZHAO, ZHOU, Sender, decide, post, task_of

ADMIN = "admin@weft.local"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_segment_leads_to_its_people(browser: Browser, product: Product, language: str) -> None:
    client = product.client(WANG)
    known = {each["key"]: each for each in client.get("/api/segments").json()}
    people = client.get("/api/records/person?segment=vip_to_win_back&columns=name&count=true").json()
    segment = known["vip_to_win_back"]
    assert segment["count"] == people["count"] > 0
    with Reader(browser, product, WANG, language) as agent:
        agent.open("/segments")
        name = agent.say("需挽留的贵宾", "VIPs to win back")
        row = agent.page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text(str(segment["count"]))
        expect(row).to_contain_text(segment["condition"][language])
        agent.look("segments")
        row.get_by_role("link", name=re.compile(re.escape(name))).click()
        for person in people["items"]:
            expect(agent.page.get_by_role("row").filter(has_text=person["name"])).to_be_visible()
        expect(agent.page.locator("tbody tr")).to_have_count(people["count"])
        agent.look("segment-people")
    with Reader(browser, product, ADMIN, language, PHONE) as admin:
        admin.open("/segments")
        expect(admin.page.get_by_text(name).first).to_be_visible()
        admin.look("phone-segments")


def test_counts_follow_the_data_and_the_rights(browser: Browser, product: Product) -> None:
    client = product.client(WANG)
    with Reader(browser, product, WANG, "zh") as agent:
        before = client.get("/api/segments/advocates").json()["count"]
        agent.open("/segments")
        row = agent.page.get_by_role("row").filter(has_text="口碑客户")
        expect(row.get_by_role("cell", name=str(before), exact=True)).to_be_visible()
        data = {"name": f"口碑 {uuid4().hex[:6]}", "life_cycle": "loyal", "sentiment_score": 0.9}
        answer = client.post("/api/records/person", json=data)
        assert answer.status_code == 201, answer.text
        expect(row.get_by_role("cell", name=str(before + 1), exact=True)).to_be_visible()
    condition = {"filter": 'status != "published"', "count": "true"}
    hidden = product.client(ZHOU).get("/api/records/knowledge_article", params=condition)
    assert hidden.json()["count"] == 0, "operations read published articles only"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_total_follows_the_parts(browser: Browser, product: Product, sender: Sender, language: str) -> None:
    mark = uuid4().hex[:6]
    sender.deliver(post(f"刚买的洗衣机漏水，太失望了 #{mark}"))
    wang, chen, zhao = (product.client(name) for name in (WANG, CHEN, ZHAO))
    decide(wang, task_of(wang, "triage", mark), "confirm", TRIAGE)
    decide(chen, task_of(chen, "quality_check", mark), "done", QUALITY)
    task = task_of(zhao, "service_plan", mark)
    outcome = zhao.get(f"/api/tasks/{task['id']}").json()["outcomes"][0]["key"]
    forged = {"outcome": outcome, "data": {"parts_total": "1"}, "comment": "", "command_id": str(uuid4())}
    refused = zhao.post(f"/api/tasks/{task['id']}/complete", json=forged)
    assert refused.status_code == 422
    assert refused.json()["error"]["problems"][0]["code"] == "field.read_only"
    with Reader(browser, product, ZHAO, language) as engineer:
        engineer.open_task(mark)
        _add_part(engineer, 1, "M4", "2", "120.50")
        total = engineer.page.locator("article").get_by_text(re.compile(r"241\.00"))
        expect(total).to_be_visible()
        _add_part(engineer, 2, "M5", "", "9")
        expect(engineer.page.locator("article").get_by_text(re.compile(r"250\.00"))).to_be_visible()
        engineer.look("computed-total")
        engineer.fill(repair_plan="换门封", reply_text="您好，周三上门。")
        engineer.decide(engineer.say("提交方案", "Submit plan"))
    ticket = zhao.get(f"/api/records/ticket/{task['record_id']}").json()
    assert ticket["parts_total"] == {"amount": "250.00", "currency": "CNY"}


def _add_part(engineer: Reader, number: int, part: str, quantity: str, price: str) -> None:
    page = engineer.page
    page.get_by_role("button", name=engineer.say("添加一行", "Add a row")).click()
    for field, value in {"part": part, "quantity": quantity, "price": price}.items():
        if value:
            page.locator(f"article [name={field}]").nth(number - 1).fill(value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_records_page_obeys_its_forms_conditions(browser: Browser, product: Product, language: str) -> None:
    """The batch is asked about once the ticket is a defect, the reason once there is a compensation; the total follows."""
    with Reader(browser, product, ADMIN, language) as admin:
        admin.open("/records/ticket/new")
        page = admin.page
        expect(page.locator("form [name=title]")).to_be_visible()
        expect(page.locator("form [name=batch]")).to_have_count(0)
        expect(page.locator("form [name=compensation_reason]")).to_have_count(0)
        page.get_by_label(admin.say("确认为质量缺陷", "Confirmed defect")).check()
        expect(page.locator("form [name=batch]")).to_be_visible()
        page.locator("form [name=compensation]").fill("12")
        expect(page.locator("form [name=compensation_reason]")).to_be_visible()
        page.get_by_role("button", name=admin.say("添加一行", "Add a row")).click()
        for field, value in {"part": "M4", "quantity": "3", "price": "7.5", "title": f"x {uuid4().hex[:6]}"}.items():
            page.locator(f"form [name={field}]").first.fill(value)
        expect(page.get_by_text(re.compile(r"22\.50"))).to_be_visible()
        admin.look("record-conditions")
        page.get_by_role("button", name=admin.say("保存", "Save")).click()
        expect(page.get_by_text(re.compile(r"22\.50"))).to_be_visible()
        page.wait_for_url(re.compile(r"/records/ticket/[0-9a-f-]{36}"))
        stored = product.client(ADMIN).get(f"/api/records/ticket/{page.url.rsplit('/', 1)[1]}").json()
        assert stored["parts_total"] == {"amount": "22.50", "currency": "CNY"}

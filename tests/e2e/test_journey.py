"""The whole story in the browser, in Chinese and in English: a post on the wall, four departments, the reply and what stays."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.reader import PHONE, Reader
from tests.product import Product
from tests.story import CHEN, SUN, WANG, ZHAO, ZHOU, Sender, post, task_of, until

ADMIN = "admin@weft.local"
#: Each journey has a VIP of its own: the rule fires once per person in six hours.
STORY = {
    "zh": (("wb_song_ruoxi", "若曦Roxy"), "刚买的洗衣机漏水，把地板都泡了，太失望了！"),
    "en": (
        ("wb_emma_clark", "EmmaInShanghai"),
        "The washing machine I just bought is leaking, terrible, so disappointed!",
    ),
}


@pytest.mark.timeout(290)
@pytest.mark.parametrize("language", STORY)
def test_a_complaint_crosses_four_departments(
    browser: Browser, product: Product, sender: Sender, language: str
) -> None:
    author, words = STORY[language]
    mark = uuid4().hex[:6]
    text = f"{words} #{mark}"
    reply = {
        "zh": f"您好，周三上门更换门封，并补偿 600 元。{mark}",
        "en": f"We come on Wednesday with a new seal. {mark}",
    }
    instance = _on_the_wall(browser, product, sender, language, author, text)
    _triage(browser, product, language, mark)
    _quality(browser, product, language, mark)
    _service(browser, product, language, mark, "800", reply[language])
    _finance_sends_back(browser, product, language, mark)
    _service_again(browser, product, language, mark, "600")
    _finance_approves(browser, product, language, mark)
    _end(browser, product, language, instance, reply[language])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_on_a_phone(browser: Browser, product: Product, sender: Sender, language: str) -> None:
    mark = uuid4().hex[:6]
    sender.deliver(post(f"刚买的冰箱漏水了，气死了 #{mark}"))
    task = task_of(product.client(WANG), "triage", mark)
    with Reader(browser, product, WANG, language, PHONE) as agent:
        agent.open("/inbox")
        agent.page.locator("[data-task]").filter(has_text=mark).wait_for()
        agent.look("phone-inbox")
        agent.open_task(mark)
        agent.look("phone-task")
        refuse = agent.say("不受理", "Refuse")
        agent.decisions.get_by_role("button", name=refuse, exact=True).click()
        needed = agent.page.get_by_text(agent.say("需要写明意见", "needs an opinion"))
        expect(needed).to_be_visible()
        agent.look("phone-opinion-needed")
        agent.opinion(agent.say("不是我们的产品", "Not our product"))
        agent.decide(refuse)
    with Reader(browser, product, ADMIN, language, PHONE) as admin:
        _finished(product, task["instance_id"], "rejected")
        admin.open(f"/instances/{task['instance_id']}")
        expect(admin.page.get_by_text(admin.say("已结束", "Completed"), exact=True).first).to_be_visible()
        admin.look("phone-instance")
        admin.open(f"/records/ticket/{task['record_id']}")
        expect(admin.page.get_by_text(admin.say("已驳回", "Rejected"), exact=True).first).to_be_visible()
        admin.look("phone-ticket")
        admin.open("/operate/messages")
        expect(admin.page.get_by_text("暂不符合处理条件").first).to_be_visible()
        admin.look("phone-messages")


def _on_the_wall(
    browser: Browser, product: Product, sender: Sender, language: str, author: tuple[str, str], text: str
) -> str:
    """The post shows up on a wall that is open already, with the rule that fired; the id of the instance it started."""
    with Reader(browser, product, ZHOU, language) as operator:
        operator.open("/wall")
        operator.look("wall-before")
        sender.deliver(post(text, author))
        card = operator.page.get_by_role("article").filter(has_text=text)
        expect(card).to_be_visible()
        expect(card.get_by_text(operator.say("VIP 负面发帖", "Negative post by a VIP"))).to_be_visible()
        expect(card.get_by_text(operator.say("负面", "Negative"), exact=True)).to_be_visible()
        operator.look("wall")
    return str(task_of(product.client(WANG), "triage", text[-6:])["instance_id"])


def _triage(browser: Browser, product: Product, language: str, mark: str) -> None:
    with Reader(browser, product, WANG, language) as agent:
        agent.open_task(mark)
        agent.look("triage")
        agent.choose("category", agent.say("质量问题", "Quality"))
        agent.choose("priority", agent.say("高", "High"))
        confirm = agent.say("受理", "Accept")
        agent.decisions.get_by_role("button", name=confirm, exact=True).click()
        expect(agent.page.locator("article [name=severity][aria-invalid=true]")).to_have_count(1)
        agent.look("triage-severity-missing")
        agent.choose("severity", agent.say("较重", "Major"))
        agent.decide(confirm)


def _quality(browser: Browser, product: Product, language: str, mark: str) -> None:
    """The batch is asked for once it is a defect; the compensation is nowhere."""
    with Reader(browser, product, CHEN, language) as engineer:
        engineer.open_task(mark)
        expect(engineer.page.locator("article [name=batch]")).to_have_count(0)
        engineer.page.get_by_label(engineer.say("确认为质量缺陷", "Confirmed defect")).check()
        engineer.fill(batch="B2026-11", quality_finding=engineer.say("门封老化", "The door seal is worn out"))
        engineer.look("quality")
        expect(engineer.page.get_by_text(engineer.say("补偿金额", "Compensation"))).to_have_count(0)
        engineer.decide(engineer.say("完成检查", "Done"))


def _service(browser: Browser, product: Product, language: str, mark: str, amount: str, reply: str) -> None:
    with Reader(browser, product, ZHAO, language) as engineer:
        engineer.open_task(mark)
        expect(engineer.page.locator("article [name=compensation_reason]")).to_have_count(0)
        engineer.fill(repair_plan=engineer.say("上门更换门封", "Change the seal"), compensation=amount)
        engineer.fill(compensation_reason=engineer.say("地板受损", "The floor is damaged"), reply_text=reply)
        engineer.look("service")
        engineer.decide(engineer.say("提交方案", "Submit plan"))


def _service_again(browser: Browser, product: Product, language: str, mark: str, amount: str) -> None:
    with Reader(browser, product, ZHAO, language) as engineer:
        engineer.open_task(mark)
        expect(engineer.page.get_by_text(engineer.say("第 2 轮", "Round 2")).first).to_be_visible()
        expect(engineer.page.get_by_text(engineer.say("太高了", "Too much")).first).to_be_visible()
        engineer.look("service-again")
        engineer.fill(compensation=amount)
        engineer.decide(engineer.say("提交方案", "Submit plan"))


def _finance_sends_back(browser: Browser, product: Product, language: str, mark: str) -> None:
    with Reader(browser, product, SUN, language) as manager:
        manager.open_task(mark)
        manager.opinion(manager.say("太高了", "Too much"))
        manager.look("finance")
        manager.decide(manager.say("退回售后", "Send back"))


def _finance_approves(browser: Browser, product: Product, language: str, mark: str) -> None:
    with Reader(browser, product, SUN, language) as manager:
        manager.open_task(mark)
        manager.decide(manager.say("同意", "Approve"))


def _end(browser: Browser, product: Product, language: str, instance: str, reply: str) -> None:
    """The ticket closed, the drawing finished, the reply sent, the person told of, the article drafted."""
    found = _finished(product, instance, "resolved")
    with Reader(browser, product, ADMIN, language) as admin:
        admin.open(f"/instances/{instance}")
        expect(admin.page.get_by_text(admin.say("已结束", "Completed"), exact=True).first).to_be_visible()
        expect(admin.page.locator(".react-flow__node").first).to_be_visible()
        admin.look("instance")
        admin.open(f"/records/ticket/{found['record_id']}")
        expect(admin.page.get_by_text(admin.say("已关闭", "Closed"), exact=True).first).to_be_visible()
        admin.look("ticket")
        admin.open("/operate/messages")
        expect(admin.page.get_by_text(reply).first).to_be_visible()
        admin.look("messages")
        admin.open(f"/people/{found['person_id']}")
        expect(admin.page.get_by_text("投诉已处理").first).to_be_visible()
        expect(admin.page.get_by_text(reply).first).to_be_visible()
        admin.look("person")
        admin.open("/records/knowledge_article")
        expect(admin.page.get_by_text(re.compile(re.escape(reply[-6:]))).first).to_be_visible()
        admin.look("articles")


def _finished(product: Product, instance: str, outcome: str) -> dict[str, str]:
    client = product.client()

    def ended() -> dict[str, str] | None:
        found: dict[str, str] = client.get(f"/api/instances/{instance}").json()
        return found if found["status"] == "completed" else None

    found = until(ended, "the end of the flow")
    assert found["outcome"] == outcome
    return found

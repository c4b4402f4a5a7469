"""A run as a whole: urged, withdrawn, ended, void, begun again; and several tasks decided at once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.flows import ADMIN, LI, SUN, WANG, ZHAO, flow, people, step
from tests.story import until


def _more(album: Album, page: Page, zh: str, en: str) -> None:
    page.get_by_role("button", name=album.say("更多操作", "More actions")).click()
    page.get_by_role("menuitem", name=album.say(zh, en)).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _asked(album: Album, page: Page, name: str, reason: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(reason)
    album.take(name, page, dialog, margin=0)


def a_run(album: Album) -> None:
    """What its initiator and its operators may do with it."""
    steps = flow(
        "费用审批",
        "Expenses",
        step("sign", "财务会签", "Finance signs", people(SUN, LI)),
        step("pay", "付款", "Pay", people(WANG)),
        withdraw="any",
    )
    album.publish(steps)
    id, title = album.start(steps, "差旅费用", "A journey’s expenses")
    task = album.waits(SUN, "sign", title)
    reader = album.reader(ADMIN)
    page = reader.page
    reader.open(f"/instances/{id}")
    urge = page.get_by_role("button", name=album.say("催办", "Urge"))
    withdraw = page.get_by_role("button", name=album.say("撤销", "Withdraw"), exact=True)
    expect(withdraw).to_be_visible()
    album.take("urge", page, urge, withdraw, page.get_by_role("button", name=album.say("更多操作", "More actions")))
    withdraw.click()
    _asked(album, page, "withdraw", album.say("客户已和解", "The customer has settled"))
    reader.open(f"/instances/{id}")
    _more(album, page, "结束流程", "End the run")
    _asked(album, page, "terminate", album.say("重复发起", "Started twice"))
    album.decide(SUN, task, "agree")
    album.decide(WANG, album.waits(WANG, "pay", title), "agree")
    until(lambda: album.client().get(f"/api/instances/{id}").json()["status"] == "completed", "the end")
    reader.open(f"/instances/{id}")
    _more(album, page, "作废", "Declare void")
    _asked(album, page, "void", album.say("发票是假的", "The invoice is forged"))
    reader.open(f"/instances/{id}")
    _more(album, page, "重新打开", "Begin it again")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name=album.say("付款", "Pay")).click()
    album.take("reopen", page, dialog, margin=0)


def several(album: Album) -> None:
    """Simple ones, ticked and agreed to at once."""
    small = flow("小额审批", "Small amounts", step("sign", "主管审批", "A lead approves", people(ZHAO)))
    album.publish(small)
    titles = [album.start(small, zh, en)[1] for zh, en in (("补寄说明书", "A manual by post"), ("运费补贴", "Postage"))]
    for title in titles:
        album.waits(ZHAO, "sign", title)
    reader = album.reader(ZHAO)
    page = reader.page
    reader.open("/inbox")
    page.get_by_role("button", name=album.say("批量处理", "Decide several")).click()
    for title in titles:
        page.get_by_role("checkbox", name=title).check()
    page.get_by_role("button", name=album.say("批量同意", "Agree to all")).click()
    album.take("bulk", page, page.get_by_role("dialog"), margin=0)


SCENES = [a_run, several]

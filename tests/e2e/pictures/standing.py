"""Those who stand in: agents, a hand-over; and when one is told of things."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.flows import ADMIN, CHEN, LI, SUN, ZHAO, flow, people, step, text
from tests.e2e.pictures.signing import deciding


def agents(album: Album) -> None:
    """Appointed for one flow; a task of it then has both."""
    leave = flow("质量复核", "Quality review", step("sign", "质量复核", "Quality review", people(CHEN)))
    leave["label"] = text(*(f"{name} {leave['key'][-3:]}" for name in ("质量复核", "Quality review")))
    album.publish(leave)
    reader = album.reader(CHEN)
    page, say = reader.page, album.say
    reader.open("/agents")
    page.get_by_role("button", name=say("新建委托", "Appoint an agent")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name=say("代理人", "Agent")).fill("赵磊")
    page.get_by_role("option", name="赵磊").click()
    flows = dialog.get_by_role("combobox", name=say("哪些流程", "Which flows"))
    flows.fill(say(leave["label"]["zh"], leave["label"]["en"]))
    page.get_by_role("option").first.click()
    dialog.get_by_role("heading").first.click()
    album.take("agents", page, dialog, margin=0)
    dialog.get_by_role("button", name=say("委托", "Appoint"), exact=True).click()
    expect(dialog).to_have_count(0)
    _, title = album.start(leave, "门封批次", "A batch of seals")
    reader = album.look_at(ZHAO, album.waits(ZHAO, "sign", title))
    album.take("agent", reader.page, deciding(album, reader))


def handover(album: Album) -> None:
    """Looked at before it is done."""
    money = flow("费用审批", "Expenses", step("sign", "财务审批", "Finance", people(SUN)))
    album.publish(money)
    _, title = album.start(money, "差旅费用", "A journey’s expenses")
    album.waits(SUN, "sign", title)
    reader = album.reader(ADMIN)
    page, say = reader.page, album.say
    reader.open("/handovers")
    page.get_by_role("button", name=say("新建交接", "New hand-over")).first.click()
    dialog = page.get_by_role("dialog")
    for label, name in ((say("谁的工作", "Whose work"), "孙丽"), (say("交给谁", "To whom"), "韩松")):
        dialog.get_by_role("combobox", name=label).fill(name)
        page.get_by_role("option", name=name).click()
    album.take("handover", page, dialog, margin=0)
    dialog.get_by_role("button", name=say("列出清单", "List what would change")).click()
    lines = page.locator("[data-line=planned]")
    expect(lines.first).to_be_visible()
    album.take(
        "handover-preview", page, page.locator("main h1").first, lines.first, lines.nth(min(lines.count(), 4) - 1)
    )


def notices(album: Album) -> None:
    """The bell, and quiet hours."""
    reader = album.reader(LI)
    page, say = reader.page, album.say
    reader.open("/account")
    switch = page.get_by_role("switch", name=say("免打扰时段", "Quiet hours"))
    if not switch.is_checked():
        switch.click()
    album.take("quiet-hours", page, page.get_by_role("region", name=say("通知", "Notices"), exact=True), margin=0)
    page.get_by_role("button", name=say("通知，", "Notifications,")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link").first).to_be_visible()
    album.take("notices", page, dialog, margin=0, height=300)


SCENES = [agents, handover, notices]

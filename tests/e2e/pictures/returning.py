"""Ways back: sent back, taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.bringing import open_operation
from tests.e2e.pictures.flows import AGREE, LI, REFUSE, SUBMIT, SUN, WANG, ZHANG, button, flow, people, step
from tests.e2e.pictures.signing import deciding


def sent_back(album: Album) -> None:
    """Whoever sends back chooses to whom; they read why."""
    back = button("back", "退回", "Send back", "send_back", straight=True, rounds=3, comment=True)
    steps = flow(
        "赔付审批",
        "Compensation",
        step("apply", "填写申请", "Application", people(ZHANG), SUBMIT, form="ticket_service"),
        step("lead", "主管审批", "A lead approves", people(LI)),
        step("money", "财务审批", "Finance", people(SUN), AGREE, REFUSE, back),
    )
    album.publish(steps)
    _, title = album.start(steps, "地板泡水", "A soaked floor")
    plan = {"repair_plan": "更换门封", "reply_text": "周三上门"}
    body = {"outcome": "submit", "data": plan, "comment": ""}
    album.decide_with(ZHANG, album.waits(ZHANG, "apply", title), body)
    album.decide(LI, album.waits(LI, "lead", title), "agree")
    reader = album.look_at(SUN, album.waits(SUN, "money", title))
    reader.opinion(album.say("请附上维修报价", "Please add the quote for the repair"))
    reader.decisions.get_by_role("button", name=album.say("退回", "Send back"), exact=True).click()
    dialog = reader.page.get_by_role("dialog")
    dialog.get_by_role("radio", name=album.say("填写申请", "Application")).check()
    album.take("send-back", reader.page, dialog, margin=0)
    dialog.get_by_role("button", name=album.say("退回", "Send back"), exact=True).click()
    expect(dialog).to_have_count(0)
    reader = album.look_at(ZHANG, album.waits(ZHANG, "apply", title))
    alert = reader.page.get_by_role("alert").filter(has_text=album.say("请附上维修报价", "Please add the quote"))
    album.take("sent-back", reader.page, reader.page.locator("article h1").first, alert)


def taken_back(album: Album) -> None:
    """Nobody has acted on it since."""
    steps = flow(
        "赔付审批",
        "Compensation",
        step("first", "主管审批", "A lead approves", people(LI)),
        step("last", "财务审批", "Finance", people(SUN, WANG)),
    )
    album.publish(steps)
    _, title = album.start(steps, "误点了同意", "Agreed by mistake")
    task = album.waits(LI, "first", title)
    album.decide(LI, task, "agree")
    reader = album.look_at(LI, task)
    album.take("reclaim", reader.page, deciding(album, reader), reader.decisions)
    dialog = open_operation(album, reader, "拿回", "Take back")
    album.take("reclaim-asked", reader.page, dialog, margin=0)


SCENES = [sent_back, taken_back]

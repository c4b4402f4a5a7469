"""Where an administrator sets it: the parts of the designer's step panel."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.flows import ADMIN, AGREE, LI, SUN, WANG, ZHANG, ZHAO, button, flow, people, person, step
from tests.e2e.reader import Reader

BACK = button("back", "退回", "Send back", "send_back", target="apply", straight=True, rounds=3, comment=True)
REFUSED = button("refuse", "驳回", "Refuse", "refuse", target="initiator", comment=True, signature=True)
OVERDUE = [
    {"action": "remind", "every": "PT4H", "times": 3, "business": True},
    {"action": "superior", "after": "P1D", "business": True},
]
VOTE = {"pass_at": "2/3", "base": "voted", "quorum": "50%", "tie": "refuse", "veto": people(LI)}
RIGHTS = {"compensation": "required", "compensation_reason": "read", "repair_plan": "masked", "product": "hidden"}


def _shown() -> dict[str, Any]:
    voters = [person(WANG, weight=2), person(ZHAO), person(LI)]
    special = {"own": "superior", "duplicates": "earlier", "nobody": "user", "nobody_user": SUN}
    late = {"overdue": OVERDUE, "business": True, "clock": "pause", "due": "P2D"}
    return flow(
        "赔付审批",
        "Compensation",
        step("apply", "填写申请", "Application", people(ZHANG), button("submit", "提交", "Submit")),
        step("all", "部门会签", "Departments sign", people(WANG, ZHAO, LI), mode="all", refusal="wait"),
        step("vote", "部门投票", "Departments vote", voters, mode="vote", vote=VOTE),
        step("lot", "抽查", "Spot check", people(WANG, ZHAO, LI), mode="random"),
        step("chain", "逐级审批", "Superiors", [], mode="sequence", chain={"levels": 2}),
        step("picked", "复核", "Check", people(WANG, ZHAO, LI), chosen_by="initiator"),
        step("special", "审批", "Approval", people(WANG, ZHAO), **special),
        step("late", "限时审批", "Approval in time", people(WANG), **late),
        step("buttons", "财务审批", "Finance", people(SUN), AGREE, REFUSED, BACK),
        step("fields", "财务复核", "Finance check", people(SUN), form="ticket_finance", rights=RIGHTS),
    )


class Panel:
    """The settings of one step."""

    def __init__(self, album: Album, reader: Reader) -> None:
        self.album, self.page, self.say = album, reader.page, reader.say

    @property
    def aside(self) -> Locator:
        return self.page.get_by_role("complementary", name=self.say("设置", "Settings"))

    def part(self, node: str, zh: str, en: str) -> Locator:
        """One part of a step's settings, open."""
        self.page.locator(f".react-flow__node[data-id={node}]").focus()
        self.page.keyboard.press("Enter")
        expect(self.aside.get_by_label(self.say("标识", "Id"), exact=True)).to_have_value(node)
        part = self.aside.get_by_role("region", name=self.say(zh, en), exact=True)
        heading = part.get_by_role("button", name=self.say(zh, en)).first
        if heading.get_attribute("aria-expanded") == "false":
            heading.click()
        expect(heading).to_have_attribute("aria-expanded", "true")
        part.scroll_into_view_if_needed()
        return part

    def take(self, name: str, node: str, zh: str, en: str) -> None:
        self.album.take(name, self.page, self.part(node, zh, en), margin=0)


def designer(album: Album) -> None:
    """How a step is set up, part by part."""
    key = album.publish(_shown())
    reader = album.reader(ADMIN)
    reader.open(f"/flows/{key}")
    panel = Panel(album, reader)
    panel.take("all-settings", "all", "几个人同意", "How many must agree")
    panel.take("vote-settings", "vote", "几个人同意", "How many must agree")
    panel.take("random", "lot", "几个人同意", "How many must agree")
    panel.take("chain", "chain", "谁来处理", "Who does it")
    panel.take("chosen-settings", "picked", "谁来处理", "Who does it")
    panel.take("special-cases", "special", "特殊情况", "Special cases")
    panel.take("overdue", "late", "时限", "Deadline")
    panel.take("operations", "all", "还能做什么", "What else they may do")
    buttons = panel.part("buttons", "按钮", "Buttons")
    for name, zh, en in (("refuse", "驳回", "Refuse"), ("send-back-settings", "退回", "Send back")):
        group = buttons.get_by_role("group", name=album.say(zh, en), exact=True)
        album.take(name, reader.page, group, group.locator("label").first, margin=3)
    _rights(album, panel)
    _who_would_get_it(album, panel)


def _rights(album: Album, panel: Panel) -> None:
    part = panel.part("fields", "表单和字段权限", "Form and rights of fields")
    part.get_by_role("button", name=album.say("字段权限", "Rights of fields"), exact=True).click()
    dialog = panel.page.get_by_role("dialog")
    album.take("field-rights", panel.page, dialog, margin=0, height=430)
    dialog.get_by_role("button", name=album.say("好", "Done"), exact=True).click()
    expect(dialog).to_have_count(0)


def _who_would_get_it(album: Album, panel: Panel) -> None:
    page, say = panel.page, album.say
    panel.aside.get_by_role("button", name=say("谁会收到", "Who would get it")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option").first.click()
    expect(dialog).to_contain_text(say("财务复核", "Finance check"))
    album.take("who-would-get-it", page, dialog, margin=0, height=470)


SCENES = [designer]

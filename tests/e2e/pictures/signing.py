"""How several people make one decision, as they see it on the task's page."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.flows import (
    ABSTAIN,
    ADMIN,
    AGREE,
    LI,
    REFUSE,
    SUN,
    WANG,
    ZHANG,
    ZHAO,
    button,
    flow,
    people,
    person,
    step,
)
from tests.e2e.reader import Reader


def deciding(album: Album, reader: Reader) -> Locator:
    """The part of a task's page that says who decides."""
    return reader.page.get_by_role("region", name=album.say("这一步的处理人", "Who decides here"), exact=True)


def all_of_them(album: Album) -> None:
    """One has agreed, one has refused, and it waits for the third."""
    signing = flow(
        "赔付会签",
        "Compensation",
        step("sign", "部门会签", "Departments sign", people(WANG, ZHAO, LI), mode="all", refusal="wait"),
    )
    album.publish(signing)
    _, title = album.start(signing, "洗衣机漏水赔付", "A washing machine that leaked")
    task = album.waits(LI, "sign", title)
    album.decide(WANG, task, "agree", "方案可行", "A workable plan")
    album.decide(ZHAO, task, "refuse", "备件不够", "Spare parts are short")
    reader = album.look_at(LI, task)
    album.take("all", reader.page, deciding(album, reader))


def any_of_them(album: Album) -> None:
    """Somebody else was faster."""
    either = flow("赔付或签", "Compensation", step("sign", "主管审批", "A lead approves", people(LI, WANG)))
    album.publish(either)
    _, title = album.start(either, "小额赔付", "A small compensation")
    task = album.waits(WANG, "sign", title)
    reader = album.look_at(WANG, task)
    expect(reader.decisions).to_be_visible()
    album.decide(LI, task, "agree")
    alert = reader.page.get_by_role("alert").filter(has_text="李娜")
    expect(alert).to_be_visible()
    album.take("any", reader.page, alert, deciding(album, reader))


def in_turn(album: Album) -> None:
    """The same person at the beginning and at the end."""
    turns = flow(
        "依次审批", "In turn", step("sign", "依次审批", "One after the other", people(WANG, LI, WANG), mode="sequence")
    )
    album.publish(turns)
    _, title = album.start(turns, "退货申请", "A return")
    album.decide(WANG, album.waits(WANG, "sign", title), "agree", "已核对", "Checked")
    reader = album.look_at(LI, album.waits(LI, "sign", title))
    album.take("sequence", reader.page, deciding(album, reader))


def by_vote(album: Album) -> None:
    voters = [person(WANG, weight=2), person(ZHAO), person(LI)]
    vote = {"pass_at": "2/3", "veto": people(LI)}
    votes = flow(
        "部门投票",
        "A vote",
        step("sign", "部门投票", "Departments vote", voters, AGREE, REFUSE, ABSTAIN, mode="vote", vote=vote),
    )
    album.publish(votes)
    _, title = album.start(votes, "大额赔付", "A large compensation")
    task = album.waits(LI, "sign", title)
    album.decide(WANG, task, "agree", "客户是老会员", "A customer of many years")
    reader = album.look_at(LI, task)
    album.take("vote", reader.page, deciding(album, reader))


def by_claim(album: Album) -> None:
    """Free to claim; then claimed, with the way back."""
    claim = flow("认领处理", "Claimed", step("sign", "客服处理", "Customer service", people(WANG, ZHANG), mode="claim"))
    album.publish(claim)
    _, title = album.start(claim, "电话回访", "Call the customer back")
    reader = album.look_at(WANG, album.waits(WANG, "sign", title))
    album.take("claim", reader.page, deciding(album, reader), reader.decisions)
    reader.decisions.get_by_role("button", name=album.say("认领", "Claim"), exact=True).click()
    reader.decisions.get_by_role("button", name=album.say("更多操作", "More")).click()
    line = reader.page.get_by_role("menuitem", name=album.say("退回认领", "Give back to the group"))
    expect(line).to_be_visible()
    album.take("release", reader.page, reader.page.get_by_role("menu"), margin=0)
    reader.page.keyboard.press("Escape")


def by_themselves(album: Album) -> None:
    """Decided without asking: agreed before, or the initiator."""
    first = step("first", "初审", "First look", people(WANG))
    again = step("again", "复审", "Second look", people(WANG, LI), mode="all", duplicates="earlier")
    own = step("own", "会签", "Signing", [{"initiator": True}, person(LI)], mode="all", own="skip")
    spared = flow("自动同意", "Spared", first, again, own)
    album.publish(spared)
    _, title = album.start(spared, "补寄配件", "A spare part by post")
    album.decide(WANG, album.waits(WANG, "first", title), "agree")
    task = album.waits(LI, "again", title)
    reader = album.look_at(LI, task)
    album.take("duplicates", reader.page, deciding(album, reader))
    album.decide(LI, task, "agree")
    reader = album.look_at(LI, album.waits(LI, "own", title))
    album.take("own", reader.page, deciding(album, reader))


def nobody(album: Album) -> None:
    """Whoever began has no superior: the rule for that."""
    above = step("above", "上级审批", "The superior approves", [{"superior_of": "start"}], nobody="pass")
    found = flow("上级审批", "A superior", above, step("file", "归档", "Filing", people(SUN)))
    album.publish(found)
    id, title = album.start(found, "年度礼品", "Gifts of the year")
    album.waits(SUN, "file", title)
    reader = album.reader(ADMIN)
    reader.open(f"/instances/{id}")
    history = reader.page.get_by_role("region", name=album.say("经过", "History"), exact=True)
    expect(history).to_contain_text(album.say("上级审批", "The superior approves"))
    album.take("nobody", reader.page, history, margin=0)


def late(album: Album) -> None:
    """Past its time: the superior has it too."""
    overdue = [{"action": "superior", "after": "PT1S"}]
    slow = flow(
        "限时审批", "In time", step("sign", "限时审批", "Approval in time", people(WANG), due="PT1S", overdue=overdue)
    )
    album.publish(slow)
    _, title = album.start(slow, "加急退款", "An urgent refund")
    reader = album.look_at(LI, album.waits(LI, "sign", title))
    album.take("escalated", reader.page, deciding(album, reader))


def next_people(album: Album) -> None:
    """What comes next, and why it is them."""
    steps = flow(
        "逐级赔付",
        "Up the line",
        step("apply", "填写申请", "Application", people(ZHANG), button("submit", "提交", "Submit")),
        step("above", "上级审批", "The superior approves", [{"superior_of": "apply"}]),
        step("money", "财务复核", "Finance check", [{"role": "finance_manager"}]),
        step("close", "办结", "Close it", people(WANG, ZHANG), mode="claim"),
    )
    album.publish(steps)
    _, title = album.start(steps, "地板赔付", "A soaked floor", ADMIN)
    reader = album.look_at(ZHANG, album.waits(ZHANG, "apply", title))
    region = reader.page.get_by_role("region", name=album.say("接下来", "What comes next"), exact=True)
    expect(region).to_contain_text(album.say("办结", "Close it"))
    album.take("prediction", reader.page, region)


SCENES = [all_of_them, any_of_them, in_turn, by_vote, by_claim, by_themselves, nobody, late, next_people]

"""Bringing others in, handing on, asking and telling: the dialogs of the task's page, and what comes of them."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.flows import CHEN, LI, SUN, WANG, ZHANG, ZHAO, ZHOU, button, flow, people, step
from tests.e2e.pictures.signing import deciding
from tests.e2e.reader import Reader

#: Picture, what the menu says, who is named, and the note.
DIALOGS = [
    ("add-before", "前加签", "Add before me", "陈杰", "先看一下是不是质量问题", "Is it a defect at all?"),
    ("add-after", "后加签", "Add after me", "孙丽", "金额请财务再看", "Finance should see the amount"),
    ("add-alongside", "并加签", "Add alongside", "周燕", "客户在微博上发过帖", "The customer has posted about it"),
    (
        "consult",
        "征询意见",
        "Ask for an opinion",
        "陈杰",
        "门封是这批的老问题吗？",
        "Is it the seal of this batch again?",
    ),
    ("cc", "抄送", "Copy to", "周燕", "供回帖时参考", "For when you answer the post"),
    ("delegate", "委派", "Delegate", "赵磊", "请先核对维修费用", "Please check the cost of the repair"),
    ("transfer", "转办", "Hand over", "张敏", "这位客户一直由你跟进", "She has been your customer all along"),
]


def open_operation(album: Album, reader: Reader, zh: str, en: str) -> Locator:
    """The dialog of an operation."""
    name, bar = album.say(zh, en), reader.decisions
    expect(bar).to_be_visible()
    button = bar.get_by_role("button", name=name, exact=True)
    if button.count() == 0:
        bar.get_by_role("button", name=album.say("更多操作", "More")).click()
        button = reader.page.get_by_role("menuitem", name=name)
    button.first.click()
    dialog = reader.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def _signed(album: Album) -> tuple[str, str]:
    signed = flow(
        "赔付会签", "Compensation", step("sign", "部门会签", "Departments sign", people(WANG, LI), mode="all")
    )
    album.publish(signed)
    _, title = album.start(signed, "洗衣机漏水赔付", "A washing machine that leaked")
    return album.waits(WANG, "sign", title), title


def dialogs(album: Album) -> None:
    """Every operation that names somebody."""
    task, _ = _signed(album)
    for name, zh, en, who, note_zh, note_en in DIALOGS:
        reader = album.look_at(WANG, task)
        dialog = open_operation(album, reader, zh, en)
        dialog.get_by_role("combobox").fill(who)
        reader.page.get_by_role("option", name=who).click()
        dialog.get_by_role("textbox", name=album.say("说明（可不填）", "Note (optional)")).fill(
            album.say(note_zh, note_en)
        )
        album.take(name, reader.page, dialog, margin=0)


def added(album: Album) -> None:
    """The tree of those who were brought in; whoever has not acted can be taken out again."""
    task, _ = _signed(album)
    album.act(WANG, task, "add_after", SUN)
    album.act(WANG, task, "add_before", CHEN, ZHAO)
    album.act(LI, task, "transfer", ZHOU)
    album.decide(CHEN, task, "agree", "是门封老化", "The seal is worn")
    reader = album.look_at(WANG, task)
    region = deciding(album, reader)
    region.get_by_role("button", name=album.say("减签：移除 赵磊", "Take 赵磊 out")).hover()
    tooltip = reader.page.get_by_role("tooltip")
    expect(tooltip).to_be_visible()
    album.take("remove", reader.page, region, tooltip)


def delegated(album: Album) -> None:
    """Whoever it was delegated to decides first; it comes back."""
    task, _ = _signed(album)
    album.act(
        WANG, task, "delegate", ZHAO, comment=album.say("请先核对维修费用", "Please check the cost of the repair")
    )
    reader = album.look_at(ZHAO, task)
    album.take("delegated", reader.page, deciding(album, reader))


def told(album: Album) -> None:
    """Copies are read, questions are answered."""
    task, _ = _signed(album)
    question = album.say("门封是这批的老问题吗？", "Is it the seal of this batch again?")
    album.act(WANG, task, "cc", ZHOU)
    album.act(WANG, task, "consult", CHEN, comment=question)
    reader = album.look_at(ZHOU, task)
    album.take("read", reader.page, deciding(album, reader), reader.decisions)
    reader = album.look_at(CHEN, task)
    dialog = open_operation(album, reader, "回复意见", "Answer")
    dialog.get_by_role("textbox").fill(
        album.say("是，四月的批次都换过门封。", "Yes: all of April’s batch had it replaced.")
    )
    album.take("advise", reader.page, dialog, margin=0)


def chosen(album: Album) -> None:
    """Whoever decides picks who gets the next step."""
    check = step("check", "财务复核", "Finance check", people(SUN, CHEN, ZHOU), chosen_by="previous")
    picked = flow("指定复核", "Picked", step("sign", "主管审批", "A lead approves", people(LI)), check)
    album.publish(picked)
    _, title = album.start(picked, "冰箱换新", "A new fridge")
    reader = album.look_at(LI, album.waits(LI, "sign", title))
    reader.decisions.get_by_role("button", name=album.say("同意", "Agree"), exact=True).click()
    dialog = reader.page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("孙丽")
    reader.page.get_by_role("option", name="孙丽").click()
    album.take("chosen", reader.page, dialog, margin=0)


def signed(album: Album) -> None:
    """A required opinion that is missing, and a signature that is asked for."""
    agree = button("agree", "同意", "Agree", signature=True)
    refuse = button("refuse", "驳回", "Refuse", "refuse", comment=True)
    signing = flow("签字", "Signed", step("sign", "财务审批", "Finance", people(SUN), agree, refuse))
    album.publish(signing)
    _, title = album.start(signing, "赔付 800 元", "A compensation of 800 CNY")
    reader = album.look_at(SUN, album.waits(SUN, "sign", title))
    reader.decisions.get_by_role("button", name=album.say("驳回", "Refuse"), exact=True).click()
    expect(reader.decisions.get_by_label(album.say("意见", "Opinion"))).to_be_focused()
    album.take("opinion", reader.page, reader.decisions)
    reader.decisions.get_by_role("button", name=album.say("同意", "Agree"), exact=True).click()
    dialog = reader.page.get_by_role("dialog")
    dialog.get_by_label(album.say("或输入姓名", "Or type your name")).fill("孙丽")
    album.take("signature", reader.page, dialog, margin=0)


def rights(album: Album) -> None:
    """A form as this step has it: required, read only, masked; and what is typed is kept."""
    given = {"compensation": "required", "compensation_reason": "read", "repair_plan": "masked", "product": "hidden"}
    fields = flow(
        "按权限填写",
        "Rights",
        step("sign", "财务复核", "Finance check", people(SUN, ZHANG), form="ticket_finance", rights=given),
    )
    album.publish(fields)
    _, title = album.start(fields, "赔付 800 元", "A compensation of 800 CNY")
    task = album.waits(SUN, "sign", title)
    reader = album.look_at(SUN, task)
    with reader.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        reader.fill(compensation="800")
    reader = album.look_at(SUN, task)
    restored = reader.page.get_by_role("alert")
    expect(restored).to_contain_text(album.say("已恢复草稿", "Draft restored"))
    album.take("draft", reader.page, restored, reader.page.locator("article [name=compensation]"))


SCENES = [dialogs, added, delegated, told, chosen, signed, rights]

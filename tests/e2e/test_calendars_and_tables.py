"""Business calendars and decision tables in the browser: written by mouse and keyboard, mended, tried, published, and in force."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.reader import PHONE, TWO_READERS, Reader
from tests.product import Product

ADMIN = "admin@weft.local"
COMPENSATION: dict[str, Any] = {
    "kind": "decision_table",
    "label": {"zh": "补偿方案", "en": "Compensation"},
    "inputs": [
        {
            "key": "level",
            "label": {"zh": "会员等级", "en": "Level"},
            "type": "choice",
            "options": [
                {"key": "gold", "label": {"zh": "金卡", "en": "Gold"}},
                {"key": "silver", "label": {"zh": "银卡", "en": "Silver"}},
            ],
        },
        {"key": "amount", "label": {"zh": "订单金额", "en": "Amount"}, "type": "money:CNY"},
    ],
    "outputs": [{"key": "offer", "label": {"zh": "补偿", "en": "Offer"}, "type": "money:CNY"}],
    "rules": [
        {"when": {"level": '"gold"', "amount": ">= 100 CNY"}, "then": {"offer": "50 CNY"}, "note": "VIP"},
        {"when": {"level": '"gold"', "amount": "< 200 CNY"}, "then": {"offer": "20 CNY"}},
    ],
}


def draft(client: httpx.Client, key: str) -> None:
    content = COMPENSATION | {"key": key}
    assert client.put(f"/api/definitions/decision_table/{key}", json={"content": content}).status_code == 200


def publish(reader: Reader) -> None:
    """Save with the keys and publish what was saved."""
    page = reader.page
    page.keyboard.press("Control+S")
    button = page.get_by_role("button", name=reader.say("发布", "Publish"), exact=True)
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_text(reader.say("版本 1", "Version 1"), exact=True).first).to_be_visible()


@pytest.mark.timeout(200)
def test_a_calendar_from_its_week_to_its_holidays(browser: Browser, product: Product) -> None:
    key = f"factory_{uuid4().hex[:6]}"
    client = product.client(ADMIN)
    with Reader(browser, product, ADMIN, "zh") as admin:
        page = admin.page
        admin.open("/calendars")
        page.get_by_role("button", name="新建日历").click()
        page.get_by_label("键").fill(key)
        page.keyboard.press("Enter")
        page.get_by_label("中文名称").fill("工厂日历")
        _hours(admin)
        _mistake(admin)
        _click_days(admin)
        _imported(admin)
        _quiet(admin, key)
        admin.look("calendar-written")
        publish(admin)
        admin.look("calendar-published")
    days = client.get(f"/api/calendars/{key}/preview", params={"year": 2027}).json()["days"]
    kinds = {day["date"]: (day["kind"], day["hours"]) for day in days}
    shift = [["08:00", "12:00"], ["13:00", "18:00"]]
    assert kinds["2027-03-06"] == ("workday", shift), "Saturday works as Monday does"
    assert kinds["2027-10-07"] == ("holiday", [])
    assert kinds["2027-06-30"] == ("holiday", []), "a click"
    assert kinds["2027-07-01"] == ("workday", shift), "clicked twice"
    stored = client.get(f"/api/definitions/calendar/{key}").json()["content"]
    assert stored["quiet"] == {f"rest_{key}": {"hours": [["22:30", "08:00"]], "days": [0]}}
    assert stored["holidays"][0]["label"] == {"zh": "年中停产", "en": "年中停产"}


def _hours(admin: Reader) -> None:
    """Monday's hours are typed as people type them and taken for every day; undo takes them back."""
    page = admin.page
    start = page.get_by_label("星期一，从").first
    start.fill("8")
    start.press("Enter")
    expect(start).to_have_value("08:00")
    page.get_by_label("星期一，到").first.fill("12:00")
    page.get_by_role("button", name="给星期一添加时段").click()
    page.get_by_label("星期一 2，从").fill("13:00")
    page.get_by_label("星期一 2，到").fill("18:00")
    page.get_by_role("button", name="周一的时间用于每一天").click()
    expect(page.get_by_text("每周 63 小时")).to_be_visible()
    page.keyboard.press("Control+Z")
    expect(page.get_by_text("每周 63 小时")).to_have_count(0)
    page.keyboard.press("Control+Shift+Z")
    expect(page.get_by_text("每周 63 小时")).to_be_visible()


def _mistake(admin: Reader) -> None:
    """Hours that overlap are told below the day; the list of problems leads there."""
    page = admin.page
    second = page.get_by_label("星期日 2，从")
    second.fill("11:00")
    expect(page.get_by_role("group", name="星期日的时段").get_by_text(re.compile("重叠"))).to_be_visible()
    admin.look("calendar-problem")
    page.get_by_role("list", name="问题").get_by_role("button").first.click()
    expect(second).to_be_focused()
    second.fill("13:00")
    expect(page.get_by_role("list", name="问题")).to_have_count(0)


def _click_days(admin: Reader) -> None:
    """The next year, by keyboard and mouse: a day off, named in the list, and one that is taken back."""
    page = admin.page
    _to_2027(admin)
    day = page.get_by_role("button", name=re.compile("2027年6月30日"))
    day.click()
    expect(day).to_have_accessible_name(re.compile("假日"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name=re.compile("2027年7月1日"))).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_label("假日: 名称").fill("年中停产")
    expect(day).to_have_accessible_name(re.compile("年中停产"))


def _to_2027(admin: Reader) -> None:
    page = admin.page
    shown = page.get_by_text(re.compile(r"^20\d\d$"))
    year = int(shown.inner_text())
    button = page.get_by_role("button", name="下一年" if year < 2027 else "上一年")
    for _ in range(abs(2027 - year)):
        button.click()
    expect(shown).to_have_text("2027")


def _imported(admin: Reader) -> None:
    page = admin.page
    page.get_by_role("button", name="导入").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("2027-10-01..2027-10-07 国庆节\n国庆放假\n2027-10-09 国庆节调休上班")
    expect(dialog.get_by_text("第 2 行看不懂：国庆放假")).to_be_visible()
    expect(dialog.get_by_role("button", name="放进草稿")).to_be_disabled()
    admin.look("calendar-import")
    dialog.get_by_role("textbox").fill("2027-10-01..2027-10-07 国庆节")
    dialog.get_by_role("button", name="放进草稿").click()
    expect(page.get_by_role("button", name=re.compile("2027年10月7日.*国庆节"))).to_be_visible()


def _quiet(admin: Reader, key: str) -> None:
    """A period over midnight that begins on Mondays. Names are unique over all calendars: the sample has one called night."""
    page = admin.page
    page.get_by_role("button", name="添加时段", exact=True).click()
    expect(page.get_by_text(re.compile("已经有免打扰时段")).first).to_be_visible()
    page.get_by_label("规则里的名字").fill(f"rest_{key}")
    expect(page.get_by_text("次日")).to_be_visible()
    start = page.get_by_label(f"rest_{key}，从")
    start.fill("2230")
    start.press("Enter")
    page.get_by_role("group", name="开始的日子").get_by_role("button", name="星期一").click()
    expect(page.get_by_role("list", name="问题")).to_have_count(0)


class Grid:
    """The cells of a decision table."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.say = reader, reader.page, reader.say

    def cell(self, row: int, name: str) -> Locator:
        return self.page.get_by_label(self.say(f"第 {row} 行, {name}", f"Row {row}, {name}"), exact=True)

    def values(self, name: str) -> list[str]:
        pattern = self.say(rf"^第 \d+ 行, {name}$", rf"^Row \d+, {name}$")
        return [each.input_value() for each in self.page.get_by_label(re.compile(pattern)).all()]

    def paste(self, text: str) -> None:
        """Into the cell that has the focus, as a spreadsheet puts it on the clipboard."""
        self.page.evaluate(
            """text => {
                const data = new DataTransfer();
                data.setData('text/plain', text);
                const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
                document.activeElement.dispatchEvent(event);
            }""",
            text,
        )


@pytest.mark.timeout(200)
def test_a_table_from_its_mistakes_to_its_answers(browser: Browser, product: Product) -> None:
    key = f"offer_{uuid4().hex[:6]}"
    client = product.client(ADMIN)
    draft(client, key)
    with Reader(browser, product, ADMIN, "zh") as admin:
        admin.open(f"/decision-tables/{key}")
        grid = Grid(admin)
        _overlap(grid)
        _mended(grid)
        _pasted(grid)
        _arranged(grid)
        _tried(grid)
        _first_hit(grid)
        publish(admin)
        admin.look("table-published")
    asked = {"key": key, "inputs": {"level": "silver", "amount": 500}}
    answer = client.post("/api/decision-tables/decide", json=asked).json()
    assert (answer["outputs"], answer["matched"]) == ({"offer": {"amount": "30", "currency": "CNY"}}, [2])


def _overlap(grid: Grid) -> None:
    """Two rows answer the same case: the finding lights them."""
    page = grid.page
    finding = page.get_by_role("listitem").filter(has_text="第 1 行和第 2 行都适用于")
    expect(finding).to_be_visible()
    finding.get_by_role("button", name="试这个例子").focus()
    expect(page.locator("tr[data-lit=pointed]")).to_have_count(2)
    grid.reader.look("table-overlap")
    grid.cell(2, "订单金额").fill("< 100 CNY")
    expect(finding).to_have_count(0)


def _mended(grid: Grid) -> None:
    """A mistake is told below its cell, and one button puts it right."""
    page = grid.page
    grid.cell(2, "会员等级").fill('"golden"')
    mend = page.get_by_role("button", name='改为 "gold"')
    expect(mend).to_be_visible()
    expect(grid.cell(2, "会员等级")).to_have_attribute("aria-invalid", "true")
    grid.reader.look("table-problem")
    mend.click()
    expect(mend).to_have_count(0)
    assert grid.values("会员等级") == ['"gold"', '"gold"']


def _pasted(grid: Grid) -> None:
    """Enter in the last row makes one more; cells of a spreadsheet fill it and the rows after it."""
    grid.cell(2, "会员等级").focus()
    grid.page.keyboard.press("Enter")
    expect(grid.cell(3, "会员等级")).to_be_focused()
    grid.paste("银卡\t>= 300 CNY\t30 CNY\t从表格来\n银卡\t< 300 CNY\t10 CNY\t")
    expect(grid.cell(4, "订单金额")).to_have_value("< 300 CNY")
    assert grid.values("会员等级") == ['"gold"', '"gold"', '"silver"', '"silver"']
    assert grid.values("备注") == ["VIP", "", "从表格来", ""]


def _arranged(grid: Grid) -> None:
    """Rows and columns move by keys and menus."""
    page = grid.page
    grid.cell(4, "补偿").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(grid.cell(3, "补偿")).to_be_focused()
    assert grid.values("补偿") == ["50 CNY", "20 CNY", "10 CNY", "30 CNY"]
    page.get_by_role("button", name="第 4 行").press("Enter")
    page.get_by_role("menuitem", name=re.compile("^上移")).press("Enter")
    expect(grid.cell(3, "补偿")).to_have_value("30 CNY")
    page.get_by_role("button", name="“订单金额”列的菜单").click()
    page.get_by_role("menuitem", name="左移").click()
    expect(page.locator("thead th[data-path='/inputs/0']")).to_contain_text("订单金额")
    page.get_by_role("button", name="加一个输出").click()
    page.get_by_label("名称").last.fill("Approver")
    grid.reader.look("table-column")
    page.get_by_role("button", name="放进表里").click()
    expect(grid.cell(1, "Approver")).to_be_visible()
    page.get_by_role("button", name="“Approver”列的菜单").click()
    page.get_by_role("menuitem", name="移除这一列").click()
    expect(grid.cell(1, "Approver")).to_have_count(0)


def _tried(grid: Grid) -> None:
    """What is typed is answered, and the row that matched is lit."""
    page = grid.page
    page.get_by_label(re.compile("^会员等级 ·")).click()
    page.get_by_role("option", name="银卡").click()
    page.get_by_label(re.compile("^订单金额 ·")).fill("500")
    expect(page.get_by_text("命中第 3 行")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="30")).to_be_visible()
    expect(page.locator("tr[data-lit=matched]")).to_have_attribute("data-path", "/rules/2")
    expect(page.get_by_role("status").filter(has_text="每种情况都有")).to_be_visible()
    grid.reader.look("table-tried")


def _first_hit(grid: Grid) -> None:
    page = grid.page
    page.get_by_label("命中策略").click()
    grid.reader.look("table-policies")
    page.get_by_role("option", name=re.compile("^首行")).click()
    expect(page.locator("main").get_by_text("从上往下，第一个命中的行算数。")).to_be_visible()


@TWO_READERS
def test_what_there_is_to_see_of_calendars_and_tables(
    browser: Browser, product: Product, language: str, size: tuple[int, int]
) -> None:
    name = "phone" if size == PHONE else "desk"
    key = f"seen_{uuid4().hex[:6]}"
    client = product.client(ADMIN)
    draft(client, key)
    with Reader(browser, product, ADMIN, language, size) as admin:
        admin.open("/calendars")
        expect(admin.page.get_by_text(admin.say("中国办公日历", "China office calendar")).first).to_be_visible()
        admin.look(f"{name}-calendars")
        admin.open("/calendars/china_office")
        expect(admin.page.get_by_text(re.compile(admin.say("个工作日", "working days in")))).to_be_visible()
        admin.look(f"{name}-calendar")
        admin.open("/decision-tables")
        expect(admin.page.get_by_text(key).first).to_be_visible()
        admin.look(f"{name}-tables")
        admin.open(f"/decision-tables/{key}")
        expect(admin.page.get_by_text(re.compile(admin.say("都适用于", "both answer"))).first).to_be_visible()
        admin.look(f"{name}-table")
    client.delete(f"/api/definitions/decision_table/{key}/draft")

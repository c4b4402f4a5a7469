"""Functions of dates and times, in the zone of `now`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from engine.definitions import Text
from engine.language import civil, zones
from engine.language.context import Environment
from engine.language.functions.function import Function, Group, Parameter
from engine.language.operators import Mismatch
from engine.language.problems import nearest
from engine.language.tree import Node
from engine.language.types import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME, Scope
from engine.language.values import EXACT, divide

_DATE = Parameter("date", ("date",))
_MOMENT = Parameter("datetime", ("datetime",))
_DAY_OR_MOMENT = Parameter("date", ("date", "datetime"))
_CLOCK = Parameter("time", ("datetime", "time"))
_DATES = (Parameter("first", ("date",)), Parameter("last", ("date",)))
_MOMENTS = (Parameter("first", ("datetime",)), Parameter("last", ("datetime",)))
_ZONE = Parameter("zone", ("text",), literal=True)

_MICROSECOND = dt.timedelta(microseconds=1)
_CALENDAR = "out_of_calendar"
#: The parts of the world that zones are named by; other names of the database are abbreviations and aliases.
_AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip
MAX_PATTERN = 60
MAX_BIRTHDAY_DAYS = 366
#: More than any date can be moved by.
_FAR = 10**8


def _now(environment: Environment) -> dt.datetime | None:
    """In UTC: Python moves a time that bears a zone by its wall time, not by what has passed."""
    now = environment.now
    return None if now is None else now.astimezone(dt.UTC) if now.tzinfo else now.replace(tzinfo=dt.UTC)


def whole(number: Decimal) -> int:
    """A number without its fraction. Raises OverflowError for one that no date can be moved by."""
    if abs(number) > _FAR:
        raise OverflowError
    return int(number)


def _local(environment: Environment, moment: dt.datetime) -> dt.datetime | None:
    return zones.local(moment, environment.zone)


def _today_of(environment: Environment) -> dt.date | None:
    wall = _local(environment, environment.now) if environment.now is not None else None
    return None if wall is None else wall.date()


def _counted(count: Callable[..., int]) -> Callable[..., Decimal]:
    return lambda *operands: Decimal(count(*operands))


# -- made and read


def _integers(*numbers: Decimal) -> tuple[int, ...] | None:
    fit = all(abs(number) <= dt.MAXYEAR and number == number.to_integral_value() for number in numbers)
    return tuple(int(number) for number in numbers) if fit else None


def _date(*parts: Decimal) -> dt.date | None:
    integers = _integers(*parts)
    return None if integers is None else civil.date(*integers)


def _time(*parts: Decimal) -> dt.time | None:
    integers = _integers(*parts)
    if integers is None:
        return None
    hour, minute, second = (*integers, 0)[:3]
    return dt.time(hour, minute, second) if 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 else None


def _date_of(date: str | dt.date) -> dt.date | None:
    return civil.read_date(date) if isinstance(date, str) else date


def _datetime(environment: Environment, date: dt.date, time: dt.time) -> dt.datetime | None:
    return zones.moment(dt.datetime.combine(date, time), environment.zone)


# -- parts


def _clock_part(read: Callable[[dt.time], int]) -> Callable[..., Decimal | None]:
    def compute(environment: Environment, time: dt.datetime | dt.time) -> Decimal | None:
        wall = _local(environment, time) if isinstance(time, dt.datetime) else time
        if wall is None:
            return None
        return Decimal(read(wall.time() if isinstance(wall, dt.datetime) else wall))

    return compute


def _time_of(environment: Environment, moment: dt.datetime) -> dt.time | None:
    wall = _local(environment, moment)
    return None if wall is None else wall.time()


@cache
def zone_names() -> frozenset[str]:
    """The zones that somebody may write."""
    return frozenset(name for name in available_timezones() if name == "UTC" or name.startswith(_AREAS))


def _wall_in(moment: dt.datetime, name: str) -> dt.datetime | None:
    return zones.local(moment, ZoneInfo(name)) if name in zone_names() else None


def _time_in(moment: dt.datetime, zone: str) -> dt.time | None:
    wall = _wall_in(moment, zone)
    return None if wall is None else wall.time()


def _date_in(moment: dt.datetime, zone: str) -> dt.date | None:
    wall = _wall_in(moment, zone)
    return None if wall is None else wall.date()


def _known_zone(_: Scope, arguments: list[Node]) -> list[Node]:
    name = str(arguments[1].value or "")
    if name not in zone_names():
        raise Mismatch("unknown_zone", nearest(name, sorted(zone_names())) or ("Asia/Shanghai",), name=name)
    return arguments


# -- the beginning and end of stretches, and dates moved


def _start_of_week(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def _end_of_week(date: dt.date) -> dt.date | None:
    return _moved(date, 6 - date.weekday())


def _start_of_day(environment: Environment, moment: dt.datetime) -> dt.datetime | None:
    wall = _local(environment, moment)
    return None if wall is None else zones.moment(dt.datetime.combine(wall.date(), dt.time()), environment.zone)


def _moved(date: dt.date, days: int) -> dt.date | None:
    try:
        return date + dt.timedelta(days=days)
    except OverflowError:
        return None


def moving(move: Callable[..., dt.date | None]) -> Callable[..., dt.date | None]:
    """A function that moves a date by a number, or the date of a date-time whose wall time stays."""

    def compute(environment: Environment, when: dt.date, number: Decimal) -> dt.date | None:
        try:
            count = whole(number)
        except OverflowError:
            return None
        if not isinstance(when, dt.datetime):
            return move(when, count)
        wall = _local(environment, when)
        date = None if wall is None else move(wall.date(), count)
        return None if wall is None or date is None else _datetime(environment, date, wall.time())

    return compute


# -- how far apart


def _elapsed(unit: int) -> Callable[[dt.datetime, dt.datetime], Decimal | None]:
    return lambda first, last: divide(Decimal((last - first) // _MICROSECOND), Decimal(unit))


def _seconds_between(first: dt.datetime, last: dt.datetime) -> Decimal:
    return EXACT.scaleb(Decimal((last - first) // _MICROSECOND), -6)


def _age(environment: Environment, birth: dt.date) -> Decimal | None:
    today = _today_of(environment)
    return None if today is None or today < birth else Decimal(civil.years_between(birth, today))


def _days_until(environment: Environment, date: dt.date) -> Decimal | None:
    today = _today_of(environment)
    return None if today is None else Decimal((date - today).days)


def _birthday_in(environment: Environment, birth: dt.date, days: Decimal) -> bool | None:
    today = _today_of(environment)
    if today is None:
        return None
    coming = civil.next_anniversary(birth, today)
    return coming is not None and (coming - today).days <= int(days)


def _birthday_days(_: Scope, arguments: list[Node]) -> list[Node]:
    if arguments[1].value not in range(MAX_BIRTHDAY_DAYS + 1):
        raise Mismatch("out_of_range")
    return arguments


# -- written


def _format_date(environment: Environment, when: dt.date, pattern: str) -> str | None:
    if not isinstance(when, dt.datetime):
        return civil.write(dt.datetime.combine(when, dt.time()), pattern)
    wall = _local(environment, when)
    return None if wall is None else civil.write(wall, pattern)


def _short_pattern(_: Scope, arguments: list[Node]) -> list[Node]:
    if len(str(arguments[1].value or "")) > MAX_PATTERN:
        raise Mismatch("out_of_range")
    return arguments


def _read(key: str, chinese: str, doc: Text, example: tuple[str, str], read: Callable[[dt.date], int]) -> Function:
    """A whole number read off a date."""
    return Function(key, (key, chinese), "date", (_DATE,), NUMBER, doc, (example,), _counted(read))


def _stretch(
    key: str, chinese: str, doc: Text, example: tuple[str, str], find: Callable[[dt.date], dt.date | None]
) -> Function:
    """The first or last day of the stretch a date lies in."""
    return Function(key, (key, chinese), "date", (_DATE,), DATE, doc, (example,), find, warning=_CALENDAR)


def _clock(key: str, chinese: str, doc: Text, example: tuple[str, str], read: Callable[[dt.time], int]) -> Function:
    """A whole number read off a time of day."""
    return Function(
        key, (key, chinese), "date", (_CLOCK,), NUMBER, doc, (example,), _clock_part(read), clocked=True, warning=_CALENDAR,
    )  # fmt: skip


def _shift(
    key: str,
    chinese: str,
    number: str,
    doc: Text,
    examples: tuple[tuple[str, str], ...],
    move: Callable[..., dt.date | None],
) -> Function:
    """A date or date-time moved by a number."""
    return Function(
        key, (key, chinese), "date", (_DAY_OR_MOMENT, Parameter(number, ("number",))), None, doc, examples, moving(move),
        clocked=True, warning=_CALENDAR,
    )  # fmt: skip


_THIS = (
    Function(
        "now", ("now", "现在"), "date", (), DATETIME,
        Text("此刻；一次计算中始终相同", "this moment; the same one throughout an evaluation"),
        (("now() = now()", "true"),), _now, clocked=True,
    ),
    Function(
        "today", ("today", "今天"), "date", (), DATE, Text("今天的日期", "the date of today"),
        (("today() <= today()", "true"),), _today_of, clocked=True,
    ),
)  # fmt: skip

_MADE = (
    Function(
        "date", ("date", "日期"), "date",
        (Parameter("year", ("number",)), Parameter("month", ("number",)), Parameter("day", ("number",))), DATE,
        Text("由年、月、日组成的日期；没有这一天则为空", "the date of a year, month and day; empty when there is no such day"),
        (("date(2026, 2, 28)", "2026-02-28"), ("date(2026, 2, 29)", "empty")), _date, warning="not_a_date",
    ),
    Function(
        "date_of", ("date_of", "转日期"), "date", (Parameter("text", ("text", "date")),), DATE,
        Text(
            "文本写的日期，如 2026-3-1、2026/03/01、2026年3月1日；不是日期则为空。日期时间则取其日期",
            "the date that a text writes as year, month and day (2026-3-1, 2026/03/01); empty when it writes none."
            " Of a date and time, its date",
        ),
        (('date_of("2026年3月1日")', "2026-03-01"), ('date_of("2026-02-30")', "empty")), _date_of, warning="not_a_date",
    ),
    Function(
        "time", ("time", "时刻"), "date",
        (
            Parameter("hour", ("number",)), Parameter("minute", ("number",)),
            Parameter("second", ("number",), optional=True),
        ),
        TIME, Text("由时、分、秒组成的时刻；没有则为空", "the time of day of an hour, minute and second; empty when there is none"),
        (("time(9, 30)", "09:30"), ("time(24, 0)", "empty")), _time, warning="not_a_time",
    ),
    Function(
        "datetime", ("datetime", "日期时间"), "date", (_DATE, Parameter("time", ("time",))), DATETIME,
        Text("某天某时刻", "a date at a time of day, in the zone of the evaluation"),
        (("datetime(2026-11-23, 09:30)", "2026-11-23T09:30+08:00"),), _datetime, clocked=True, warning=_CALENDAR,
    ),
)  # fmt: skip

_PARTS = (
    _read("year", "年份", Text("年", "the year of a date"), ("year(2026-05-01)", "2026"), lambda date: date.year),
    _read("quarter", "季度", Text("季度，1 到 4", "the quarter, 1 to 4"), ("quarter(2026-05-01)", "2"), lambda date: (date.month + 2) // 3),
    _read("month", "月份", Text("月，1 到 12", "the month, 1 to 12"), ("month(2026-05-01)", "5"), lambda date: date.month),
    _read("day", "日", Text("日，1 到 31", "the day of the month"), ("day(2026-05-01)", "1"), lambda date: date.day),
    _read(
        "weekday", "星期", Text("星期几，1（周一）到 7（周日）", "the day of the week, 1 (Monday) to 7 (Sunday)"),
        ("weekday(2026-11-23)", "1"), dt.date.isoweekday,
    ),
    _read(
        "week_of_year", "周数", Text("一年中的第几周（ISO 8601，1 到 53）", "the number of the week by ISO 8601, 1 to 53"),
        ("week_of_year(2027-01-01)", "53"), lambda date: date.isocalendar().week,
    ),
    _read(
        "iso_year", "周所属年", Text("该周所属的年份（ISO 8601）", "the year that the week belongs to by ISO 8601"),
        ("iso_year(2027-01-01)", "2026"), lambda date: date.isocalendar().year,
    ),
    _read(
        "day_of_year", "年内天数", Text("一年中的第几天，1 到 366", "the day of the year, 1 to 366"),
        ("day_of_year(2026-02-01)", "32"), lambda date: date.timetuple().tm_yday,
    ),
    _read(
        "days_in_month", "当月天数", Text("该月有几天", "how many days the month of a date has"),
        ("days_in_month(2028-02-01)", "29"), lambda date: zones.days_in_month(date.year, date.month),
    ),
    Function(
        "is_leap_year", ("is_leap_year", "是闰年"), "date", (_DATE,), BOOLEAN,
        Text("该日期的年份是否闰年", "whether the year of a date is a leap year"),
        (("is_leap_year(2028-01-01)", "true"), ("is_leap_year(2100-01-01)", "false")),
        lambda date: zones.days_in_month(date.year, 2) == 29,
    ),
    Function(
        "is_weekend", ("is_weekend", "是周末"), "date", (_DATE,), BOOLEAN,
        Text("是否周六或周日", "whether a date is a Saturday or Sunday"),
        (("is_weekend(2026-11-22)", "true"),), lambda date: date.weekday() > 4,
    ),
    _clock("hour", "小时数", Text("时，0 到 23", "the hour, 0 to 23"), ("hour(09:30:15)", "9"), lambda time: time.hour),
    _clock("minute", "分钟数", Text("分，0 到 59", "the minute, 0 to 59"), ("minute(09:30:15)", "30"), lambda time: time.minute),
    _clock("second", "秒数", Text("秒，0 到 59", "the second, 0 to 59"), ("second(09:30:15)", "15"), lambda time: time.second),
    Function(
        "time_of", ("time_of", "取时刻"), "date", (_MOMENT,), TIME,
        Text("日期时间的时刻", "the time of day of a date and time"),
        (("time_of(2026-11-23T09:30:00+08:00)", "09:30"),), _time_of, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "time_in", ("time_in", "当地时刻"), "date", (_MOMENT, _ZONE), TIME,
        Text("该时间在另一时区的时刻", "the time of day that the clocks of another zone show"),
        (('time_in(2026-11-23T09:30:00+08:00, "Europe/Berlin")', "02:30"),), _time_in, adapt=_known_zone, warning=_CALENDAR,
    ),
    Function(
        "date_in", ("date_in", "当地日期"), "date", (_MOMENT, _ZONE), DATE,
        Text("该时间在另一时区的日期", "the date that it is in another zone"),
        (('date_in(2026-11-23T09:30:00+08:00, "America/New_York")', "2026-11-22"),), _date_in, adapt=_known_zone,
        warning=_CALENDAR,
    ),
)  # fmt: skip

_STRETCHES = (
    _stretch(
        "start_of_week", "周初", Text("该周的周一", "the Monday of the week"),
        ("start_of_week(2026-11-26)", "2026-11-23"), _start_of_week,
    ),
    _stretch(
        "end_of_week", "周末日", Text("该周的周日", "the Sunday of the week"),
        ("end_of_week(2026-11-26)", "2026-11-29"), _end_of_week,
    ),
    _stretch(
        "start_of_month", "月初", Text("该月第一天", "the first day of the month"),
        ("start_of_month(2026-11-23)", "2026-11-01"), civil.start_of_month,
    ),
    _stretch(
        "end_of_month", "月末", Text("该月最后一天", "the last day of the month"),
        ("end_of_month(2026-02-01)", "2026-02-28"), civil.end_of_month,
    ),
    _stretch(
        "start_of_quarter", "季初", Text("该季度第一天", "the first day of the quarter"),
        ("start_of_quarter(2026-11-23)", "2026-10-01"), lambda date: civil.start_of_month(date, 3),
    ),
    _stretch(
        "end_of_quarter", "季末", Text("该季度最后一天", "the last day of the quarter"),
        ("end_of_quarter(2026-11-23)", "2026-12-31"), lambda date: civil.end_of_month(date, 3),
    ),
    _stretch(
        "start_of_year", "年初", Text("该年第一天", "the first day of the year"),
        ("start_of_year(2026-11-23)", "2026-01-01"), lambda date: civil.start_of_month(date, 12),
    ),
    _stretch(
        "end_of_year", "年末", Text("该年最后一天", "the last day of the year"),
        ("end_of_year(2026-11-23)", "2026-12-31"), lambda date: civil.end_of_month(date, 12),
    ),
    Function(
        "start_of_day", ("start_of_day", "当天零点"), "date", (_MOMENT,), DATETIME,
        Text("当天零点", "midnight at the beginning of the day"),
        (("start_of_day(2026-11-23T09:30:00+08:00)", "2026-11-23T00:00+08:00"),), _start_of_day, clocked=True,
        warning=_CALENDAR,
    ),
)  # fmt: skip

_SHIFTS = (
    _shift(
        "add_days", "加天数", "days",
        Text("若干天后（负数为之前）；日期时间的钟点不变", "so many days later (earlier when negative); a time of day stays"),
        (("add_days(2026-02-28, 1)", "2026-03-01"), ("add_days(2026-03-01, -1)", "2026-02-28")), _moved,
    ),
    _shift(
        "add_months", "加月数", "months",
        Text("若干月后；该月没有这一天则取月末", "so many months later, on the last day of a month that is too short"),
        (("add_months(2026-01-31, 1)", "2026-02-28"),), zones.add_months,
    ),
    _shift(
        "add_years", "加年数", "years",
        Text("若干年后；没有 2 月 29 日则取 28 日", "so many years later; 29 February becomes the 28th in a common year"),
        (("add_years(2024-02-29, 1)", "2025-02-28"),), lambda date, years: zones.add_months(date, 12 * years),
    ),
)  # fmt: skip

_APART = (
    Function(
        "days_between", ("days_between", "相差天数"), "date", _DATES, NUMBER,
        Text("两个日期相差几天", "calendar days from the first to the last"),
        (("days_between(2026-02-27, 2026-03-01)", "2"),), _counted(lambda first, last: (last - first).days),
    ),
    Function(
        "months_between", ("months_between", "相差月数"), "date", _DATES, NUMBER,
        Text("两个日期相差几个整月", "whole months from the first to the last"),
        (("months_between(2026-01-31, 2026-02-28)", "1"), ("months_between(2026-01-15, 2026-02-14)", "0")),
        _counted(civil.months_between),
    ),
    Function(
        "years_between", ("years_between", "相差年数"), "date", _DATES, NUMBER,
        Text("两个日期相差几个整年", "whole years from the first to the last"),
        (("years_between(2000-03-01, 2026-02-28)", "25"),), _counted(civil.years_between),
    ),
    Function(
        "hours_between", ("hours_between", "相差小时数"), "date", _MOMENTS, NUMBER,
        Text("相差几小时，可有小数", "hours from the first to the last, with decimals"),
        (("hours_between(2026-11-23T09:00:00Z, 2026-11-23T10:30:00Z)", "1.5"),), _elapsed(3_600_000_000),
    ),
    Function(
        "minutes_between", ("minutes_between", "相差分钟数"), "date", _MOMENTS, NUMBER,
        Text("相差几分钟，可有小数", "minutes from the first to the last, with decimals"),
        (("minutes_between(2026-11-23T09:00:00Z, 2026-11-23T09:01:30Z)", "1.5"),), _elapsed(60_000_000),
    ),
    Function(
        "seconds_between", ("seconds_between", "相差秒数"), "date", _MOMENTS, NUMBER,
        Text("相差几秒，可有小数", "seconds from the first to the last, with decimals"),
        (("seconds_between(2026-11-23T09:00:00Z, 2026-11-23T08:59:30Z)", "-30"),), _seconds_between,
    ),
    Function(
        "days_until", ("days_until", "还剩天数"), "date", (_DATE,), NUMBER,
        Text("从今天起还有几天；已过去为负", "days from today to a date; negative when it is past"),
        (("days_until(today())", "0"),), _days_until, clocked=True,
    ),
    Function(
        "age", ("age", "年龄"), "date", (Parameter("birth", ("date",)),), NUMBER,
        Text("今天的周岁；尚未出生为空", "whole years from a date of birth to today; empty when that is to come"),
        (("age(today())", "0"),), _age, clocked=True,
    ),
    Function(
        "birthday_in", ("birthday_in", "生日临近"), "date",
        (Parameter("birth", ("date",)), Parameter("days", ("number",), literal=True)), BOOLEAN,
        Text(
            "若干天内（含今天）是否过生日；平年的 2 月 29 日算 28 日",
            "whether the birthday is today or within so many days (0 to 366); 29 February counts on the 28th in common years",
        ),
        (("birthday_in(today(), 0)", "true"),), _birthday_in, clocked=True, adapt=_birthday_days,
    ),
)  # fmt: skip

_FORMATTED = (
    Function(
        "format_date", ("format_date", "日期格式"), "date",
        (_DAY_OR_MOMENT, Parameter("pattern", ("text",), literal=True)), TEXT,
        Text(
            "按格式书写：yyyy yy MM M dd d HH H mm ss，其他字符照写",
            "written by a pattern of yyyy yy MM M dd d HH H mm ss; everything else stands for itself",
        ),
        (('format_date(2026-03-01, "yyyy年M月d日")', '"2026年3月1日"'), ('format_date(2026-03-01, "dd.MM.yy")', '"01.03.26"')),
        _format_date, clocked=True, adapt=_short_pattern, warning=_CALENDAR, grows=lambda _, __: 4 * MAX_PATTERN,
    ),
)  # fmt: skip

FUNCTIONS: Group = (*_THIS, *_MADE, *_PARTS, *_STRETCHES, *_SHIFTS, *_APART, *_FORMATTED)

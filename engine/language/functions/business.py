"""Functions of business time: working days and hours of the evaluation's calendar.

Days are counted as dates; business time is counted on the clocks of the calendar's zone, which is the evaluation's unless the
calendar names one.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from engine.definitions import Text
from engine.language import zones
from engine.language.calendar import Calendar
from engine.language.context import Environment
from engine.language.functions.dates import whole
from engine.language.functions.function import Function, Group, Parameter
from engine.language.types import BOOLEAN, DATE, DURATION, NUMBER

_DATE = Parameter("date", ("date",))
_DAY_OR_MOMENT = Parameter("date", ("date", "datetime"))
_DATES = (Parameter("first", ("date",)), Parameter("last", ("date",)))
_MOMENTS = (Parameter("first", ("datetime",)), Parameter("last", ("datetime",)))
_NONE = dt.timedelta(0)
_CALENDAR = "out_of_calendar"


def _calendar(environment: Environment) -> Calendar:
    return environment.context.calendar


def _wall(environment: Environment, moment: dt.datetime) -> dt.datetime | None:
    return zones.local(moment, _calendar(environment).zone or environment.zone)


def _moment(environment: Environment, wall: dt.datetime | None) -> dt.datetime | None:
    return None if wall is None else zones.moment(wall, _calendar(environment).zone or environment.zone)


def _is_business_day(environment: Environment, date: dt.date) -> bool:
    return _calendar(environment).is_business_day(date)


def _add_business_days(environment: Environment, when: dt.date, number: Decimal) -> dt.date | None:
    try:
        count = whole(number)
    except OverflowError:
        return None
    if not isinstance(when, dt.datetime):
        return _calendar(environment).add_days(when, count)
    wall = _wall(environment, when)
    date = None if wall is None else _calendar(environment).add_days(wall.date(), count)
    return None if wall is None or date is None else _moment(environment, dt.datetime.combine(date, wall.time()))


def _business_days_between(environment: Environment, first: dt.date, last: dt.date) -> Decimal:
    return Decimal(_calendar(environment).days_between(first, last))


def _next_business_day(environment: Environment, date: dt.date) -> dt.date | None:
    return _calendar(environment).add_days(date, 1)


def _previous_business_day(environment: Environment, date: dt.date) -> dt.date | None:
    return _calendar(environment).add_days(date, -1)


def _on_or_after(environment: Environment, date: dt.date) -> dt.date | None:
    calendar = _calendar(environment)
    return date if calendar.is_business_day(date) else calendar.add_days(date, 1)


def _is_business_time(environment: Environment, moment: dt.datetime) -> bool | None:
    wall = _wall(environment, moment)
    return None if wall is None else _calendar(environment).is_business_time(wall)


def _add_business_time(environment: Environment, when: dt.date, length: dt.timedelta) -> dt.date | None:
    """Of a date: from its midnight, and the date on which that ends."""
    calendar = _calendar(environment)
    if not isinstance(when, dt.datetime):
        end = calendar.add_time(dt.datetime.combine(when, dt.time()), length)
        return None if end is None else end.date()
    wall = _wall(environment, when)
    if wall is None or length == _NONE:
        return None if wall is None else when
    return _moment(environment, calendar.add_time(wall, length))


def _business_time_between(environment: Environment, first: dt.datetime, last: dt.datetime) -> dt.timedelta | None:
    if last < first:
        between = _business_time_between(environment, last, first)
        return None if between is None else -between
    begin, end = _wall(environment, first), _wall(environment, last)
    if begin is None or end is None:
        return None
    # An hour that occurs twice makes the clocks go back, business time never.
    return max(_calendar(environment).time_between(begin, end), _NONE)


FUNCTIONS: Group = (
    Function(
        "is_business_day", ("is_business_day", "是工作日"), "business", (_DATE,), BOOLEAN,
        Text("是否工作日（按工作日历，含节假日与调休）", "whether people work on a date, by the calendar of working days and holidays"),
        (("is_business_day(2026-11-23)", "true"), ("is_business_day(2026-11-22)", "false")), _is_business_day, clocked=True,
    ),
    Function(
        "add_business_days", ("add_business_days", "加工作日"), "business",
        (_DAY_OR_MOMENT, Parameter("days", ("number",))), None,
        Text(
            "若干个工作日后（负数为之前），0 为当天；日期时间的钟点不变",
            "so many business days later (earlier when negative), for 0 the day itself; a time of day stays",
        ),
        (("add_business_days(2026-11-20, 1)", "2026-11-23"), ("add_business_days(2026-11-23, -1)", "2026-11-20")),
        _add_business_days, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "business_days_between", ("business_days_between", "相差工作日"), "business", _DATES, NUMBER,
        Text(
            "第一天之后到最后一天（含）有几个工作日",
            "business days after the first date up to and including the last; negative the other way round",
        ),
        (("business_days_between(2026-11-20, 2026-11-24)", "2"),), _business_days_between, clocked=True,
    ),
    Function(
        "next_business_day", ("next_business_day", "下一工作日"), "business", (_DATE,), DATE,
        Text("之后的第一个工作日", "the first business day after a date"),
        (("next_business_day(2026-11-20)", "2026-11-23"),), _next_business_day, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "previous_business_day", ("previous_business_day", "上一工作日"), "business", (_DATE,), DATE,
        Text("之前的最后一个工作日", "the last business day before a date"),
        (("previous_business_day(2026-11-23)", "2026-11-20"),), _previous_business_day, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "business_day_on_or_after", ("business_day_on_or_after", "顺延到工作日"), "business", (_DATE,), DATE,
        Text("当天是工作日则为当天，否则顺延", "the date itself when it is a business day, else the next one"),
        (("business_day_on_or_after(2026-11-22)", "2026-11-23"), ("business_day_on_or_after(2026-11-23)", "2026-11-23")),
        _on_or_after, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "is_business_time", ("is_business_time", "在工作时间"), "business",
        (Parameter("datetime", ("datetime",)),), BOOLEAN,
        Text("是否在工作时间内", "whether people work at a moment"),
        (("is_business_time(2026-11-23T09:30:00+08:00)", "true"), ("is_business_time(2026-11-23T12:30:00+08:00)", "false")),
        _is_business_time, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "add_business_time", ("add_business_time", "加工作时间"), "business",
        (_DAY_OR_MOMENT, Parameter("duration", ("duration",))), None,
        Text(
            "若干工作时间后（负数为之前）；日期从零点算起",
            "so much business time later (earlier when negative); a date counts from its midnight",
        ),
        (("add_business_time(2026-11-23T11:30:00+08:00, 1 hour)", "2026-11-23T13:30:00+08:00"),),
        _add_business_time, clocked=True, warning=_CALENDAR,
    ),
    Function(
        "business_time_between", ("business_time_between", "相差工作时间"), "business", _MOMENTS, DURATION,
        Text("两个时间之间的工作时间", "the business time from one moment to another; negative the other way round"),
        (("business_time_between(2026-11-23T11:30:00+08:00, 2026-11-23T13:30:00+08:00)", "1 hour"),),
        _business_time_between, clocked=True, warning=_CALENDAR,
    ),
)  # fmt: skip

"""Functions of dates and times, in the zone of `now`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from engine.definitions import Text
from engine.language import zones
from engine.language.context import Environment
from engine.language.functions.function import Function, Group, Parameter
from engine.language.types import DATE, DATETIME, NUMBER

_DATE = Parameter("date", ("date",))


def _now(environment: Environment) -> dt.datetime | None:
    return environment.now


def _today(environment: Environment) -> dt.date | None:
    wall = zones.local(environment.now, environment.zone) if environment.now is not None else None
    return None if wall is None else wall.date()


def _days_between(first: dt.date, last: dt.date) -> Decimal:
    return Decimal((last - first).days)


FUNCTIONS: Group = (
    Function(
        "now", ("now", "现在"), "date", (), DATETIME,
        Text("此刻", "this moment; the same one throughout an evaluation"),
        (("now() = now()", "true"),), _now, clocked=True,
    ),
    Function(
        "today", ("today", "今天"), "date", (), DATE, Text("今天的日期", "the date of today"),
        (("today() <= today()", "true"),), _today, clocked=True,
    ),
    Function(
        "days_between", ("days_between", "相差天数"), "date", (Parameter("first", ("date",)), Parameter("last", ("date",))),
        NUMBER, Text("两个日期相差几天", "calendar days from the first to the last"),
        (("days_between(2026-02-27, 2026-03-01)", "2"),), _days_between,
    ),
    Function(
        "year", ("year", "年份"), "date", (_DATE,), NUMBER, Text("年", "the year of a date"),
        (("year(2026-05-01)", "2026"),), lambda date: Decimal(date.year),
    ),
    Function(
        "month", ("month", "月份"), "date", (_DATE,), NUMBER, Text("月，1 到 12", "the month, 1 to 12"),
        (("month(2026-05-01)", "5"),), lambda date: Decimal(date.month),
    ),
    Function(
        "day", ("day", "日"), "date", (_DATE,), NUMBER, Text("日，1 到 31", "the day of the month"),
        (("day(2026-05-01)", "1"),), lambda date: Decimal(date.day),
    ),
)  # fmt: skip

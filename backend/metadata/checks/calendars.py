"""Checks of business calendars: days and zones there are, hours that do not overlap, one default, quiet that ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import available_timezones

from backend.metadata.checks.problem import CheckContext, Found, twice
from engine.definitions import BusinessCalendar, Holiday, Quiet, Text
from engine.definitions.calendar import Span
from engine.definitions.schemas import nearest
from engine.language import Calendar
from engine.language.quiet import quiet_until

#: Days that one holiday may last: a year is surely a slip of the pen.
LONGEST_HOLIDAY = 366
DAY = Text("日期", "day")
#: Some Monday.
_MONDAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def check_calendar(calendar: BusinessCalendar, context: CheckContext) -> Iterator[Found]:
    """Everything the schema cannot say about a calendar."""
    yield from _zone(calendar)
    for weekday, hours in calendar.week.items():
        yield from _hours(f"/week/{weekday}", hours)
    yield from _hours("/makeup", calendar.makeup)
    days = [*_days(calendar)]
    yield from days
    if not any(each.severity == "error" for each in days):
        yield from _holidays_worked(calendar)
        yield from _some_hours(calendar)
    for name, quiet in calendar.quiet.items():
        yield from _quiet(f"/quiet/{name}", name, quiet, calendar, context)
    yield from _one_default(calendar, context)


def _zone(calendar: BusinessCalendar) -> Iterator[Found]:
    if calendar.zone is not None and calendar.zone not in available_timezones():
        message = Text(f"没有叫“{calendar.zone}”的时区", f"No time zone is called “{calendar.zone}”")
        yield Found("/zone", "unknown_zone", message, nearest(calendar.zone, available_timezones()))


def _hours(path: str, hours: Sequence[Span]) -> Iterator[Found]:
    """Each span ends after it begins, and none overlaps another."""
    met: list[tuple[str, str]] = []
    for number, (start, end) in enumerate(hours):
        last = "24:00" if end == "00:00" else end
        if last <= start:
            message = Text(
                f"{start} 到 {end} 没有长度：结束要晚于开始",
                f"From {start} to {end} is no time: it must end after it begins",
            )
            yield Found(f"{path}/{number}", "empty_hours", message, None if start == end else f"{end}–{start}")
            continue
        other = next((each for each in met if start < each[1] and each[0] < last), None)
        if other is not None:
            message = Text(
                f"{start}–{end} 与 {other[0]}–{other[1]} 重叠", f"{start}–{end} overlaps {other[0]}–{other[1]}"
            )
            yield Found(f"{path}/{number}", "overlapping_hours", message)
        met.append((start, last))


def _days(calendar: BusinessCalendar) -> Iterator[Found]:
    """Dates there are; a holiday has one day or a first and a last."""
    for number, holiday in enumerate(calendar.holidays):
        yield from _holiday(f"/holidays/{number}", holiday)
    seen: set[str] = set()
    for number, workday in enumerate(calendar.workdays):
        yield from _date(f"/workdays/{number}/date", workday.date)
        if workday.date in seen:
            yield twice(f"/workdays/{number}/date", DAY, workday.date)
        seen.add(workday.date)


def _holiday(path: str, holiday: Holiday) -> Iterator[Found]:
    one, several = holiday.date is not None, holiday.first is not None or holiday.last is not None
    if one == several or (several and (holiday.first is None or holiday.last is None)):
        message = Text(
            "节假日写一个 date，或者 from 和 to 两个日期", "A holiday has a date, or both the days from and to"
        )
        yield Found(path, "holiday_days", message)
        return
    wrong = [*_dates(path, holiday)]
    yield from wrong
    if wrong or holiday.first is None or holiday.last is None:
        return
    length = (dt.date.fromisoformat(holiday.last) - dt.date.fromisoformat(holiday.first)).days + 1
    if length < 1:
        message = Text("最后一天早于第一天", "The last day is before the first")
        yield Found(f"{path}/to", "holiday_order", message, holiday.first)
    elif length > LONGEST_HOLIDAY:
        message = Text(
            f"这个假期有 {length} 天，最多 {LONGEST_HOLIDAY} 天",
            f"{length} days are no holiday; at most {LONGEST_HOLIDAY}",
        )
        yield Found(f"{path}/to", "holiday_length", message)


def _dates(path: str, holiday: Holiday) -> Iterator[Found]:
    for member, written in (("date", holiday.date), ("from", holiday.first), ("to", holiday.last)):
        if written is not None:
            yield from _date(f"{path}/{member}", written)


def _date(path: str, written: str) -> Iterator[Found]:
    try:
        dt.date.fromisoformat(written)
    except ValueError:
        message = Text(f"日历里没有“{written}”这一天", f"There is no “{written}” in the calendar")
        yield Found(path, "bad_date", message)


def _holidays_worked(calendar: BusinessCalendar) -> Iterator[Found]:
    """A day cannot be off and worked."""
    holidays = {day.isoformat(): holiday.label for holiday in calendar.holidays for day in holiday.days()}
    for number, workday in enumerate(calendar.workdays):
        label = holidays.get(workday.date)
        if label is not None:
            message = Text(
                f"{workday.date} 已经是假日“{label.zh}”，不能又是调休上班日",
                f"{workday.date} is a holiday already (“{label.en}”), so it cannot be worked",
            )
            yield Found(f"/workdays/{number}/date", "holiday_worked", message)


def _some_hours(calendar: BusinessCalendar) -> Iterator[Found]:
    json = calendar.to_json() | {"zone": None}
    if not Calendar.from_json(json).has_hours:
        message = Text(
            "这个日历没有任何工作时间，按工作时间算的期限永远不会到",
            "This calendar has no working hours, so no deadline in business time would ever come",
        )
        yield Found("/week", "no_hours", message, '{"0": [["09:00", "18:00"]]}')


def _quiet(path: str, name: str, quiet: Quiet, calendar: BusinessCalendar, context: CheckContext) -> Iterator[Found]:
    for number, (start, end) in enumerate(quiet.hours):
        if start == end and start != "00:00":
            message = Text(f"{start} 到 {end} 没有长度", f"From {start} to {end} is no time")
            yield Found(f"{path}/hours/{number}", "empty_hours", message)
    others = (other for other in context.metadata.calendars.values() if other.key != calendar.key)
    other = next((other for other in others if name in other.quiet), None)
    if other is not None:
        message = Text(
            f"日历“{other.label.zh}”里已经有免打扰时段“{name}”，规则会分不清是哪一个",
            f"The calendar “{other.label.en}” has a quiet period “{name}” already; rules could not tell them apart",
        )
        yield Found(path, "duplicate_key", message, f"{name}_{calendar.key}"[:60])
    if _never_ends(quiet):
        message = Text("整周都免打扰，消息永远发不出去", "It is quiet all week, so no message would ever leave")
        yield Found(path, "always_quiet", message)


def _never_ends(quiet: Quiet) -> bool:
    found = quiet_until(quiet, _MONDAY)
    return found is not None and found - _MONDAY >= dt.timedelta(days=7)


def _one_default(calendar: BusinessCalendar, context: CheckContext) -> Iterator[Found]:
    others = (each for each in context.metadata.calendars.values() if each.default and each.key != calendar.key)
    other = next(others, None)
    if calendar.default and other is not None:
        message = Text(
            f"“{other.label.zh}”已经是默认日历，只能有一个", f"“{other.label.en}” is the default calendar already"
        )
        yield Found("/default", "two_defaults", message, "false")

"""Business calendars as definitions: what is refused, what evaluations read of them, the one that is shipped."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend import clock
from backend.calendars import calendar_keys, calendar_of, quiet_names, quiet_until
from backend.errors import NotFound
from backend.metadata.checks import CheckContext, check_definition
from backend.metadata.snapshot import Metadata
from engine.definitions.codec import decode, encode
from engine.language import Calendar
from tests.backend.metadata.documents import label

Json = dict[str, Any]
SHIPPED = json.loads(Path("builtin_templates/crm/calendars/china_office.json").read_text(encoding="utf-8"))
WEEK = {"0": [["09:00", "17:00"]]}


def calendar(key: str = "factory", **members: Any) -> Json:
    return {"kind": "calendar", "key": key, "label": label(key), "week": WEEK, **members}


def metadata(*documents: Json) -> Metadata:
    return Metadata.of(decode("calendar", each) for each in documents)


def found(document: Json, *others: Json) -> list[tuple[str, str, str | None]]:
    known = metadata(*others, document)
    context = CheckContext(known)
    return [
        (each.path, each.code, each.suggestion) for each in check_definition(known.calendar(document["key"]), context)
    ]


HOLIDAY = {"date": "2026-10-01", "label": label("National Day")}


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"zone": "Asia/Shangai"}, ("/zone", "unknown_zone", "Asia/Shanghai")),
        ({"week": {"0": [["17:00", "09:00"]]}}, ("/week/0/0", "empty_hours", "09:00–17:00")),
        ({"week": {"0": [["09:00", "12:00"], ["11:00", "18:00"]]}}, ("/week/0/1", "overlapping_hours", None)),
        ({"makeup": [["09:00", "09:00"]]}, ("/makeup/0", "empty_hours", None)),
        ({"week": {}}, ("/week", "no_hours", '{"0": [["09:00", "18:00"]]}')),
        ({"week": {"0": []}}, ("/week", "no_hours", '{"0": [["09:00", "18:00"]]}')),
        ({"holidays": [{"label": label("never")}]}, ("/holidays/0", "holiday_days", None)),
        ({"holidays": [{**HOLIDAY, "from": "2026-10-01"}]}, ("/holidays/0", "holiday_days", None)),
        ({"holidays": [{"from": "2026-10-01", "label": label("x")}]}, ("/holidays/0", "holiday_days", None)),
        ({"holidays": [{**HOLIDAY, "date": "2026-02-30"}]}, ("/holidays/0/date", "bad_date", None)),
        (
            {"holidays": [{"from": "2026-10-07", "to": "2026-10-01", "label": label("x")}]},
            ("/holidays/0/to", "holiday_order", "2026-10-07"),
        ),
        (
            {"holidays": [{"from": "2026-10-01", "to": "2036-10-01", "label": label("x")}]},
            ("/holidays/0/to", "holiday_length", None),
        ),
        ({"workdays": [{"date": "2026-02-30", "label": label("x")}]}, ("/workdays/0/date", "bad_date", None)),
        ({"workdays": [HOLIDAY, HOLIDAY]}, ("/workdays/1/date", "duplicate_key", None)),
        ({"holidays": [HOLIDAY], "workdays": [HOLIDAY]}, ("/workdays/0/date", "holiday_worked", None)),
        ({"quiet": {"always": {"hours": [["00:00", "00:00"]]}}}, ("/quiet/always", "always_quiet", None)),
        ({"quiet": {"none": {"hours": [["08:00", "08:00"]]}}}, ("/quiet/none/hours/0", "empty_hours", None)),
    ],
)
def test_what_is_no_calendar_is_refused(members: Json, problem: tuple[str, str, str | None]) -> None:
    assert problem in found(calendar(**members))


def test_one_calendar_is_the_default_and_names_of_quiet_are_told_apart() -> None:
    night = {"night": {"hours": [["22:00", "08:00"]]}}
    other = calendar("office", default=True, quiet=night)
    assert found(calendar(default=True), other) == [("/default", "two_defaults", "false")]
    assert found(calendar(quiet=night), other) == [("/quiet/night", "duplicate_key", "night_factory")]
    assert found(other) == []


def test_a_document_is_read_and_written_alike() -> None:
    document = calendar(holidays=[{"from": "2026-10-01", "to": "2026-10-07", "label": label("x")}, HOLIDAY])
    assert encode(decode("calendar", document)) == document


def test_the_shipped_calendar_has_the_days_of_2026() -> None:
    assert found(SHIPPED) == []
    made = calendar_of(metadata(SHIPPED))
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(365)]
    assert sum(made.is_business_day(day) for day in year) == 261 - 19 + 6
    assert not made.is_business_day(dt.date(2026, 2, 17))
    assert made.is_business_day(dt.date(2026, 2, 28))
    assert made.add_days(dt.date(2026, 9, 30), 1) == dt.date(2026, 10, 8)


def test_what_runs_asks_by_key_and_has_a_default() -> None:
    known = metadata(SHIPPED, calendar(zone="Europe/Berlin", quiet={"lunch": {"hours": [["12:00", "13:00"]]}}))
    assert calendar_keys(known) == {"china_office", "factory"}
    assert calendar_of(known, "factory").zone == ZoneInfo("Europe/Berlin")
    assert calendar_of(known) is known.context.calendar
    assert calendar_of(known).zone == ZoneInfo("Asia/Shanghai")
    assert calendar_of(Metadata()) == Calendar()
    with pytest.raises(NotFound) as refused:
        calendar_of(known, "factry")
    assert refused.value.suggestion == "factory"


def test_quiet_is_counted_in_the_zone_of_its_calendar() -> None:
    here = clock.zone()
    known = metadata(SHIPPED, calendar(quiet={"lunch": {"hours": [["12:00", "13:00"]]}}))
    assert quiet_names(known) == {"night", "lunch"}
    evening = dt.datetime(2026, 11, 23, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert quiet_until(known, "night", evening) == dt.datetime(2026, 11, 24, 0, tzinfo=dt.UTC)
    noon = dt.datetime(2026, 11, 23, 12, 30, tzinfo=here)
    assert quiet_until(known, "lunch", noon) == dt.datetime(2026, 11, 23, 13, tzinfo=here).astimezone(dt.UTC)
    assert quiet_until(known, "lunch", evening.astimezone(dt.UTC)) is None
    assert quiet_until(known, "nowhere", evening) is None

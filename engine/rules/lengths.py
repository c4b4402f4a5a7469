"""Lengths of time as rules write them, and the moments they lead to."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lark import Token

from engine.language.calendar import Calendar
from engine.language.context import Context, Environment
from engine.language.functions import BY_KEY
from engine.language.literals import literal
from engine.language.syntax import Syntax
from engine.language.zones import add_months, local, moment, zone_of
from engine.rules.model import Length


def length_of(syntax: Syntax) -> Length:
    """The length that `7 days`, `2 months`, `15 business minutes` write. Raises Mismatch for one that is too long."""
    token = next(child for child in syntax.children if isinstance(child, Token))
    node = literal(token)
    if token.type == "DURATION":
        assert isinstance(node.value, dt.timedelta), "the literal of a duration"
        return Length(fixed=node.value)
    if token.type == "PERIOD":
        return Length(months=int(str(node.value)))
    assert isinstance(node.value, tuple), "the literal of business time"
    unit, amount = node.value
    if unit == "days":
        return Length(business_days=int(amount))
    return Length(business=dt.timedelta(microseconds=int(amount)))


def is_positive(length: Length) -> bool:
    """Whether any time passes."""
    return bool(length.fixed or length.months or length.business_days or length.business)


def after(start: dt.datetime, length: Length, calendar: Calendar) -> dt.datetime | None:
    """The moment so long after another, months and days counted in the zone of `start`; None where there is none: past the end of
    the calendar, or because the business calendar has no working hours."""
    return _moved(start, length, calendar, 1)


def before(start: dt.datetime, length: Length) -> dt.datetime | None:
    """The moment so long before another. Raises ValueError for business time, which windows do not have."""
    if length.business is not None or length.business_days is not None:
        raise ValueError("no window is as long as business time")
    return _moved(start, length, Calendar(), -1)


def _moved(start: dt.datetime, length: Length, calendar: Calendar, sign: int) -> dt.datetime | None:
    if length.fixed is not None:
        try:
            return start + sign * length.fixed
        except OverflowError:
            return None
    if length.months is not None:
        return _by_months(start, sign * length.months)
    return _by_business(start, length, calendar)


def _by_months(start: dt.datetime, months: int) -> dt.datetime | None:
    zone = zone_of(start)
    wall = local(start, zone)
    date = None if wall is None else add_months(wall.date(), months)
    return None if wall is None or date is None else moment(dt.datetime.combine(date, wall.time()), zone)


def _by_business(start: dt.datetime, length: Length, calendar: Calendar) -> dt.datetime | None:
    environment = Environment({}, start, Context(calendar=calendar))
    days = length.business_days
    name, amount = ("add_business_days", Decimal(days)) if days is not None else ("add_business_time", length.business)
    found = BY_KEY[name].compute(environment, start, amount)
    return found if isinstance(found, dt.datetime) else None

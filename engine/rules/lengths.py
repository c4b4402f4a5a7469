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


def before(start: dt.datetime, length: Length, calendar: Calendar | None = None) -> dt.datetime | None:
    """The moment so long before another; None where there is none. Only business time, which windows do not have, needs a
    calendar."""
    return _moved(start, length, calendar or Calendar(), -1)


def _moved(start: dt.datetime, length: Length, calendar: Calendar, sign: int) -> dt.datetime | None:
    try:
        if length.fixed is not None:
            # With the rules of a zone a moment would move by its wall time and not by what passes.
            found: dt.datetime | None = start.astimezone(dt.UTC) + sign * length.fixed
        elif length.months is not None:
            found = _by_months(start, sign * length.months)
        else:
            found = _by_business(start, length, calendar, sign)
        return None if found is None else found.astimezone(start.tzinfo)
    except OverflowError:
        return None


def _by_months(start: dt.datetime, months: int) -> dt.datetime | None:
    zone = zone_of(start)
    wall = local(start, zone)
    date = None if wall is None else add_months(wall.date(), months)
    return None if wall is None or date is None else moment(dt.datetime.combine(date, wall.time()), zone)


def _by_business(start: dt.datetime, length: Length, calendar: Calendar, sign: int) -> dt.datetime | None:
    environment = Environment({}, start, Context(calendar=calendar))
    if length.business_days is not None:
        found = BY_KEY["add_business_days"].compute(environment, start, Decimal(sign * length.business_days))
    else:
        found = BY_KEY["add_business_time"].compute(environment, start, sign * (length.business or dt.timedelta()))
    return found if isinstance(found, dt.datetime) else None

"""Laws of the field types: coercing is idempotent, what it accepts is stored and read back unchanged, and it never fails
with anything but a FieldError."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM
from backend.records import service
from backend.records.errors import FieldError
from backend.records.fields import FIELD_TYPES, type_of
from tests.backend.records.conftest import EVERYTHING, World

#: Anything JSON can bring, and what expressions yield.
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.decimals()
    | st.datetimes()
    | st.dates()
    | st.uuids(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
FIELDS = {field.type: field for field in EVERYTHING.fields}

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1, max_size=50)
ACCEPTED: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "long_text": TEXT,
    # Not closer to zero than a number may be: "1E-41" is refused, see below.
    "number": st.decimals(-(10**14), 10**14, places=20).map(str)
    | st.floats(-1e14, 1e14).filter(lambda number: number == 0 or abs(number) > 1e-40)
    | st.integers(-(10**14), 10**14),
    "money": st.decimals(-(10**17), 10**17, places=2).map(str),
    "boolean": st.booleans(),
    "date": st.dates().map(lambda day: day.isoformat()),
    "datetime": st.datetimes(dt.datetime(1, 1, 3), dt.datetime(9999, 12, 29), timezones=st.just(dt.UTC)).map(
        lambda at: at.isoformat()
    ),
    "choice": st.sampled_from(["a", "b", "c"]),
    "multi_choice": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1),
    "tags": st.lists(TEXT.filter(str.strip), min_size=1, max_size=5),
}


@pytest.mark.parametrize("type", FIELD_TYPES)
@given(value=ANYTHING)
@settings(max_examples=150, deadline=None)
def test_any_input_is_taken_or_refused(type: str, value: Any) -> None:
    field = FIELDS[type]
    try:
        once = type_of(field).coerce(field, value)
    except FieldError as error:
        assert error.code.startswith("field.")  # noqa: PT017  (the law is about which error, not that there is one)
        return
    if once is not None:
        assert type_of(field).coerce(field, once) == once


@given(record=st.fixed_dictionaries({}, optional=ACCEPTED))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_is_stored_is_what_is_read(database_url: str, world: World, record: dict[str, Any]) -> None:
    """Runs on its own connection, because Hypothesis calls it many times within one test."""
    del world
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            read = _round_trip(connection, record)
    finally:
        engine.dispose()
    for key, value in record.items():
        field = FIELDS[key]
        expected = type_of(field).coerce(field, value)
        shown = read[key]
        if key == "datetime":
            shown = dt.datetime.fromisoformat(shown)
        elif key in ("number", "money"):
            shown = Decimal(str(shown if key == "number" else shown["amount"]))
        elif key == "date":
            shown = dt.date.fromisoformat(shown)
        assert shown == expected, key


def _round_trip(connection: sa.Connection, record: dict[str, Any]) -> dict[str, Any]:
    from backend.db import uuid7
    from backend.records.reading import Reader
    from backend.records.tables import table_for
    from tests.backend.records.conftest import METADATA

    table, reader, id = table_for(EVERYTHING), Reader(METADATA, SYSTEM), uuid7()
    values = {key: type_of(FIELDS[key]).coerce(FIELDS[key], value) for key, value in record.items()}
    connection.execute(sa.text("SET TIME ZONE 'Asia/Shanghai'"))
    connection.execute(sa.insert(table).values({**values, "id": id}))
    shown = sa.cast(reader.json(EVERYTHING, table, reader.fields(EVERYTHING)), sa.String)
    text = connection.execute(sa.select(shown).select_from(table).where(table.c["id"] == id)).scalar_one()
    connection.rollback()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("type", "value", "code"),
    [
        ("number", "NaN", "field.range"),
        ("number", float("inf"), "field.range"),
        ("number", 10**400, "field.range"),
        ("number", "1E-41", "field.range"),
        ("number", True, "field.type"),
        ("money", {"amount": "1", "currency": "USD"}, "field.currency"),
        ("money", {"amount": "x"}, "field.type"),
        ("date", "20261123", "field.format"),
        ("date", "2026-11-23T00:00:00Z", "field.format"),
        ("datetime", "2026-11-23T00:00:00", "field.zone"),
        ("datetime", "0001-01-01T00:00:00+14:00", "field.range"),
        ("text", "\ud800", "field.characters"),
        ("text", "x" * 2_001, "field.too_long"),
        ("choice", "bb", "field.option"),
        ("tags", ["x"] * 201, "field.too_many"),
        ("email", "a b@c.d", "field.format"),
        ("phone", "12", "field.format"),
        ("reference", "12", "field.format"),
        ("boolean", 1, "field.type"),
    ],
)
def test_refusals_have_a_code(type: str, value: Any, code: str) -> None:
    field = FIELDS[type]
    with pytest.raises(FieldError) as refused:
        type_of(field).coerce(field, value)
    assert refused.value.code == code


def test_numbers_are_rounded_and_never_negative_zero() -> None:
    number, money = FIELDS["number"], FIELDS["money"]
    assert type_of(number).coerce(number, 0.1 + 0.2) == Decimal("0.3")
    assert str(type_of(number).coerce(number, "-0")) == "0"
    assert str(type_of(money).coerce(money, "1.005")) == "1.01"
    assert str(type_of(money).coerce(money, "-0.001")) == "0.00"


async def test_registry_describes_each_type(world: World) -> None:
    for field in EVERYTHING.fields:
        kind = type_of(field)
        assert kind.label.zh
        assert kind.label.en
        assert kind.json_schema(field)
        assert kind.graphql
    async with AsyncSession(world.database.engine) as session:
        assert await service.visible_ids(session, world.metadata, SYSTEM, "everything", []) == set()

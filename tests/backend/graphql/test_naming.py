"""Whatever entities are called, the schema can be built: no name of one is a name of another or of Weft's own."""

from __future__ import annotations

import itertools

import pytest

from backend.access.caller import SYSTEM
from backend.graphql import naming
from backend.graphql.schema import SchemaBuilder
from backend.metadata.snapshot import Metadata
from backend.records.reading import Reader
from engine.definitions import Entity, Field, Text

_A = Text("甲", "A")
KEYS = [
    *("ticket", "tickets", "ticket_page", "create_ticket", "update_ticket", "ticket_rows_row", "ticket_rows_row_input"),
    *("string", "int", "float", "boolean", "id", "json", "date", "datetime", "money", "money_input", "label"),
    *("query", "mutation", "subscription", "me", "task_page", "task_detail", "instance_page", "instance_detail"),
    *("ticket_record", "ticket_page_record", "news", "address"),
]


def entity(key: str) -> Entity:
    rows = Field("rows", "sub_table", _A, fields=(Field("note", "text", _A),))
    return Entity(key, _A, fields=(Field("name", "text", _A), rows), title="name")


def test_no_two_keys_make_one_type() -> None:
    names = {
        key: {naming.type_name(key), f"{naming.type_name(key)}Page", f"Create{naming.type_name(key)}"} for key in KEYS
    }
    for one, other in itertools.combinations(KEYS, 2):
        assert not names[one] & names[other], (one, other)


@pytest.mark.parametrize("keys", [KEYS, KEYS[::-1]])
def test_any_keys_make_a_schema(keys: list[str]) -> None:
    metadata = Metadata.of([entity(key) for key in keys], version=1, versions={})
    schema = SchemaBuilder(Reader(metadata, SYSTEM)).build()
    made = schema.as_str()
    assert all(f"type {naming.type_name(key)} {{" in made for key in keys)

"""Documents to definitions and back: nothing is lost, and mistakes are named with place and suggestion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.definitions import Entity, Field, Text
from engine.definitions.codec import KINDS, InvalidDocument, content_hash, decode, encode, problems
from engine.definitions.field_types import FIELD_TYPES
from engine.definitions.schemas import schema

BUILTIN = Path(__file__).resolve().parents[3] / "builtin_templates"
LABEL = {"zh": "客户", "en": "Person"}
FILES = sorted(path for path in BUILTIN.glob("*/*/*.json") if path.parent.name not in ("samples", "records"))


def entity(**members: Any) -> dict[str, Any]:
    fields = [{"key": "name", "type": "text", "label": LABEL}]
    return {"kind": "entity", "key": "person", "label": LABEL, "title": "name", "fields": fields, **members}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_built_in_document_survives(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    definition = decode(document["kind"], document)
    canonical = encode(definition)
    assert decode(document["kind"], canonical) == definition
    assert content_hash(encode(decode(document["kind"], canonical))) == content_hash(canonical)


def test_members_at_their_defaults_are_left_out() -> None:
    assert encode(decode("entity", entity(icon="table", checks=[]))) == entity()


def test_order_of_members_does_not_change_the_hash() -> None:
    document = entity()
    assert content_hash(document) == content_hash(dict(reversed(document.items())))


def test_sub_tables_and_transitions_are_read_deeply() -> None:
    column = {"key": "part", "type": "text", "label": LABEL}
    stage = {"key": "stage", "type": "stage", "label": LABEL, "transitions": {"a": ["b"]}}
    fields = [*entity()["fields"], {"key": "items", "type": "sub_table", "label": LABEL, "fields": [column]}, stage]
    found = decode("entity", entity(fields=fields))
    assert isinstance(found, Entity)
    assert found.fields[1].fields == (Field("part", "text", Text("客户", "Person")),)
    assert found.fields[2].transitions == {"a": ("b",)}


@pytest.mark.parametrize(
    ("document", "path", "code", "suggestion"),
    [
        (entity(titel="name"), "/titel", "unknown_member", "title"),
        (entity(fields=[{"key": "name", "type": "txt", "label": LABEL}]), "/fields/0/type", "not_allowed", "text"),
        (
            entity(fields=[{"key": "Full Name", "type": "text", "label": LABEL}]),
            "/fields/0/key",
            "pattern",
            "full_name",
        ),
        (entity(fields=[{"key": "name", "label": LABEL}]), "/fields/0", "required", "type"),
        (entity(fields=[]), "/fields", "empty", None),
        (entity(label="客户"), "/label", "wrong_type", None),
        (entity(kind="form"), "/kind", "not_allowed", "entity"),
        (entity(schema=2), "/schema", "schema_too_new", "1"),
        ([], "", "wrong_type", None),
    ],
)
def test_a_mistake_has_place_code_and_suggestion(document: Any, path: str, code: str, suggestion: str | None) -> None:
    assert [(p.path, p.code, p.suggestion) for p in problems("entity", document)] == [(path, code, suggestion)]


def test_decoding_a_wrong_document_is_refused() -> None:
    with pytest.raises(InvalidDocument) as refused:
        decode("entity", {"kind": "entity"})
    assert {problem.suggestion for problem in refused.value.problems} == {"key", "label", "fields", "title"}


def test_schemas_and_registry_know_the_same_field_types() -> None:
    assert schema("entity")["$defs"]["field"]["properties"]["type"]["enum"] == list(FIELD_TYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_dataclass_have_the_same_members(kind: str) -> None:
    members = set(KINDS[kind].type.__dataclass_fields__)
    assert set(schema(kind)["properties"]) - {"$schema", "kind"} == members

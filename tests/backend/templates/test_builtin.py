"""The two built-in apps are sound, and install into a real database once however often they are installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.access.caller import Caller
from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS
from backend.db import Database, uuid7
from backend.metadata import service as metadata_service
from backend.metadata.service import Publishing
from backend.metadata.store import MetadataStore
from backend.records.ddl import DDL
from backend.templates import TemplateInvalid, TemplateRequires, export_app, install_app, validate_app
from engine.definitions.codec import encode

BUILTIN = Path(__file__).resolve().parents[3] / "builtin_templates"
SIGNATURES = ActionRegistry(ACTIONS).signatures()


@pytest.fixture
async def publishing(database: Database) -> Publishing:
    store = MetadataStore(database)
    await store.load()
    return Publishing(store, DDL(), SIGNATURES)


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The built-in apps in a folder where they may be broken."""
    for app in ("crm", "scrm"):
        shutil.copytree(BUILTIN / app, tmp_path / app)
    return tmp_path


async def install(database: Database, publishing: Publishing, folder: Path, sample_data: bool = True) -> Any:
    return await install_app(database, publishing, folder, sample_data=sample_data, password_hash="x")


async def counts(database: Database) -> dict[str, int]:
    tables = ("data.person", "data.ticket", "data.product", 'weft."user"', "weft.department", "weft.identity",
              "weft.definition", "weft.publication")  # fmt: skip
    async with database.transaction() as session:
        return {table: (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in tables}


def edit(path: Path, change: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize("app", ["crm", "scrm"])
def test_the_built_in_apps_are_sound(app: str) -> None:
    assert [str(problem) for problem in validate_app(BUILTIN / app, SIGNATURES)] == []


async def test_both_install_with_people_and_samples(database: Database, publishing: Publishing) -> None:
    crm = await install(database, publishing, BUILTIN / "crm")
    await install(database, publishing, BUILTIN / "scrm")
    metadata = publishing.store.current
    assert (crm.people, metadata.flow("urgent_complaint").entity) == (12, "ticket")
    assert {"products", "defects"} <= metadata.word_lists.keys()
    found = await counts(database)
    assert found["data.person"] >= 40
    assert found["data.ticket"] >= 10
    assert found["weft.department"] == 7
    assert found["weft.identity"] >= 10


async def test_a_second_installation_doubles_nothing(database: Database, publishing: Publishing) -> None:
    for app in ("crm", "scrm"):
        await install(database, publishing, BUILTIN / app)
    before = await counts(database)
    again = [await install(database, publishing, BUILTIN / app) for app in ("crm", "scrm")]
    assert await counts(database) == before
    assert [(each.definitions, each.people, each.records) for each in again] == [(0, 0, 0), (0, 0, 0)]


async def test_samples_and_people_are_left_out_on_request(database: Database, publishing: Publishing) -> None:
    done = await install(database, publishing, BUILTIN / "crm", sample_data=False)
    found = await counts(database)
    assert (done.people, found["data.person"], found['weft."user"'], found["weft.department"]) == (0, 0, 0, 7)


async def test_sample_tickets_lie_in_the_past_in_table_and_log(database: Database, publishing: Publishing) -> None:
    await install(database, publishing, BUILTIN / "crm")
    async with database.transaction() as session:
        wrong = await session.execute(
            text(
                "SELECT t.number FROM data.ticket t JOIN weft.event e ON e.subject_id = t.id "
                "WHERE t.created_at > now() - interval '1 hour' OR e.occurred_at <> t.created_at "
                "OR t.first_response_at < t.created_at OR t.closed_at < t.created_at"
            )
        )
        assert wrong.all() == []


async def test_an_app_waits_for_the_one_it_requires(database: Database, publishing: Publishing) -> None:
    with pytest.raises(TemplateRequires):
        await install(database, publishing, BUILTIN / "scrm")
    assert publishing.store.current.version == 0


async def test_what_people_changed_is_kept(database: Database, publishing: Publishing, copies: Path) -> None:
    await install(database, publishing, copies / "crm")
    async with database.transaction() as session:
        changed = encode(publishing.store.current.view("ticket_open")) | {"label": {"zh": "待办", "en": "To do"}}
        admin = Caller(uuid7(), "admin", is_admin=True)
        await metadata_service.save_draft(session, publishing, admin, "view", "ticket_open", changed)
        await metadata_service.publish(session, publishing, admin)
    await publishing.store.refresh()
    for name in ("ticket_open", "ticket_mine"):
        edit(copies / f"crm/views/{name}.json", lambda view: view["label"].update(en="New label"))
    again = await install(database, publishing, copies / "crm")
    assert (again.definitions, again.kept) == (1, (("view", "ticket_open"),))
    assert publishing.store.current.view("ticket_open").label.en == "To do"
    assert publishing.store.current.view("ticket_mine").label.en == "New label"


async def test_what_people_removed_stays_away(database: Database, publishing: Publishing) -> None:
    await install(database, publishing, BUILTIN / "crm", sample_data=False)
    async with database.transaction() as session:
        admin = Caller(uuid7(), "admin", is_admin=True)
        await metadata_service.save_draft(session, publishing, admin, "view", "ticket_urgent", None)
        await metadata_service.publish(session, publishing, admin)
    again = await install(database, publishing, BUILTIN / "crm", sample_data=False)
    assert again.kept == (("view", "ticket_urgent"),)
    assert "ticket_urgent" not in publishing.store.current.views


async def test_what_is_exported_installs_and_is_the_same(
    database: Database, publishing: Publishing, tmp_path: Path
) -> None:
    for app in ("crm", "scrm"):
        await install(database, publishing, BUILTIN / app)
        await export_app(database, app, tmp_path / app)
        assert [str(problem) for problem in validate_app(tmp_path / app, SIGNATURES)] == []
        for path in sorted((BUILTIN / app / "flows").glob("*.json")):
            exported = json.loads((tmp_path / app / "flows" / path.name).read_text(encoding="utf-8"))
            assert exported["nodes"][0]["id"] == "start"
    assert json.loads((tmp_path / "scrm/app.json").read_text(encoding="utf-8"))["requires"] == ["crm"]
    again = await install(database, publishing, tmp_path / "crm")
    assert again.definitions == 0


def _misspell_total(form: dict[str, Any]) -> None:
    form["sections"][2]["items"][3]["computed"] = "sum(for row in itmes return row.price)"


def _drop_field(form: dict[str, Any]) -> None:
    form["sections"][0]["items"][0]["field"] = "titel"


BROKEN = [
    ("crm/forms/ticket_triage.json", _drop_field, "/sections/0/items/0/field", "unknown_field", "title"),
    ("crm/views/ticket_open.json", lambda v: v.update(filter='stauts = "new"'), "/filter",
     "expression.unknown_name", "status"),
    ("crm/views/ticket_open.json", lambda v: v.update(filter='status = "nwe"'), "/filter",
     "expression.unknown_option", '"new"'),
    ("crm/roles/cs_agent.json", lambda r: r["grants"][0].update(entity="tickets"), "/grants/0/entity",
     "unknown_entity", "ticket"),
    ("crm/entities/ticket.json", lambda e: e.update(title="titl"), "/title", "unknown_field", "title"),
    ("crm/entities/person.json", lambda e: e["fields"][0].update(type="txt"), "/fields/0/type",
     "schema.not_allowed", "text"),
    ("crm/people.json", lambda p: p["users"][1].update(superior="li.nan@weft.local"), "/users/1/superior",
     "unknown_superior", "li.na@weft.local"),
    ("crm/samples/records/ticket.json", lambda s: s["records"][0]["values"].update(person="song_ruox"),
     "/records/0/values/person", "unknown_sample_record", "song_ruoxi"),
    ("crm/roles/operations.json", lambda r: r["grants"][3].update(where='stauts = "published"'), "/grants/3/where",
     "expression.unknown_name", "status"),
    ("crm/forms/ticket_service.json", _misspell_total, "/sections/2/items/3/computed", "expression.unknown_name", "items"),
    ("crm/app.json", lambda a: a.update(versoin="1"), "/versoin", "unknown_member", "version"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "path", "code", "suggestion"), BROKEN)
def test_a_mistake_is_named_with_file_place_and_suggestion(
    copies: Path, file: str, change: Any, path: str, code: str, suggestion: str
) -> None:
    edit(copies / file, change)
    found = validate_app(copies / "crm", SIGNATURES)
    wanted = [each for each in found if (each.file, each.path, each.code) == (file.removeprefix("crm/"), path, code)]
    assert wanted, [str(each) for each in found]
    assert wanted[0].suggestion == suggestion


def test_a_flow_with_an_unknown_outcome_of_the_company_is_named(copies: Path) -> None:
    edit(copies / "scrm/flows/urgent_complaint.json", lambda flow: flow["nodes"][1].update(form="ticket_triag"))
    found = validate_app(copies / "scrm", SIGNATURES)
    assert [(each.file, each.suggestion) for each in found] == [("flows/urgent_complaint.json", "ticket_triage")]


MALFORMED = [
    ("crm/people.json", lambda people: people["users"][0].pop("email"), "/users/0"),
    ("crm/samples/records/person.json", lambda samples: samples["records"][0].pop("values"), "/records/0"),
    ("scrm/samples/identities.json", lambda identities: identities[0].pop("name"), "/0"),
    ("crm/entities/person.json", lambda entity: entity.pop("title"), ""),
]


@pytest.mark.parametrize(("file", "change", "path"), MALFORMED)
def test_a_file_of_the_wrong_form_is_named_from_either_app(copies: Path, file: str, change: Any, path: str) -> None:
    edit(copies / file, change)
    found = validate_app(copies / "scrm", SIGNATURES)
    assert [(each.file, each.path) for each in found] == [(f"../{file}".removeprefix("../scrm/"), path)]


def test_sample_posts_are_checked_by_line(copies: Path) -> None:
    path = copies / "scrm/samples/posts.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3:5] = [lines[2], lines[4].rsplit(",", 1)[0] + ",soon"]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = validate_app(copies / "scrm", SIGNATURES)
    assert [(each.path, each.code) for each in found] == [("/4", "duplicate_id"), ("/5", "not_a_number")]


def test_a_file_that_is_not_json_is_named_with_its_line(copies: Path) -> None:
    (copies / "crm/views/ticket_open.json").write_text('{"kind": "view",\n oops}', encoding="utf-8")
    (found,) = validate_app(copies / "crm", SIGNATURES)
    assert (found.file, found.code) == ("views/ticket_open.json", "not_json")
    assert "2:2" in found.message.en


async def test_a_broken_app_changes_nothing(database: Database, publishing: Publishing, copies: Path) -> None:
    edit(copies / "crm/entities/ticket.json", lambda entity: entity.update(title="titl"))
    with pytest.raises(TemplateInvalid) as refused:
        await install(database, publishing, copies / "crm")
    assert refused.value.problems
    async with database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM weft.department"))).scalar_one() == 0

"""Giving records to people and putting them back; segments that rules fill. On a real PostgreSQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from backend.access.caller import SYSTEM
from backend.actions.action import ActionArgument
from backend.actions.errors import SegmentHasCondition, TargetGone, UserInactive
from backend.db import Database
from backend.errors import NotFound
from backend.records import segments
from backend.records import service as records
from backend.records.query import ListQuery
from backend.records.reading import reader_for
from tests.backend.actions.scene import Scene, scene_of


@pytest.fixture
async def scene(database: Database) -> Scene:
    return await scene_of(database)


async def lead_of(scene: Scene, **data: Any) -> tuple[UUID, dict[str, Any]]:
    id = await scene.create("lead", name="线索", **data)
    return id, {"entity": "lead", "record_id": id}


async def owner(scene: Scene, lead: UUID) -> str | None:
    found: str | None = (await scene.record("lead", lead))["owner"]
    return found


async def test_a_record_is_given_to_a_user_by_reference_mail_or_field(scene: Scene) -> None:
    li, zhou = await scene.user("li"), await scene.user("zhou")
    lead, about = await lead_of(scene)
    await scene.run("assign", about, to={"id": str(li)})
    assert await owner(scene, lead) == str(li)
    done = await scene.done("assign", {}, to="zhou@weft.local", record=str(lead), entity="lead")
    assert (await owner(scene, lead), done["name"]) == (str(zhou), "zhou")
    changes = "SELECT count(*) FROM weft.event WHERE type = 'lead.updated'"
    before = await scene.company.count(changes)
    await scene.run("assign", about, to=zhou)
    assert await scene.company.count(changes) == before


async def test_of_a_role_the_one_with_least_takes_it(scene: Scene) -> None:
    li, zhou = await scene.user("li", roles=["agent"]), await scene.user("zhou", roles=["agent"])
    await lead_of(scene, owner=str(li))
    lead, about = await lead_of(scene)
    await scene.run("assign", about, to="role:agent")
    assert await owner(scene, lead) == str(zhou)


async def test_a_superior_takes_over(scene: Scene) -> None:
    boss = await scene.user("boss")
    li = await scene.user("li", superior_id=boss)
    lead, about = await lead_of(scene, owner=str(li))
    await scene.run("assign", about, to="superior")
    assert await owner(scene, lead) == str(boss)
    with pytest.raises(ActionArgument):
        await scene.run("assign", about, to="superior")


async def test_who_or_what_is_gone_is_named(scene: Scene) -> None:
    gone = await scene.user("gone", active=False)
    _, about = await lead_of(scene)
    with pytest.raises(UserInactive) as refused:
        await scene.run("assign", about, to=gone)
    assert refused.value.params["name"] == "gone"
    with pytest.raises(NotFound):
        await scene.run("assign", {"entity": "lead", "record_id": uuid4()}, to="gone@weft.local")
    with pytest.raises(ActionArgument):
        await scene.run("assign", about, to="role:nobody")


async def test_a_lead_goes_back_to_the_pool_once(scene: Scene) -> None:
    li = await scene.user("li")
    lead, about = await lead_of(scene, owner=str(li))
    done = await scene.done("release_to_pool", about)
    await scene.run("release_to_pool", about)
    record = await scene.record("lead", lead)
    assert (record["owner"], record["pool"], done["owner_before"]) == (None, True, str(li))
    (told,) = await scene.rows("SELECT * FROM weft.event WHERE type = 'record.released'")
    assert (told.subject_id, told.data["owner"]) == (lead, str(li))


async def test_a_segment_without_condition_holds_what_rules_put_in(scene: Scene) -> None:
    assert (await scene.done("enter_segment", segment="winback"))["changed"] is True
    assert (await scene.done("enter_segment", segment="winback"))["changed"] is False
    await scene.create("person", name="李四")
    metadata = scene.company.store.current
    async with scene.company.database.transaction() as session:
        page = await records.list_json(session, metadata, SYSTEM, "person", ListQuery(segment="winback"))
        shown = {each["key"]: each for each in await segments.listing(session, reader_for(metadata, SYSTEM))}
    assert [item["id"] for item in orjson.loads(page)["items"]] == [str(scene.person)]
    assert (shown["winback"]["condition"], shown["winback"]["count"]) == (None, 1)
    assert shown["vips"]["condition"] is not None
    assert (await scene.done("leave_segment", segment="winback"))["changed"] is True
    told = await scene.rows("SELECT type, person_id, data FROM weft.event WHERE type LIKE 'segment.%' ORDER BY id")
    assert [(event.type, event.person_id) for event in told] == [
        ("segment.entered", scene.person),
        ("segment.left", scene.person),
    ]


async def test_nobody_is_put_into_a_segment_that_is_not_for_it(scene: Scene) -> None:
    with pytest.raises(SegmentHasCondition):
        await scene.run("enter_segment", segment="vips")
    with pytest.raises(TargetGone) as gone:
        await scene.run("enter_segment", segment="winbak")
    assert gone.value.suggestion == "winback"
    with pytest.raises(NotFound):
        await scene.run("enter_segment", {"person_id": uuid4()}, segment="winback")

"""What is hidden or masked is in no answer to its reader, on no road, in no form; and it is still there when the task is done."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx
import pytest

from tests.attacks.scene import ADMIN, SECRETS, Scene, graphql, signature
from tests.story import CHEN, LI, SUN, WANG

_DETAIL = (
    "{ task(id: %s) { id title { zh } subject note form values rights fields history decisions assignees"
    " record_version draft { data comment } outcomes { key } items { user { name } comment question reason } } }"
)
#: What a task's person may ask about it. The record itself is under their role's rights, and no part of this.
_ROADS = (
    "/api/tasks",
    "/api/tasks/{task}",
    "/api/instances/{instance}",
    "/api/instances/{instance}/history",
    "/api/instances/{instance}/prediction",
    "/api/notifications",
)


@pytest.mark.parametrize("who", [CHEN, LI], ids=["whose task it is", "to whom it is copied"])
@pytest.mark.parametrize("road", _ROADS)
def test_no_secret_is_told(scene: Scene, who: str, road: str) -> None:
    answer = scene.clients[who].get(scene.filled(road))
    assert answer.status_code == 200, answer.text
    _holds_no_secret(answer.text)


@pytest.mark.parametrize("who", [CHEN, LI], ids=["whose task it is", "to whom it is copied"])
def test_graphql_tells_no_secret(scene: Scene, who: str) -> None:
    found = graphql(scene.clients[who], _DETAIL % json.dumps(scene.name("task")))
    assert "errors" not in found, found
    _holds_no_secret(json.dumps(found, ensure_ascii=False))
    values = found["data"]["task"]["values"]
    assert values["source_text"] == "***"
    assert "compensation" not in values


def _holds_no_secret(text: str) -> None:
    told = [name for name, secret in SECRETS.items() if secret in text]
    assert not told, f"{told} in {text}"


def test_the_form_under_its_rights(scene: Scene) -> None:
    task = scene.clients[CHEN].get(f"/api/tasks/{scene.name('task')}").json()
    items = {item["field"]: item for section in task["form"]["sections"] for item in section["items"]}
    assert {key: item["access"] for key, item in items.items()} == {
        "title": "read",
        "number": "read",
        "description": "write",
        "source_text": "masked",
        "batch": "read",
        "severity": "write",
        "compensation_reason": "write",
        "items": "write",
    }
    assert items["severity"]["required"]
    assert "visible_when" not in items["compensation_reason"], "it reads what is hidden, so the server has decided it"
    assert task["rights"]["items.quantity"] == "write"
    assert not {"compensation", "parts_total", "items.price"} & task["rights"].keys()
    assert [column["key"] for column in task["fields"]["items"]["fields"]] == ["part", "quantity"]
    assert [set(row) - {"id"} for row in task["values"]["items"]] == [{"part", "quantity"}]


def test_who_only_looks_may_write_nothing(scene: Scene) -> None:
    task = scene.clients[LI].get(f"/api/tasks/{scene.name('task')}").json()
    assert set(task["rights"].values()) <= {"read", "masked"}


def test_a_draft_comes_back_to_its_author_alone(scene: Scene) -> None:
    address = f"/api/tasks/{scene.name('task')}"
    rows = [{"id": scene.name("row"), "quantity": 5}]
    draft = {"data": {"description": "写到一半", "items": rows}, "comment": "再想想"}
    assert scene.clients[CHEN].put(f"{address}/draft", json=draft).status_code == 200
    kept = scene.clients[CHEN].get(address).json()["draft"]
    assert (kept["data"], kept["comment"]) == (draft["data"], "再想想")
    for who in (LI, ADMIN):
        assert scene.clients[who].get(address).json()["draft"] is None
    assert scene.clients[CHEN].delete(f"{address}/draft").status_code == 204
    assert scene.clients[CHEN].get(address).json()["draft"] is None


def test_a_draft_goes_with_the_part(scene: Scene) -> None:
    _, task = scene.started("trial_board", SUN, scene.ticket()["id"])
    scene.clients[SUN].put(f"/api/tasks/{task}/draft", json={"comment": "想一想"}).raise_for_status()
    assert task in _drafts(scene, SUN)
    scene.operate(SUN, task, "transfer", users=[scene.name("zhao")])
    assert task not in _drafts(scene, SUN)


def _drafts(scene: Scene, who: str) -> list[str]:
    return [each["id"] for each in scene.clients[who].get("/api/tasks", params={"box": "drafts"}).json()["items"]]


def test_what_was_kept_is_there_when_the_task_is_done(scene: Scene) -> None:
    """Its own task, decided with everything that may be written: what may not is as it was, and the draft is gone."""
    ticket = scene.ticket()
    _, task = scene.started("trial_fields", CHEN, ticket["id"])
    row = {"id": ticket["items"][0]["id"], "quantity": 4}
    data = {"severity": "major", "source_text": "***", "items": [row]}
    address = f"/api/tasks/{task}"
    assert scene.clients[CHEN].put(f"{address}/draft", json={"data": {"items": [row]}}).status_code == 200
    scene.complete(CHEN, task, "sign", data=data, signature=signature())
    record = scene.admin.get(f"/api/records/ticket/{ticket['id']}").json()
    assert (record["severity"], record["source_text"]) == ("major", SECRETS["source_text"])
    assert record["compensation"]["amount"] == SECRETS["compensation"]
    assert record["parts_total"]["amount"] == "353.24", "computed over prices that its person never saw"
    assert [(r["part"], r["quantity"], r["price"]["amount"]) for r in record["items"]] == [
        ("门封", 4, SECRETS["price"])
    ]
    shown = scene.clients[CHEN].get(address).json()
    assert shown["draft"] is None
    _holds_no_secret(json.dumps(shown, ensure_ascii=False))
    drawn = next(item["signature"] for item in shown["items"] if item["signature"])
    picture = scene.clients[CHEN].get(drawn)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert scene.clients[WANG].get(drawn).status_code == 403


def test_what_others_wrote_meanwhile_is_told_without_what_is_hidden(scene: Scene) -> None:
    ticket = scene.ticket()
    _, task = scene.started("trial_fields", CHEN, ticket["id"])
    opened = scene.clients[CHEN].get(f"/api/tasks/{task}").json()["record_version"]
    kept = ticket["items"][0]
    rows = [{**kept, "quantity": 8}]
    changed = scene.admin.patch(
        f"/api/records/ticket/{ticket['id']}", json={"version": opened, "data": {"items": rows}}
    )
    assert changed.status_code == 200, changed.text
    data = {"severity": "minor", "items": [{"id": kept["id"], "quantity": 2}]}
    body = {"outcome": "ok", "command_id": str(uuid4()), "data": data, "record_version": opened}
    refused: httpx.Response = scene.clients[CHEN].post(f"/api/tasks/{task}/complete", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "task.data_changed")
    _holds_no_secret(refused.text)
    assert [each["path"] for each in refused.json()["error"]["problems"]] == ["/items"]

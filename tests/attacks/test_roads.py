"""The same attacks by the other roads: many at once, GraphQL, and agents whose time is over."""

from __future__ import annotations

import json
import re
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.attacks.scene import STRANGER, Scene, graphql
from tests.story import CHEN, LI, SUN, WANG, ZHAO, ZHOU


@pytest.mark.parametrize(
    ("who", "task", "outcome", "code"),
    [
        (WANG, "task", "ok", "task.not_yours"),
        (LI, "task", "ok", "task.not_yours"),
        (STRANGER, "board", "ok", "task.not_yours"),
        (ZHAO, "turns", "ok", "task.not_yet"),
        (CHEN, "done", "ok", "task.already_handled"),
        (CHEN, "task", "ok", "task.invalid_data"),
        (CHEN, "task", "no", "task.comment_required"),
        (CHEN, "task", "sign", "task.signature_required"),
        (CHEN, "task", "dance", "task.outcome_unknown"),
    ],
)
def test_many_at_once_are_each_refused_as_alone(scene: Scene, who: str, task: str, outcome: str, code: str) -> None:
    decision = {"task": scene.name(task), "command_id": str(uuid4()), "outcome": outcome}
    before = scene.state()
    answer = scene.clients[who].post("/api/tasks/complete", json={"decisions": [decision]})
    assert answer.status_code == 200, answer.text
    result = answer.json()["results"][0]
    assert (result["ok"], result["error"]["code"]) == (False, code)
    assert scene.state() == before


def test_many_at_once_take_no_values(scene: Scene) -> None:
    decision = {"task": scene.name("task"), "command_id": str(uuid4()), "outcome": "ok", "data": {"compensation": "1"}}
    answer = scene.clients[CHEN].post("/api/tasks/complete", json={"decisions": [decision]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


_TASK = "{ task(id: %s) { id values } }"
_COMPLETE = 'mutation { complete_task(id: %s, outcome: "ok", command_id: %s, data: %s) { status } }'


@pytest.mark.parametrize(
    ("who", "task", "data", "code"),
    [
        (WANG, "task", "{}", "task.not_yours"),
        (LI, "task", "{}", "task.not_yours"),
        (STRANGER, "board", "{}", "task.not_yours"),
        (ZHAO, "turns", "{}", "task.not_yet"),
        (CHEN, "task", '{severity: "minor", compensation: "1"}', "task.invalid_data"),
        (CHEN, "task", '{severity: "minor", source_text: "改"}', "task.invalid_data"),
        (CHEN, "task", '{severity: "minor", batch: "改"}', "task.invalid_data"),
        (CHEN, "task", '{severity: "minor", items: [{price: "1"}]}', "task.invalid_data"),
    ],
)
def test_graphql_refuses_the_same(scene: Scene, who: str, task: str, data: str, code: str) -> None:
    query = _COMPLETE % (json.dumps(scene.name(task)), json.dumps(str(uuid4())), data)
    before = scene.state()
    found = graphql(scene.clients[who], query)
    assert [error["extensions"]["code"] for error in found["errors"]] == [code], found
    assert scene.state() == before


#: Who asks for what by GraphQL, and the code it is refused with. A `$name` is that placeholder of the scene, as GraphQL writes a text.
_ASKED = (
    (CHEN, 'save_task_draft(id: $task, data: {compensation: "1"}) { task_id }', "task.invalid_data"),
    (CHEN, 'save_task_draft(id: $task, data: {items: [{id: $row, price: "1"}]}) { task_id }', "task.invalid_data"),
    (WANG, "save_task_draft(id: $task, data: {}) { task_id }", "task.not_yours"),
    (LI, "save_task_draft(id: $task, data: {}) { task_id }", "task.not_yours"),
    (WANG, "discard_task_draft(id: $task)", "task.not_yours"),
    (
        CHEN,
        'complete_task(id: $task, outcome: "sign", command_id: $fresh, data: {severity: "minor"}) { status }',
        "task.signature_required",
    ),
    (
        CHEN,
        'complete_task(id: $task, outcome: "no", command_id: $fresh, comment: " ") { status }',
        "task.comment_required",
    ),
    (CHEN, 'complete_task(id: $task, outcome: "no", command_id: $fresh, comment: $long) { status }', "invalid"),
    (
        CHEN,
        'act_on_task(id: $task, operation: "transfer", command_id: $fresh, users: [$liu]) { status }',
        "task.not_allowed",
    ),
    (
        CHEN,
        'act_on_task(id: $board, operation: "transfer", command_id: $fresh, users: [$liu]) { status }',
        "task.not_yours",
    ),
    (
        STRANGER,
        'act_on_task(id: $board, operation: "add_after", command_id: $fresh, users: [$liu]) { status }',
        "task.not_yours",
    ),
    (
        WANG,
        'act_on_task(id: $board, operation: "escalate", command_id: $fresh, users: [$liu]) { status }',
        "task.not_allowed",
    ),
    (
        WANG,
        'act_on_task(id: $board, operation: "add_after", command_id: $fresh, users: [$liu], comment: $long) { status }',
        "invalid",
    ),
    (SUN, 'act_on_task(id: $group, operation: "release", command_id: $fresh) { status }', "task.not_claimed"),
    (CHEN, "withdraw_instance(id: $instance, command_id: $fresh) { instance_status }", "flow.not_yours_to_withdraw"),
    (STRANGER, "withdraw_instance(id: $instance, command_id: $fresh) { instance_status }", "not_found"),
    (
        CHEN,
        'reclaim_decision(instance_id: $instance, node_id: "work", command_id: $fresh) { instance_status }',
        "task.not_allowed",
    ),
    (CHEN, 'void_instance(id: $ended, reason: "x") { id }', "forbidden"),
    (CHEN, "reopen_instance(id: $ended, command_id: $fresh) { id }", "forbidden"),
    (WANG, "appoint_agent(agent: $wang, principal: $chen) { id }", "forbidden"),
    (WANG, 'prepare_handover(from_user: $chen, to_user: $wang, parts: ["items"]) { id }', "forbidden"),
)


@pytest.mark.parametrize(
    ("who", "asked", "code"),
    _ASKED,
    ids=[f"{who.partition('@')[0]} {code} {asked.partition('(')[0]}" for who, asked, code in _ASKED],
)
def test_graphql_lets_nobody_do_more(scene: Scene, who: str, asked: str, code: str) -> None:
    query = re.sub(r"\$(\w+)", lambda name: json.dumps(scene.name(name[1])), asked)
    before = scene.state()
    found = graphql(scene.clients[who], f"mutation {{ {query} }}")
    assert [error["extensions"]["code"] for error in found["errors"]] == [code], found
    assert scene.state() == before


@pytest.mark.parametrize("who", [WANG, ZHOU])
def test_graphql_shows_no_stranger_a_task(scene: Scene, who: str) -> None:
    found = graphql(scene.clients[who], _TASK % json.dumps(scene.name("task")))
    assert [error["extensions"]["code"] for error in found["errors"]] == ["task.not_yours"]


_AGENT = """
INSERT INTO weft.standing_agent (id, principal_id, agent_id, mode, flows, starts_at, ends_at, revoked_at)
VALUES (%s, %s, %s, %s, %s, now() - interval '9 days', now() + %s::interval, now() - %s::interval)
"""


@pytest.mark.parametrize(
    ("flows", "ends", "revoked"),
    [(None, "-1 hour", None), (["trial_board"], "1 day", None), (None, "1 day", "1 hour")],
    ids=["whose time is over", "for another flow", "revoked"],
)
def test_an_agent_beyond_what_was_given_has_no_part(
    scene: Scene, flows: list[str] | None, ends: str, revoked: str | None
) -> None:
    given = (uuid4(), UUID(scene.name("sun")), UUID(scene.name("zhou")), "both", flows, ends, revoked)
    with psycopg.connect(scene.product.database_url) as connection:
        connection.execute(_AGENT, given)
    _, task = scene.started("trial_group", SUN, scene.ticket()["id"])
    answer = scene.clients[ZHOU].post(f"/api/tasks/{task}/complete", json={"outcome": "ok", "command_id": str(uuid4())})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "task.not_yours")
    assert scene.clients[ZHOU].get(f"/api/tasks/{task}").status_code == 403
    with psycopg.connect(scene.product.database_url) as connection:
        connection.execute("DELETE FROM weft.standing_agent WHERE id = %s", (given[0],))

"""Writing by GraphQL: the rules of REST, one unit of work a request, and the schema after a publication."""

from __future__ import annotations

from tests.backend.graphql.conftest import Browser

CREATE = "mutation ($data: CreatePerson!) { create_person(data: $data) { id version name level tags } }"
UPDATE = "mutation ($id: ID!, $version: Int!, $data: UpdatePerson!) { update_person(id: $id, version: $version, data: $data) { version name } }"


async def test_a_record_from_birth_to_the_trash_and_back(admin: Browser) -> None:
    made = (await admin.data(CREATE, data={"name": "李雷", "level": "vip", "tags": ["老客户"]}))["create_person"]
    assert made == {"id": made["id"], "version": 1, "name": "李雷", "level": "vip", "tags": ["老客户"]}
    changed = await admin.data(UPDATE, id=made["id"], version=1, data={"name": "李磊"})
    assert changed["update_person"] == {"version": 2, "name": "李磊"}
    assert await admin.data("mutation ($id: ID!) { delete_person(id: $id) }", id=made["id"]) == {
        "delete_person": made["id"]
    }
    assert (await admin.data("{ persons { count } }"))["persons"]["count"] == 0
    back = await admin.data("mutation ($id: ID!) { restore_person(id: $id) { name } }", id=made["id"])
    assert back == {"restore_person": {"name": "李磊"}}


async def test_a_stale_version_is_a_conflict(admin: Browser) -> None:
    id = await admin.make("person", name="李雷")
    await admin.data(UPDATE, id=id, version=1, data={"name": "李磊"})
    assert await admin.code(UPDATE, id=id, version=1, data={"name": "另一个"}) == "record.version"
    assert (await admin.data("{ persons { items { name } } }"))["persons"]["items"] == [{"name": "李磊"}]


async def test_a_change_names_the_version_it_was_made_to(admin: Browser) -> None:
    id = await admin.make("person", name="李雷")
    unseen = 'mutation ($id: ID!) { update_person(id: $id, data: {name: "李磊"}) { name } }'
    assert await admin.code(unseen, id=id) == "graphql.invalid"
    delete = "mutation ($id: ID!, $version: Int) { delete_person(id: $id, version: $version) }"
    assert await admin.code(delete, id=id, version=7) == "record.version"
    assert (await admin.data("{ persons { items { name version } } }"))["persons"]["items"] == [
        {"name": "李雷", "version": 1}
    ]
    assert await admin.data(delete, id=id, version=1) == {"delete_person": id}


async def test_refused_values_carry_their_problems(admin: Browser) -> None:
    answer = await admin.ask(CREATE, data={"name": "", "level": "nope"})
    extensions = answer["errors"][0]["extensions"]
    assert extensions["code"] == "record.invalid"
    assert {problem["field"] for problem in extensions["problems"]} == {"name", "level"}
    assert extensions["message"]["zh"]


async def test_a_request_that_fails_in_one_part_changes_nothing(admin: Browser) -> None:
    both = """
    mutation { good: create_person(data: {name: "甲"}) { id } bad: create_person(data: {name: "乙", level: "nope"}) { id } }
    """
    assert await admin.code(both) == "record.invalid"
    assert (await admin.data("{ persons { count } }"))["persons"]["count"] == 0


async def test_money_and_rows_are_written(admin: Browser) -> None:
    created = await admin.data(
        """
        mutation { create_ticket(data: {title: "漏水", compensation: {amount: "99.90"}, items: [{part: "泵", quantity: 1}]})
          { compensation { amount currency } items { part quantity } } }
        """
    )
    assert created["create_ticket"] == {
        "compensation": {"amount": "99.90", "currency": "CNY"},
        "items": [{"part": "泵", "quantity": 1}],
    }


async def test_a_published_field_is_there_at_once(admin: Browser) -> None:
    assert await admin.code("{ persons { items { shoe_size } } }") == "graphql.invalid"
    document = (await admin.client.get("/api/definitions/entity/person")).json()["content"]
    document["fields"].append({"key": "shoe_size", "type": "number", "label": {"zh": "鞋码", "en": "Shoe size"}})
    saved = await admin.client.put("/api/definitions/entity/person", json={"content": document})
    assert saved.status_code == 200, saved.text
    published = await admin.client.post("/api/publish", json={"dry_run": False})
    assert published.status_code == 200, published.text
    made = await admin.data('mutation { create_person(data: {name: "李雷", shoe_size: 43}) { shoe_size } }')
    assert made == {"create_person": {"shoe_size": 43}}


async def test_the_inbox_and_the_runs_answer(admin: Browser) -> None:
    found = await admin.data(
        '{ tasks(box: "todo") { items { id } next counts { todo overdue unread } } instances { items { id } } }'
    )
    assert found["tasks"]["items"] == []
    assert found["tasks"]["counts"]["todo"] == 0
    assert found["instances"]["items"] == []
    assert await admin.code('{ tasks(box: "nope") { items { id } } }') == "invalid"
    missing = "01a2062d-e7db-70ee-884a-d12bebfa4d21"
    assert await admin.code("query ($id: ID!) { task(id: $id) { id } }", id=missing) == "not_found"
    assert await admin.code("query ($id: ID!) { instance(id: $id) { id } }", id=missing) == "not_found"


async def test_completing_a_task_stands_alone(admin: Browser) -> None:
    two = """
    mutation { complete_task(id: "01a2062d-e7db-70ee-884a-d12bebfa4d21", outcome: "confirm", command_id: "command-1") { status }
      create_person(data: {name: "甲"}) { id } }
    """
    assert await admin.code(two) == "invalid"
    assert (
        await admin.code(f"mutation {{ ...Both }} fragment Both on Mutation {two.strip().removeprefix('mutation')}")
        == "invalid"
    )
    assert (await admin.data("{ persons { count } }"))["persons"]["count"] == 0

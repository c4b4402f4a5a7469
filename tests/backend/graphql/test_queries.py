"""Reading by GraphQL: one statement whatever is selected, and everything that lists can do, at any depth."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from tests.backend.graphql.conftest import Browser, statements

NESTED = """
query ($names: [String!]) {
  persons(order: $names, first: 10) {
    items {
      id name tags
      owner { name email }
      tickets(filter: "status != \\"closed\\"", order: ["title"], first: 2) {
        items { title compensation { amount currency } person { name tickets { count } } product { name price { amount } } }
        next count
      }
    }
    next
    count
  }
}
"""


async def two_people(admin: Browser) -> tuple[str, str]:
    """李雷 with three tickets, 韩梅梅 with none."""
    li, han = await admin.make("person", name="李雷", tags=["老客户"]), await admin.make("person", name="韩梅梅")
    washer = await admin.make("product", name="洗衣机", sku="W-1", price="1999.00")
    for title in ("甲", "乙", "丙"):
        await admin.make("ticket", title=title, person=li, product=washer, compensation="12.5")
    return li, han


async def test_a_nested_query_is_one_statement(app: FastAPI, admin: Browser) -> None:
    await two_people(admin)
    await admin.data(NESTED, names=["name"])
    with statements(app) as nothing:
        await admin.data("{ __typename }")
    with statements(app) as seen:
        await admin.data(NESTED, names=["name"])
    assert len(seen) == len(nothing) + 1
    ours = [statement for statement in seen if "data." in statement]
    assert len(ours) == 1


async def test_the_answer_has_the_shape_of_the_question(admin: Browser) -> None:
    li, _ = await two_people(admin)
    found = (await admin.data(NESTED, names=["name"]))["persons"]
    assert found["count"] == 2
    assert found["next"] is None
    person = next(item for item in found["items"] if item["id"] == li)
    assert person["tags"] == ["老客户"]
    assert person["owner"] == {"name": "管理员", "email": "admin@weft.local"}
    tickets = person["tickets"]
    assert tickets["count"] == 3
    assert len(tickets["items"]) == 2
    assert tickets["items"][0]["compensation"] == {"amount": "12.50", "currency": "CNY"}
    assert tickets["items"][0]["person"] == {"name": "李雷", "tickets": {"count": 3}}
    assert tickets["items"][0]["product"] == {"name": "洗衣机", "price": {"amount": "1999.00"}}
    assert next(item for item in found["items"] if item["id"] != li)["tickets"] == {
        "items": [],
        "next": None,
        "count": 0,
    }


async def test_pages_meet_every_record_once_at_every_depth(admin: Browser) -> None:
    li, _ = await two_people(admin)
    query = "query ($id: ID!, $after: String) { person(id: $id) { tickets(first: 1, after: $after) { items { title } next } } }"
    titles: list[str] = []
    after: str | None = None
    while True:
        page = (await admin.data(query, id=li, after=after))["person"]["tickets"]
        titles += [item["title"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(titles) == sorted(["甲", "乙", "丙"])


async def test_aliases_fragments_and_directives(admin: Browser) -> None:
    li, _ = await two_people(admin)
    found = await admin.data(
        """
        query ($id: ID!, $no: Boolean!, $yes: Boolean!) {
          who: person(id: $id) {
            ...Named
            first: tickets(first: 1, order: ["title"]) { items { t: title } }
            all: tickets { count }
            ... on Person { level @skip(if: $yes) city @include(if: $no) __typename }
          }
          again: person(id: $id) { name }
        }
        fragment Named on Person { label: name ...Keyed }
        fragment Keyed on Person { id }
        """,
        id=li,
        no=False,
        yes=True,
    )
    assert found["who"]["label"] == "李雷"
    assert found["who"]["id"] == li
    assert found["who"]["__typename"] == "Person"
    assert len(found["who"]["first"]["items"]) == 1
    assert found["who"]["all"] == {"count": 3}
    assert not {"level", "city"} & found["who"].keys()
    assert found["again"] == {"name": "李雷"}


async def test_only_a_count_and_a_search(admin: Browser) -> None:
    await two_people(admin)
    assert await admin.data('{ persons(search: "李") { count } tickets(filter: "title = \\"甲\\"") { count } }') == {
        "persons": {"count": 1},
        "tickets": {"count": 1},
    }
    assert await admin.data("{ opportunities { count } }") == {"opportunities": {"count": 0}}


async def test_unknown_records_are_null_and_the_trash_is_out_of_sight(admin: Browser) -> None:
    li, _ = await two_people(admin)
    ticket = (await admin.data("{ tickets(first: 1) { items { id } } }"))["tickets"]["items"][0]["id"]
    assert await admin.data("query ($id: ID!) { person(id: $id) { id } }", id=ticket) == {"person": None}
    await admin.client.delete(f"/api/records/person/{li}")
    found = await admin.data("query ($id: ID!) { ticket(id: $id) { title person_id person { name } } }", id=ticket)
    assert found["ticket"]["person"] is None
    assert found["ticket"]["person_id"] == li


async def test_sub_tables_come_with_their_record(admin: Browser) -> None:
    washer = await admin.make("product", name="洗衣机", sku="W-1")
    rows: Any = [{"part": "泵", "quantity": 2, "price": "30"}]
    ticket = await admin.make("ticket", title="漏水", product=washer, items=rows)
    found = await admin.data(
        "query ($id: ID!) { ticket(id: $id) { items { id part quantity price { amount } } } }", id=ticket
    )
    row = found["ticket"]["items"][0]
    assert (row["part"], row["quantity"], row["price"]) == ("泵", 2, {"amount": "30.00"})


async def test_refused_lists_say_why(admin: Browser) -> None:
    assert await admin.code('{ tickets(filter: "nope = 1") { count } }') == "filter.invalid"
    assert await admin.code('{ tickets(order: ["nope"]) { items { id } } }') == "sort.invalid"
    assert await admin.code('{ tickets(after: "nope") { items { id } } }') == "cursor.invalid"
    nope = await admin.ask('{ person(id: "nope") { id } }')
    assert nope["data"] == {"person": None}
    assert nope["errors"][0]["extensions"]["code"] == "invalid"
    assert await admin.code("{ tickets { items { nope } } }") == "graphql.invalid"
    assert await admin.code("{ tickets { ") == "graphql.invalid"


async def test_limits(admin: Browser) -> None:
    deep = "tickets { items { person { " * 7 + "id" + " } } }" * 7
    assert await admin.code(f"{{ persons {{ items {{ {deep} }} }} }}") == "graphql.too_deep"
    rows = "{ persons(first: 500) { items { tickets(first: 500) { items { id } } } } }"
    assert await admin.code(rows) == "graphql.too_large"
    many = " ".join(f"a{number}: name" for number in range(1_100))
    assert (await admin.ask(f"{{ persons {{ items {{ {many} }} }} }}"))["data"] is None
    assert await admin.code(f"{{ persons {{ items {{ {'n' * 70}: name }} }} }}") == "graphql.name_too_long"


async def test_fragments_that_double_at_every_level_cost_nothing(admin: Browser) -> None:
    doubling = " ".join(f"fragment F{n} on Person {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    query = f"{{ persons {{ count items {{ ...F0 }} }} }} {doubling} fragment F60 on Person {{ id }}"
    assert (await admin.data(query))["persons"] == {"count": 0, "items": []}
    roots = " ".join(f"a{number}: tickets {{ count }}" for number in range(60))
    assert await admin.code(f"{{ {roots} }}") == "graphql.too_large"


async def test_a_filter_holds_at_any_depth_and_for_counts(admin: Browser) -> None:
    await two_people(admin)
    query = """{
      persons(filter: "name = \\"李雷\\"") {
        count
        items { all: tickets { count } some: tickets(filter: "title in [\\"甲\\", \\"乙\\"]") { count items { title } } }
      }
    }"""
    answer = await admin.data(query)
    assert answer["persons"]["count"] == 1
    (person,) = answer["persons"]["items"]
    assert (person["all"]["count"], person["some"]["count"], len(person["some"]["items"])) == (3, 2, 2)


async def test_the_schema_says_what_a_filter_is(admin: Browser) -> None:
    query = '{ __type(name: "Person") { fields { name args { name description } } } }'
    fields = (await admin.data(query))["__type"]["fields"]
    (tickets,) = (field for field in fields if field["name"] == "tickets")
    about = {argument["name"]: argument["description"] for argument in tickets["args"]}
    assert "expression language" in about["filter"]
    assert "segment" in about["segment"]
    assert all(about.values())

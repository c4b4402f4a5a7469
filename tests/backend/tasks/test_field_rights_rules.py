"""Rights of fields, columns and rows by themselves: who may do what, what is shown, and what becomes of what is sent back."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from backend.metadata.snapshot import Metadata
from backend.tasks.forms import TaskForm, admitted, compile_form, form_at
from backend.tasks.masking import masked
from backend.tasks.presenting import shown_changes, shown_value
from engine.definitions import Check, Entity, Field, Form, FormItem, Section, Text

_T = Text("字", "Word")
ITEMS = Field(
    "items",
    "sub_table",
    _T,
    fields=(Field("part", "text", _T), Field("quantity", "number", _T, default=1), Field("price", "money", _T)),
)
ENTITY = Entity(
    "claim",
    _T,
    (
        Field("title", "text", _T, required=True),
        Field("number", "auto_number", _T, pattern="C{0000}"),
        Field("phone", "phone", _T),
        Field("mail", "email", _T),
        Field("amount", "money", _T),
        Field("limit", "money", _T),
        Field("reason", "text", _T),
        Field("total", "money", _T),
        ITEMS,
    ),
    title="title",
)
FORM = Form(
    "claim",
    _T,
    "claim",
    (
        Section(
            (
                FormItem("title", required=True),
                FormItem("number"),
                FormItem("phone"),
                FormItem("mail", access="read"),
                FormItem("amount"),
                FormItem("reason", visible_when="amount > 0 CNY", required_when="amount > limit"),
                FormItem("total", computed="amount"),
                FormItem("items"),
            )
        ),
    ),
    checks=(Check("amount is empty or limit is empty or amount <= limit", _T, "amount"),),
)
_PRICE = {"amount": "9.00", "currency": "CNY"}
ROWS = [
    {"id": "11111111-1111-4111-8111-111111111111", "part": "泵", "quantity": 2, "price": _PRICE},
    {"id": "22222222-2222-4222-8222-222222222222", "part": "管", "quantity": 1, "price": None},
]
RECORD: dict[str, Any] = {
    "title": "漏水",
    "phone": "13800000001",
    "mail": "wang@example.com",
    "amount": {"amount": "5.00", "currency": "CNY"},
    "items": ROWS,
}


def at(rights: dict[str, str] | None = None, *, acting: bool = True) -> TaskForm:
    return form_at(compile_form(FORM, Metadata.of([ENTITY, FORM])), rights or {}, acting=acting)


def codes(form: TaskForm, data: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["path"], each["code"]) for each in admitted(form, RECORD, data)[1]]


def rows(form: TaskForm, given: Any) -> Any:
    taken, problems = admitted(form, RECORD, {"items": given})
    assert not problems
    return taken["items"]


def test_the_form_alone_says_what_it_always_said() -> None:
    rights = at().rights
    assert dict(rights.fields) == {
        "title": "required",
        "number": "read",
        "phone": "write",
        "mail": "read",
        "amount": "write",
        "reason": "write",
        "total": "read",
        "items": "write",
    }
    assert rights.rows["items"].whole


def test_a_node_changes_what_the_form_says_but_nobody_writes_what_the_server_sets() -> None:
    given = {"mail": "write", "amount": "read", "phone": "masked", "reason": "required", "title": "hidden"}
    fields = at(given | {"number": "write", "total": "required"}).rights.fields
    assert (fields["mail"], fields["amount"], fields["phone"]) == ("write", "read", "masked")
    assert (fields["reason"], fields["title"], fields["number"], fields["total"]) == (
        "required",
        "hidden",
        "read",
        "read",
    )


def test_a_right_that_nobody_knows_hides() -> None:
    assert at({"phone": "guess"}).rights.fields["phone"] == "hidden"


def test_who_has_nothing_to_decide_only_reads() -> None:
    rights = at({"phone": "masked", "amount": "required", "reason": "hidden"}, acting=False).rights
    assert set(rights.fields.values()) == {"read", "masked", "hidden"}
    assert not any(rights.writes(key) for key in rights.fields)


@pytest.mark.parametrize(
    ("right", "data", "code"),
    [
        ("hidden", {"amount": 1}, "field.hidden"),
        ("hidden", {"amount": None}, "field.hidden"),
        ("read", {"amount": 1}, "field.read_only"),
        ("read", {"amount": RECORD["amount"]}, "field.read_only"),
        ("masked", {"amount": 1}, "field.masked"),
        ("masked", {"amount": None}, "field.masked"),
        ("masked", {"amount": "**"}, "field.masked"),
        ("write", {"limit": 1}, "field.unknown"),
        ("write", {"nothing": 1}, "field.unknown"),
        ("write", {"total": 1}, "field.read_only"),
        ("write", {"number": "C1"}, "field.read_only"),
    ],
)
def test_what_may_not_be_written_is_refused(right: str, data: dict[str, Any], code: str) -> None:
    assert codes(at({"amount": right}), data) == [(f"/{next(iter(data))}", code)]


def test_a_mask_that_comes_back_as_it_was_shown_says_nothing() -> None:
    taken, problems = admitted(at({"phone": "masked", "amount": "masked"}), RECORD, {"phone": "138****0001"})
    assert (taken, problems) == ({}, [])
    assert admitted(at({"amount": "masked"}), RECORD, {"amount": "***"}) == ({}, [])


def test_masks() -> None:
    phone, mail, amount = (Field(kind, kind, _T) for kind in ("phone", "email", "money"))
    assert masked(phone, "13800000001") == "138****0001"
    assert masked(phone, "+86 138-0000-0001") == "861****0001"
    assert masked(phone, "12345") == "***"
    assert masked(mail, "wang@example.com") == "w***@example.com"
    assert masked(amount, {"amount": "5", "currency": "CNY"}) == "***"
    assert masked(amount, {"amount": None, "currency": "CNY"}) is None
    assert masked(phone, None) is None


# -- sub-tables


def test_columns_follow_their_table_and_have_rights_of_their_own() -> None:
    rights = at({"items": "read", "items.quantity": "write", "items.price": "hidden"}).rights
    assert dict(rights.rows["items"].columns) == {"part": "read", "quantity": "write", "price": "hidden"}
    assert (rights.rows["items"].add, rights.rows["items"].remove) == (False, False)
    assert rights.to_json()["items"] == "write"
    assert "items.price" not in rights.to_json()
    assert at({"items": "hidden", "items.part": "write"}).rights.to_json().keys().isdisjoint({"items", "items.part"})
    only_look = at({"items": "read", "items.quantity": "write"}, acting=False).rights
    assert not only_look.writes("items")


def test_a_hidden_column_is_neither_shown_nor_lost() -> None:
    form = at({"items.price": "hidden"})
    assert shown_value(form, "items", ROWS) == [{k: v for k, v in row.items() if k != "price"} for row in ROWS]
    given = [{"id": ROWS[0]["id"], "part": "新泵", "quantity": 3}, {"part": "阀", "quantity": 1}]
    first, second = rows(form, given)
    assert first == {"id": ROWS[0]["id"], "part": "新泵", "quantity": 3, "price": ROWS[0]["price"]}
    assert "price" not in second
    assert "id" not in second


def test_a_hidden_column_takes_nothing_and_is_in_no_new_row() -> None:
    form = at({"items.price": "hidden"})
    assert codes(form, {"items": [{"id": ROWS[0]["id"], "price": ROWS[0]["price"]}]}) == [
        ("/items/0/price", "field.hidden")
    ]
    assert codes(form, {"items": [{"part": "阀", "price": 1}]}) == [("/items/0/price", "field.hidden")]


def test_a_column_to_read_keeps_its_value_and_may_be_repeated() -> None:
    form = at({"items.price": "read", "items.part": "masked"})
    assert [row["part"] for row in shown_value(form, "items", ROWS)] == ["***", "***"]
    same = {"id": ROWS[0]["id"], "part": "***", "quantity": 7, "price": "9"}
    assert rows(form, [same]) == [ROWS[0] | {"quantity": 7}]
    assert codes(form, {"items": [same | {"price": "10"}]}) == [("/items/0/price", "field.read_only")]
    assert codes(form, {"items": [same | {"part": "阀"}]}) == [("/items/0/part", "field.masked")]
    assert codes(form, {"items": [{"part": "***"}]}) == [("/items/0/part", "field.masked")]


def test_rows_can_be_neither_added_nor_removed_nor_moved_where_the_table_is_to_be_read() -> None:
    form = at({"items": "read", "items.quantity": "write"})
    kept = [{"id": row["id"], "quantity": 9} for row in ROWS]
    assert [row["id"] for row in rows(form, kept[::-1])] == [row["id"] for row in ROWS]
    assert codes(form, {"items": [*kept, {"quantity": 1}]}) == [("/items/2", "field.row_added")]
    assert codes(form, {"items": kept[:1]}) == [("/items", "field.row_removed")]
    assert codes(form, {"items": None}) == [("/items", "field.row_removed")]
    assert codes(form, {"items": [*kept, kept[0]]}) == [("/items", "field.row_repeated")]
    unknown = {"id": "33333333-3333-4333-8333-333333333333", "quantity": 1}
    assert codes(form, {"items": [*kept, unknown]}) == [("/items/2", "field.row_added")]


def test_adding_and_removing_have_rights_of_their_own() -> None:
    grows = at({"items.+": "write", "items.-": "read"})
    assert codes(grows, {"items": [*ROWS, {"part": "阀"}]}) == []
    assert codes(grows, {"items": ROWS[:1]}) == [("/items", "field.row_removed")]
    shrinks = at({"items": "read", "items.-": "write"})
    assert codes(shrinks, {"items": ROWS[:1]}) == []
    assert codes(shrinks, {"items": [ROWS[0] | {"part": "阀"}]}) == [("/items/0/part", "field.read_only")]


@pytest.mark.parametrize("given", ["rows", 5, {"part": "泵"}, [["泵"]], [None]])
def test_what_is_no_list_of_rows_is_refused(given: Any) -> None:
    assert codes(at({"items.price": "hidden"}), {"items": given}) == [("/items", "field.type")]


def test_history_says_nothing_of_what_is_hidden() -> None:
    form = at({"amount": "hidden", "phone": "masked", "items.price": "hidden"})
    changes = {
        "title": ["旧", "新"],
        "amount": [None, 5],
        "limit": [None, 5],
        "phone": ["13800000001", "13900000001"],
        "items": [ROWS, [ROWS[0] | {"price": None}, ROWS[1]]],
    }
    assert shown_changes(form, changes) == {"title": ["旧", "新"], "phone": ["138****0001", "139****0001"]}


# -- by brute force

_RIGHTS = ("hidden", "masked", "read", "write", "required")
_SENT: tuple[Any, ...] = (
    None,
    "",
    "***",
    "新",
    5,
    "138****0001",
    {"amount": "1", "currency": "CNY"},
    [],
    ROWS,
    ROWS[:1],
)


def test_whatever_is_sent_under_whatever_rights_what_is_kept_stays() -> None:
    taken = [_try(Random(seed)) for seed in range(2_000)]
    assert 200 < sum(taken) < 1_800, "both what is taken and what is refused must occur"


def _try(random: Random) -> bool:
    """One form under random rights is sent random values; whether they were taken."""
    keys = [item.field for item in FORM.items]
    columns = [f"items.{key}" for key in ("part", "quantity", "price", "+", "-")]
    given = {key: random.choice(_RIGHTS) for key in [*keys, *columns] if random.random() < 0.35}
    form = at(given)
    data = {key: random.choice(_SENT) for key in [*keys, "limit"] if random.random() < 0.08}
    if random.random() < 0.8:
        data["items"] = _some_rows(random)
    taken, problems = admitted(form, RECORD, data)
    if problems:
        return False
    kept = {key: value for key, value in RECORD.items() if not form.rights.writes(key)}
    assert not kept.keys() & taken.keys()
    if "items" in taken and not form.rights.rows["items"].whole:
        _kept_in_rows(form, taken["items"] or [])
    return True


def _some_rows(random: Random) -> list[dict[str, Any]]:
    rows = [dict(row) for row in random.sample(ROWS, random.randint(0, 2))]
    for row in rows:
        for column in ("part", "quantity", "price"):
            if random.random() < 0.5:
                row[column] = random.choice(("别的", 5, "1", None, "***"))
            elif random.random() < 0.5:
                del row[column]
    return rows + [{"part": "新"} for _ in range(random.randint(0, 1))]


def _kept_in_rows(form: TaskForm, taken: list[dict[str, Any]]) -> None:
    rights = form.rights.rows["items"]
    after = {row["id"]: row for row in taken if "id" in row}
    for row in ROWS:
        if str(row["id"]) not in after:
            assert rights.remove
            continue
        for column, right in rights.columns.items():
            if right not in ("write", "required"):
                assert after[str(row["id"])][column] == row[column]
    for row in (row for row in taken if "id" not in row):
        assert rights.add
        assert all(rights.columns[column] in ("write", "required") for column in row)

"""The vectors in PostgreSQL: the value of each expression over a row of a real table, and conditions both ways round; what is
refused; and how a filter is written."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.language import Checked, Problems, check, from_json
from engine.language.functions import FUNCTIONS, Function
from engine.language.sql import Translator, column_type
from engine.language.types import Scope
from tests.engine.language.database import Tables
from tests.engine.language.scopes import SCOPE, SCOPES
from tests.engine.language.vectors import CASES, NOW, ROW_SETS, Case, checked, comparable, values

PARAMETERS = {f"me.{key}": value for key, value in SCOPES["ticket"].parameters["me"].items()}
SQL_CASES = [case for case in CASES if "sql" in case.targets]


@pytest.fixture(scope="module")
def connection(postgres: Any) -> Iterator[sa.Connection]:
    """A database of its own, in a session whose zone is nobody's."""
    url = sa.make_url(postgres.ensure_database(f"language_{uuid.uuid4().hex[:8]}"))
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(sa.text("SET LOCAL TIME ZONE 'America/New_York'"))
        yield connection
        connection.rollback()
    engine.dispose()


class Stored:
    """The rows of the vectors, each set of them in the tables from its first use on."""

    def __init__(self, connection: sa.Connection) -> None:
        self._tables = {key: Tables(connection, key) for key in SCOPES}
        self._ids: dict[tuple[str, int], list[str]] = {}

    def of(self, case: Case) -> tuple[Tables, list[str]]:
        """The tables of a case and the ids of its rows."""
        tables, address = self._tables[case.scope], (case.scope, id(case.rows))
        if address not in self._ids:
            self._ids[address] = tables.store(case.rows)
        return tables, self._ids[address]

    def folding(self, scope: str) -> Tables:
        """The same tables, for translations that work out before what reads no row."""
        tables = copy.copy(self._tables[scope])
        tables.fold = True
        return tables

    def set(self, name: str) -> tuple[Tables, list[str]]:
        """The tables and rows of a row set."""
        return self.of(Case("", "", "ticket", ROW_SETS[name], (), (), NOW, None))


@pytest.fixture(scope="module")
def stored(connection: sa.Connection) -> Stored:
    return Stored(connection)


@pytest.mark.parametrize("case", SQL_CASES, ids=str)
def test_value_in_postgres(case: Case, stored: Stored) -> None:
    tables, ids = stored.of(case)
    expression = checked(case.text, case.scope, "sql")
    with tables.savepoint():
        (found,) = tables.values([expression], ids, case.now)
    truth = expression.type.kind == "boolean"
    assert found == [value is True if truth else comparable(expression.type, value) for value in case.expect]


CONDITIONS = [case for case in SQL_CASES if checked(case.text, case.scope).type.kind == "boolean"]


@pytest.mark.parametrize("case", CONDITIONS, ids=str)
def test_condition_and_its_negation_part_the_rows(case: Case, stored: Stored) -> None:
    tables, ids = stored.of(case)
    expression = checked(case.text, case.scope, "sql")
    with tables.savepoint():
        matching, others = (tables.matching(expression, ids, case.now, negated) for negated in (False, True))
    assert matching == [value is True for value in case.expect]
    assert others == [value is not True for value in case.expect]


# -- constants worked out before


@pytest.mark.parametrize("case", SQL_CASES[::7], ids=str)
def test_value_with_constants_worked_out_before(case: Case, stored: Stored) -> None:
    _, ids = stored.of(case)
    tables = stored.folding(case.scope)
    with tables.savepoint():
        (found,) = tables.values([checked(case.text, case.scope, "sql")], ids, case.now)
    truth = checked(case.text, case.scope).type.kind == "boolean"
    assert found == [
        value is True if truth else comparable(checked(case.text, case.scope).type, value) for value in case.expect
    ]


@pytest.mark.parametrize(
    "text",
    ["seen > now() - 30 days", "due = today()", "due in [today(), today() - 1 day]", "created_at >= today()",
     "seen < now() + 1 month", "due <= today() + 3 business days", "department = me.department", "quantity > 2 * 3 - 1"],
)  # fmt: skip
def test_what_reads_no_row_is_one_bound_value(text: str) -> None:
    written = str(sql_of(text)).replace("CHAR(32)", "UUID")
    assert "(" not in written.replace("ANY (", "ANY ").replace("CAST(:", "")


# -- what is refused


@pytest.mark.parametrize(
    "text",
    ['title contains any of keywords("complaints")', "lines", "(if urgent then lines else lines end) is empty",
     "(for line in lines return line) is empty",
     "(lines ?? lines) is empty"],
)  # fmt: skip
def test_what_has_no_sql_is_refused_at_check(text: str) -> None:
    found = check(text, SCOPE, target="sql")
    assert isinstance(found, Problems)
    assert {problem.code for problem in found.problems} == {"not_in_sql"}
    assert not isinstance(check(text, SCOPE), Problems)


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_text_that_postgres_cannot_hold_is_refused(value: str) -> None:
    tree = {**checked('title = "x"').to_json(), "text": ""}
    tree["args"][1]["value"] = value  # type: ignore[index]  # the JSON of a comparison
    with pytest.raises(ValueError, match="null character"):
        from_json(tree).sql(TICKET, NOW)


@pytest.mark.parametrize(
    "text", ["abs(" * 40 + "quantity" + ")" * 40 + " > 3", "due" + " + 1 month" * 40 + " > today()"]
)
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    found = check(text, SCOPE, target="sql")
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["not_in_sql"]


def test_products_of_more_decimals_than_postgres_has_are_refused() -> None:
    few = "(" + " * ".join(["(" + " * ".join(["rate"] * 10) + ")"] * 10) + ") > 1"
    many = "(" + " * ".join(["(" + " * ".join(["rate"] * 12) + ")"] * 12) + ") > 1"
    assert not isinstance(check(few, SCOPE, target="sql"), Problems)
    found = check(many, SCOPE, target="sql")
    assert isinstance(found, Problems)
    assert [problem.code for problem in found.problems] == ["not_in_sql"]


def test_unchecked_tree_is_refused_when_translated() -> None:
    with pytest.raises(ValueError, match="cannot be used in a filter"):
        checked('title contains any of keywords("complaints")').sql(sa.table("ticket", sa.column("title")), NOW)


ROW = sa.table("ticket", sa.column("id", sa.Uuid()), sa.column("urgent", sa.Boolean()))


@pytest.mark.parametrize(
    ("start", "whole", "around"),
    [("urgent", "({} in [urgent, urgent])", "{}"), ("lines", "take({}, 5)", "count({}) > 1")],
)
def test_nesting_writes_each_part_once(start: str, whole: str, around: str) -> None:
    text, sizes = start, []
    for _ in range(12):
        text = whole.format(text)
        sizes.append(len(str(checked(around.format(text), target="sql").sql(ROW, NOW))))
    assert sizes[11] - sizes[10] < 1.5 * (sizes[3] - sizes[2])


def test_missing_parameter_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="parameter me"):
        checked("owner = me.id", target="sql").sql(sa.table("ticket", sa.column("owner")), NOW)


def test_users_are_read_only_where_somebody_says_from_where() -> None:
    with pytest.raises(ValueError, match="no table is given for user"):
        checked('owner.name = "x"', target="sql").sql(sa.table("ticket", sa.column("owner")), NOW)


def test_rows_of_a_sub_table_are_read_only_where_its_name_is_known() -> None:
    with pytest.raises(ValueError, match="no table is given for the sub-table lines"):
        checked("lines is empty", target="sql").sql(lambda key: sa.column(key), NOW)


def test_scope_without_fields_behind_a_reference_has_no_path() -> None:
    found = check("customer.name is empty", Scope(SCOPE.variables), target="sql")
    assert isinstance(found, Problems)
    assert found.problems[0].code == "no_members"


# -- how it is written

TICKET = sa.table(
    "ticket",
    sa.column("status", sa.Text()),
    sa.column("title", sa.Text()),
    sa.column("quantity", sa.Numeric()),
    sa.column("seen", sa.DateTime(timezone=True)),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("due", sa.Date()),
    sa.column("owner", sa.Uuid()),
    sa.column("department", sa.Uuid()),
    sa.column("customer", sa.Uuid()),
    sa.column("tags", sa.ARRAY(sa.Text())),
)


def sql_of(text: str) -> sa.ColumnElement[Any]:
    """The translation over the columns of a ticket."""
    return checked(text, target="sql").sql(TICKET, NOW, parameters=PARAMETERS)


def test_everything_is_bound() -> None:
    statement = str(sql_of('title = "\'; drop table x" and quantity > 3'))
    assert "drop" not in statement
    assert "3" not in statement.replace(":param_3", "")


@pytest.mark.parametrize(
    ("text", "beginning"),
    [('status = "open"', "ticket.status = "), ("owner = me.id", "ticket.owner = "), ("owner = me", "ticket.owner = "),
     ('tags contains "vip"', "ticket.tags @> "), ('"vip" in tags', "ticket.tags @> "),
     ('tags contains any of ["a", "b"]', "ticket.tags && "), ('tags contains all of ["a", "b"]', "ticket.tags @> "),
     ("seen >= now() - 30 days", "ticket.seen >= "), ("due < today()", "ticket.due < "),
     ('starts_with(title, "AB")', "starts_with(ticket.title, ")],
)  # fmt: skip
def test_comparison_with_a_constant_stays_plain_so_that_an_index_serves_it(text: str, beginning: str) -> None:
    assert str(sql_of(text)).startswith(beginning)


def test_condition_behind_a_reference_is_one_join() -> None:
    statement = str(sql_of('customer.level = "vip" and customer.budget > 100 CNY and status = "open"'))
    assert statement.count("EXISTS") == 2
    statement = str(sql_of('status = "open" and (customer.level = "vip" or customer.budget > 100 CNY)'))
    assert statement.count("EXISTS") == 1


# -- sizes


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(["quantity"] * 70) + " > 3",
        "not " * 70 + "urgent",
        "(" * 70 + "urgent" + ")" * 70,
        "abs(" * 25 + "quantity" + ")" * 25 + " > 3",
        "min(quantity, " * 25 + "rate" + ")" * 25 + " > 3",
        "due" + " + 1 month" * 20 + " > today()",
        "seen" + " + pause" * 40 + " > now()",
        "(" * 20 + "scores" + " where item > 1)" * 20 + " is not empty",
        "some x in " + "(for y in " * 12 + "scores" + " return y + y)" * 12 + " satisfies x > 1",
        "if urgent then " * 70 + "1" + " else 2 end" * 70 + " = 1",
        " or ".join(f"quantity = {n}" for n in range(150)),
        " and ".join(["(urgent or quantity > 1)"] * 100),
    ],
)
def test_the_largest_that_is_accepted_runs(text: str, stored: Stored) -> None:
    tables, ids = stored.set("basic")
    expression = checked(text, target="sql")
    expression.to_json()
    with tables.savepoint():
        found = tables.matching(expression, ids, NOW)
    assert found == [expression.is_true(values(row), NOW) for row in ROW_SETS["basic"]]


@pytest.mark.parametrize("text", ["urgent", "quantity > 2", 'customer.level = "vip"', "some line in lines satisfies line.shipped",
                                  "tags contains all of channels", "due + 1 month > today()", "not (seen < now())"])  # fmt: skip
def test_condition_and_its_negation_are_all(text: str, stored: Stored) -> None:
    tables, ids = stored.set("basic")
    condition = checked(text, target="sql")
    assert sum(tables.matching(condition, ids, NOW)) + sum(tables.matching(condition, ids, NOW, negated=True)) == len(
        ids
    )


MOVED = [
    *(f"due {sign} {days} days {{}} {date}" for sign in "+-" for days in (1, 36500) for date in ("2026-03-01", "0001-01-02", "9999-12-31")),
    *(f"seen {sign} {span} {{}} {moment}" for sign in "+-" for span in ("1 microsecond", "36500 days")
      for moment in ("2026-03-01T00:00Z", "0001-01-01T00:00Z", "9999-12-31T23:59:59.999999Z", "now()")),
    "now() - seen {} 2 hours", "seen - 2026-03-01T00:00Z {} 0 hours", "2 hours {} now() - seen", "today() - due {} 36 hours",
    "due - 2026-03-01 {} -1.5 days", "1 day {} due - 2026-02-28",
]  # fmt: skip


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("text", MOVED)
def test_comparison_of_a_moved_column_is_one_of_the_column(text: str, operator: str, stored: Stored) -> None:
    expression = checked(text.format(operator), target="sql")
    assert str(sql_of(expression.text)).lstrip("(").startswith(("ticket.due ", "ticket.seen ", "false"))
    for name in ("dates", "moments", "clock_changes"):
        _, ids = stored.set(name)
        found = stored.folding("ticket").matching(expression, ids, NOW)
        assert found == [expression.is_true(values(row), NOW) for row in ROW_SETS[name]]


#: A field of each kind, to nest functions of it.
FIELDS = {"text": "title", "number": "quantity", "money": "amount", "date": "due", "datetime": "seen", "time": "opens",
          "duration": "pause", "period": "term", "choice": "status", "list": "scores", "boolean": "urgent", "reference": "owner"}  # fmt: skip
NESTED = [(function, kind) for function in FUNCTIONS if "sql" in function.targets and function.parameters
          for kind in function.parameters[0].kinds if kind in FIELDS]  # fmt: skip


def _deepest(function: Function, kind: str) -> Checked | None:
    """The deepest nesting of a function in itself that a filter may have."""
    plain = {"number": "2", "text": '"a"'}
    others = [each for each in function.parameters[1:] if not each.optional]
    rest = "".join(f", {(plain if each.literal else FIELDS).get(each.kinds[0], FIELDS['text'])}" for each in others)
    deepest = None
    for depth in range(1, 31):
        text = f"{function.key}(" * depth + FIELDS[kind] + f"{rest})" * depth + " is empty"
        found = check(text, SCOPE, target="sql")
        if isinstance(found, Problems):
            break
        deepest = found
    return deepest


def _below(depth: int, act: Callable[[], object]) -> object:
    """What `act` does at some depth of the stack, as it is in the middle of a request."""
    return act() if depth == 0 else _below(depth - 1, act)


@pytest.mark.parametrize(("function", "kind"), NESTED, ids=lambda each: getattr(each, "key", each))
def test_what_is_accepted_is_not_too_deep_for_sqlalchemy(function: Function, kind: str) -> None:
    expression = _deepest(function, kind)
    if expression is not None:
        columns = [sa.column(key, column_type(type)) for key, type in SCOPE.variables.items()]
        table = sa.table("ticket", *columns)
        people = {key: sa.table(key, *(sa.column(name) for name in names)) for key, names in PEOPLE.items()}
        translator = Translator(table, NOW, people, PARAMETERS, fold=False)
        statement = sa.select(table.c.id)
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves the constructor untyped
        _below(120, lambda: statement.where(translator.translate(expression.tree)).compile(dialect=dialect))


PEOPLE = {"user": ("id", "name", "email", "department", "superior"), "department": ("id", "key", "name", "parent"),
          "user_role": ("user", "role")}  # fmt: skip

"""A piece of SQL with operands in it, as one element of SQLAlchemy's however much it says: SQLAlchemy goes through an expression
by recursion, and an expression of the language may be eighty operations deep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

Sql = ColumnElement[Any]


class Written(ColumnElement[Any]):
    """`template` with each `{n}` standing for operand n."""

    _traverse_internals = [  # noqa: RUF012  # SQLAlchemy reads it from the class
        ("template", InternalTraversal.dp_string),
        ("operands", InternalTraversal.dp_clauseelement_tuple),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, template: str, type: TypeEngine[Any], operands: Iterable[Sql]) -> None:
        self.template = template
        self.type = type
        self.operands = tuple(operands)

    @property
    def _from_objects(self) -> list[FromClause]:
        return [table for operand in self.operands for table in operand._from_objects]

    def self_group(self, against: Any = None) -> Any:
        """In brackets wherever it stands beside an operator."""
        return self if against is None else Grouping(self)


@compiles(Written)
def _written(element: Written, compiler: SQLCompiler, **options: Any) -> str:
    options["within_columns_clause"] = False
    parts = [f"({operand._compiler_dispatch(compiler, **options)})" for operand in element.operands]
    return element.template.format(*parts)


def written(template: str, type: TypeEngine[Any], *operands: Sql) -> Sql:
    """SQL with operands: `written("abs({0})", Numeric(), x)`. A template is ours alone: no value of anybody's is ever put into
    it. An operand that stands in it twice is worked out twice: see `total.let`."""
    return Written(template, type, operands)

"""The expression language: one grammar, one typed tree, and three back ends (Python, SQL, browser).

found = check('status = "open" and amount > 100 CNY', record_scope(entity, entities), target="sql")
if isinstance(found, Problems): ...              # each with a code, a span, a sentence and suggestions
found.evaluate({"status": "open", "amount": "120.00"}, now)
select(table.c.id).where(found.sql(table, now))
from_json(found.to_json())                       # the stored form; the browser runs the same JSON
"""

from engine.language.calendar import Calendar
from engine.language.complete import Completion, Item, complete
from engine.language.context import NOTHING, Context
from engine.language.explain import Explanation, Part, Warning
from engine.language.expression import Checked, check, describe, from_json
from engine.language.functions import FUNCTIONS, Function
from engine.language.printer import print_tree as print
from engine.language.problems import Problem, Problems
from engine.language.scopes import flow_scope, form_scope, record_scope, record_type, records_of
from engine.language.tree import Node
from engine.language.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    NUMBER,
    PERIOD,
    TEXT,
    TIME,
    Scope,
    Type,
    choice,
    list_of,
    money,
    parse_type,
    record,
    reference,
)

__all__ = [
    "BOOLEAN", "DATE", "DATETIME", "DURATION", "FUNCTIONS", "NOTHING", "NUMBER", "PERIOD", "TEXT", "TIME",
    "Calendar", "Checked", "Completion", "Context", "Explanation", "Function", "Item", "Node", "Part", "Problem", "Problems", "Scope", "Type", "Warning",
    "check", "choice", "complete", "describe", "flow_scope", "form_scope", "from_json", "list_of", "money", "parse_type", "print", "record",
    "record_scope", "record_type", "records_of", "reference",
]  # fmt: skip

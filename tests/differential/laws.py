"""Laws that need no second back end: stored and printed forms give the tree back, logic is classical, values have their form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random

from engine.language import BOOLEAN, Checked, Type, check
from engine.language.printer import print_tree
from engine.language.tree import Node
from tests.differential.backends import Rows
from tests.engine.language.scopes import CONTEXT, SCOPE
from tests.engine.language.vectors import values

#: Answers why the law is broken; nothing when it holds.
Law = Callable[[Checked, Rows, Random], Iterator[str]]


def stored(expression: Checked, _rows: Rows, _random: Random) -> Iterator[str]:
    """What is stored is loaded again as it was."""
    if Checked.from_json(json.loads(json.dumps(expression.to_json()))).tree != expression.tree:
        yield "the stored form gives another tree"


def printed(expression: Checked, _rows: Rows, random: Random) -> Iterator[str]:
    """What is printed, in either surface, with labels or keys, is read again as it was."""
    for surface in ("en", "zh"):
        text = print_tree(expression.tree, surface, random.choice((SCOPE, None)))
        again = check(text, SCOPE, templates=True)
        if not isinstance(again, Checked):
            yield f"the printed form ({surface}) is refused: {text}: {again}"
        elif again.tree != expression.tree:
            yield f"the printed form ({surface}) gives another tree: {text}"


def classical(expression: Checked, rows: Rows, random: Random) -> Iterator[str]:
    """Not not e is e, tried now and then; De Morgan."""
    tree = expression.tree
    if tree.type.kind != "boolean":
        return
    same = [_not(_not(tree))] if random.random() < 0.2 else []
    if tree.op in ("and", "or"):
        same.append(_not(Node("or" if tree.op == "and" else "and", BOOLEAN, tuple(map(_not, tree.args)))))
    for row in rows.rows[:5] if same else ():
        given, when = values(row), rows.moment
        truth = expression.is_true(given, when, CONTEXT)
        if any(Checked(other).is_true(given, when, CONTEXT) is not truth for other in same):
            yield f"logic is not classical for {json.dumps(row, ensure_ascii=False)}"


def formed(expression: Checked, rows: Rows, _random: Random) -> Iterator[str]:
    """A value is in the run-time form of its type, and what is empty is None."""
    for row in rows.rows[:3]:
        value = expression.evaluate(values(row), rows.moment, CONTEXT)
        if not _has_form(expression.type, value):
            yield f"{value!r} is not in the form of {expression.type.code()}"


def _has_form(type: Type, value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, tuple):
        item = type.item
        return item is not None and bool(value) and all(each is not None and _has_form(item, each) for each in value)
    return value != "" and value.__class__ in _FORMS[type.kind]


_FORMS: Mapping[str, Collection[type]] = {
    "boolean": (bool,),
    "text": (str,),
    "choice": (str,),
    "reference": (str,),
    "number": (Decimal,),
    "money": (Decimal,),
    "date": (dt.date,),
    "time": (dt.time,),
    "datetime": (dt.datetime,),
    "duration": (dt.timedelta,),
    "period": (int,),
    "list": (),
    "empty": (),
}


def _not(node: Node) -> Node:
    return Node("not", BOOLEAN, (node,))


LAWS: Sequence[Law] = (stored, printed, classical, formed)


def broken(expression: Checked, rows: Rows, random: Random) -> str | None:
    """The first law that does not hold; what raises holds none."""
    for law in LAWS:
        try:
            found = next(law(expression, rows, random), None)
        except Exception as error:  # noqa: BLE001 - whatever is raised is the finding
            found = f"{law.__name__} raises {type(error).__name__}: {error}"
        if found is not None:
            return found
    return None

"""A condition of five predicates over a dict: compiled, by hand as a lambda, and in other engines for the same dict."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from timeit import timeit
from typing import Any

from engine.language import Checked, check
from tests.bench.figures import Figure, Figures
from tests.bench.language_turns import in_turns
from tests.engine.language.scopes import SCOPE

#: Calls in a turn, and turns in a round.
CALLS = 500
TURNS = 20
TEXT = 'status = "open" and quantity >= 3 and amount > 100 CNY and title contains "refund" and urgent'

#: The fields that the condition reads, all of JSON; amounts are Decimals where the engine takes them.
READ: Mapping[str, Any] = {
    "status": "open",
    "quantity": 7,
    "amount": 120,
    "title": "Please refund my order",
    "urgent": True,
}
#: A record as it is stored, of which a condition reads five fields.
RECORD: Mapping[str, Any] = {
    "id": "018f0000-0000-7000-8000-000000000001",
    "version": 3,
    "created_at": "2026-11-20T08:15:00+00:00",
    "created_by": "018f0000-0000-7000-8000-0000000000a1",
    "updated_at": "2026-11-23T01:02:03+00:00",
    "updated_by": "018f0000-0000-7000-8000-0000000000a2",
    "owner": "018f0000-0000-7000-8000-0000000000a2",
    "department": "018f0000-0000-7000-8000-0000000000b1",
    "deleted_at": None,
    "note": "洗衣机漏水",
    "phone": "13800138000",
    "email": "a@example.cn",
    "code": "T-000123",
    "priority": "high",
    "fee": 5,
    "deposit": None,
    "rate": 0,
    "paid": False,
    "due": "2026-11-30",
    "opened": "2026-11-20",
    "channels": ["weibo"],
    "tags": ["vip", "heavy"],
    "customer": "018f0000-0000-7000-8000-0000000000c1",
    **READ,
}

_HUNDRED = Decimal(100)
_JSON_LOGIC = {
    "and": [
        {"==": [{"var": "status"}, "open"]},
        {">=": [{"var": "quantity"}, 3]},
        {">": [{"var": "amount"}, 100]},
        {"in": ["refund", {"var": "title"}]},
        {"==": [{"var": "urgent"}, True]},
    ]
}
_ZEN = 'status == "open" and quantity >= 3 and amount > 100 and contains(title, "refund") and urgent == true'

Condition = Callable[[Mapping[str, Any]], object]


BY_HAND: Callable[[Mapping[str, Any]], bool] = lambda row: (  # noqa: E731  # a lambda is what is compared with
    row.get("status") == "open"
    and (quantity := row.get("quantity")) is not None
    and quantity >= 3
    and (amount := row.get("amount")) is not None
    and amount > _HUNDRED
    and "refund" in (row.get("title") or "").lower()
    and row.get("urgent") is True
)


def condition() -> Condition:
    """Our condition, compiled."""
    found = check(TEXT, SCOPE)
    assert isinstance(found, Checked), found
    return found.evaluate


def per_call(act: Condition, row: Mapping[str, Any]) -> Callable[[], float]:
    """How long a call takes, in nanoseconds."""
    names = {"act": act, "row": row}
    return lambda: timeit("act(row)", globals=names, number=CALLS) / CALLS * 1e9


def against_lambda(rounds: int) -> Figures:
    """Over a record whose amount is a Decimal, as the database gives it. Every predicate holds, so that all five are evaluated."""
    ours, row = condition(), {**RECORD, "amount": Decimal("120.50")}
    assert ours(row) is BY_HAND(row) is True
    mine, theirs = in_turns(rounds * TURNS, per_call(ours, row), per_call(BY_HAND, row))
    return {"condition_by_lambda": Figure(mine, "ns", theirs, "a null-safe lambda written by hand, same dict")}


def against_other_engines(rounds: int) -> Figures:
    """Over the fields that are read, and over the whole record: the others copy every dict they are given into their own form."""
    ours = condition()
    found: dict[str, Figure] = {}
    for engine, theirs in _other_engines():
        for name, row in (("record", dict(RECORD)), ("five_fields", dict(READ))):
            assert ours(row) is theirs(row) is True
            mine, other = in_turns(rounds * TURNS, per_call(ours, row), per_call(theirs, row))
            found[f"condition_{engine.replace('-', '_')}_{name}"] = Figure(
                mine, "ns", other, f"{engine}, compiled, same dict"
            )
    return found


def _other_engines() -> Iterator[tuple[str, Condition]]:
    for name, module, prepare in (("datalogic-py", "datalogic_py", _datalogic), ("zen-engine", "zen", _zen)):
        try:
            library = import_module(module)
        except ModuleNotFoundError:
            print(f"{name} is not installed: pip install -r requirements-bench.lock", file=sys.stderr)
            continue
        yield name, prepare(library)


def _datalogic(library: Any) -> Condition:
    rule = library.Engine().compile(json.dumps(_JSON_LOGIC))
    return rule.evaluate  # type: ignore[no-any-return]  # no types known: an extra that need not be there


def _zen(library: Any) -> Condition:
    expression = library.compile_expression(_ZEN)
    return expression.evaluate  # type: ignore[no-any-return]  # no types known: an extra that need not be there

"""The context of an evaluation that cannot wait for answers and must be told them as JSON: that of a flow.

What is not known yet counts as nothing and is noted; when all that was noted has been answered, the evaluation is made again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.language.context import Context
from engine.language.types import parse_type
from engine.language.values import normalise

Json = dict[str, Any]

LOOKUP = "lookup"
DECISION = "decision"


class Asking:
    """Lookups and a directory that know what they were told."""

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}
        self._asked: dict[str, Json] = {}
        self.context = Context(lookup=self._lookup, directory=self, decide=self._decide)

    def take(self) -> list[Json]:
        """The questions since the last time that have no answer yet: `{"ask", "of"}`, `{"ask": "lookup", "entity", "fields"}`, or
        `{"ask": "decision", "table", "inputs", "now"}`."""
        asked = list(self._asked.values())
        self._asked = {}
        return asked

    @property
    def has_questions(self) -> bool:
        """Whether something was asked that has no answer yet."""
        return bool(self._asked)

    def tell(self, questions: Iterable[Json], answers: Iterable[Any]) -> None:
        """The answers, in the order of the questions."""
        for question, answer in zip(questions, answers, strict=True):
            self._answers[_address(question)] = answer

    def _ask(self, question: Json) -> Any:
        address = _address(question)
        if address not in self._answers:
            self._asked[address] = question
        return self._answers.get(address)

    def _lookup(self, entity: str, fields: Mapping[str, object]) -> Mapping[str, object] | None:
        plain = {key: plain_value(value) for key, value in fields.items()}
        found: Mapping[str, object] | None = self._ask({"ask": LOOKUP, "entity": entity, "fields": plain})
        return found

    def _decide(self, table: str, inputs: Mapping[str, object], now: dt.datetime | None, _: Context) -> object:
        plain = {key: plain_value(value) for key, value in inputs.items()}
        moment = None if now is None else now.isoformat()
        answer = self._ask({"ask": DECISION, "table": table, "inputs": plain, "now": moment})
        return None if answer is None else _decided(answer["types"], answer["outputs"])

    def user(self, user: str) -> Mapping[str, object] | None:
        found: Mapping[str, object] | None = self._ask({"ask": "user", "of": user})
        return found

    def department(self, department: str) -> Mapping[str, object] | None:
        found: Mapping[str, object] | None = self._ask({"ask": "department", "of": department})
        return found

    def department_of(self, user: str) -> str | None:
        found: str | None = self._ask({"ask": "department_of", "of": user})
        return found

    def superior_of(self, user: str) -> str | None:
        found: str | None = self._ask({"ask": "superior_of", "of": user})
        return found

    def roles_of(self, user: str) -> frozenset[str]:
        return frozenset(self._ask({"ask": "roles_of", "of": user}) or ())

    def departments_above(self, department: str) -> tuple[str, ...]:
        return tuple(self._ask({"ask": "departments_above", "of": department}) or (department,))

    def department_keyed(self, key: str) -> str | None:
        found: str | None = self._ask({"ask": "department_keyed", "of": key})
        return found


def _address(question: Json) -> str:
    """What tells questions apart. Not the moment: each time the evaluation is made again it is a later one, and what was decided
    stays so meanwhile."""
    return json.dumps({**question, "now": None}, sort_keys=True, ensure_ascii=False)


def _decided(types: Any, outputs: Any) -> object:
    """What a decision table answers, from its plain form: a value of one type, a record of outputs, or a list of such."""
    if isinstance(types, str):
        return normalise(parse_type(types), outputs)
    if isinstance(outputs, list):
        return tuple(_decided(types, each) for each in outputs)
    if outputs is None:
        return None
    return {key: normalise(parse_type(code), outputs.get(key)) for key, code in types.items()}


def plain_value(value: object) -> object:
    """A value in its run-time form as JSON from which its type reads it again; a record with all its values."""
    if isinstance(value, Mapping):
        return {key: plain_value(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [plain_value(each) for each in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.timedelta):
        return value // dt.timedelta(microseconds=1)
    return value.isoformat() if isinstance(value, dt.date) else value

"""What a flow's expressions ask of the host: records by their fields, decision tables, departments, superiors, roles; all that the
system may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM
from backend.identity.directory import CompanyDirectory, company_directory
from backend.metadata.snapshot import Metadata
from backend.records.hosted import looked_up
from backend.records.reading import reader_for
from engine.language import records_of
from engine.language.asking import DECISION, LOOKUP
from engine.language.lookups import Question
from engine.language.values import normalise

Json = dict[str, Any]

_DIRECTORY: Mapping[str, Callable[[CompanyDirectory, str], Any]] = {
    "user": CompanyDirectory.user,
    "department": CompanyDirectory.department,
    "department_of": CompanyDirectory.department_of,
    "superior_of": CompanyDirectory.superior_of,
    "roles_of": lambda directory, user: sorted(directory.roles_of(user)),
    "departments_above": lambda directory, department: list(directory.departments_above(department)),
    "department_keyed": CompanyDirectory.department_keyed,
}


async def answers(
    session: AsyncSession, metadata: Metadata, asked: Sequence[Json], paths: Mapping[str, Sequence[Sequence[str]]]
) -> list[Any]:
    """The answers, in the order of the questions; `paths` are read of the records of each entity that are looked up."""
    directory = await company_directory(session)
    questions = {place: _question(metadata, each) for place, each in enumerate(asked) if each["ask"] == LOOKUP}
    behind = {entity: frozenset(map(tuple, each)) for entity, each in paths.items()}
    reader = reader_for(metadata, SYSTEM)
    found = await looked_up(session, reader, directory, list(questions.values()), behind)
    return [
        found[questions[place]] if place in questions else _answer(metadata, directory, each)
        for place, each in enumerate(asked)
    ]


def _answer(metadata: Metadata, directory: CompanyDirectory, asked: Json) -> Any:
    """What is no record: a decision, or something of the directory."""
    if asked["ask"] != DECISION:
        return _DIRECTORY[asked["ask"]](directory, str(asked["of"]))
    now = None if asked["now"] is None else datetime.fromisoformat(asked["now"]).astimezone(clock.zone())
    return metadata.decisions.plain(asked["table"], asked["inputs"], now, metadata.context)


def _question(metadata: Metadata, asked: Json) -> Question:
    """The question with its values in the form of their fields; an entity or a field that is gone since has no record."""
    record = records_of(metadata.entities).get(asked["entity"])
    types = record.fields if record is not None else {}
    known = all(key in types for key in asked["fields"])
    fields = tuple((key, normalise(types[key], value)) for key, value in sorted(asked["fields"].items()) if known)
    return Question(asked["entity"] if known else "", fields)

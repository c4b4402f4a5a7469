"""Checks of roles and word lists."""

from __future__ import annotations

from collections.abc import Iterator

from backend.metadata.checks.expressions import expression_problems
from backend.metadata.checks.problem import ENTITY, FIELD, FLOW, CheckContext, Found, unknown
from engine.definitions import SYSTEM_FIELDS, Grant, Role, Text, WordList
from engine.language import record_scope


def check_role(role: Role, context: CheckContext) -> Iterator[Found]:
    """Grants name entities and fields that exist; the flows it may start too."""
    for number, grant in enumerate(role.grants):
        yield from _grant(f"/grants/{number}", grant, context)
    for number, key in enumerate(role.flows):
        if key not in context.metadata.flows:
            yield unknown(f"/flows/{number}", FLOW, key, context.metadata.flows)


def _grant(place: str, grant: Grant, context: CheckContext) -> Iterator[Found]:
    if grant.entity == "*":
        if grant.fields:
            message = Text("对所有实体的授权不能限制字段", "A grant on every entity cannot limit fields")
            yield Found(f"{place}/fields", "fields_of_every_entity", message)
        if grant.where is not None:
            message = Text("对所有实体的授权不能有条件", "A grant on every entity cannot have a condition")
            yield Found(f"{place}/where", "where_of_every_entity", message)
        return
    entity = context.metadata.entities.get(grant.entity)
    if entity is None:
        yield unknown(f"{place}/entity", ENTITY, grant.entity, context.metadata.entities)
        return
    known = [*(field.key for field in entity.fields), *SYSTEM_FIELDS]
    for key in grant.fields:
        if key not in known:
            yield unknown(f"{place}/fields/{key}", FIELD, key, known)
    yield from expression_problems(
        f"{place}/where", grant.where, record_scope(entity, context.metadata.entities), target="sql"
    )


def check_word_list(words: WordList, _context: CheckContext) -> Iterator[Found]:
    """A word twice does no harm, but is surely a slip."""
    seen: set[str] = set()
    for number, word in enumerate(words.words):
        folded = word.strip().lower()
        if not folded:
            yield Found(f"/words/{number}", "empty", Text("词不能为空白", "A word may not be blank"))
        elif folded in seen:
            message = Text(f"“{word}”重复", f"“{word}” occurs twice")
            yield Found(f"/words/{number}", "duplicate_word", message, severity="warning")
        seen.add(folded)

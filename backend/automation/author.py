"""`/api/rules` for those who write them: check, complete, print, how many match, dry run, why and why not, test cases.

Everything here is about a text that need not be published; nothing is written. What may be named is what the caller may read:
a hidden field is as unknown as one that is not there. Refusals: `forbidden` (403), `not_found` (404), `rule.invalid` (422).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.caller import SYSTEM, Caller
from backend.access.compiler import require_permission
from backend.actions.registry import ActionRegistry
from backend.auth.dependencies import CurrentCaller
from backend.automation import audience, trials
from backend.automation.behind import Looker
from backend.automation.dry_run import dry_run
from backend.automation.listing import CurrentBook
from backend.automation.outline import outline
from backend.automation.schemas import DryRun, Printing, RuleText, Testing, Unfinished, Why
from backend.automation.worlds import World, world_of
from backend.db import Session
from backend.errors import Invalid
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.event_scopes import rule_scope
from backend.metadata.rule_facts import facts_of
from backend.metadata.snapshot import Metadata
from backend.records.expressions import completion_json, problem_json
from backend.records.reading import Reader, reader_for
from engine.language import Problems, describe
from engine.language.problems import problem
from engine.rules import CompiledRule, RuleScope, compile_rule
from engine.rules.complete import complete_rule
from engine.rules.printer import print_rule

router = APIRouter()


class RuleInvalid(Invalid):
    """The text is no rule that could run; `problems` says where and why."""

    code = "rule.invalid"
    zh, en = "规则有误：{zh}", "The rule is not right: {en}"


async def author(caller: CurrentCaller, metadata: CurrentMetadata) -> Caller:
    """The caller, if they may build."""
    require_permission(caller, metadata.roles, "build")
    return caller


Author = Annotated[Caller, Depends(author)]


def author_scope(request: Request, caller: Author, metadata: CurrentMetadata) -> RuleScope:
    """What the rules of this author may name."""
    actions: ActionRegistry = request.app.state.services.actions
    seen = replace(metadata, entities=reader_for(metadata, caller).entities)
    return rule_scope(seen, actions.signatures())


AuthorScope = Annotated[RuleScope, Depends(author_scope)]


@router.post("/check")
async def check_rule(body: RuleText, _caller: Author, scope: AuthorScope) -> dict[str, Any]:
    """What is wrong with a rule; if nothing is, what it is."""
    found = compile_rule(body.text, scope)
    if isinstance(found, Problems):
        return {"problems": _problems(found), "rule": None}
    return {"problems": [], "rule": outline(found, scope)}


@router.post("/complete")
async def complete(body: Unfinished, _caller: Author, scope: AuthorScope) -> dict[str, Any]:
    """What may be written at a place in an unfinished rule."""
    found = complete_rule(body.text, min(body.offset, len(body.text)), scope, body.surface)
    return {"from": found.start, "to": found.end, "items": [completion_json(item) for item in found.items]}


@router.post("/print")
async def print_text(body: Printing, _caller: Author, scope: AuthorScope) -> dict[str, Any]:
    """The rule's canonical text in English or Chinese."""
    found = compile_rule(body.text, scope)
    if isinstance(found, Problems):
        return {"problems": _problems(found)}
    try:
        return {"text": print_rule(found, scope, body.language)}
    except ValueError:  # a label of this installation hides a name
        return {"problems": _problems(Problems((problem("unsayable", 0, len(body.text)),)))}


@router.post("/matches")
async def matches(
    body: RuleText, session: Session, caller: Author, metadata: CurrentMetadata, scope: AuthorScope
) -> dict[str, Any]:
    """How many records of those that the caller may see the rule could be about."""
    rule = _compiled(body.text, scope)
    return await audience.audience(session, reader_for(metadata, caller), scope.events, rule)


@router.post("/dry-run")
async def try_on_the_past(
    body: DryRun, session: Session, caller: Author, metadata: CurrentMetadata, scope: AuthorScope
) -> dict[str, Any]:
    """What the rule would have done in the last days."""
    world = await _world(session, metadata, _compiled(body.text, scope), scope)
    return await dry_run(session, reader_for(metadata, caller), world, body.days, body.limit)


@router.post("/why")
async def why(
    body: Why, session: Session, caller: Author, metadata: CurrentMetadata, scope: AuthorScope, book: CurrentBook
) -> dict[str, Any]:
    """Whether the rule would fire on an event of the log, and why or why not, step by step."""
    world = await _world(session, metadata, _compiled(body.text, scope), scope)
    return await trials.why(session, reader_for(metadata, caller), world, body.event_id, book.compiled, scope.events)


@router.post("/test")
async def run_tests(body: Testing, _caller: Author, metadata: CurrentMetadata, scope: AuthorScope) -> dict[str, Any]:
    """Whether the rule does what its test cases expect, and nothing else."""
    rule = _compiled(body.text, scope)
    cases = trials.cases_of(rule, body.tests)
    return {"results": await trials.run(rule, cases, facts_of(metadata, scope), scope)}


def _compiled(text: str, scope: RuleScope) -> CompiledRule:
    found = compile_rule(text, scope)
    if isinstance(found, Problems):
        message = describe(found)
        raise RuleInvalid(path="text", problems=_problems(found), zh=message.zh, en=message.en)
    return found


def _problems(found: Problems) -> list[dict[str, Any]]:
    return [problem_json(problem) for problem in found.problems]


async def _world(session: AsyncSession, metadata: Metadata, rule: CompiledRule, scope: RuleScope) -> World:
    """What the rule is tried in: everything there is, as rules see it. Nothing can be written on the way."""
    await session.execute(text("SET TRANSACTION READ ONLY"))
    return await world_of(session, rule, scope, Looker(Reader(metadata, SYSTEM), scope.records))

"""Rules that a flow asks about its record: those that go through records by the clock, looked at for this one now, in its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from backend import clock
from backend.actions.action import Action, ActionArgument, ActionContext, Parameter, Result, missing
from backend.actions.registry import ActionRegistry
from backend.automation.firing import Budget, Firer, Match
from backend.automation.matching import Attempt, Host, decided, unstopped
from backend.automation.record_sets import RecordSet, match_at
from backend.automation.rule_book import Program, RuleBook
from backend.automation.switches import switched_off
from backend.events.log import NewEvent, append
from backend.metadata.event_scopes import rule_scope
from backend.metadata.snapshot import Metadata
from engine.definitions import Text
from engine.flow import RUN_RULES
from engine.language import TEXT, Problems, describe, list_of
from engine.rules import compile_rule
from engine.rules.evaluation import is_valid
from engine.rules.model import ScheduleTrigger


class RunRules:
    """Lets a set of rules fire about the record that the flow is about: each whose set the record belongs to and whose condition holds, by
    priority. An action that fails is tried again as it is by the clock; it does not stop the flow."""

    key = RUN_RULES
    label = Text("执行规则", "Run rules")
    parameters = (Parameter("rules", list_of(TEXT), Text("规则", "Rules"), required=True),)
    open, sends = False, False

    def __init__(self) -> None:
        self._budget = Budget()
        self._metadata: Metadata | None = None
        self._books: dict[tuple[str, ...], RuleBook] = {}

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        keys = tuple(str(key) for key in arguments.get("rules") or ())
        if not keys:
            raise missing(self.key, "rules")
        if context.record_id is None:
            raise missing(self.key, "record")
        assert context.registry is not None, "actions are run by their registry"
        book = self._book(context.metadata, context.registry, keys)
        matches = await _matching(context, book, context.record_id)
        firer = Firer(book, context.registry, self._budget, context.now)
        fired = await firer.fire(context.session, matches)
        await append(context.session, *fired.events)
        return _told(matches, fired.events)

    def _book(self, metadata: Metadata, actions: ActionRegistry, keys: tuple[str, ...]) -> RuleBook:
        """The rules of a set, made once for each publication."""
        if self._metadata is not metadata:
            self._metadata, self._books = metadata, {}
        if keys not in self._books:
            self._books[keys] = _written(metadata, actions, keys)
        return self._books[keys]


def _written(metadata: Metadata, actions: ActionRegistry, keys: Sequence[str]) -> RuleBook:
    """The rules that are enabled. Raises ActionArgument for one that is gone, does not compile, or goes through no records."""
    scope, programs = rule_scope(metadata, actions.signatures()), {}
    for key in keys:
        rule = metadata.rules.get(key)
        if rule is None:
            raise _unusable(key, Text("已不存在", "it is gone"))
        if not rule.enabled:
            continue
        found = compile_rule(rule.text, scope)
        if isinstance(found, Problems):
            raise _unusable(key, describe(found))
        if not isinstance(found.trigger, ScheduleTrigger):
            raise _unusable(key, Text("不是逐条处理记录的定时规则", "it goes through no records by the clock"))
        programs[key] = Program(found, metadata.versions.get(("rule", key), 0), scope, metadata)
    compiled = {key: program.rule for key, program in programs.items()}
    return RuleBook(metadata, scope, compiled, programs, {}, "")


def _unusable(key: str, why: Text) -> ActionArgument:
    return ActionArgument(
        key=RUN_RULES, reason=f"rule {key}: {why.en}", reason_zh=f"规则 {key}：{why.zh}", path="rules"
    )


async def _matching(context: ActionContext, book: RuleBook, record: UUID) -> list[Match]:
    """What fires about the record, in its order."""
    session, off = context.session, (await switched_off(context.session)).rules
    host = await Host(book).begun(session)
    attempts: list[Attempt] = []
    for program in book.programs.values():
        if program.rule.key not in off and is_valid(program.rule, context.now.astimezone(clock.zone())):
            attempts += await _facing(context, RecordSet(host, program), record)
    await decided(session, host, attempts)
    return [_match(context, each) for each in unstopped(attempts) if each.firing is not None]


async def _facing(context: ActionContext, records: RecordSet, record: UUID) -> list[Attempt]:
    """The rule facing the record, if it is of those that the rule goes through."""
    if records.each.entity != context.entity:
        return []
    instant = context.now.astimezone(clock.zone())
    ids = await records.among(context.session, instant, [record])
    return await records.attempts(context.session, instant, ids)


def _match(context: ActionContext, attempt: Attempt) -> Match:
    """Once for each time that the flow asks; part of the flow's chain of causes."""
    record = attempt.happening.record_id
    depth = context.cause.depth + 1
    return replace(match_at(attempt, "flow"), cause=f"flow:{context.key}:{record}", depth=depth)


def _told(matches: Sequence[Match], events: Sequence[NewEvent]) -> dict[str, Any]:
    """What came of it, as the flow's variables take it; what a limit kept back has told nothing."""
    status = {str(event.data["rule"]): str(event.data["status"]) for event in events}
    fired = [match.program.rule.key for match in matches if match.program.rule.key in status]
    return {
        "fired": fired,
        "failed": [key for key in fired if status[key] != "done"],
        "held_back": [match.program.rule.key for match in matches if match.program.rule.key not in status],
        "count": len(fired),
        "branches": {match.program.rule.key: match.firing.branch for match in matches},
    }


#: For the list of all actions in backend/assembly.py.
AUTOMATION_ACTIONS: tuple[Action, ...] = (RunRules(),)

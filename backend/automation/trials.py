"""Questions to a draft: why it fires on an event of the log, or does not; and whether it passes its test cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.automation.dry_run import calendar_of, eyes_of, looked_back
from backend.automation.firing import SWITCHED_OFF
from backend.automation.happenings import Happening
from backend.automation.models import RuleFiring
from backend.automation.worlds import World, aside, patience
from backend.errors import Forbidden, Invalid, NotFound
from backend.records.expressions import sentence
from backend.records.query import visible_ids
from backend.records.reading import Reader
from engine.definitions import RuleTest, Text
from engine.definitions.codec import decode_checked, problems
from engine.rules import CompiledRule, RuleScope
from engine.rules.cases import run_case
from engine.rules.explaining import Reasoned
from engine.rules.explaining import Why as Answer
from engine.rules.explaining import why as explain
from engine.rules.lengths import after
from engine.rules.model import Block, EventKind, Split, Stop
from engine.rules.outcomes import Facts
from engine.rules.simulation import Simulation


class TestsInvalid(Invalid):
    """Test cases of another form than a rule's definition holds; `problems` says where and why."""

    code = "rule.tests_invalid"
    zh, en = "测试用例有误：{zh}", "The test cases are not right: {en}"


class TooMuch(Invalid):
    """So much happened before the event that nobody waits until the rule has looked at it all."""

    code = "rule.too_much_to_try"
    zh, en = "事件之前发生的事太多，试算太久，已中止", "Too much happened before the event to try the rule on it all"


async def why(
    session: AsyncSession,
    reader: Reader,
    world: World,
    event_id: int,
    others: Mapping[str, CompiledRule] | None = None,
    kinds: Mapping[str, EventKind] | None = None,
) -> dict[str, Any]:
    """The answer of `POST /api/rules/why` for the caller of `reader`; `others` are the published rules, of which one may have
    stopped this one, `kinds` what events are called. Raises NotFound, Forbidden."""
    event = await world.past.find(session, event_id)
    if event is None:
        raise NotFound(path="event_id", what="event", key=event_id)
    await _require_sight(session, reader, event)
    ends = _settled(world, event.at)
    past = await world.past.since(session, looked_back(world, event.at), ends, also=event)
    begins = min([event.at, *(each.at for each in past.occurrences)])

    def work(facts: Facts) -> Answer:
        simulation = Simulation([world.rule], facts, begins)
        if not simulation.play(past.occurrences, ends, patience()):
            raise TooMuch(path="event_id")
        return explain(simulation, world.rule.key, event.id, kinds or {})

    found = await world.run(session, work)
    steps = list(found.steps)
    stopped = await _stopped(session, world.rule, event.id, others or {}) if found.fires else None
    if stopped is not None:
        steps.append(stopped)
    return {"fires": found.fires and stopped is None, "steps": [_step_json(step) for step in steps]}


async def _stopped(
    session: AsyncSession, rule: CompiledRule, event: int, others: Mapping[str, CompiledRule]
) -> Reasoned | None:
    """The step that says which rule of higher priority stopped this one on the event; None when none did."""
    firing = RuleFiring
    statement = select(firing.rule, firing.branch).where(firing.event_id == event, firing.status != SWITCHED_OFF)
    for key, branch in (await session.execute(statement)).all():
        other = others.get(key)
        if other is None or key == rule.key or other.priority <= rule.priority:
            continue
        if any(case.name == branch and _stops(case.block) for case in other.cases):
            reason = Text(
                f"规则“{other.title or key}”优先级更高（{other.priority}），在这个事件上触发后停止了后面的规则",
                f"The rule “{other.title or key}” has a higher priority ({other.priority}), fired on this event and stopped those below it",
            )
            return Reasoned(Text("其他规则", "Other rules"), False, key, (), (reason,))
    return None


def _stops(block: Block) -> bool:
    """Whether a block may stop the rules below."""
    shares = (share for statement in block if isinstance(statement, Split) for share in statement.shares)
    return any(isinstance(statement, Stop) for statement in block) or any(_stops(share.block) for share in shares)


def cases_of(rule: CompiledRule, documents: Sequence[Mapping[str, Any]]) -> Sequence[RuleTest]:
    """The test cases in these documents. Raises TestsInvalid."""
    label = {"zh": rule.title or rule.key, "en": rule.title or rule.key}
    document = {
        "kind": "rule",
        "key": rule.key,
        "label": label,
        "text": rule.text or rule.key,
        "tests": list(documents),
    }
    found = problems("rule", document)
    if found:
        listed = [
            {"path": each.path, "code": each.code, "message": sentence(each.message), "suggestion": each.suggestion}
            for each in found
        ]
        first = found[0].message
        raise TestsInvalid(path=found[0].path, problems=listed, zh=first.zh, en=first.en)
    cases: Sequence[RuleTest] = decode_checked("rule", document).tests
    return cases


async def run(rule: CompiledRule, cases: Sequence[RuleTest], facts: Facts, scope: RuleScope) -> list[dict[str, Any]]:
    """How each test case goes."""
    results = await aside(lambda: [run_case(rule, case, facts, scope) for case in cases])
    return [
        {
            "title": sentence(result.title),
            "passed": result.passed,
            "expected": list(result.expected),
            "found": list(result.found),
            "sentence": sentence(result.sentence),
        }
        for result in results
    ]


def _step_json(step: Reasoned) -> dict[str, Any]:
    return {
        "title": sentence(step.title),
        "holds": step.holds,
        "text": step.text,
        "parts": [asdict(part) for part in step.parts],
        "reasons": [sentence(reason) for reason in step.reasons],
    }


def _settled(world: World, at: datetime) -> datetime:
    """When it is clear what becomes of an event: at once, or when the times of the rule's pattern are over."""
    found: datetime | None = at
    for link in getattr(world.rule.trigger, "links", ()):
        found = None if found is None else after(found, link.within, calendar_of(world))
    now = clock.now()
    return now if found is None else min(found, now)


async def _require_sight(session: AsyncSession, reader: Reader, event: Happening) -> None:
    """Forbidden for an event whose words, or whose record, the caller may not read: the answer tells all of it."""
    person = str(event.person_id) if event.person_id is not None else None
    eyes = await eyes_of(session, reader, [person])
    if eyes.everything:
        return
    if event.entity is None or event.record_id is None:
        allowed = eyes.words and (person is None or eyes.sees(person))
    else:
        entity = reader.metadata.entity(event.entity)
        allowed = bool(await visible_ids(session, reader, entity, [event.record_id]))
    if not allowed:
        raise Forbidden(action="read this event")

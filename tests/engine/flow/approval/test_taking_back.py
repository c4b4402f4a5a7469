"""Taking back: what is looked up is what the command then takes, whatever people did before; whose it is, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.flow import Command, Effect, Reclaim, Record, Refused, SetItems, State, dump, load, step
from engine.flow.approval.taking_back import Decision, reclaimable
from engine.flow.state import Task
from tests.approval_oracle.cases import INITIATOR
from tests.approval_oracle.playing import Engine
from tests.engine.flow.approval.test_laws import _states
from tests.engine.flow.test_standing_agents import NOW, Person, Play, both


def _result(engine: Engine, command: Reclaim) -> State | None:
    try:
        return step(engine.program, engine.state, command, engine.now + timedelta(hours=1))[0]
    except Refused:
        return None


def _first(engine: Engine, node: str, user: str, within: str | None = None) -> Decision | None:
    found = reclaimable(engine.program.nodes, engine.state, user)
    return next((each for each in found if each.node == node and each.is_within(within)), None)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 1 << 20))
def test_what_is_looked_up_is_what_is_taken_back(seed: int) -> None:
    for engine in _states(seed):
        origins = engine.state.origins.values()
        users = {item.user for task in engine.state.tasks for item in task.items} | {INITIATOR, "stranger"}
        users |= {user for origin in origins for user in (origin.actor, origin.principal) if user}
        nodes = {task.node for task in engine.state.tasks} | {origin.node for origin in origins}
        for user in users:
            for node in nodes:
                _agree(engine, node, user)
            for task in engine.state.tasks:
                _agree(engine, task.node, user, task.id)


def _agree(engine: Engine, node: str, user: str, within: str | None = None) -> None:
    found, after = _first(engine, node, user, within), _result(engine, Reclaim(node, user, within))
    assert (found is not None) == (after is not None), (node, user, within, found)
    if found is None or after is None or found.item is None:
        return
    task = after.task(found.task or "")
    assert task is not None, "its task goes on"
    item = next(each for each in task.items if each.id == found.item)
    assert (item.status in ("open", "waiting"), item.outcome, item.sign) == (True, None, None)


def test_nothing_is_offered_while_all_is_held() -> None:
    play = _signing("ann", "bob")
    play.agree("ann")
    held = replace(play.state, suspended=NOW)
    assert reclaimable(play.program.nodes, play.state, "ann")
    assert reclaimable(play.program.nodes, held, "ann") == ()


def test_only_the_one_part_changes_and_the_history_says_so() -> None:
    play = _signing("ann", "bob", "eve")
    play.agree("ann")
    play.agree("bob")
    play.reclaim("ann")
    assert [(item.user, item.status, item.sign) for item in play.items] == [
        ("ann", "open", None),
        ("bob", "done", "agree"),
        ("eve", "open", None),
    ]
    noted, changed = play.effects
    assert isinstance(noted, Record)
    assert isinstance(changed, SetItems)
    assert (noted.type, noted.data["operation"], noted.data["user"]) == ("task_changed", "reclaim", "ann")
    assert [item.user for item in changed.items] == ["ann"]


def test_a_delegates_advice_is_theirs_to_take_back_until_it_is_acted_on() -> None:
    play = _signing("ann", "bob", operations=("delegate", "reclaim"))
    play.act("delegate", "ann", "zed")
    play.agree("zed")
    assert play.open == ["ann", "bob"]
    play.reclaim("zed")
    assert play.open == ["zed", "bob"]
    play.agree("zed")
    play.agree("ann")
    with pytest.raises(Refused, match="too_late_to_reclaim"):
        play.reclaim("zed")


def test_whoever_was_asked_for_somebody_that_was_taken_away_has_nothing_to_take_back() -> None:
    play = _signing("ann", "bob", operations=("add_before", "remove", "reclaim"))
    play.act("add_before", "ann", "zed")
    play.act("add_before", "zed", "yan")
    play.agree("yan")
    play.act("remove", "ann", item=next(item.id for item in play.items if item.user == "zed"))
    with pytest.raises(Refused, match="too_late_to_reclaim"):
        play.reclaim("yan")


def test_nobody_takes_back_anothers_or_where_it_is_not_granted() -> None:
    play = _signing("ann", "bob")
    play.agree("ann")
    with pytest.raises(Refused, match="nothing_to_reclaim"):
        play.reclaim("bob")
    other = _signing("ann", "bob", operations=())
    other.agree("ann")
    assert reclaimable(other.program.nodes, other.state, "ann") == ()
    with pytest.raises(Refused, match="not_allowed"):
        other.reclaim("ann")


def test_of_an_agents_decisions_it_is_said_for_whom() -> None:
    play = _signing(both("ann", "zed"), Person("bob"))
    play.agree("zed")
    (mine,) = reclaimable(play.program.nodes, play.state, "zed")
    (principals,) = reclaimable(play.program.nodes, play.state, "ann")
    assert mine == principals
    assert mine.principal == "ann"
    play.reclaim("ann")
    assert play.open == ["ann", "zed", "bob"]


def test_tasks_written_before_signs_could_be_taken_back_are_read() -> None:
    play = _signing("ann", "bob")
    play.agree("ann")
    document = dump(play.state)
    for task in document["tasks"]:
        del task["fresh"]
    former = load(State, document)
    assert isinstance(former.tasks[0], Task)
    assert reclaimable(play.program.nodes, former, "ann") == ()
    with pytest.raises(Refused, match="too_late_to_reclaim"):
        step(play.program, former, Reclaim("sign", "ann"), NOW)


class _Signing(Play):
    effects: Sequence[Effect] = ()

    def do(self, command: Command) -> None:
        self.state, self.effects = step(self.program, self.state, command, NOW)

    def reclaim(self, user: str) -> None:
        self.do(Reclaim("sign", user))


def _signing(*people: str | Person, operations: tuple[str, ...] = ("reclaim",)) -> _Signing:
    return _Signing(*(Person(each) if isinstance(each, str) else each for each in people), operations=operations)

"""Whatever people do to a task: somebody can always do it, nothing is offered that would be refused, and the state stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.definitions import Assignment, Node
from engine.flow import ActOnTask, Command, CompleteTask, Refused, State, dump, step
from engine.flow.approval.operations import OPERATIONS, allowed, removable
from engine.flow.state import Task
from tests.approval_oracle.acting import Denied
from tests.approval_oracle.cases import INITIATOR, MODES, MOVES, Chooser, case
from tests.approval_oracle.playing import ADMINISTRATORS, Engine, told
from tests.approval_oracle.world import Instance

#: What people are offered; the rest is done for them.
_OFFERED = ("add_before", "add_after", "add_alongside", "transfer", "delegate", "claim", "release", "urge")
_NEW = "somebody-new"


def _states(seed: int) -> Iterator[Engine]:
    """The interpreter after each action of a case."""
    random = Random(seed)
    drawn = case(seed, seed, random.choice(MODES), tuple(random.choices(MOVES, k=4)))
    engine = Engine(drawn)
    oracle = Instance(drawn.flow, drawn.crew, INITIATOR, ADMINISTRATORS, engine.drawn)
    chooser = Chooser(drawn)
    for _ in range(25):
        yield engine
        action = chooser.next(oracle)
        if action is None:
            return
        try:
            engine.do(engine.command(action, oracle.meant(action.task, action.user, action.kind, action.users)))
            told(action, oracle)
        except (Refused, Denied):
            continue


def _accepts(engine: Engine, command: Command) -> bool:
    try:
        step(engine.program, engine.state, command, engine.now + timedelta(hours=1))
    except Refused:
        return False
    return True


def _attempt(task: Task, user: str, operation: str) -> Command:
    if operation == "decide":
        return CompleteTask(task.id, user, "agree")
    return ActOnTask(task.id, user, operation, (_NEW,) if OPERATIONS[operation].users[0] else ())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 20))
def test_exactly_what_is_offered_is_accepted(seed: int) -> None:
    for engine in _states(seed):
        for task in engine.state.tasks:
            node = engine.program.nodes[task.node]
            for user in {item.user for item in task.items} | {INITIATOR, "stranger"}:
                offered = allowed(task, node, user, initiator=user == INITIATOR)
                for operation in ("decide", *_OFFERED):
                    if operation == "claim" and task.claimed is not None and "release" in offered:
                        continue  # claiming what is one's own changes nothing
                    accepted = _accepts(engine, _attempt(task, user, operation))
                    assert accepted == (operation in offered), (user, operation, task.items)
                may = (
                    removable(task, user) if "remove" in (node.assignment.operations if node.assignment else ()) else ()
                )
                for item in task.items:
                    accepted = _accepts(engine, ActOnTask(task.id, user, "remove", (), item.id))
                    assert accepted == (item.id in may), (user, item, task.items)
                assert ("remove" in offered) == bool(may)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 20))
def test_an_open_task_can_be_done_by_somebody_until_it_is_over(seed: int) -> None:
    """From wherever it stands: when everybody agrees whom it asks, the instance ends. Where nobody is asked and that counts as a refusal, which
    leads back, it goes round, as it is told to."""
    *_, engine = _states(seed)
    assume(engine.case.crew["T"] or _assignment(engine).nobody != "refuse")
    for _ in range(200):
        asked = [(task, item) for task in engine.state.tasks for item in task.items if item.status == "open"]
        if engine.state.status != "running" or not asked:
            break
        task, item = asked[0]
        engine.do(CompleteTask(task.id, item.user, "agree", item=item.id))
    stuck = [task for task in engine.state.tasks if not task.unassigned]
    assert not stuck


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1 << 20))
def test_the_same_command_gives_the_same_and_leaves_the_state_alone(seed: int) -> None:
    for engine in _states(seed):
        for task in engine.state.tasks:
            for item in task.items:
                command = CompleteTask(task.id, item.user, "agree")
                before = dump(engine.state)
                first = _result(engine, command)
                assert first == _result(engine, command)
                assert dump(engine.state) == before


def _result(engine: Engine, command: Command) -> object:
    try:
        state, effects = step(engine.program, engine.state, command, engine.now)
    except Refused as refused:
        return refused.code
    return dump(state), list(effects)


def _with_people(mode: str, number: int, instance: int = 1) -> Engine:
    """An instance at a task of so many people."""
    drawn = case(1, 1, mode, ("agree",))
    crew = {**drawn.crew, "T": tuple(replace(drawn.crew["A"][0], user=f"co-signer-{n:03d}") for n in range(number))}
    nodes = tuple(_plain(node) if node.id == "T" else node for node in drawn.flow.nodes)
    engine = Engine(replace(drawn, flow=replace(drawn.flow, nodes=nodes), crew=crew), State(str(UUID(int=instance))))
    while not any(task.node == "T" for task in engine.state.tasks):
        task = engine.state.tasks[0]
        engine.do(CompleteTask(task.id, task.items[0].user, "agree"))
    return engine


def _plain(node: Node) -> Node:
    assert node.assignment is not None
    assignment = replace(node.assignment, operations=("add_alongside",), own="approve", duplicates="never")
    return replace(node, assignment=assignment, loop=None)


def _assignment(engine: Engine) -> Assignment:
    return engine.program.nodes["T"].assignment or Assignment(())


def _tested(engine: Engine) -> Task:
    return next(task for task in engine.state.tasks if task.node == "T")


def test_the_state_of_a_task_of_very_many_stays_within_its_bound() -> None:
    engine = _with_people("all", 500)
    for number in range(150):
        engine.do(CompleteTask(_tested(engine).id, f"co-signer-{number:03d}", "agree"))
    assert len(json.dumps(dump(engine.state))) < 256 * 1024


def test_nobody_adds_people_without_end() -> None:
    engine = _with_people("all", 499)
    engine.do(ActOnTask(_tested(engine).id, "co-signer-000", "add_alongside", ("new",)))
    with pytest.raises(Refused, match=r"task\.too_many_people"):
        engine.do(ActOnTask(_tested(engine).id, "co-signer-000", "add_alongside", ("newer",)))


def test_a_person_drawn_by_lot_is_the_same_when_it_is_drawn_again_and_not_always_the_first() -> None:
    drawn = [[item.user for item in _tested(_with_people("random", 5, n)).items] for n in range(20)]
    again = [[item.user for item in _tested(_with_people("random", 5, n)).items] for n in range(20)]
    assert drawn == again
    assert all(len(users) == 1 for users in drawn)
    assert len({users[0] for users in drawn}) > 2

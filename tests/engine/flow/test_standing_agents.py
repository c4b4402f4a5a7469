"""Agents in a task, and giving tasks and instances to somebody else: who may act when, and who may not any more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.definitions import Assignment, Candidate, Edge, Flow, Node, Outcome, Text
from engine.flow import (
    ActOnTask,
    Agent,
    AssignPeople,
    ChangeInitiator,
    Command,
    CompleteTask,
    Item,
    Person,
    Program,
    Refused,
    Start,
    State,
    Suspend,
    Withdraw,
    compile_flow,
    step,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAME = Text("审批", "Approve")
OUTCOMES = (Outcome("agree", NAME), Outcome("refuse", NAME, "refuse"))


class Play:
    """One task for some people, played on."""

    def __init__(self, *people: Person, mode: str = "all", **policies: Any) -> None:
        assignment = Assignment((Candidate(user="ann"),), mode, **policies)
        nodes = (
            Node("begin", "start_event", NAME),
            Node("sign", "user_task", NAME, assignment=assignment, outcomes=OUTCOMES),
            Node("end", "end_event", NAME),
        )
        edges = (Edge("a", "begin", "sign"), Edge("b", "sign", "end"))
        flow = Flow("f", NAME, "ticket", nodes, edges)
        self.program: Program = compile_flow(flow, {})
        self.state = State(instance="00000000-0000-7000-8000-000000000001")
        self.do(Start(initiator="ivy"))
        self.task = self.state.tasks[0].id
        self.do(AssignPeople(self.task, people))

    def do(self, command: Command) -> None:
        self.state, _ = step(self.program, self.state, command, NOW)

    def act(self, operation: str, user: str, *users: str, item: int | None = None) -> None:
        self.do(ActOnTask(self.task, user, operation, users, item))

    def agree(self, user: str) -> None:
        self.do(CompleteTask(self.task, user, "agree"))

    @property
    def items(self) -> list[Item]:
        found = self.state.task(self.task)
        return list(found.items) if found is not None else []

    @property
    def open(self) -> list[str]:
        return [item.user for item in self.items if item.status == "open"]


def both(user: str, *agents: str) -> Person:
    return Person(user, agents=tuple(Agent(agent) for agent in agents))


def away(user: str, *agents: str) -> Person:
    return Person(user, agents=tuple(Agent(agent, both=False) for agent in agents))


def test_either_acting_closes_both() -> None:
    play = Play(both("ann", "bob"), Person("cid"))
    assert play.open == ["ann", "bob", "cid"]
    play.agree("bob")
    assert [(item.user, item.status) for item in play.items] == [("ann", "skipped"), ("bob", "done"), ("cid", "open")]
    with pytest.raises(Refused, match="already_handled"):
        play.agree("ann")
    play.agree("cid")
    assert play.state.status == "completed"


def test_where_the_agent_acts_alone_the_principal_waits() -> None:
    play = Play(away("ann", "bob"))
    assert play.open == ["bob"]
    with pytest.raises(Refused, match="not_yet"):
        play.agree("ann")
    play.agree("bob")
    assert play.state.status == "completed"


def test_in_a_sequence_the_agent_waits_for_the_turn_of_the_principal() -> None:
    play = Play(Person("ann"), away("bea", "bob"), mode="sequence")
    assert play.open == ["ann"]
    play.agree("ann")
    assert play.open == ["bob"]


def test_an_agent_whose_time_is_over_is_dismissed_and_the_principal_acts_again() -> None:
    play = Play(away("ann", "bob"))
    agent = next(item for item in play.items if item.user == "bob")
    play.act("dismiss", "ann", item=agent.id)
    assert play.open == ["ann"]
    with pytest.raises(Refused, match="already_handled"):
        play.agree("bob")
    with pytest.raises(Refused, match="already_handled"):
        play.act("dismiss", "ann", item=agent.id)


def test_agents_appointed_now_get_what_is_open_and_what_comes_later_in_it() -> None:
    play = Play(Person("ann"), Person("bea"), Person("ann"), mode="sequence")
    play.act("appoint_alone", "ann", "bob")
    assert play.open == ["bob"]
    play.agree("bob")
    assert play.open == ["bea"]
    play.agree("bea")
    assert play.open == ["bob"]
    play.act("appoint", "ann", "bob")  # he is there: nothing is doubled
    assert [item.user for item in play.items].count("bob") == 2


def test_appointing_is_nothing_that_the_principal_did() -> None:
    play = Play(Person("ann"))
    play.act("appoint", "ann", "bob")
    play.act("reassign", "ann", "cid")
    play.do(Withdraw("ivy"))  # only before anybody acted
    assert play.state.status == "cancelled"


def test_reassigning_takes_what_is_not_their_turn_yet() -> None:
    play = Play(Person("ann"), Person("bea"), mode="sequence")
    play.act("reassign", "bea", "cid")
    assert play.open == ["ann"]
    play.agree("ann")
    assert play.open == ["cid"]
    assert next(item.owner for item in play.items if item.user == "cid") == "bea"


def test_an_agents_part_can_be_reassigned() -> None:
    play = Play(away("ann", "bob"))
    play.act("reassign", "bob", "cid")
    assert play.open == ["cid"]
    play.agree("cid")
    assert play.state.status == "completed"


def test_an_instance_goes_to_somebody_else_even_while_it_is_held() -> None:
    play = Play(Person("ann"))
    play.do(Suspend())
    play.do(ChangeInitiator("tom"))
    assert play.state.initiator == "tom"
    with pytest.raises(Refused):
        play.do(Withdraw("ivy"))

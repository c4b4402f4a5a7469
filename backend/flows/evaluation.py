"""Values of a flow's expressions that the backend needs itself: who the candidates of a task are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from backend.actions.arguments import id_of
from backend.flows.answers import answers
from backend.flows.work import Work
from backend.metadata.snapshot import Metadata
from backend.tasks.people import Named
from engine.definitions import Candidate, Node
from engine.flow import Program, State
from engine.flow.expressions import Key
from engine.language import Context
from engine.language.asking import Asking

T = TypeVar("T")


async def told(session: AsyncSession, metadata: Metadata, program: Program, evaluate: Callable[[Context], T]) -> T:
    """What `evaluate` gives once everything that it asks of the host has been answered."""
    asking = Asking()
    while True:
        found = evaluate(asking.context)
        asked = asking.take()
        if not asked:
            return found
        asking.tell(asked, await answers(session, metadata, asked, program.looked_up_paths))


async def people_named(work: Work, node: Node, locals: Mapping[str, Any]) -> Named:
    """The users that expressions among a node's candidates give."""
    return await named_at(work.session, work.metadata, work.program, work.state, node, locals, work.now)


async def named_at(
    session: AsyncSession,
    metadata: Metadata,
    program: Program,
    state: State,
    node: Node,
    locals: Mapping[str, Any],
    now: datetime,
) -> Named:
    """The users that expressions among a node's candidates give in a state of an instance."""
    keys = list(_expressions(node))
    if not keys:
        return {}
    values = {**state.context, **state.variables, **locals}

    def evaluate(context: Context) -> dict[tuple[str, int], list[str]]:
        found = {key: program.value(Key(node.id, key[0], str(key[1])), values, now, context) for key in keys}
        return {key: list(_users(value)) for key, value in found.items()}

    return await told(session, metadata, program, evaluate)


def _expressions(node: Node) -> Iterator[tuple[str, int]]:
    assignment = node.assignment
    lists: dict[str, tuple[Candidate, ...]] = {}
    if assignment is not None:
        lists = {"candidates": assignment.candidates, "cc": assignment.cc}
        if assignment.vote is not None:
            lists["veto"] = assignment.vote.veto
    for member, candidates in lists.items():
        yield from ((member, place) for place, each in enumerate(candidates) if each.expression is not None)


def _users(value: Any) -> Iterator[str]:
    """Each user in a user, an id or e-mail, or a list of such."""
    if isinstance(value, Mapping):
        if value.get("id"):
            yield str(value["id"])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _users(each)
    elif value and _names_user(str(value)):
        yield str(value)


def _names_user(text: str) -> bool:
    """Whether it is an e-mail address or an id; whoever is named otherwise is nobody."""
    return "@" in text or id_of(text) is not None

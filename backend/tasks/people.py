"""Whom a task asks: its candidates as they are now, with what its policies need to know of them.

Nobody is found who cannot sign in. In the initiator's place stands somebody above them, where the node says so; whoever acts for somebody is
found with them. Where people are chosen, the candidates are the range that they are chosen from.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM
from backend.agents.finding import agents_of
from backend.flows.approval_errors import ChoosePeople, UsersInvalid
from backend.identity import repository as users
from backend.identity import service as identity
from backend.identity.models import User
from backend.identity.superiors import chain, head_of, superior_of
from backend.metadata.snapshot import Metadata
from backend.records import service as records
from backend.tasks import repository
from engine.definitions import Assignment, Candidate, Chain, Node
from engine.flow import Agent, Person

#: A list of candidates and the place of one in it, with the users that its expression gives.
Named = Mapping[tuple[str, int], Sequence[str]]
Found = tuple[tuple[Person, ...], tuple[str, ...], str | None]

#: Policies that put somebody above in the initiator's place.
_INSTEAD = {"superior": superior_of, "head": head_of}
#: Modes in which one person is asked.
_ALONE = ("one", "random")


class About(Protocol):
    """An instance, or one that might be begun, as far as its people are looked for."""

    @property
    def id(self) -> UUID: ...
    @property
    def flow(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def record_id(self) -> UUID | None: ...
    @property
    def initiator_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody found, with the weight of their vote."""

    user: User
    weight: int = 1


@dataclass
class Known:
    """What is known of an instance where people are looked for; the record and earlier actors are read only when somebody asks, and once.
    `acted`, `held` and `data`: who, as far as one can tell, will have done nodes that are still to come, or have their tasks, and what
    will be on the record. `agents`: whether there may be anybody who acts for somebody."""

    session: AsyncSession
    metadata: Metadata
    instance: About
    acted: Mapping[str, UUID] = field(default_factory=dict)
    held: Mapping[str, UUID] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    agents: bool = True
    _read: dict[str, Any] = field(default_factory=dict)

    async def people(self, candidates: Sequence[Candidate]) -> list[User]:
        """Who the candidates are now, each once."""
        if not candidates:
            return []
        record = await self._record() if any(candidate.record_field for candidate in candidates) else {}
        actors = await self._actors() if any(candidate.superior_of for candidate in candidates) else {}
        return await identity.resolve_candidates(
            self.session, candidates, initiator_id=self.instance.initiator_id, record=record, task_actors=actors
        )

    async def persons(self, assignment: Assignment, named: Named) -> tuple[Person, ...]:
        """Whom the assignment asks, in the order of its candidates."""
        seats = await self._seats(assignment, meant(assignment.candidates, "candidates", named))
        if assignment.chain is not None:
            seats = await self._chain(assignment.chain, seats, named=bool(assignment.candidates))
        seats = [seat async for seat in self._instead(assignment, seats)]
        vetoes = meant(assignment.vote.veto, "veto", named) if assignment.vote is not None else ()
        veto = {user.id for user in await self.people(vetoes)}
        agents = await self._agents(assignment, [seat.user.id for seat in seats])
        return tuple(
            Person(str(seat.user.id), seat.weight, seat.user.id in veto, agents=agents.get(seat.user.id, ()))
            for seat in seats
        )

    async def _seats(self, assignment: Assignment, candidates: Sequence[Candidate]) -> list[_Seat]:
        """The people of the candidates. Where they sign one after the other somebody may come again; else the first that names them
        counts."""
        if assignment.mode != "sequence" and len({candidate.weight for candidate in candidates}) <= 1:
            weight = candidates[0].weight if candidates else 1
            return [_Seat(user, weight) for user in await self.people(candidates)]
        found = [_Seat(user, each.weight) for each in candidates for user in await self.people([each])]
        if assignment.mode == "sequence":
            return [seat for place, seat in enumerate(found) if not place or found[place - 1].user.id != seat.user.id]
        return list({seat.user.id: seat for seat in reversed(found)}.values())[::-1]

    async def _chain(self, levels: Chain, seats: Sequence[_Seat], *, named: bool) -> list[_Seat]:
        """The superiors of those whom the candidates name, or of the initiator where none are given."""
        initiator = self.instance.initiator_id
        bases = [seat.user.id for seat in seats] if named or initiator is None else [initiator]
        found: dict[UUID, _Seat] = {}
        for base in bases:
            for user in await chain(self.session, base, levels=levels.levels, up_to=levels.up_to):
                found.setdefault(user.id, _Seat(user))
        return list(found.values())

    async def _instead(self, assignment: Assignment, seats: Iterable[_Seat]) -> AsyncIterator[_Seat]:
        """Those, with somebody above in the place of the initiator where the assignment says so; nobody where there is nobody."""
        above = _INSTEAD.get(assignment.own)
        for seat in seats:
            if above is None or seat.user.id != self.instance.initiator_id:
                yield seat
            elif (user := await above(self.session, seat.user.id)) is not None:
                yield replace(seat, user=user)

    async def _agents(self, assignment: Assignment, people: Sequence[UUID]) -> Mapping[UUID, tuple[Agent, ...]]:
        """Who acts for them; nobody approves as an agent what they asked for themselves, where they may not as themselves."""
        if not self.agents:
            return {}
        initiator = self.instance.initiator_id
        besides: Collection[UUID] = [initiator] if initiator is not None and assignment.own != "approve" else ()
        return await agents_of(self.session, people, self.instance.flow, clock.now(), besides=besides)

    async def _record(self) -> dict[str, Any]:
        if "record" not in self._read:
            entity, id = self.instance.entity, self.instance.record_id
            stored = await records.get(self.session, self.metadata, SYSTEM, entity, id) if id is not None else {}
            self._read["record"] = {**stored, **self.data}
        found: dict[str, Any] = self._read["record"]
        return found

    async def _actors(self) -> dict[str, UUID]:
        if "actors" not in self._read:
            known = await repository.actors(self.session, self.instance.id)
            self._read["actors"] = {**self.held, **known, **self.acted}
        found: dict[str, UUID] = self._read["actors"]
        return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom somebody chose, by node: `now`, by who acts, which must fit; or `before`, at the start, of whom those count who still do."""

    now: Mapping[str, Sequence[str]] = field(default_factory=dict)
    before: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, node: Node, people: Sequence[Person]) -> tuple[Person, ...] | None:
        """Those chosen for a node of the people who may be, in the order in which they were; None where nobody was. Raises UsersInvalid."""
        assignment, range_ = node.assignment or Assignment(()), {person.user: person for person in people}
        if assignment.chosen_by is None:
            return None
        names = list(dict.fromkeys(str(each) for each in self.now.get(node.id, self.before.get(node.id, ()))))
        fitting = [name for name in names if name in range_]
        if node.id in self.now and (fitting != names or not names or (assignment.mode in _ALONE and len(names) > 1)):
            raise UsersInvalid(path=f"chosen/{node.id}")
        return tuple(range_[name] for name in fitting) or None


async def people_for(known: Known, node: Node, named: Named, chosen: Chosen) -> Found:
    """Whom a node's task asks (of those whom it may ask, those chosen); where nobody is found, the administrators and whom the node names
    for that case (empty where they are not there). Raises UsersInvalid."""
    assignment = node.assignment or Assignment(())
    people = await known.persons(assignment, named)
    people = chosen.of(node, people) or people
    if people:
        return people, (), None
    administrators = tuple(str(user.id) for user in await repository.administrators(known.session))
    stands_in = await known.people([Candidate(user=assignment.nobody_user)]) if assignment.nobody_user else []
    return (), administrators, next((str(user.id) for user in stands_in), "")


async def choice_of(session: AsyncSession, node: Node, people: Sequence[Person]) -> ChoosePeople:
    """The question who gets a node's task, of these."""
    names = await users.names(session, {UUID(person.user) for person in people})
    candidates = [{"id": person.user, "name": names.get(person.user, "")} for person in people]
    return ChoosePeople(node_id=node.id, title=node.title, candidates=candidates, most=most_of(node))


def most_of(node: Node) -> int | None:
    """How many people may be chosen for a node's task; None for any number."""
    return 1 if node.assignment is not None and node.assignment.mode in _ALONE else None


def meant(candidates: Sequence[Candidate], member: str, named: Named) -> tuple[Candidate, ...]:
    """The candidates with those that an expression gives put in its place."""
    found: list[Candidate] = []
    for place, candidate in enumerate(candidates):
        given = named.get((member, place))
        found += [candidate] if given is None else [Candidate(user=user, weight=candidate.weight) for user in given]
    return tuple(found)

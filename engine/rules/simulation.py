"""The meaning of rules, in one process and in memory: a set of rules over a timeline of events, in virtual time.

simulation = Simulation(rules, Facts(zone), begins)
simulation.play(occurrences, until)     # or feed(occurrence) and advance(moment), one by one
simulation.outcomes                     # what fired, was held back, was retracted

It is written to be obviously right: what several workers make of the log in the database must come to the same. Actions are
reported and not done, save `cancel_pending`; what they would have changed or caused is for the caller to feed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate

from engine.rules.agenda import Agenda, Pending
from engine.rules.counting import Counted
from engine.rules.evaluation import NEEDS_WINDOWS, decide, fire, is_valid, later_block, perform, person_of
from engine.rules.history import History, Logged, Occurrence
from engine.rules.lengths import after
from engine.rules.model import PERSON, Case, CompiledRule, Firing, Later
from engine.rules.outcomes import Facts, Outcome
from engine.rules.rounds import Rounds
from engine.rules.running import Absence, Look, Running
from engine.rules.sending import deeds, message_of, withdrawn
from engine.rules.situations import People, Situation, id_of
from engine.rules.waiting import Met
from engine.rules.words import WordIndex

CANCEL = "cancel_pending"
READ = "message.read"


class Simulation:
    """Rules at work. It stands at a moment, from which `advance` moves it on; `begins` is the first."""

    def __init__(self, rules: Sequence[CompiledRule], facts: Facts, begins: dt.datetime) -> None:
        words = WordIndex(facts.words)
        self.facts = facts
        self.history = History()
        self.people = People(facts)
        self.now = begins.astimezone(facts.zone)
        ordered = sorted(rules, key=lambda each: (-each.priority, each.key))
        self.rules = {rule.key: Running(rule, self.history, facts, words) for rule in ordered}
        self._outcomes: list[Outcome] = []
        self._messages: dict[int, dict[str, object]] = {}
        self._agenda = Agenda()
        self._waiting: dict[str, list[Running]] = {}
        self._absent: dict[str, list[Running]] = {}
        self._sequences: list[Running] = []
        self._fired: set[tuple[str, str]] = set()
        self._awaited: set[tuple[str, str]] = set()
        self._rounds = Rounds(self._agenda, facts, self.people, self.history, self._fire)
        for running in self.rules.values():
            self._begin(running)

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """Everything that fired or was held back, in order; what was retracted says so."""
        return tuple(self._outcomes)

    def _begin(self, running: Running) -> None:
        if running.waiting is not None:
            self._waiting.setdefault(running.waiting.kind, []).append(running)
        if running.rule.absence is not None:
            self._absent.setdefault(running.rule.absence.step.event, []).append(running)
        if running.pattern is not None and len(running.pattern.steps) > 1:
            self._sequences.append(running)
        self._rounds.begin(running, self.now)

    # -- time

    def play(
        self,
        occurrences: Iterable[Occurrence],
        until: dt.datetime | None = None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Events in the order of the log, the clock going on with their times. What is due waits until nothing that happened by
        then is still to come, as workers wait until they have read that far. False when `go_on`, asked before each event, ended
        it before its time."""
        log = list(occurrences)
        horizons = list(accumulate((each.at for each in reversed(log)), min))
        for occurrence, horizon in zip(log, reversed(horizons), strict=True):
            if not go_on():
                return False
            if horizon > self.now:
                self._advance(horizon, inclusive=False)
            self.feed(occurrence)
        if until is not None:
            self.advance(until)
        return True

    def advance(self, to: dt.datetime) -> None:
        """Goes on to a moment and does everything that is due until then."""
        self._advance(to, inclusive=True)

    def _advance(self, to: dt.datetime, *, inclusive: bool) -> None:
        for pending in self._agenda.due(to, inclusive=inclusive):
            self.now = max(self.now, pending.due)
            pending.do()
        self.now = max(self.now, to.astimezone(self.facts.zone))

    # -- events

    def feed(self, occurrence: Occurrence) -> None:
        """An event, behind all that were fed before; its time may be earlier than theirs."""
        entry = self.history.append(replace(occurrence, at=occurrence.at.astimezone(self.facts.zone)))
        self.people.meet(occurrence.person or occurrence.kinds.get(f"{PERSON}.updated"))
        self._read(entry)
        self._withdraw(entry)
        self._retract(entry)
        floor: int | None = None
        for running in self._waiting_for(entry):
            stopped = floor is not None and running.rule.priority < floor
            if self._meet(running, entry, stopped=stopped) and floor is None:
                floor = running.rule.priority
        self._look_again(entry)

    def _waiting_for(self, entry: Logged) -> list[Running]:
        """The rules that wait for an event, in their order."""
        found = [running for kind in entry.occurrence.kinds for running in self._waiting.get(kind, ())]
        return sorted(found, key=lambda running: (-running.rule.priority, running.rule.key))

    def _look_again(self, entry: Logged) -> None:
        """An earlier event of sequences comes late: last events that came before it may complete them now."""
        for running in self._sequences:
            pattern = running.pattern
            assert pattern is not None, "a sequence is a pattern"
            for last in pattern.completed_before(entry, self.history, running.calendar):
                if (running.rule.key, f"event:{last.occurrence.id}") not in self._fired:
                    self._meet(running, last, entry.position + 1)

    def _meet(self, running: Running, entry: Logged, before: int | None = None, *, stopped: bool = False) -> bool:
        """Whether a rule fires on an event and stops those below it. An absence only notes what it waits for, which is no firing
        that could be `stopped`; a firing that a limit holds back stops others all the same."""
        absence = running.rule.absence
        if stopped and absence is None:
            return False
        situation = Situation.of_event(entry, self.people, before)
        met = self.met(running, entry, situation)
        if met is None:
            return False
        if absence is not None:
            self._await(running, situation.naming(met), met)
            return False
        firing = self._fire(running, situation.naming(met))
        return firing is not None and firing.stops

    def met(self, running: Running, entry: Logged, situation: Situation) -> Met | None:
        """What an event completes of what a rule waits for; nothing for a rule that is not valid that day."""
        if running.waiting is None or not is_valid(running.rule, situation.now):
            return None
        return running.waiting.met(entry, running.look(situation).sight)

    # -- what must not follow

    def _await(self, running: Running, situation: Situation, met: Met) -> None:
        absence, anchor = running.rule.absence, met.chain[-1]
        assert absence is not None, "only an absence is waited for"
        due = after(anchor.at, absence.within, running.calendar)
        cause = f"deadline:{anchor.occurrence.id}"
        if (running.rule.key, cause) in self._fired or (running.rule.key, cause) in self._awaited:
            return
        if due is None:
            self._note(_failed(running, replace(situation, cause=cause), "if", "no_such_time"))
            return
        self._awaited.add((running.rule.key, cause))
        do = partial(self._end_wait, running, replace(situation, cause=cause, now=due), met)
        self._agenda.plan(Pending(due, do, id_of(situation.person), running.rule.purpose))

    def _end_wait(self, running: Running, waiting: Situation, met: Met) -> None:
        """The time is over: fires unless something followed."""
        self._awaited.discard((running.rule.key, waiting.cause))
        situation = waiting.at(waiting.cause, waiting.now, len(self.history), self.people)
        pattern = running.pattern
        assert pattern is not None, "an absence is part of a pattern"
        if pattern.first_following(met.chain, situation.now, running.look(situation).sight) is not None:
            return
        number = len(self._outcomes)
        firing = self._fire(running, situation)
        if firing is not None:
            running.remember(Absence(met.chain, situation, firing.quotas, number))

    def _retract(self, entry: Logged) -> None:
        """A late event takes their reason away from absences that have fired."""
        for kind in entry.occurrence.kinds:
            for running in self._absent.get(kind, ()):
                for absence in running.absences_over(entry):
                    if _undoes(running, entry, absence):
                        self._take_back(running, absence, entry)

    def _take_back(self, running: Running, absence: Absence, entry: Logged) -> None:
        running.absences.remove(absence)
        outcome = self._outcomes[absence.number]
        if outcome.status == "fired":
            running.give_back(absence.quotas, outcome.at)
        self._outcomes[absence.number] = replace(outcome, status="retracted", retracted_by=entry.occurrence.id)
        self._agenda.cancel(lambda pending: pending.firing == absence.number)

    # -- firing

    def decide(self, running: Running, situation: Situation) -> tuple[Look, Sequence[Counted], Case | None]:
        """The case that a rule takes in a situation, and what it counted for that."""
        look = running.look(situation)
        case = decide(running.rule, look.moment)
        if case is not NEEDS_WINDOWS:
            return look, (), case
        counted = running.count(look.sight)
        windows = {str(number): each.value for number, each in enumerate(counted)}
        case = decide(running.rule, look.moment, windows)
        assert case is not NEEDS_WINDOWS, "the windows are given"
        return replace(look, moment=look.moment.with_windows(windows)), counted, case

    def _fire(self, running: Running, situation: Situation) -> Firing | None:
        """What a rule does in a situation, if one of its cases holds; nothing of it where a limit holds it back."""
        look, counted, case = self.decide(running, situation)
        if case is None:
            return None
        firing = fire(running.rule, case, look.moment)
        held = running.held_by(firing.quotas, situation.now)
        outcome = replace(_outcome(running, situation, firing), windows=tuple(counted))
        if held is not None:
            self._note(replace(outcome, status="limited", actions=(), shares={}, held_by=held.key))
            return firing
        running.spend(firing.quotas, situation.now)
        self._act(running, situation, outcome, firing.later)
        return firing

    def _act(self, running: Running, situation: Situation, outcome: Outcome, laters: Sequence[Later]) -> None:
        """Notes what a firing does, and plans what it leaves for later."""
        number = self._note(outcome)
        for deed in outcome.actions:
            if deed.action == CANCEL:
                self._cancel(
                    id_of(deed.arguments.get(PERSON)) or outcome.person,
                    deed.arguments.get("purpose") or running.rule.purpose,
                )
            message = message_of(outcome, deed, self.facts)
            if message is not None:
                self._messages[number] = message
        if number not in self._messages and situation.message is not None:
            self._messages[number] = dict(situation.message)
        for each in laters:
            self._postpone(running, situation, outcome.cause, number, each)

    def _postpone(self, running: Running, situation: Situation, cause: str, number: int, block: Later) -> None:
        due = after(situation.now, block.delay, running.calendar)
        situation = replace(situation, cause=f"after:{cause}:{block.place}")
        if due is None:
            self._note(_failed(running, situation, block.place, "no_such_time"))
            return
        do = partial(self._resume, running, replace(situation, now=due), number, block.place)
        self._agenda.plan(Pending(due, do, id_of(situation.person), running.rule.purpose, number))

    def _resume(self, running: Running, left: Situation, number: int, place: str) -> None:
        """A block of `after` is due: its condition and arguments are read now."""
        situation = left.at(left.cause, left.now, len(self.history), self.people)
        situation = replace(situation, message=self._messages.get(number))
        statement, look = later_block(running.rule, place), running.look(situation)
        assert statement is not None, "the block that was left"
        if not look.moment.holds(statement.condition):
            return
        done = perform(running.rule, statement.block, place, look.moment)
        resumed = Firing(
            running.rule.key,
            place,
            tuple(done.actions),
            tuple(done.later),
            subject=person_of(look.moment),
            shares=done.shares,
        )
        self._act(running, situation, _outcome(running, situation, resumed), resumed.later)

    # -- people

    def _withdraw(self, entry: Logged) -> None:
        """Consent that is withdrawn cancels what is pending."""
        person = id_of(entry.occurrence.kinds.get(f"{PERSON}.updated"))
        for purpose in withdrawn(entry.occurrence) if person is not None else ():
            self._cancel(person, purpose)

    def _cancel(self, person: str | None, purpose: object) -> None:
        """Takes back what is pending for a person and a purpose."""
        self._agenda.cancel(lambda each: each.person == person and each.purpose == purpose and person is not None)

    def _read(self, entry: Logged) -> None:
        """A person has read what was sent to them until then: the message that is named, or all."""
        values = entry.occurrence.kinds.get(READ)
        if values is None:
            return
        person = id_of(self.people.of(entry.occurrence))
        for number, message in self._messages.items():
            if message["id"] == values.get("id") or (
                values.get("id") is None and self._outcomes[number].person == person
            ):
                self._messages[number] = {**message, "status": "read", "read_at": message["read_at"] or entry.at}

    def _note(self, outcome: Outcome) -> int:
        """Writes an outcome down; returns its number."""
        self._outcomes.append(outcome)
        self._fired.add(outcome.identity)
        return len(self._outcomes) - 1


def _undoes(running: Running, entry: Logged, absence: Absence) -> bool:
    pattern = running.pattern
    return pattern is not None and pattern.breaks(absence.chain, entry, running.look(absence.situation).sight)


def _outcome(running: Running, situation: Situation, firing: Firing) -> Outcome:
    return Outcome(
        firing.rule_key,
        situation.cause,
        situation.now,
        firing.branch,
        "fired",
        deeds(running.rule, firing.actions, situation.person, situation.now, running.facts),
        situation.events,
        (),
        id_of(situation.person),
        firing.subject,
        firing.shares,
        firing.trace,
    )


def _failed(running: Running, situation: Situation, place: str, error: str) -> Outcome:
    nothing = Firing(running.rule.key, place, ())
    return replace(_outcome(running, situation, nothing), status="failed", error=error)

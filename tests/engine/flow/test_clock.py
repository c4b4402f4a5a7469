"""A task's deadline and what happens when it is late: by which clock, how often, and what stops it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.definitions.codec import decode
from engine.flow import (
    ActOnTask,
    AssignPeople,
    Command,
    CompleteTask,
    Effect,
    FireTimers,
    OpenTask,
    Person,
    Program,
    Record,
    Remind,
    Resume,
    Start,
    State,
    Suspend,
    compile_flow,
    dump,
    load,
    step,
)
from tests.backend.flows.drawing import flow, node
from tests.flow_fuzz.playing import INSTANCE

#: A Friday, four in the afternoon in Shanghai.
FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGREE = {"key": "agree", "label": {"zh": "同意", "en": "agree"}}
REFUSE = {"key": "refuse", "label": {"zh": "拒绝", "en": "refuse"}, "kind": "refuse"}
ASK = {"key": "ask", "label": {"zh": "补充", "en": "ask"}, "kind": "send_back", "straight": True, "target": "first"}


def late(*rules: dict[str, Any], due: str | None = "P1D", **assignment: Any) -> Program:
    """A task, then one with these rules, in Shanghai."""
    asked = {"candidates": [{"role": "boss"}], "overdue": list(rules), **assignment}
    second = node("second", "task", assignment=asked, outcomes=[AGREE, REFUSE, ASK], due=due)
    first, other = node("first", "task", outcomes=[AGREE]), node("other", "task", outcomes=[AGREE])
    jumps = any(rule["action"] == "jump" for rule in rules)  # only then anything leads to the other
    nodes, paths = ([first, second, other], ["other -> end"]) if jumps else ([first, second], [])
    drawn = flow("late", nodes, "start -> first -> second -> end", *paths)
    return compile_flow(decode("flow", {**drawn, "entity": "thing"}), {}, "Asia/Shanghai")


class Played:
    """An instance whose every task gets the same people; `effects` are those of the last command with what followed."""

    def __init__(self, program: Program, people: Sequence[str] = ("ann", "bob"), now: datetime = FRIDAY) -> None:
        self.program, self.people, self.now = program, people, now
        self.state, self.effects = State(INSTANCE), list[Effect]()
        self.do(Start(initiator="amy"))

    def do(self, command: Command) -> None:
        state = load(State, dump(self.state))
        self.state, effects = step(self.program, state, command, self.now)
        self.effects = list(effects)
        for effect in self.effects:
            if isinstance(effect, OpenTask):
                people = tuple(Person(user) for user in self.people)
                self.state, more = step(self.program, self.state, AssignPeople(effect.task, people), self.now)
                self.effects += more

    def decide(self, user: str, outcome: str = "agree") -> None:
        self.do(CompleteTask(self.state.tasks[0].id, user, outcome))

    def wait(self, length: timedelta) -> None:
        """Let time pass, and everything happen that is due on the way."""
        until = self.now + length
        self.effects = []
        seen: list[Effect] = []
        while self.state.status == "running" and self.state.next_due is not None and self.state.next_due <= until:
            self.now = max(self.now, self.state.next_due)
            self.do(FireTimers())
            seen += self.effects
        self.now, self.effects = until, seen

    @property
    def due(self) -> datetime | None:
        return self.state.tasks[0].due

    def reminders(self) -> list[str]:
        return [each.why for each in self.effects if isinstance(each, Remind)]


def begun(*rules: dict[str, Any], people: Sequence[str] = ("ann", "bob"), **members: Any) -> Played:
    """An instance that has come to the second task."""
    played = Played(late(*rules, **members), people)
    played.decide("ann")
    return played


def test_reminders_come_so_often_and_no_more() -> None:
    played = begun({"action": "remind", "every": "PT2H", "times": 3})
    assert played.due == FRIDAY + DAY
    played.wait(DAY - HOUR)
    assert played.reminders() == []
    played.wait(timedelta(hours=4))
    assert played.reminders() == ["overdue", "overdue"]
    played.wait(timedelta(days=9))
    assert played.reminders() == ["overdue"]
    assert played.state.next_due is None


def test_reminders_that_were_missed_are_one() -> None:
    played = begun({"action": "remind", "every": "PT2H", "times": 5})
    played.now += DAY + 5 * HOUR
    played.do(FireTimers())
    assert played.reminders() == ["overdue"]
    assert played.state.next_due == FRIDAY + DAY + 6 * HOUR


def test_only_those_whose_turn_it_is_are_reminded() -> None:
    played = begun({"action": "remind"}, mode="all")
    played.decide("ann")
    played.wait(2 * DAY)
    (reminder,) = [each for each in played.effects if isinstance(each, Remind)]
    assert reminder.users == ("bob",)


def test_a_late_task_is_agreed_to_or_refused_and_says_so() -> None:
    for action in ("agree", "refuse"):
        played = begun({"action": action, "after": "PT1H"}, mode="all")
        played.decide("ann")
        task = played.state.tasks[0]
        played.wait(DAY)
        assert played.state.status == "running"
        played.wait(HOUR)
        assert played.state.status == "completed"
        told = [each.data for each in played.effects if isinstance(each, Record) and each.type == "overdue"]
        assert told == [{"action": action, "task": task.id}]


def test_a_late_task_goes_another_way_or_to_superiors_as_well() -> None:
    played = begun({"action": "jump", "target": "other"})
    played.wait(DAY)
    assert [task.node for task in played.state.tasks] == ["other"]
    played = begun({"action": "superior"}, {"action": "superior", "after": "PT1H"})
    task = played.state.tasks[0].id
    played.wait(DAY)
    assert played.reminders() == ["superior"]
    played.do(ActOnTask(task, "", "escalate", ("boss",)))
    played.do(CompleteTask(task, "boss", "agree"))
    assert played.state.status == "completed"


def test_working_time_passes_only_at_work() -> None:
    rules = ({"action": "remind", "after": "PT2H", "business": True, "every": "P1D", "times": 2},)
    played = begun(*rules, due="PT4H", business=True)
    assert played.due == FRIDAY + 3 * DAY - 5 * HOUR  # Friday 16:00 to 18:00, then Monday 9:00 to 11:00
    played.wait(3 * DAY - 5 * HOUR + 2 * HOUR)
    assert played.reminders() == []
    played.wait(HOUR)  # over lunch until 14:00
    assert played.reminders() == ["overdue"]
    played.wait(DAY)
    assert played.reminders() == ["overdue"]


def test_the_clock_stands_while_somebody_is_asked_again() -> None:
    for clock, left in (("pause", DAY - 3 * HOUR), ("restart", DAY)):
        played = begun({"action": "remind"}, clock=clock)
        played.wait(3 * HOUR)
        played.decide("ann", "ask")
        assert played.state.next_due is None
        played.wait(5 * DAY)
        played.decide("ann")
        assert played.due == played.now + left, clock
        played.wait(left)
        assert played.reminders() == ["overdue"]
        assert played.state.next_due is None


def test_what_came_before_the_clock_stood_does_not_come_again() -> None:
    played = begun(
        {"action": "remind"}, {"action": "superior", "after": "P1D"}, clock="pause", business=True, due="PT4H"
    )
    played.wait(4 * DAY)  # Tuesday
    assert played.reminders() == ["overdue", "superior"]
    played.decide("ann", "ask")
    played.wait(DAY)
    played.decide("ann")
    assert played.state.next_due is None
    assert played.due is not None
    assert played.due < played.now


def test_the_clock_stands_while_all_is_held() -> None:
    played = begun({"action": "remind"})
    played.wait(HOUR)
    played.do(Suspend())
    played.now += 10 * DAY
    played.do(Resume())
    assert played.due == played.now + DAY - HOUR
    assert played.state.next_due == played.due
    played = begun({"action": "remind"}, due="PT8H", business=True)
    played.wait(HOUR)  # Friday 17:00: seven hours are left
    played.do(Suspend())
    played.now += 2 * DAY  # a week-end in which nobody works anyhow
    played.do(Resume())
    assert played.due == FRIDAY + 3 * DAY + HOUR  # Monday until 17:00


def test_a_decided_task_has_no_clock() -> None:
    played = begun({"action": "refuse"})
    played.decide("ann")
    assert (played.state.status, played.state.next_due) == ("completed", None)

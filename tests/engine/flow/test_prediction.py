"""Who gets it next: what a prediction shows without anything having been done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.definitions.codec import decode
from engine.flow import AssignPeople, OpenTask, Person, Program, Start, State, Suspend, compile_flow, step
from engine.flow.prediction import Prediction, Wanted, predict
from tests.backend.flows.drawing import flow, node
from tests.flow_fuzz.playing import BEGIN, INSTANCE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Finder = Callable[[Wanted], tuple[str, ...]]


def program_of(nodes: list[dict[str, Any]], *paths: str, **members: Any) -> Program:
    drawn = {**flow("asking", nodes, *paths, **members), "entity": "thing"}
    return compile_flow(decode("flow", drawn), {}, external=("outside.ask",), changing=("record.change",))


def task(id: str, **assignment: Any) -> dict[str, Any]:
    return node(id, "task", assignment={"candidates": [{"user": "a@b"}], **assignment})


def by_node(people: Mapping[str, tuple[str, ...]]) -> Finder:
    return lambda wanted: people.get(wanted.effect.node, ("ann",))


def foreseen(program: Program, find: Finder = by_node({}), state: State | None = None, **start: Any) -> Prediction:
    """Play a prediction with people from `find`; the administrator is root."""
    given = Start(initiator=start.pop("initiator", None), variables=start)
    playing = predict(program, state or State(INSTANCE), NOW, start=given if state is None else None)
    told = None
    while True:
        try:
            wanted = playing.send(told) if told is not None else next(playing)
        except StopIteration as ended:
            return ended.value  # type: ignore[no-any-return]  # a generator's value is not typed here
        told = tuple(Person(user) for user in find(wanted)), ("root",), None


def shown(prediction: Prediction) -> list[tuple[str, list[str]]]:
    return [(each.node, [item.user for item in each.items]) for each in prediction.tasks]


def test_everybody_agrees_until_the_end() -> None:
    program = program_of([task("first"), task("second")], "start -> first -> second -> end")
    found = foreseen(program, by_node({"second": ("bob", "cat")}))
    assert shown(found) == [("first", ["ann"]), ("second", ["bob", "cat"])]
    assert (found.ended, found.cut, found.sure, found.waits) == (True, False, True, ())
    assert not any(each.now for each in found.tasks)


def test_what_is_open_comes_first_and_nothing_has_happened() -> None:
    program = program_of([task("first"), task("second")], "start -> first -> second -> end")
    state, effects = step(program, State(INSTANCE), Start(), BEGIN)
    opened = next(each for each in effects if isinstance(each, OpenTask))
    state, _ = step(program, state, AssignPeople(opened.task, (Person("zoe"),)), BEGIN)
    before = state
    found = foreseen(program, state=state)
    assert [(each.node, each.now) for each in found.tasks] == [("first", True), ("second", False)]
    assert state == before
    held, _ = step(program, state, Suspend(), BEGIN)
    assert shown(foreseen(program, state=held)) == shown(found)


def test_somebody_who_agreed_before_is_shown_with_the_reason() -> None:
    program = program_of([task("first"), task("second", duplicates="earlier")], "start -> first -> second -> end")
    second = foreseen(program).tasks[1]
    assert [(item.user, item.status, item.reason) for item in second.items] == [("ann", "done", "earlier")]


def test_conditions_lead_and_only_the_path_taken_is_asked() -> None:
    variables = [{"key": "n", "type": "number", "label": {"zh": "n", "en": "n"}, "default": 0}]
    program = program_of(
        [node("which", "xor"), task("boss"), task("clerk")],
        "start -> which -> [n > 3] boss -> end",
        "which -> [*] clerk -> end",
        variables=variables,
    )
    asked: list[str] = []

    def find(wanted: Wanted) -> tuple[str, ...]:
        asked.append(wanted.effect.node)
        return ("ann",)

    assert shown(foreseen(program, find, n=9)) == [("boss", ["ann"])]
    assert asked == ["boss"]
    assert shown(foreseen(program, n=1)) == [("clerk", ["ann"])]


def test_delays_pass_and_other_systems_are_waited_for() -> None:
    delay = node("later", "delay", events=[{"kind": "timer", "timer": {"duration": "P2D"}}])
    program = program_of([delay, task("first")], "start -> later -> first -> end")
    (first,) = foreseen(program).tasks
    assert first.at == NOW + timedelta(days=2)
    program = program_of([node("ask", "service", action="outside.ask"), task("first")], "start -> ask -> first -> end")
    found = foreseen(program)
    assert (found.tasks, found.ended) == ((), False)
    assert [(each.node, each.reason) for each in found.waits] == [("ask", "service")]


def test_what_an_action_gives_is_not_known() -> None:
    variables = [{"key": "n", "type": "number", "label": {"zh": "n", "en": "n"}, "default": 0}]
    ask = node("ask", "service", action="record.find", outputs={"n": "count"})
    program = program_of([ask, task("first")], "start -> ask -> first -> end", variables=variables)
    found = foreseen(program)
    assert [(each.node, each.sure) for each in found.tasks] == [("first", False)]
    assert not found.sure


def test_who_is_expected_to_have_acted_is_told_where_people_are_looked_for() -> None:
    seen: dict[str, Mapping[str, str]] = {}

    def find(wanted: Wanted) -> tuple[str, ...]:
        seen[wanted.effect.node] = wanted.acted
        return {"first": ("bob", "ann"), "second": ("cat",)}[wanted.effect.node]

    program = program_of([task("first", mode="any"), task("second")], "start -> first -> second -> end")
    foreseen(program, find)
    assert seen == {"first": {}, "second": {"first": "bob"}}


def test_a_task_without_anything_to_agree_to_is_waited_for() -> None:
    only = [{"key": "no", "label": {"zh": "否", "en": "no"}, "kind": "refuse"}]
    first = {**task("first"), "outcomes": only}
    found = foreseen(program_of([first, task("second")], "start -> first -> second -> end"))
    assert shown(found) == [("first", ["ann"])]
    assert [(each.node, each.reason) for each in found.waits] == [("first", "task")]


def test_where_nobody_is_found_and_where_there_is_no_end() -> None:
    program = program_of([task("first", nobody="incident"), task("second")], "start -> first -> second -> end")
    found = foreseen(program, by_node({"first": ()}))
    assert (shown(found), found.ended) == ([("first", [])], False)
    program = program_of([task("first"), task("second")], "start -> first -> second -> first")
    found = foreseen(program)
    assert found.cut
    assert len(found.tasks) == 200


def test_what_is_refused_though_it_belongs_to_no_task_ends_the_play() -> None:
    """A start at a node that is gone: nothing can be told, and that is no mistake of ours."""
    program = program_of([task("first")], "start -> first -> end")
    playing = predict(program, State(INSTANCE), NOW, start=Start(node="gone"))
    try:
        next(playing)
    except StopIteration as ended:
        found = ended.value
    assert (found.tasks, found.ended, found.cut) == ((), False, False)

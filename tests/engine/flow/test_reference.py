"""docs/flow-format.md: every type of node has an example that the checker accepts and that runs to its end; the pages are of today."""

from __future__ import annotations

import pytest

from engine.flow.checking.vocabulary import MEMBERS
from engine.flow.nodes import ALL_TYPES
from tests.engine.flow.format.running import APPROVALS, EXAMPLES, problems, run
from tests.engine.flow.format.texts import EVENT_MEMBER, GROUPS, LOOP_MEMBER, MEMBER, WHAT
from tests.engine.flow.reference import PATHS, Surface, reference


def test_every_type_of_node_has_its_place_on_the_page() -> None:
    assert set(MEMBERS) == set(ALL_TYPES) == set(WHAT) == set(EXAMPLES)
    assert sorted(type_ for _, types in GROUPS for type_ in types) == sorted(MEMBERS)


def test_every_member_is_explained() -> None:
    assert {member for members in MEMBERS.values() for member in members} == set(MEMBER)
    assert EVENT_MEMBER
    assert LOOP_MEMBER


@pytest.mark.parametrize("type_", EXAMPLES)
def test_the_example_is_accepted_and_runs_to_its_end(type_: str) -> None:
    assert problems(type_) == []
    instance = run(type_)
    assert instance.state.status == "completed"
    shown = {id for id, node in EXAMPLES[type_]["nodes"].items() if node[0] == type_ or node[3].get("parent") == id}
    inside = {id for id, node in EXAMPLES[type_]["nodes"].items() if node[3].get("parent") in shown}
    assert set(instance.entered) & (shown | inside)


@pytest.mark.parametrize("name", APPROVALS)
def test_the_example_of_how_people_decide_is_accepted_and_runs_to_its_end(name: str) -> None:
    assert problems(name) == []
    assert run(name).state.status == "completed"


@pytest.mark.parametrize("surface", PATHS)
def test_the_page_is_of_today(surface: Surface) -> None:
    written = PATHS[surface].read_text(encoding="utf-8")
    assert written == reference(surface), "run python -m tests.engine.flow.reference"

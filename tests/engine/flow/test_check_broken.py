"""A hundred broken flows: each is told with its reason, its node and how to mend it; the flow they were made of is good."""

from __future__ import annotations

import pytest

from tests.engine.flow.broken import GOOD, Broken, cases
from tests.engine.flow.broken.judging import told

CASES = cases()


def test_the_flow_that_they_were_made_of_is_good() -> None:
    assert told(GOOD) == []


def test_there_are_a_hundred_and_each_has_its_name() -> None:
    assert len({(case.file, case.name) for case in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_each_is_told_at_its_node_with_a_way_to_mend_it(case: Broken) -> None:
    found = [problem for problem in told(case.document) if problem.severity == case.severity]
    problem = next(each for each in found if (each.code, each.node) == (case.code, case.node))
    assert problem.mending is not None
    assert f"{problem.message.zh}。{problem.mending.zh}。" == case.told["zh"]
    assert f"{problem.message.en}. {problem.mending.en}." == case.told["en"]


@pytest.mark.parametrize("case", [case for case in CASES if case.file == "soundness"], ids=lambda case: case.name)
def test_what_is_wrong_with_the_whole_shows_a_way_that_leads_there(case: Broken) -> None:
    problem = next(each for each in told(case.document) if (each.code, each.node) == (case.code, case.node))
    if case.code in ("flow.unreachable", "flow.starts_by_itself", "flow.never_happens"):
        return
    ids = {node["id"] for node in case.document["nodes"]}
    assert problem.trace[0] == "start"
    assert set(problem.trace) <= ids

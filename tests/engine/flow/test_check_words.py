"""Problems speak as the drawing does: titles, kinds of events in words, names that are really like what was written."""

from __future__ import annotations

from typing import Any

from engine.definitions.codec import decode
from engine.flow import FlowProblem, check
from tests.engine.flow.broken import GOOD, merged, written
from tests.engine.flow.broken.judging import ENTITIES, told

Document = dict[str, Any]
_TITLE = {"zh": "复核", "en": "Review"}
_SHORT: Document = {
    "kind": "flow",
    "key": "small",
    "entity": "request",
    "nodes": {
        "start": {"type": "start_event"},
        "ask": {"type": "approval", "title": _TITLE, "assignment": {"candidates": [{"initiator": True}]}},
        "which": {"type": "exclusive_gateway"},
        "yes": {"type": "end_event"},
        "no": {"type": "end_event"},
    },
    "edges": {
        "a": "start -> ask",
        "b": "ask -> which",
        "c": {"source": "which", "target": "yes", "when": 'outcome = "approve"'},
        "d": {"source": "which", "target": "no", "when": 'outcome = "reject"'},
    },
}


def problems(change: Document) -> list[FlowProblem]:
    return check(decode("flow", written(merged(_SHORT, change))), ENTITIES, {}, {}, None, None)


def test_a_node_is_called_by_its_title() -> None:
    (problem,) = problems({"nodes": {"ask": {"assignment": None}}})
    assert problem.message.zh.startswith("“复核”")
    assert problem.message.en.endswith("“Review”: nobody can get it")


def test_of_several_with_one_title_the_id_is_said_too() -> None:
    (problem,) = problems({"nodes": {"ask": {"assignment": None}, "yes": {"title": _TITLE}}})
    assert problem.message.zh.startswith("“复核（ask）”")


def test_an_edge_is_called_by_its_ends_or_its_label() -> None:
    (problem,) = (
        p
        for p in problems({"edges": {"c": {"when": None}, "d": {"default": True, "when": None}}})
        if p.severity == "error"
    )
    assert problem.message.en.startswith("The edge “which → yes”")
    label = {"zh": "同意了", "en": "Agreed"}
    (problem,) = problems({"edges": {"c": {"when": None, "label": label}, "d": {"default": True, "when": None}}})
    assert problem.message.zh.startswith("连线“同意了”")


def test_conditions_that_name_every_outcome_of_the_task_before_need_no_default() -> None:
    assert problems({}) == []
    both = problems(
        {
            "edges": {
                "c": {"when": 'outcome = "approve" or outcome = "reject"'},
                "d": {"when": "1 < record.amount.amount"},
            }
        }
    )
    assert "flow.no_default" not in [each.code for each in both]


def test_they_need_one_where_an_outcome_is_left_or_another_way_leads_there() -> None:
    (left,) = problems({"edges": {"d": {"when": 'outcome = "approve"'}}})
    assert (left.code, left.node) == ("flow.no_default", "which")
    late = {
        "type": "boundary_event",
        "attached_to": "ask",
        "events": [{"kind": "timer", "timer": {"duration": "PT1H"}}],
    }
    (beside,) = problems({"nodes": {"late": late}, "edges": {"e": "late -> which"}})
    assert beside.code == "flow.no_default"


def test_a_short_name_is_not_taken_for_a_long_one_that_has_its_letters() -> None:
    (problem,) = problems({"edges": {"c": {"when": "it = 1"}}, "nodes": {}})[:1]
    assert problem.suggestion is None
    assert problem.mending is not None
    assert "initiator" not in problem.mending.en


def test_the_good_flow_is_told_nothing() -> None:
    assert told(GOOD) == []

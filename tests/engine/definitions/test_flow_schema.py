"""What the schema of flows holds people's settings to: each value beyond it is told in both languages, with what would do."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definitions.codec import decode, encode, problems
from tests.engine.flow.format.running import APPROVALS, document

_TEXT = {"zh": "文", "en": "text"}
_CHINESE = range(0x4E00, 0x9FFF)


def flow(assignment: dict[str, Any], outcome: dict[str, Any] | None = None, **node: Any) -> dict[str, Any]:
    asked = {"id": "ask", "type": "approval", "title": _TEXT, **node}
    asked["assignment"] = {"candidates": [{"initiator": True}], **assignment}
    if outcome is not None:
        asked["outcomes"] = [{"key": "ok", "label": _TEXT, **outcome}]
    return {"kind": "flow", "key": "f", "label": _TEXT, "entity": "e", "schema": 2, "nodes": [asked], "edges": []}


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (flow({"mode": "most"}), "assignment/mode", "not_allowed"),
        (flow({"refusal": "later"}), "assignment/refusal", "not_allowed"),
        (flow({"candidates": [{"role": "a", "weight": 0}]}), "assignment/candidates/0/weight", "too_small"),
        (flow({"candidates": [{"role": "a"}] * 201}), "assignment/candidates", "too_many"),
        (flow({"mode": "vote", "vote": {}}), "assignment/vote", "required"),
        (flow({"mode": "vote", "vote": {"pass_at": "1/2", "tie": "draw"}}), "assignment/vote/tie", "not_allowed"),
        (flow({"mode": "vote", "vote": {"pass_at": "1" * 21}}), "assignment/vote/pass_at", "too_long"),
        (flow({"mode": "vote", "vote": {"pass_at": 2}}), "assignment/vote/pass_at", "wrong_type"),
        (flow({"chain": {"levels": 0}}), "assignment/chain/levels", "too_small"),
        (flow({"chain": {"levels": 21}}), "assignment/chain/levels", "too_large"),
        (flow({"operations": ["delete"]}), "assignment/operations/0", "not_allowed"),
        (flow({"operations": ["remove", "remove"]}), "assignment/operations", "twice"),
        (flow({"nobody": "guess"}), "assignment/nobody", "not_allowed"),
        (flow({"overdue": [{"action": "remind", "times": 101}]}), "assignment/overdue/0/times", "too_large"),
        (flow({"overdue": [{"action": "remind", "after": "soon"}]}), "assignment/overdue/0/after", "pattern"),
        (flow({"overdue": [{"action": "remind", "of": "x"}]}), "assignment/overdue/0/of", "unknown_member"),
        (flow({"clock": "stop"}), "assignment/clock", "not_allowed"),
        (flow({}, {"kind": "send_back", "rounds": 0}), "outcomes/0/rounds", "too_small"),
        (flow({}, {"kind": "perhaps"}), "outcomes/0/kind", "not_allowed"),
        (flow({}, rights={"title": "secret"}), "rights/title", "not_allowed"),
        (flow({}) | {"withdraw": "often"}, "/withdraw", "not_allowed"),
    ],
)
def test_what_is_beyond_the_bounds_is_told(document: dict[str, Any], path: str, code: str) -> None:
    (problem,) = problems("flow", document)
    assert (problem.path.removeprefix("/nodes/0/"), problem.code) == (path, code)
    assert any(ord(letter) in _CHINESE for letter in problem.message.zh)
    assert not any(ord(letter) in _CHINESE for letter in problem.message.en)


@pytest.mark.parametrize("name", APPROVALS)
def test_the_examples_are_kept_as_they_are_written(name: str) -> None:
    written = document(name)
    kept = encode(decode("flow", written))
    assert decode("flow", kept) == decode("flow", written)
    assert encode(decode("flow", kept)) == kept

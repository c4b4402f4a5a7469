"""Flows made to be attacked: fields under every right, a board that signs together, turns, a vote for chosen people."""

from __future__ import annotations

from typing import Any

from tests.story import CHEN, LI, SUN, WANG, ZHAO

Document = dict[str, Any]


def text(zh: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": zh, "en": en}


#: `source_text` is masked, `compensation` hidden, `batch` to be read, `severity` required, of `items` only the number of parts is written.
FORM: Document = {
    "kind": "form",
    "key": "trial",
    "label": text("试验", "Trial"),
    "entity": "ticket",
    "sections": [
        {
            "items": [
                {"field": "title"},
                {"field": "number", "access": "read"},
                {"field": "description"},
                {"field": "source_text"},
                {"field": "batch"},
                {"field": "severity"},
                {"field": "compensation"},
                {"field": "compensation_reason", "visible_when": "compensation > 0 CNY"},
                {"field": "items"},
                {"field": "parts_total", "computed": "sum(for row in items return row.price * (row.quantity ?? 1))"},
            ]
        }
    ],
}
RIGHTS = {
    "title": "read",
    "source_text": "masked",
    "batch": "read",
    "severity": "required",
    "compensation": "hidden",
    "parts_total": "hidden",
    "items": "read",
    "items.quantity": "write",
    "items.price": "hidden",
}
ALLOWED = ["add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "consult", "reclaim"]
_OK = {"key": "ok", "label": text("同意", "Agree")}
_NO = {"key": "no", "label": text("不同意", "Refuse"), "kind": "refuse", "comment": True}
_SIGN = {"key": "sign", "label": text("签字", "Sign"), "signature": True}


def _flow(key: str, task: Document) -> Document:
    node = {
        "id": "work",
        "type": "user_task",
        "title": text("处理", "Work"),
        "form": "trial",
        "outcomes": [_OK, _NO],
        **task,
    }
    edges = (("start", "work"), ("work", "end"))
    return {
        "kind": "flow",
        "key": key,
        "label": text("试验流程", "Trial flow"),
        "entity": "ticket",
        "nodes": [
            {"id": "start", "type": "start_event", "title": text("开始", "Start")},
            node,
            {"id": "end", "type": "end_event", "title": text("结束", "End")},
        ],
        "edges": [{"id": f"{a}_{b}", "source": a, "target": b} for a, b in edges],
    }


def _people(*emails: str) -> list[Document]:
    return [{"user": email} for email in emails]


FLOWS = (
    _flow(
        "trial_fields",
        {
            "assignment": {"candidates": _people(CHEN), "mode": "any", "cc": _people(LI)},
            "rights": RIGHTS,
            "outcomes": [_OK, _NO, _SIGN],
        },
    ),
    _flow("trial_board", {"assignment": {"candidates": _people(WANG, SUN), "mode": "all", "operations": ALLOWED}}),
    _flow("trial_turns", {"assignment": {"candidates": _people(WANG, ZHAO), "mode": "sequence"}}),
    _flow("trial_group", {"assignment": {"candidates": _people(WANG, SUN), "mode": "claim"}}),
)

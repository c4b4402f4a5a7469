"""A compensation that several people look at: a vote with weights and a veto, a signed check by somebody chosen, a claim at the end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

OPERATIONS = ["add_before", "add_after", "add_alongside", "remove", "transfer", "delegate", "reclaim", "consult"]


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _user(name: str, **more: Any) -> dict[str, Any]:
    return {"user": f"{name}@weft.local", **more}


def _outcome(key: str, zh: str, en: str, kind: str = "complete", **more: Any) -> dict[str, Any]:
    return {"key": key, "label": _text(zh, en), "kind": kind, **more}


def _task(id: str, zh: str, en: str, assignment: dict[str, Any], *outcomes: dict[str, Any], **more: Any) -> Any:
    return {
        "id": id,
        "type": "user_task",
        "title": _text(zh, en),
        "assignment": {"operations": OPERATIONS, **assignment},
        "outcomes": list(outcomes),
        **more,
    }


AGREE = _outcome("agree", "同意", "Agree")
REFUSE = _outcome("refuse", "不同意", "Disagree", "refuse", comment=True)
ABSTAIN = _outcome("abstain", "弃权", "Abstain", "abstain")
BACK = _outcome("back", "退回", "Send back", "send_back", straight=True, rounds=3)


def review_flow(key: str) -> dict[str, Any]:
    """Zhang Min applies; Wang Wei (two votes), Zhao Lei and Li Na (veto) vote; they choose who checks it; a group closes it."""
    voters = [_user("wang.wei", weight=2), _user("zhao.lei"), _user("li.na")]
    vote = {"mode": "vote", "vote": {"pass_at": "2/3", "veto": [_user("li.na")]}, "candidates": voters}
    check = {"mode": "any", "candidates": [_user("sun.li"), _user("chen.jie")], "chosen_by": "previous"}
    rights = {"compensation": "required", "compensation_reason": "read", "repair_plan": "masked", "product": "hidden"}
    nodes = [
        {"id": "start", "type": "start_event", "title": _text("开始", "Start")},
        _task(
            *(
                "apply",
                "填写申请",
                "Application",
                {"candidates": [_user("zhang.min")]},
                _outcome("submit", "提交", "Submit"),
            ),
            form="ticket_service",
        ),
        _task("vote", "部门会签", "Departments vote", vote, AGREE, REFUSE, ABSTAIN, BACK, priority=1, due="PT8H"),
        _task(
            *("check", "财务复核", "Finance check", check, _outcome("agree", "同意", "Agree", signature=True), REFUSE),
            form="ticket_finance",
            rights=rights,
        ),
        _task(
            "close", "办结", "Close it", {"mode": "claim", "candidates": [_user("wang.wei"), _user("zhang.min")]}, AGREE
        ),
        {"id": "end", "type": "end_event", "title": _text("结束", "End"), "outcome": "approved"},
    ]
    path = ["start", "apply", "vote", "check", "close", "end"]
    edges = [{"id": f"{a}_{b}", "source": a, "target": b} for a, b in pairwise(path)]
    label = _text("赔付会签", "Compensation review")
    return {
        "kind": "flow",
        "key": key,
        "label": label,
        "entity": "ticket",
        "nodes": nodes,
        "edges": edges,
        "withdraw": "any",
    }

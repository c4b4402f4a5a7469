"""Refusals around approval: of standing agents, hand-overs, how people want to be told, and what is done with tasks beside deciding."""

from __future__ import annotations

from typing import Any

from tests.api.refusal import ADMIN, NOBODY, NUL, Refusal, not_allowed, not_there, with_key
from tests.story import CHEN, LI, SUN, WANG, ZHAO

#: A time far off: whoever is an agent then acts for nobody in the scene.
_THEN = {"starts_at": "2999-01-01T00:00:00Z", "ends_at": "2999-02-01T00:00:00Z"}


def _agent(code: str, body: dict[str, Any], who: str = WANG, status: int = 422) -> Refusal:
    return Refusal(code, "POST", "/api/agents", body, who, status)


def _handover(code: str, body: dict[str, Any], status: int = 422) -> Refusal:
    return Refusal(code, "POST", "/api/handovers", {"parts": ["items"]} | body, ADMIN, status)


AGENTS = (
    Refusal("unauthenticated", "GET", "/api/agents", who=None, status=401),
    with_key("GET", "/api/agents"),
    Refusal("forbidden", "GET", "/api/agents", who=CHEN, status=403, query={"user": NOBODY}),
    _agent("agent.own", {"agent_id": "{wang}"}),
    _agent("agent.inactive", {"agent_id": "{gone}"}),
    _agent("agent.window", {"agent_id": "{li}", "ends_at": "2020-01-01T00:00:00Z"}),
    _agent("agent.not_begun", {"agent_id": "{li}", "open_tasks": True, **_THEN}, status=409),
    _agent("agent.already", {"agent_id": "{chen}", **_THEN}, status=409),
    _agent("agent.cycle", {"agent_id": "{wang}", **_THEN}, ZHAO, 409),
    _agent("agent.chain_too_long", {"agent_id": "{wang}", **_THEN}, LI, 409),
    _agent("forbidden", {"agent_id": "{li}", "principal_id": "{chen}"}, status=403),
    _agent("not_found", {"agent_id": NOBODY}, status=404),
    _agent("not_found", {"agent_id": "{li}", "flows": ["nothing"]}, status=404),
    _agent("invalid", {"agent_id": "{li}", "flows": []}),
    _agent("invalid", {"agent_id": "{li}", "starts_at": "9999-12-31T23:59:59Z"}),
    not_there("DELETE", f"/api/agents/{NOBODY}"),
    Refusal("forbidden", "DELETE", "/api/agents/{agent}", who=CHEN, status=403),
    not_there("POST", f"/api/agents/{NOBODY}/apply"),
    Refusal("agent.not_begun", "POST", "/api/agents/{agent}/apply", None, WANG, 409),
)
HANDOVERS = (
    not_allowed("GET", "/api/handovers", who=LI),
    not_allowed("POST", "/api/handovers", {"from_user": "{wang}", "to_user": "{li}", "parts": ["items"]}, LI),
    not_allowed("GET", "/api/handovers/{handover}", who=LI),
    not_allowed("POST", "/api/handovers/{handover}/run", who=LI),
    not_allowed("POST", "/api/handovers/{handover}/reverse", who=SUN),
    _handover("handover.same_person", {"from_user": "{wang}", "to_user": "{wang}"}),
    _handover("handover.person_inactive", {"from_user": "{wang}", "to_user": "{gone}"}),
    _handover("not_found", {"from_user": "{wang}", "to_user": NOBODY}, 404),
    _handover("invalid", {"from_user": "{wang}", "to_user": "{li}", "parts": []}),
    _handover("invalid", {"from_user": "{wang}", "to_user": "{li}", "parts": ["soul"]}),
    not_there("GET", f"/api/handovers/{NOBODY}"),
    not_there("POST", f"/api/handovers/{NOBODY}/run"),
    not_there("POST", f"/api/handovers/{NOBODY}/reverse"),
    Refusal("handover.not_now", "POST", "/api/handovers/{handover}/reverse", status=409),
)
NOTICES = (
    Refusal("unauthenticated", "GET", "/api/account/notices", who=None, status=401),
    with_key("GET", "/api/account/notices"),
    with_key("PUT", "/api/account/notices", {}),
    Refusal("notices.quiet_hours", "PUT", "/api/account/notices", {"quiet_from": "22:00"}),
    Refusal("invalid", "PUT", "/api/account/notices", {"channels": ["pigeon"]}),
    Refusal("invalid", "PUT", "/api/account/notices", {"zone": "Moon/Base"}),
)


def _operate(code: str, operation: str, status: int = 409, who: str = WANG, **body: Any) -> Refusal:
    sent = {"operation": operation, "command_id": "{fresh}", **body}
    return Refusal(code, "POST", "/api/tasks/{task}/operations", sent, who, status)


def _order(code: str, order: str, status: int = 409, who: str = WANG, run: str = "{instance}", **body: Any) -> Refusal:
    return Refusal(code, "POST", f"/api/instances/{run}/{order}", {"command_id": "{fresh}", **body}, who, status)


OPERATIONS = (
    with_key("POST", "/api/tasks/{task}/operations", {"operation": "urge", "command_id": "12345678"}),
    with_key(
        "POST", "/api/tasks/complete", {"decisions": [{"task": NOBODY, "outcome": "ok", "command_id": "12345678"}]}
    ),
    Refusal("invalid", "POST", "/api/tasks/complete", {"decisions": []}),
    not_there("POST", f"/api/tasks/{NOBODY}/operations", {"operation": "urge", "command_id": "12345678"}),
    _operate("task.not_allowed", "add_before", users=["{li}"]),
    _operate("task.not_allowed", "escalate", users=["{li}"]),
    _operate("task.not_yours", "add_before", 403, CHEN, users=["{li}"]),
    _operate("task.not_yours", "read", 403),
    _operate("task.users_invalid", "cc", 422, users=["{gone}"]),
    _operate("task.already_in", "cc", users=["{wang}"]),
    _operate("task.not_claimed", "release"),
    _operate("invalid", "cc", 422, users=["wang"]),
    Refusal(
        "task.target_unknown",
        "POST",
        "/api/tasks/{task}/complete",
        {"outcome": "confirm", "command_id": "{fresh}", "target": "start"},
        WANG,
    ),
    Refusal("invalid", "GET", "/api/tasks", query={"sort": "beauty"}),
    Refusal("invalid", "GET", "/api/tasks", query={"after": "nothing"}),
    _order("task.not_allowed", "reclaim", node_id="triage"),
    not_there("GET", f"/api/instances/{NOBODY}/prediction"),
    _order("flow.not_yours_to_withdraw", "withdraw", 403),
    _order("flow.instance_ended", "urge", run="{ended}", who=ADMIN),
    _order("not_found", "urge", 404, run=NOBODY),
    _order("forbidden", "void", 403, reason="错了"),
    _order("flow.not_ended", "void", who=ADMIN, reason="错了"),
    _order("invalid", "void", 422, ADMIN, reason=" "),
    _order("forbidden", "reopen", 403, run="{ended}"),
    _order("flow.unknown_node", "reopen", 422, ADMIN, "{ended}", node_id="nowhere"),
)


def _attach(
    code: str, status: int, who: str = WANG, raw: bytes = b"x", place: str = "tasks/{task}", **query: str
) -> Refusal:
    named = {"name": "a.txt", "command_id": "12345678"} | query
    return Refusal(code, "POST", f"/api/{place}/attachments", None, who, status, named, raw)


ATTACHMENTS = (
    _attach("task.not_yours", 403, CHEN),
    _attach("attachment.name_invalid", 422, name=".."),
    _attach("attachment.empty", 422, raw=b""),
    _attach("command.id_invalid", 422, command_id="1"),
    _attach("not_found", 404, place=f"tasks/{NOBODY}"),
    Refusal("invalid", "POST", "/api/tasks/{task}/attachments", None, WANG, raw=b"x"),
    _attach("attachment.not_initiator", 403, place="instances/{instance}"),
    _attach("attachment.name_invalid", 422, place="instances/{instance}", name=".."),
    _attach("not_found", 404, place=f"instances/{NOBODY}"),
    Refusal("invalid", "POST", "/api/instances/{instance}/attachments", None, WANG, raw=b"x"),
    not_there("GET", f"/api/attachments/{NOBODY}"),
    with_key("GET", f"/api/attachments/{NOBODY}"),
    not_there("DELETE", f"/api/attachments/{NOBODY}"),
    with_key("DELETE", f"/api/attachments/{NOBODY}"),
)


def _start(code: str, status: int = 422, who: str = LI, flow: str = "urgent_complaint", **body: Any) -> Refusal:
    return Refusal(code, "POST", f"/api/start-forms/{flow}", {"id": "{fresh}", "data": {}, **body}, who, status)


def _keep(code: str, status: int = 422, who: str = LI, id: str = "{fresh}", **body: Any) -> Refusal:
    return Refusal(code, "PUT", f"/api/start-drafts/{id}", {"flow": "urgent_complaint", **body}, who, status)


START_FORMS = (
    Refusal("unauthenticated", "GET", "/api/start-forms", who=None, status=401),
    not_there("GET", "/api/start-forms/nothing"),
    not_allowed("GET", "/api/start-forms/urgent_complaint", who=CHEN),
    _start("not_found", 404, flow="nothing"),
    _start("forbidden", 403, CHEN),
    _start("task.invalid_data", data={"title": ""}),
    _start("task.invalid_data", data={"title": "漏水", "no_such": 1}),
    _start("task.users_invalid", data={"title": "漏水"}, chosen={"triage": ["{li}"]}),
    _start("invalid", data={"title": NUL}),
    _start("invalid", id="1"),
    _start("command.id_reused", 409, id="{started}", flow="retention", data={"name": "王五"}),
    with_key("GET", "/api/start-drafts"),
    not_there("GET", f"/api/start-drafts/{NOBODY}"),
    with_key("GET", f"/api/start-drafts/{NOBODY}"),
    _keep("not_found", 404, flow="nothing"),
    _keep("forbidden", 403, CHEN),
    _keep("task.invalid_data", data={"no_such": 1}),
    _keep("task.draft_too_large", data={"description": "x" * 600_000}),
    _keep("start.already_started", 409, id="{started}"),
    with_key("DELETE", f"/api/start-drafts/{NOBODY}"),
)
APPROVAL: tuple[Refusal, ...] = (*AGENTS, *HANDOVERS, *NOTICES, *OPERATIONS, *ATTACHMENTS, *START_FORMS)
#: Codes of these that no single request brings about.
UNUSUAL_APPROVAL = {
    "agent.not_standing": "somebody decides as the agent of another when their time has just ended",
    "handover.changed": "of a line that is taken back: it was changed since it was handed over",
    "handover.draft_exists": "of a line: somebody has a draft of the definition that names the person",
    "attachment.incomplete": "the connection ends before the file that is attached",
    "attachment.not_yours": "somebody takes away a file that another attached",
    "attachment.too_large": "a file of more than 20 MB is attached",
    "attachment.too_many": "a 21st file is attached to a task, or to a run itself",
    "flow.already_reopened": "an instance is reopened while another goes on with it",
    "flow.decision_counted": "a decision is taken back where others ended the step, or what followed has come to its end",
    "flow.nothing_to_reclaim": "a decision is taken back at a node that its person did not decide",
    "flow.too_late_to_reclaim": "a decision is taken back after somebody acted on what followed",
    "flow.too_late_to_withdraw": "an instance is withdrawn after somebody acted, where its flow does not allow it then",
    "flow.too_many_rounds": "a task is sent back more often than its outcome allows",
    "flow.voided": "an instance that was declared void is voided or reopened",
    "start.too_many_drafts": "somebody keeps a 51st draft of a start",
    "task.choose_people": "a decision leads to a task whose people its person is to choose",
    "task.last_signer": "the last who has still to sign is taken away from a task",
    "task.not_removable": "somebody is taken away from a task whom another brought in, or who has acted",
    "task.not_yet": "somebody decides before those who come first",
    "task.too_many_people": "more people are brought into a task than one may have",
    "task.urged_recently": "somebody asks for haste twice within half an hour",
    "handover.line_failed": "of a line: a bug; the log of the worker has it",
    "handover.merged": "of a line that is taken back: it became one with what the other person had in that task",
    "handover.moved_on": "of a line: it is not in the person's hands any more",
}

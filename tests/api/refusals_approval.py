"""Refusals around approval: of standing agents, hand-overs and how people want to be told. Others of approval are among the tasks'."""

from __future__ import annotations

from typing import Any

from tests.api.refusal import ADMIN, NOBODY, Refusal, not_allowed, not_there, with_key
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
APPROVAL: tuple[Refusal, ...] = (*AGENTS, *HANDOVERS, *NOTICES)
#: Codes of these that no single request brings about.
UNUSUAL_APPROVAL = {
    "agent.not_standing": "somebody decides as the agent of another when their time has just ended",
    "handover.changed": "of a line that is taken back: it was changed since it was handed over",
    "handover.draft_exists": "of a line: somebody has a draft of the definition that names the person",
    "handover.moved_on": "of a line: it is not in the person's hands any more",
}

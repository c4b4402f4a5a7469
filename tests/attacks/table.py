"""The attacks: who sends what, and the code it is refused with. A `{name}` is filled in from the scene.

| on | by | refused with |
| --- | --- | --- |
| fields that the node hides, masks or lets be read only, by deciding, drafts, bulk, GraphQL | whoever has the task | `task.invalid_data` with `field.hidden`, `field.masked`, `field.read_only`, `field.row_added`, `field.row_removed` |
| somebody else's task, or another's part in one's own | strangers, copied, consulted, removed, handed on, not yet | `task.not_yours`, `task.already_handled`, `task.not_yet` |
| operations that the node does not grant, or about people who do not fit | its people | `task.not_allowed`, `task.users_invalid`, `task.already_in`, `task.not_removable`, `not_found` |
| runs of others | its people | `forbidden`, `flow.not_yours_to_withdraw`, ... |
| keys without tasks | programs | `forbidden` |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.attacks.scene import ADMIN, STRANGER
from tests.story import CHEN, LI, SUN, WANG, ZHAO

NOBODY = "00000000-0000-7000-8000-000000000000"
#: No session: a program with a key that was not made for its user's tasks.
KEY = "key"


@dataclass(frozen=True)
class Attack:
    """One request. `problems` are the places and codes that a refusal of values names."""

    what: str
    who: str
    method: str
    path: str
    body: Any
    code: str
    status: int = 422
    problems: tuple[tuple[str, str], ...] = field(default=())

    @property
    def name(self) -> str:
        return f"{self.what} ({self.who.partition('@')[0]})"


def _complete(what: str, code: str, status: int = 422, who: str = CHEN, task: str = "{task}", **body: Any) -> Attack:
    sent = {"outcome": "ok", "command_id": "{fresh}", **body}
    return Attack(what, who, "POST", f"/api/tasks/{task}/complete", sent, code, status)


def _written(what: str, data: dict[str, Any], *problems: tuple[str, str], outcome: str = "ok") -> tuple[Attack, ...]:
    """Values that may not be written: neither by deciding, whichever way, nor in a draft."""
    comment = {"comment": "不行"} if outcome == "no" else {}
    decided = {"outcome": outcome, "command_id": "{fresh}", "data": {"severity": "minor"} | data, **comment}
    return (
        Attack(
            f"{what}, decided", CHEN, "POST", "/api/tasks/{task}/complete", decided, "task.invalid_data", 422, problems
        ),
        Attack(
            f"{what}, in a draft",
            CHEN,
            "PUT",
            "/api/tasks/{task}/draft",
            {"data": data},
            "task.invalid_data",
            422,
            problems,
        ),
    )


def _rows(what: str, rows: list[dict[str, Any]], *problems: tuple[str, str]) -> tuple[Attack, ...]:
    return _written(what, {"items": rows}, *problems)


_ROW = {"id": "{row}", "quantity": 3}
FIELDS = (
    *_written("a hidden field", {"compensation": "1"}, ("/compensation", "field.hidden")),
    *_written("a hidden field emptied", {"compensation": None}, ("/compensation", "field.hidden")),
    *_written("a hidden field with a refusal", {"compensation": "1"}, ("/compensation", "field.hidden"), outcome="no"),
    *_written("a hidden computed field", {"parts_total": "1"}, ("/parts_total", "field.hidden")),
    *_written("a field to be read", {"batch": "B9"}, ("/batch", "field.read_only")),
    *_written("the title, by its node's right", {"title": "改"}, ("/title", "field.read_only")),
    *_written("a number that the server gives", {"number": "T1"}, ("/number", "field.read_only")),
    *_written("a masked field", {"source_text": "改"}, ("/source_text", "field.masked")),
    *_written("a masked field emptied", {"source_text": None}, ("/source_text", "field.masked")),
    *_written("another mask", {"source_text": "****"}, ("/source_text", "field.masked")),
    *_written("a field on no form", {"reply_text": "改"}, ("/reply_text", "field.unknown")),
    *_written("a column of the table itself", {"owner": "{chen}"}, ("/owner", "field.unknown")),
    *_written("labels", {"_labels": {"person": "x"}}, ("/_labels", "field.unknown")),
    *_rows("a hidden column", [{**_ROW, "price": "1"}], ("/items/0/price", "field.hidden")),
    *_rows("a hidden column emptied", [{**_ROW, "price": None}], ("/items/0/price", "field.hidden")),
    *_rows("a column to be read", [{**_ROW, "part": "别的"}], ("/items/0/part", "field.read_only")),
    *_rows("a new row", [_ROW, {"quantity": 1}], ("/items/1", "field.row_added")),
    *_rows("a row of nowhere", [_ROW, {"id": NOBODY, "quantity": 1}], ("/items/1", "field.row_added")),
    *_rows("a row taken away", [], ("/items", "field.row_removed")),
    *_rows("the same row twice", [_ROW, _ROW], ("/items", "field.row_repeated")),
    *_written("no rows at all", {"items": None}, ("/items", "field.row_removed")),
    *_written("rows that are none", {"items": "rows"}, ("/items", "field.type")),
    *_written(
        "a condition on what is hidden",
        {"compensation_reason": "x", "compensation": "0"},
        ("/compensation", "field.hidden"),
    ),
    _complete("what the node requires is missing", "task.invalid_data", data={}),
    _complete("a signature is missing", "task.signature_required", outcome="sign", data={"severity": "minor"}),
    *(
        _complete(
            f"a signature that is {what}",
            "task.signature_invalid",
            outcome="sign",
            data={"severity": "minor"},
            signature=given,
        )
        for what, given in (
            ("no picture", "wang"),
            ("a script", "data:image/svg+xml;base64,PHN2Zz4="),
            ("no base64", "data:image/png;base64,***"),
            ("no PNG", "data:image/png;base64,R0lGODlh"),
            ("cut off", "data:image/png;base64,iVBORw0KGgo="),
            ("blank", "{blank}"),
            ("followed by more", "{png_and_more}"),
        )
    ),
    _complete(
        "a signature that is huge", "invalid", outcome="sign", data={"severity": "minor"}, signature="A" * 200_000
    ),
    _complete("an opinion that cannot be kept", "invalid", data={"severity": "minor"}, comment="a\0"),
    _complete("half a character as an opinion", "invalid", data={"severity": "minor"}, comment="a\ud800"),
    _complete("an opinion of spaces", "task.comment_required", outcome="no", comment="  "),
    Attack(
        "a draft with a character that cannot be kept",
        CHEN,
        "PUT",
        "/api/tasks/{task}/draft",
        {"data": {"description": "a\0"}},
        "invalid",
    ),
    Attack(
        "a draft too large",
        CHEN,
        "PUT",
        "/api/tasks/{task}/draft",
        {"data": {"description": "x" * 600_000}},
        "task.draft_too_large",
    ),
    Attack(
        "a draft with an unknown outcome",
        CHEN,
        "PUT",
        "/api/tasks/{task}/draft",
        {"data": {}, "outcome": "dance"},
        "task.outcome_unknown",
    ),
)


def _draft(what: str, who: str, task: str, code: str, status: int) -> Attack:
    return Attack(what, who, "PUT", f"/api/tasks/{task}/draft", {"data": {}}, code, status)


OTHERS = (
    *(
        attack
        for who, what in (
            (WANG, "a stranger"),
            (LI, "somebody it is copied to"),
            (ADMIN, "its initiator, an administrator"),
        )
        for attack in (
            _complete(f"{what} decides", "task.not_yours", 403, who, data={"severity": "minor"}),
            _draft(f"{what} writes a draft", who, "{task}", "task.not_yours", 403),
        )
    ),
    *(
        Attack(f"a stranger looks at {what}", WANG, "GET", f"/api/tasks/{{task}}{path}", None, "task.not_yours", 403)
        for what, path in (("a task", ""), ("a signature", "/signatures/1"))
    ),
    Attack("a stranger takes a draft away", WANG, "DELETE", "/api/tasks/{task}/draft", None, "task.not_yours", 403),
    Attack(
        "a stranger looks who comes next",
        STRANGER,
        "GET",
        "/api/instances/{instance}/prediction",
        None,
        "not_found",
        404,
    ),
    _complete("who was taken away decides", "task.not_yours", 403, STRANGER, "{board}"),
    Attack("who was taken away looks", STRANGER, "GET", "/api/tasks/{board}", None, "task.not_yours", 403),
    Attack(
        "who was taken away looks at the run",
        STRANGER,
        "GET",
        "/api/instances/{board_instance}",
        None,
        "not_found",
        404,
    ),
    _complete("who handed it on decides", "task.not_yours", 403, SUN, "{board}"),
    _complete("who is asked for an opinion decides", "task.not_yours", 403, LI, "{board}"),
    _complete("who comes later decides", "task.not_yet", 409, ZHAO, "{turns}"),
    _complete("one of the group whose task was taken decides", "task.already_handled", 409, SUN, "{group}"),
    _complete("with another's part", "task.not_yours", 403, WANG, "{board}", item="{item_of_zhou}"),
    _complete("with a part that is not there", "task.not_yours", 403, WANG, "{board}", item=999),
    _complete("what was decided, again", "task.already_handled", 409, CHEN, "{done}"),
    _draft("a draft of what was decided", CHEN, "{done}", "task.already_handled", 409),
    _complete("with another's command", "command.id_reused", 409, WANG, "{turns}", command_id="{used}"),
    _complete(
        "a target that the outcome does not leave open", "task.target_unknown", 422, WANG, "{board}", target="start"
    ),
    _complete(
        "people chosen where nobody chooses", "task.users_invalid", 422, WANG, "{board}", chosen={"work": ["{liu}"]}
    ),
)


def _operate(what: str, code: str, status: int, who: str, task: str, operation: str, **body: Any) -> Attack:
    sent = {"operation": operation, "command_id": "{fresh}", **body}
    return Attack(what, who, "POST", f"/api/tasks/{task}/operations", sent, code, status)


_ADDING = ("add_before", "add_after", "add_alongside", "transfer", "delegate", "consult")
OPERATIONS = (
    *(
        _operate(
            f"{name} where the node does not allow it", "task.not_allowed", 409, CHEN, "{task}", name, users=["{liu}"]
        )
        for name in _ADDING
    ),
    *(
        _operate(f"{name} by {what}", "task.not_yours", 403, who, "{board}", name, users=["{chen}"])
        for name in ("add_after", "transfer", "delegate")
        for who, what in (
            (CHEN, "a stranger"),
            (STRANGER, "who was taken away"),
            (SUN, "who handed it on"),
            (LI, "who is consulted"),
        )
    ),
    *(
        _operate(f"{name} {what}", code, status, WANG, "{board}", name, users=users)
        for name in ("add_after", "transfer")
        for what, users, code, status in (
            ("nobody", [], "task.users_invalid", 422),
            ("somebody who is not there", [NOBODY], "task.users_invalid", 422),
            ("no id", ["wang"], "invalid", 422),
            ("oneself", ["{wang}"], "task.already_in", 409),
        )
    ),
    _operate("an operation of machines", "task.not_allowed", 409, WANG, "{board}", "escalate", users=["{liu}"]),
    _operate("a hand-over by oneself", "task.not_allowed", 409, WANG, "{board}", "reassign", users=["{liu}"]),
    _operate("an agent by oneself", "task.not_allowed", 409, WANG, "{board}", "appoint", users=["{liu}"]),
    _operate("no operation", "invalid", 422, WANG, "{board}", ""),
    _operate(
        "removing whom another brought in", "task.not_removable", 409, ZHAO, "{board}", "remove", item="{item_of_zhou}"
    ),
    _operate(
        "removing who was asked by the flow",
        "task.not_removable",
        409,
        WANG,
        "{board}",
        "remove",
        item="{item_of_zhao}",
    ),
    _operate("claiming what another has", "task.already_handled", 409, SUN, "{group}", "claim"),
    _operate("releasing what another has", "task.not_claimed", 409, SUN, "{group}", "release"),
    _operate("claiming what is no group's", "task.not_allowed", 409, WANG, "{board}", "claim"),
    _operate("words that cannot be kept", "invalid", 422, WANG, "{board}", "add_after", users=["{liu}"], comment="a\0"),
    _operate("urging what is not theirs", "task.not_yours", 403, CHEN, "{board}", "urge"),
    _operate("an opinion that nobody asked for", "task.not_yours", 403, CHEN, "{board}", "advise", comment="好"),
    _operate("marking another's copy as read", "task.not_yours", 403, WANG, "{task}", "read"),
)


def _run(what: str, code: str, status: int, who: str, run: str, order: str, **body: Any) -> Attack:
    sent = {"command_id": "{fresh}", **body}
    return Attack(what, who, "POST", f"/api/instances/{run}/{order}", sent, code, status)


RUNS = (
    _run("withdrawing another's run", "flow.not_yours_to_withdraw", 403, CHEN, "{instance}", "withdraw"),
    _run("withdrawing a stranger's run", "not_found", 404, STRANGER, "{instance}", "withdraw"),
    _run(
        "reclaiming where the node does not allow it",
        "task.not_allowed",
        409,
        CHEN,
        "{instance}",
        "reclaim",
        node_id="work",
    ),
    _run(
        "reclaiming what one did not decide",
        "flow.nothing_to_reclaim",
        409,
        WANG,
        "{board_instance}",
        "reclaim",
        node_id="work",
    ),
    _run("voiding without being an administrator", "forbidden", 403, CHEN, "{ended}", "void", reason="不要了"),
    _run("reopening another's run", "forbidden", 403, CHEN, "{ended}", "reopen", node_id="work"),
    _run("urging a run one has no part in", "not_found", 404, STRANGER, "{instance}", "urge"),
    _run("ending another's run", "forbidden", 403, CHEN, "{instance}", "cancel"),
    Attack("agents of somebody else", WANG, "GET", "/api/agents?user={chen}", None, "forbidden", 403),
    Attack(
        "an agent for somebody else",
        WANG,
        "POST",
        "/api/agents",
        {"agent_id": "{wang}", "principal_id": "{chen}", "mode": "both"},
        "forbidden",
        403,
    ),
    Attack(
        "a hand-over without being an administrator",
        WANG,
        "POST",
        "/api/handovers",
        {"from_user": "{chen}", "to_user": "{wang}", "parts": ["items"]},
        "forbidden",
        403,
    ),
    Attack("looking at hand-overs", WANG, "GET", "/api/handovers", None, "forbidden", 403),
)
KEYS = tuple(
    Attack(f"a key without tasks: {method} {path}", KEY, method, path, body, "forbidden", 403)
    for method, path, body in (
        ("GET", "/api/tasks/{task}", None),
        ("POST", "/api/tasks/{task}/complete", {"outcome": "ok", "command_id": "{fresh}"}),
        ("POST", "/api/tasks/{task}/operations", {"operation": "urge", "command_id": "{fresh}"}),
        ("POST", "/api/tasks/complete", {"decisions": [{"task": "{task}", "outcome": "ok", "command_id": "{fresh}"}]}),
        ("PUT", "/api/tasks/{task}/draft", {"data": {}}),
        ("DELETE", "/api/tasks/{task}/draft", None),
        ("GET", "/api/tasks/{task}/signatures/1", None),
        ("GET", "/api/agents", None),
        ("GET", "/api/account/notices", None),
    )
)
ATTACKS = (*FIELDS, *OTHERS, *OPERATIONS, *RUNS, *KEYS)

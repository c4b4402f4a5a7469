"""Every refusal by its code: the request that earns it. The tests ask each; `docs/reference/errors.md` shows each.

A `{name}` in an address or a body is filled in from the scene that test_refusals sets. `who` is the person that asks:
None for nobody, a channel for the holder of its secret. GraphQL answers 200 and carries the code inside.
"""

from __future__ import annotations

from typing import Any

from tests.api.refusal import ADMIN, LONG, NOBODY, NUL, Refusal
from tests.api.refusal import complete as _complete
from tests.api.refusal import draft as _draft
from tests.api.refusal import graphql as _graphql
from tests.api.refusal import limited as _limit
from tests.api.refusal import listing as _list
from tests.api.refusal import not_allowed as _not_allowed
from tests.api.refusal import not_there as _not_there
from tests.api.refusal import record as _record
from tests.api.refusal import task_draft as _task_draft
from tests.api.refusal import with_key as _with_key
from tests.api.refusals_approval import APPROVAL, UNUSUAL_APPROVAL
from tests.story import CHEN, LI, WANG, ZHAO

_RULE = {"kind": "rule", "key": "praise_post", "label": {"zh": "好评", "en": "Praise"}, "text": "rule"}
_CASE = {"title": {"zh": "例", "en": "Case"}, "given": [], "expect": [], "poem": 1}
_DRAFT_RULE = 'rule r when social.post then tag(["x"]) end'
_TABLE = {
    "key": "grades",
    "label": {"zh": "档次", "en": "Grades"},
    "inputs": [{"key": "n", "label": {"zh": "次数", "en": "Times"}, "type": "number"}],
    "outputs": [{"key": "grade", "label": {"zh": "档次", "en": "Grade"}, "type": "text"}],
    "rules": [{"when": {"n": ">= 3"}, "then": {"grade": '"high"'}}],
}
_DEEP = "{ tickets { items " + "{ person { tickets { items " * 5 + "{ id }" + " } } }" * 5 + " } }"
_MANY = "{ persons(first: 500) { items { tickets(first: 500) { items { id } } } } }"

ACCOUNT = (
    Refusal("auth.invalid", "POST", "/api/auth/login", {"email": "li.na@weft.local", "password": "wrong"}, None, 401),
    Refusal("auth.throttled", "POST", "/api/auth/login", {"email": "tired@weft.local", "password": "wrong"}, None, 429),
    Refusal("invalid", "POST", "/api/auth/login", {"email": "li.na@weft.local"}, None),
    Refusal("unauthenticated", "GET", "/api/me", who=None, status=401),
    Refusal("auth.csrf", "POST", "/api/auth/logout", status=403, headers={"X-CSRF-Token": "another"}),
    Refusal("auth.password_wrong", "PATCH", "/api/me", {"password": {"old": "wrong", "new": "long enough now"}}),
    Refusal("auth.password_too_short", "PATCH", "/api/me", {"password": {"old": "{password}", "new": "short"}}),
    Refusal("invalid", "PATCH", "/api/me", {"locale": "fr"}),
    Refusal("method_not_allowed", "PUT", "/api/me", {}, status=405),
)
ADMINISTRATION = (
    *(_not_allowed("GET", f"/api/{what}") for what in ("users", "departments", "roles", "api-keys")),
    _not_allowed("POST", "/api/users", {"email": "a@b.cn", "name": "a", "password": "long enough now"}),
    Refusal(
        "user.email_taken",
        "POST",
        "/api/users",
        {"email": WANG, "name": "a", "password": "long enough now"},
        status=409,
    ),
    Refusal("auth.password_too_short", "POST", "/api/users", {"email": "a@b.cn", "name": "a", "password": "short"}),
    Refusal("invalid", "POST", "/api/users", {"email": "nothing", "name": "a", "password": "long enough now"}),
    Refusal("user.last_administrator", "PATCH", "/api/users/{admin}", {"is_admin": False}, status=409),
    Refusal("user.superior_cycle", "PATCH", "/api/users/{li}", {"superior_id": "{wang}"}, status=409),
    _not_there("PATCH", f"/api/users/{NOBODY}", {"name": "a"}),
    _not_there("POST", f"/api/users/{NOBODY}/password", {"password": "long enough now"}),
    Refusal("auth.password_too_short", "POST", "/api/users/{wang}/password", {"password": "short"}),
    _not_there("PUT", "/api/users/{wang}/roles", {"roles": ["emperor"]}),
    Refusal("conflict", "POST", "/api/departments", {"key": "quality", "label": {"zh": "a", "en": "a"}}, status=409),
    Refusal("invalid", "POST", "/api/departments", {"key": "Not a key", "label": {"zh": "a", "en": "a"}}),
    Refusal("department.cycle", "PATCH", "/api/departments/{company}", {"parent_id": "{quality}"}, status=409),
    _not_there("PATCH", f"/api/departments/{NOBODY}", {"head_id": None}),
    _not_there("POST", "/api/api-keys", {"name": "a", "roles": ["emperor"]}),
    Refusal("invalid", "POST", "/api/api-keys", {"name": "a", "roles": []}),
    _not_there("DELETE", f"/api/api-keys/{NOBODY}"),
)
METADATA = (
    Refusal("unauthenticated", "GET", "/api/metadata", who=None, status=401),
    Refusal("invalid", "GET", "/api/metadata/people", query={"emails": NUL}),
    _not_allowed("GET", "/api/definitions"),
    _not_allowed("GET", "/api/definitions/rule/praise_post"),
    _not_allowed("PUT", "/api/definitions/rule/praise_post", {"content": {}}),
    Refusal("unauthenticated", "GET", "/api/segments", who=None, status=401),
    _not_there("GET", "/api/segments/nothing"),
    Refusal("not_found", "GET", "/api/records/person", status=404, query={"segment": "nothing"}),
    _not_allowed("POST", "/api/decision-tables/check", {"document": {}}),
    _not_allowed("POST", "/api/decision-tables/decide", {"document": {}}),
    _not_allowed("POST", "/api/flows/check", {"document": {}}),
    _not_allowed("GET", "/api/flows/actions"),
    Refusal("definition.not_storable", "POST", "/api/flows/check", {"document": {"key": NUL}}),
    Refusal("forbidden", "GET", "/api/calendars/china_office/preview", None, CHEN, 403, {"year": "2026"}),
    _not_allowed("POST", "/api/calendars/preview", {"document": {}, "year": 2026}),
    Refusal("invalid", "POST", "/api/decision-tables/decide", {"key": "nothing", "document": {}}),
    _not_there("POST", "/api/decision-tables/decide", {"key": "nothing"}),
    Refusal("decision_table.invalid", "POST", "/api/decision-tables/decide", {"document": {"key": "grades"}}),
    Refusal(
        "decision_table.input", "POST", "/api/decision-tables/decide", {"document": _TABLE, "inputs": {"n": "many"}}
    ),
    Refusal("not_found", "GET", "/api/calendars/nothing/preview", status=404, query={"year": "2026"}),
    Refusal("invalid", "POST", "/api/calendars/preview", {"document": {"key": "empty"}, "year": 2026}),
    _not_there("GET", "/api/definitions/rule/nothing"),
    _not_there("GET", "/api/definitions/poem/praise_post"),
    _not_there("GET", "/api/definitions/rule/praise_post/versions/99"),
    _not_there("DELETE", "/api/definitions/rule/nothing"),
    _not_there("DELETE", "/api/definitions/rule/praise_post/draft"),
    _draft("definition.key_mismatch", "rule/praise_post", _RULE | {"key": "another"}),
    _draft("definition.not_storable", "rule/praise_post", _RULE | {"text": NUL}),
    _draft("definition.draft_outdated", "rule/praise_post", _RULE, 409, base_version=0),
    _draft("invalid", "rule/praise_post", ["no object"]),
    _not_allowed("POST", "/api/publish", {}),
    Refusal("publish.invalid", "POST", "/api/publish", {"keys": [{"kind": "rule", "key": "broken"}]}),
    Refusal("publish.nothing", "POST", "/api/publish", {"keys": [{"kind": "rule", "key": "churn_message"}]}),
    _not_allowed("GET", "/api/publications"),
    _limit("/api/publications"),
    Refusal("invalid", "POST", "/api/language/check", {"text": "1 = 1"}),
    _not_there("POST", "/api/language/check", {"text": "1 = 1", "entity": "poem"}),
    _not_allowed("POST", "/api/language/check", {"text": "1 = 1", "entity": "opportunity"}),
    Refusal("invalid", "POST", "/api/language/check", {"text": "1 = 1", "entity": "ticket", "expects": "poem"}),
    Refusal("invalid", "POST", "/api/language/complete", {"text": "1", "position": 1}),
    _not_there("POST", "/api/language/complete", {"text": "1", "position": 1, "entity": "poem"}),
    _not_allowed("POST", "/api/language/complete", {"text": "1", "position": 1, "entity": "opportunity"}),
    _not_there("POST", "/api/language/explain", {"text": "1 = 1", "entity": "ticket", "record": NOBODY}),
    _not_allowed("POST", "/api/language/explain", {"text": "1 = 1", "entity": "opportunity"}),
    Refusal("invalid", "POST", "/api/language/print", {"json": {"op": "poem"}, "entity": "ticket"}),
    _not_allowed("POST", "/api/language/print", {"json": {"op": "poem"}, "entity": "opportunity"}),
)
_BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:weft="urn:weft:bpmn:1"'


def _file(code: str, text: str, status: int = 422, who: str | None = ADMIN, **query: str) -> Refusal:
    return Refusal(code, "POST", "/api/flows/import", None, who, status, query, text.encode())


def _process(extension: str, tag: str = "task") -> str:
    inner = f"<{tag} id='a'><extensionElements>{extension}</extensionElements></{tag}>"
    return f"<definitions {_BPMN}><process id='p'>{inner}</process></definitions>"


FILES = (
    _file("forbidden", _process(""), 403, CHEN),
    _file("not_found", _process(""), 404, entity="poem"),
    _file("invalid", _process(""), key="no pair"),
    _file("bpmn.malformed", "<definitions><process></definitions>"),
    _file("bpmn.doctype", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    _file("bpmn.too_large", "<a>" * 101, 413),
    _file("bpmn.not_bpmn", "<definitions/>"),
    _file("bpmn.no_process", f"<definitions {_BPMN}/>"),
    _file(
        "bpmn.repeated_key",
        f"<definitions {_BPMN}><process id='p'><task/></process><process id='q'><task/></process></definitions>",
        key="p:q",
    ),
    _file("bpmn.bad_value", _process("<weft:node priority='much'/>", "userTask")),
    _file("bpmn.not_a_flow", _process("<weft:node type='poem'/>")),
    _not_allowed("GET", "/api/flows/urgent_complaint/bpmn"),
    _not_there("GET", "/api/flows/nothing/bpmn"),
    Refusal("invalid", "GET", "/api/flows/urgent_complaint/bpmn", query={"locale": "fr"}),
)
RECORDS = (
    _list("filter.invalid", filter="nothing = 1"),
    _list("filter.invalid", filter="(("),
    _list("sort.invalid", sort="nothing"),
    _list("columns.invalid", columns="nothing"),
    _list("cursor.invalid", after="nothing"),
    _list("search.invalid", search=NUL),
    _list("invalid", limit="0"),
    Refusal("filter.invalid", "GET", "/api/records/ticket", query={"filter": "compensation > 1 CNY"}, who=CHEN),
    _not_there("GET", "/api/records/poem"),
    _not_allowed("GET", "/api/records/opportunity"),
    _record("record.invalid", "ticket", {}),
    _record("record.invalid", "ticket", {"title": "a", "priority": "nothing", "compensation": "-1"}),
    _record("record.not_unique", "product", {"name": "a", "sku": "{sku}"}, 409),
    _record("invalid", "ticket", ["no object"]),
    _record("forbidden", "ticket", {"title": "a"}, 403, CHEN),
    Refusal("request.too_large", "POST", "/api/records/ticket", raw=b" " * (8 * 1024 * 1024 + 1), status=413),
    _not_there("GET", f"/api/records/ticket/{NOBODY}"),
    Refusal("invalid", "GET", "/api/records/ticket/no-id"),
    Refusal("not_found", "GET", "/api/records/opportunity/{other_opportunity}", who=WANG, status=404),
    Refusal(
        "record.version", "PATCH", "/api/records/ticket/{ticket}", {"version": 1, "data": {"title": "a"}}, status=409
    ),
    Refusal("record.version_required", "PATCH", "/api/records/ticket/{ticket}", {"data": {"title": "a"}}),
    Refusal("record.version", "DELETE", "/api/records/ticket/{ticket}", status=409, query={"version": "1"}),
    Refusal("record.invalid", "PATCH", "/api/records/ticket/{ticket}", {"version": 2, "data": {"title": "a"}}, CHEN),
    _not_there("PATCH", f"/api/records/ticket/{NOBODY}", {"version": 1, "data": {}}),
    _not_allowed("DELETE", "/api/records/ticket/{ticket}"),
    _not_there("DELETE", f"/api/records/ticket/{NOBODY}"),
    Refusal("record.not_in_trash", "POST", "/api/records/ticket/{ticket}/restore", status=409),
    _not_there("POST", f"/api/records/ticket/{NOBODY}/restore"),
    _not_there("GET", f"/api/records/ticket/{NOBODY}/history"),
    Refusal("invalid", "GET", "/api/records/ticket/{ticket}/history", query={"after": "nothing"}),
)


def _order(code: str, instance: str, what: str, status: int = 409, **members: Any) -> Refusal:
    body = {"command_id": "{fresh}", **members}
    return Refusal(code, "POST", f"/api/instances/{{{instance}}}/{what}", body, status=status)


FLOWS = (
    Refusal("flow.invalid", "POST", "/api/flows/urgent_complaint/instances", {"variables": {"nothing": 1}}),
    Refusal("flow.drawing_invalid", "POST", "/api/flows/new/prediction", {"document": {"entity": "ticket"}}),
    _not_there("POST", "/api/flows/nothing/instances", {}),
    _not_allowed("POST", "/api/flows/urgent_complaint/instances", {"record_id": "{ticket}"}),
    _not_there("GET", "/api/flows/nothing/instances"),
    _limit("/api/flows/urgent_complaint/instances", status="sleeping"),
    _limit("/api/instances"),
    _not_there("GET", f"/api/instances/{NOBODY}"),
    _not_there("GET", f"/api/instances/{NOBODY}/history"),
    _limit("/api/instances/{instance}/history"),
    _not_there("POST", f"/api/instances/{NOBODY}/cancel", {"command_id": "{fresh}"}),
    Refusal("flow.instance_ended", "POST", "/api/instances/{ended}/cancel", {"command_id": "{fresh}"}, status=409),
    Refusal("command.id_reused", "POST", "/api/instances/{instance}/cancel", {"command_id": "{used}"}, status=409),
    Refusal("invalid", "POST", "/api/instances/{instance}/cancel", {"command_id": "short"}),
    _not_allowed("POST", "/api/instances/{instance}/cancel", {"command_id": "{fresh}"}, WANG),
    Refusal("flow.nothing_to_retry", "POST", "/api/instances/{instance}/retry", {"command_id": "{fresh}"}, status=409),
    _not_there("POST", f"/api/instances/{NOBODY}/retry", {"command_id": "{fresh}"}),
    _not_allowed("GET", "/api/incidents"),
    _limit("/api/incidents"),
    _not_allowed("POST", "/api/incidents/retry", {"command_id": "{fresh}"}),
    _order("flow.suspended", "held", "suspend"),
    _order("flow.not_suspended", "instance", "resume"),
    _order("event.not_waiting", "instance", "trigger", node_id="quality_check"),
    _order("flow.unknown_node", "instance", "trigger", 422, node_id="nowhere"),
    _order("flow.not_ad_hoc", "instance", "activate", node_id="triage"),
    _order("flow.not_ad_hoc", "instance", "finish", scope=7),
    _order("flow.cannot_modify", "instance", "modify", instructions=[{"kind": "cancel", "node_id": "quality_check"}]),
    _order("flow.instance_ended", "ended", "modify", dry_run=True),
    _order("flow.cannot_migrate", "instance", "migrate", nodes={"triage": "nowhere"}, dry_run=True),
    _order("not_found", "instance", "migrate", 404, version=999, dry_run=True),
    *(
        _not_allowed("POST", f"/api/instances/{{instance}}/{what}", {"command_id": "{fresh}"} | body)
        for what, body in (
            ("suspend", {}),
            ("resume", {}),
            ("trigger", {"node_id": "a"}),
            ("activate", {"node_id": "a"}),
            ("finish", {}),
            ("modify", {}),
            ("migrate", {}),
        )
    ),
    _not_there("POST", "/api/flows/nothing/migrate", {"command_id": "{fresh}"}),
    _not_allowed("POST", "/api/flows/messages", {"name": "a"}),
    Refusal("invalid", "POST", "/api/flows/messages", {"name": ""}),
    Refusal("invalid", "POST", "/api/flows/messages", {"name": "a", "payload": {"a": LONG * 5}}),
    _not_allowed("POST", "/api/flows/signals", {"name": "a"}),
    Refusal("invalid", "POST", "/api/flows/signals", {"name": "a", "id": "short"}),
)
TASKS = (
    Refusal("invalid", "GET", "/api/tasks", query={"box": "attic"}),
    Refusal("invalid", "GET", "/api/tasks", query={"after": "nothing"}),
    _not_there("GET", f"/api/tasks/{NOBODY}"),
    Refusal("task.not_yours", "GET", "/api/tasks/{task}", who=CHEN, status=403),
    _complete("not_found", NOBODY, {"outcome": "confirm"}, 404),
    _complete("task.not_yours", "{task}", {"outcome": "confirm"}, 403, CHEN),
    _complete("task.not_yours", "{task}", {"outcome": "confirm"}, 403, LI),
    _complete("task.already_handled", "{handled}", {"outcome": "confirm"}, 409),
    _complete("task.outcome_unknown", "{task}", {"outcome": "dance"}),
    _complete(
        "task.data_changed",
        "{task}",
        {"outcome": "refuse", "comment": "a", "data": {"severity": "major"}, "record_version": 1},
        409,
    ),
    _complete("invalid", "{task}", {"outcome": "confirm", "record_version": 0}),
    _with_key("GET", "/api/tasks"),
    _with_key("GET", "/api/tasks/{task}"),
    _with_key("POST", "/api/tasks/{task}/complete", {"command_id": "{fresh}", "outcome": "confirm"}),
    _with_key("GET", "/api/notifications"),
    _with_key("POST", "/api/notifications/read", {}),
    _complete("task.comment_required", "{task}", {"outcome": "refuse"}),
    _complete("task.invalid_data", "{task}", {"outcome": "confirm", "data": {"priority": "nothing"}}),
    _complete("task.invalid_data", "{task}", {"outcome": "confirm", "data": {"compensation": "1"}}),
    _complete("invalid", "{task}", {"outcome": "confirm", "command_id": "short"}),
    _complete("command.id_reused", "{task}", {"outcome": "confirm", "command_id": "{used}"}, 409),
    _complete("task.signature_invalid", "{task}", {"outcome": "confirm", "signature": "wang"}),
    _task_draft("task.not_yours", {}, 403, CHEN),
    _task_draft("task.invalid_data", {"data": {"compensation": "1"}}),
    _task_draft("task.draft_too_large", {"data": {"description": "x" * 600_000}}),
    _task_draft("task.outcome_unknown", {"outcome": "dance"}),
    _task_draft("invalid", {"data": {"description": NUL}}),
    _task_draft("task.already_handled", {}, 409, task="{handled}"),
    _with_key("PUT", "/api/tasks/{task}/draft", {"data": {}}),
    _not_there("PUT", f"/api/tasks/{NOBODY}/draft", {}),
    Refusal("task.not_yours", "DELETE", "/api/tasks/{task}/draft", who=CHEN, status=403),
    _with_key("DELETE", "/api/tasks/{task}/draft"),
    _not_there("GET", "/api/tasks/{task}/signatures/1"),
    Refusal("task.not_yours", "GET", "/api/tasks/{task}/signatures/1", who=CHEN, status=403),
)
_EVENT = {"external_id": "a", "type": "social.post", "author": {"id": "a"}, "text": "a"}


def _event(code: str, body: Any, status: int = 422, channel: str = "weibo", **more: Any) -> Refusal:
    return Refusal(code, "POST", f"/api/channels/{channel}/events", body, "weibo", status, **more)


CHANNELS = (
    _event("channel.event_invalid", _EVENT | {"author": "a"}),
    _event("channel.event_invalid", []),
    _event("channel.event_invalid", _EVENT | {"type": "order.paid"}),
    _event("channel.event_invalid", None, raw=b"no json"),
    _event("channel.timestamp_stale", _EVENT, 401, headers={"X-Weft-Timestamp": "1"}),
    _event("channel.signature_invalid", _EVENT, 401, headers={"X-Weft-Signature": "sha256=00"}),
    _event("channel.body_too_large", None, 413, raw=b" " * 1_000_001),
    _event("channel.unknown", _EVENT, 404, "telegraph"),
    _event("channel.disabled", _EVENT, 403, "web"),
    _not_allowed("GET", "/api/channels"),
)
SOCIAL = (
    _not_allowed("GET", "/api/social/posts"),
    Refusal("invalid", "GET", "/api/social/posts", query={"sentiment": "angry"}),
    Refusal("cursor.invalid", "GET", "/api/social/posts", query={"after": "nothing"}),
    _not_there("GET", f"/api/people/{NOBODY}/timeline"),
    Refusal("cursor.invalid", "GET", "/api/people/{person}/timeline", query={"after": "nothing"}),
    _not_there("GET", f"/api/people/{NOBODY}/identities"),
)
#: What there is below the address of one rule.
_OF_A_RULE = (("GET", "", None), ("GET", "/versions", None), ("PUT", "/switch", {"off": True}))
AUTHORS = (
    *(
        _not_allowed("POST", f"/api/rules/{what}", {"text": _DRAFT_RULE, **more})
        for what, more in (
            ("check", {}),
            ("complete", {"offset": 0}),
            ("print", {"language": "zh"}),
            ("matches", {}),
            ("dry-run", {"days": 7}),
            ("why", {"event_id": 1}),
            ("test", {"tests": []}),
        )
    ),
    *(
        Refusal("rule.invalid", "POST", f"/api/rules/{what}", {"text": "rule", **more})
        for what, more in (("matches", {}), ("dry-run", {"days": 7}), ("why", {"event_id": 1}), ("test", {"tests": []}))
    ),
    Refusal("invalid", "POST", "/api/rules/check", {"text": LONG}),
    Refusal("invalid", "POST", "/api/rules/complete", {"text": "rule", "offset": -1}),
    Refusal("invalid", "POST", "/api/rules/print", {"text": "rule", "language": "fr"}),
    Refusal("invalid", "POST", "/api/rules/dry-run", {"text": _DRAFT_RULE, "days": 91}),
    _not_there("POST", "/api/rules/why", {"text": _DRAFT_RULE, "event_id": 2**62}),
    Refusal("rule.tests_invalid", "POST", "/api/rules/test", {"text": _DRAFT_RULE, "tests": [_CASE]}),
)
OPERATION = (
    *(
        _not_allowed("GET", f"/api/{what}", who=ZHAO)
        for what in ("rules", "rules/firings", "outbox", "messages", "dashboard")
    ),
    Refusal("invalid", "GET", "/api/rules/firings", query={"status": "odd"}),
    Refusal("not_found", "GET", "/api/rules/firings/01a20000-0000-7000-8000-00000000dead/counted", status=404),
    _not_allowed("GET", "/api/rules/failed-events"),
    _limit("/api/rules/failed-events"),
    _not_allowed("POST", "/api/rules/failed-events/1/retry"),
    _not_there("POST", "/api/rules/failed-events/1/retry"),
    *(
        _not_allowed("GET", f"/api/rules/{what}", who=ZHAO)
        for what in ("incidents", "pending", "purposes", "praise_post")
    ),
    *(_not_there(method, f"/api/rules/nothing{what}", body) for method, what, body in _OF_A_RULE),
    _limit("/api/rules/incidents", status="odd"),
    _limit("/api/rules/pending"),
    Refusal("cursor.invalid", "GET", "/api/rules/pending", query={"after": "nothing"}),
    _not_there("POST", f"/api/rules/incidents/{NOBODY}/retry"),
    _not_there("POST", f"/api/rules/incidents/{NOBODY}/resolve"),
    _not_there("DELETE", f"/api/rules/pending/{NOBODY}"),
    _not_there("PUT", "/api/rules/purposes/nothing/switch", {"off": True}),
    _not_allowed("PUT", "/api/rules/praise_post/switch", {"off": True}),
    Refusal("invalid", "PUT", "/api/rules/praise_post/switch", {"off": True, "reason": NUL}),
    _limit("/api/outbox"),
    _limit("/api/messages"),
    _not_there("POST", f"/api/messages/{NOBODY}/read", {}),
    _not_allowed("POST", f"/api/messages/{NOBODY}/read", {}),
    _not_there("POST", f"/api/outbox/{NOBODY}/retry"),
    _not_allowed("POST", f"/api/outbox/{NOBODY}/retry"),
    _limit("/api/notifications"),
    Refusal("invalid", "POST", "/api/notifications/read", {"ids": ["no-id"]}),
    _limit("/api/dashboard", days="0"),
    Refusal("unauthenticated", "GET", "/api/live", who=None, status=401),
    Refusal("not_found", "GET", "/api/nothing", status=404),
)
GRAPHQL = (
    Refusal("unauthenticated", "POST", "/graphql", {"query": "{ me { id } }"}, None, 401),
    Refusal("invalid", "POST", "/graphql", {}),
    Refusal("invalid", "POST", "/graphql", {"query": ""}),
    _graphql("graphql.invalid", "{ nothing }"),
    _graphql("graphql.invalid", "{ tickets { items { compensation { amount } } } }", CHEN),
    _graphql("graphql.invalid", 'mutation { update_ticket(id: "{ticket}", data: {title: "a"}) { id } }'),
    _graphql("record.version", 'mutation { update_ticket(id: "{ticket}", version: 1, data: {title: "a"}) { id } }'),
    _graphql("graphql.too_deep", _DEEP),
    _graphql("graphql.too_large", _MANY),
    _graphql("graphql.name_too_long", "{ tickets { items { " + "a" * 64 + ": id } } }"),
    _graphql("filter.invalid", '{ tickets(filter: "nothing = 1") { count } }'),
    _graphql(
        "command.id_invalid",
        'mutation { complete_task(id: "{task}", outcome: "confirm", command_id: "short") { status } }',
        WANG,
    ),
    _graphql(
        "task.outcome_unknown",
        'mutation { complete_task(id: "{task}", outcome: "dance", command_id: "{fresh}") { status } }',
        WANG,
    ),
)
REFUSALS: tuple[Refusal, ...] = (
    *ACCOUNT,
    *ADMINISTRATION,
    *METADATA,
    *FILES,
    *RECORDS,
    *FLOWS,
    *TASKS,
    *APPROVAL,
    *CHANNELS,
    *SOCIAL,
    *AUTHORS,
    *OPERATION,
    *GRAPHQL,
)

#: Operations that refuse nobody anything: probes.
OPEN = {"GET /healthz", "GET /readyz", "GET /metrics"}

#: Codes that no request from outside brings about on a sound machine: when each appears.
UNUSUAL = {
    **UNUSUAL_APPROVAL,
    "action.argument": "an action of a rule or flow gets a value that it cannot use",
    "action.target_gone": "an action of a rule names a segment or a template that is not there any more",
    "action.user_inactive": "an action of a rule is to give or tell something to a deactivated user",
    "action.unknown": "a rule or flow names an action that this installation does not have",
    "bpmn.kept_broken": "somebody edited what a flow keeps of its file, so that it is no XML any more, and exports the flow",
    "bpmn.several_files": "the engine is asked to write flows of different files into one",
    "database.too_slow": "a request whose statement PostgreSQL is not done with after thirty seconds",
    "database.unavailable": "PostgreSQL does not answer; try again",
    "definition.not_a_document": "a template holds a definition that is no JSON object",
    "event.still_fails": "an event that could not be handled is tried again, and what is wrong with it is still there",
    "call.unknown": "another system answers a call that its flow does not wait for any more",
    "flow.ad_hoc_busy": "something is started in an ad-hoc sub-process that does one thing at a time, and does one",
    "flow.engine_failed": "a bug in the interpreter; nothing was changed",
    "flow.state_too_large": "a command would let an instance hold more than it may",
    "flow.engine_unavailable": "Temporal or every worker is away; repeating the command with its id is safe",
    "flow.instance_starting": "a command in the moment between the start of a flow and its first step",
    "flow.variable_unfit": "a form or an operator sets a variable to a value that it cannot hold",
    "flow.send_back_impossible": "the target of a send-back was not completed on the way to the task",
    "incident.nothing_to_retry": "an incident about a rule itself, behind which no action stands, is tried again",
    "incident.resolved": "somebody tries again or resolves an incident that somebody else has resolved",
    "internal": "a bug, or a broken machine; the id finds it in the log",
    "message.no_recipient": "a flow answers a person who has no handle, phone or mail",
    "message.template_invalid": "a message template names something that is not there",
    "segment.has_condition": "an action of a rule puts somebody into a segment that has a condition",
    "publish.busy": "publishing while somebody else holds a table for longer than publishing waits",
    "publish.duplicates": "a field is made unique while records have the same value",
    "record.exists": "an import brings a record with an id that is taken",
    "record.outside_grant": "a role that may create the customers of one city gets one of another",
    "replay.file_invalid": "`weft replay` gets a file without the columns it needs",
    "replay.refused": "`weft replay` is refused by the API",
    "replay.unreachable": "`weft replay` finds no API",
    "task.signature_required": "the outcome of a task asks for a drawn signature, and none comes with the decision",
    "secret.unreadable": "WEFT_SECRET is not the one that a stored secret was encrypted with",
    "social.person_entity_missing": "no app with an entity `person` is installed when a post is processed",
    "template.invalid": "`weft template install` gets files with mistakes; each is listed",
    "template.requires": "`weft template install` before the app that it builds on",
    "rule.too_much_to_try": "asking why a draft fires, where it counts much at each of very many events",
}

"""The action that calls another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.actions.action import (
    Action,
    ActionArgument,
    ActionContext,
    CallContext,
    CallFailed,
    Parameter,
    Result,
    missing,
)
from backend.actions.arguments import fields_of, texts, to_input
from backend.connecting.calling import Request, call
from backend.connecting.connectors import allowed
from backend.events.outbox import Handler, enqueue
from engine.definitions import Text
from engine.language import TEXT, Type

#: The outbox kind of calls that rules make.
CALL_HTTP = "call_http"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NAMED = ("connector", "path", "url", "method", "expected", "body")


class CallHttp:
    """Calls another system over HTTP: a connector by its name and a path, or a whole address on a host that may be called. Further
    arguments are the members of the JSON that is sent, unless `body` is. A flow waits for the answer, `status` and `body`; any answer
    but 2xx (or those `expected`) is an error with the code `http_404` and the like, `http_timeout` or `http_unreachable`. A rule does not
    wait."""

    key = "call_http"
    label = Text("调用外部系统", "Call another system")
    parameters = (
        Parameter("connector", TEXT, Text("连接器", "Connector")),
        Parameter("path", TEXT, Text("路径", "Path")),
        Parameter("url", TEXT, Text("地址", "Address")),
        Parameter("method", TEXT, Text("方法", "Method")),
        Parameter("expected", TEXT, Text("预期状态码", "Expected status")),
        Parameter("body", Type("unknown"), Text("内容", "Body")),
    )
    open, sends = True, False
    one_of = (("connector", "url"),)
    changes_records = False
    #: At most; a connector may have fewer.
    attempts = 20

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        try:
            self._request(context.key, arguments)  # what can be known to be wrong is said now
        except CallFailed as error:
            raise ActionArgument(key=self.key, reason=str(error), reason_zh=str(error)) from error
        asked = {name: each for name, each in arguments.items() if name in _NAMED and name != "body"}
        payload = {**asked, "body": _body(arguments)}
        await enqueue(
            context.session,
            CALL_HTTP,
            context.key,
            payload,
            event_id=context.cause.event_id,
            not_before=context.not_before,
        )
        return {"queued": context.key}

    async def call(self, context: CallContext, arguments: Mapping[str, Any]) -> Result:
        request = self._request(context.key, arguments)
        try:
            return await call(request)
        except CallFailed as error:
            error.passing = error.passing and context.attempt < request.destination.attempts
            raise

    def _request(self, key: str, arguments: Mapping[str, Any]) -> Request:
        connector, url = str(arguments.get("connector") or ""), str(arguments.get("url") or "")
        if not connector and not url:
            raise missing(self.key, "connector")
        body = _body(arguments)
        method = str(arguments.get("method") or ("GET" if body is None else "POST")).upper()
        if method not in _METHODS:
            raise ActionArgument(
                key=self.key, reason=f"no method {method}", reason_zh=f"没有方法 {method}", path="method"
            )
        destination = allowed().destination(connector, url, str(arguments.get("path") or ""))
        return Request(method, destination, key, body, _statuses(arguments.get("expected")))


def _body(arguments: Mapping[str, Any]) -> Any:
    if arguments.get("body") is not None:
        return to_input(arguments["body"])
    return fields_of(arguments, *_NAMED) or None


def _statuses(expected: Any) -> frozenset[int]:
    named = [str(expected)] if isinstance(expected, int) else texts(expected)
    if not all(each.isdigit() for each in named):
        raise ActionArgument(
            key=CallHttp.key, reason="expected are status codes", reason_zh="预期状态码应是数字", path="expected"
        )
    return frozenset(int(each) for each in named)


def outbox_handlers() -> Mapping[str, Handler]:
    """The outbox kinds that calls of rules need."""
    action = CallHttp()

    async def carry_out(payload: dict[str, Any], key: str) -> dict[str, Any] | None:
        return await call(action._request(key, payload))

    return {CALL_HTTP: carry_out}


#: For the list of all actions in backend/assembly.py.
CONNECTING_ACTIONS: tuple[Action, ...] = (CallHttp(),)

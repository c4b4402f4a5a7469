"""Every failure as the one error shape of the API: ours, validation's, the framework's, the database's, and bugs."""

from __future__ import annotations

import json
from collections.abc import Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import Scope

from backend.errors import Invalid, NotFound, Unauthenticated, WeftError

log = structlog.get_logger(__name__)


class DatabaseUnavailable(WeftError):
    """PostgreSQL does not answer just now."""

    status, code = 503, "database.unavailable"
    zh, en = "数据库暂时不可用，请稍后重试", "The database is not available just now; try again in a moment"


class TooSlow(WeftError):
    """PostgreSQL was told to give up: what was asked takes longer than a request may."""

    status, code = 503, "database.too_slow"
    zh, en = "处理时间过长，已停止；请缩小范围后重试", "This took too long and was stopped; ask for less and try again"


def database_refusal(error: BaseException | None) -> WeftError | None:
    """What to answer when the database, not our code, is at fault."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, QueryCanceled):
        return TooSlow()
    lost = isinstance(error, OperationalError | InterfaceError | PoolTimeout)
    if lost or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return DatabaseUnavailable()
    return None


class MethodNotAllowed(WeftError):
    """The address is there, but not for this method."""

    status, code = 405, "method_not_allowed"
    zh, en = "不支持的请求方法：{method}", "Method {method} is not allowed here"


class InternalError(WeftError):
    """A bug or a broken machine; the id finds it in the log."""

    status, code = 500, "internal"
    zh, en = "系统内部错误，编号 {id}", "Internal error, id {id}"


class _ErrorResponse(JSONResponse):
    """Escaped to ASCII: an error may repeat what a stranger sent, and half a surrogate pair has no UTF-8."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


def install_handlers(app: FastAPI) -> None:
    """Register the handlers on the application."""
    app.add_exception_handler(WeftError, _weft_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeout, _database_error)


def answer(error: WeftError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The HTTP answer of an application error."""
    return _ErrorResponse(error.to_json(), status_code=error.status, headers=dict(headers or {}))


async def _weft_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WeftError)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else None
    return answer(error, headers)


async def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = [{"path": _path(e["loc"]), "message": e["msg"], "code": e["type"]} for e in error.errors()]
    first = problems[0] if problems else {"path": None, "message": "malformed"}
    return answer(Invalid(path=first["path"], problems=problems, reason=first["message"]))


async def _http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, WeftError):  # raised while the body was being read, and wrapped by FastAPI
        return answer(error.__cause__)
    if error.status_code == 404:
        return answer(NotFound(what="page", key=request.url.path))
    if error.status_code == 405:
        return answer(MethodNotAllowed(method=request.method), error.headers)
    reason = Invalid(reason=str(error.detail)).to_json()
    return JSONResponse(reason, status_code=error.status_code, headers=error.headers)


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    refusal = database_refusal(error)
    if refusal is None:
        return bug(request.scope, error)
    log.warning(refusal.code, error=str(error).splitlines()[0])
    return answer(refusal, {"Retry-After": "1"} if isinstance(refusal, DatabaseUnavailable) else None)


def bug(scope: Scope, error: Exception) -> JSONResponse:
    """Log what nobody foresaw under the request's id, and answer with that id."""
    id = scope.get("state", {}).get("request_id", "unknown")
    log.error("request.failed", id=id, method=scope["method"], path=scope["path"], exc_info=error)
    return answer(InternalError(id=id))


def _path(location: tuple[int | str, ...]) -> str:
    """FastAPI's location without the leading body/query/path, as a dotted path."""
    parts = location[1:] if len(location) > 1 and location[0] in {"body", "query", "path", "header"} else location
    return ".".join(str(part) for part in parts)

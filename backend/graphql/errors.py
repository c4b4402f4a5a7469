"""What GraphQL refuses, and how an error looks in its answer: `extensions` carries the code and the texts of REST."""

from __future__ import annotations

from typing import Any

import structlog
from graphql import GraphQLError

from backend.errors import Invalid, WeftError
from backend.failures import database_refusal

log = structlog.get_logger(__name__)


class QueryTooDeep(Invalid):
    """Relations nested deeper than anybody needs."""

    code = "graphql.too_deep"
    zh, en = "查询嵌套超过 {limit} 层", "The query is nested more than {limit} levels deep"


class QueryTooLarge(Invalid):
    """More fields or rows than one query may ask for."""

    code = "graphql.too_large"
    zh, en = "查询过大：{what}最多 {limit}", "The query is too large: at most {limit} {what}"


class NameTooLong(Invalid):
    """An alias longer than a database name may be."""

    code = "graphql.name_too_long"
    zh, en = "别名 {name} 过长", "The alias {name} is too long"


def error_json(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """One member of `errors`. A bug is logged and shows its id only."""
    formatted: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    refusal = cause if isinstance(cause, WeftError) else database_refusal(cause)
    if refusal is not None:
        body = refusal.to_json()["error"]
        return formatted | {"message": body["message"]["en"], "extensions": body}
    if cause is not None and not isinstance(cause, GraphQLError):
        log.error("graphql.failed", id=request_id, exc_info=cause)
        return formatted | {"message": "Internal error", "extensions": {"code": "internal", "id": request_id}}
    return formatted | {"extensions": {"code": "graphql.invalid"}}

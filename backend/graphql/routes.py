"""POST /graphql: one request, one unit of work. A mutation that fails in any part leaves nothing changed."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from strawberry.types import ExecutionResult

from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.flows.steering import get_host
from backend.graphql.context import Context
from backend.graphql.errors import error_json
from backend.graphql.store import SchemaStore
from backend.records.reading import Reader

router = APIRouter(tags=["graphql"])
_MAX_TEXT = 100_000


class GraphQLRequest(BaseModel):
    """A request as every GraphQL client sends it."""

    model_config = ConfigDict(populate_by_name=True)

    query: str = Field(min_length=1, max_length=_MAX_TEXT)
    variables: dict[str, Any] | None = None
    operation_name: str | None = Field(None, alias="operationName")
    extensions: dict[str, Any] | None = None


@router.post("/graphql", summary="Query and change everything the caller may", response_class=Response)
async def graphql(body: GraphQLRequest, request: Request, session: Session, caller: CurrentCaller) -> Response:
    """Answers 200 with `data` and `errors`, as GraphQL does; `errors[].extensions.code` is the code REST would give."""
    schemas: SchemaStore = request.app.state.graphql
    view = await schemas.view(caller)
    context = Context(
        session=session,
        caller=caller,
        metadata=view.metadata,
        store=request.app.state.metadata,
        reader=Reader(view.metadata, caller),
        host=lambda: get_host(request),
        services=request.app.state.services,
    )
    result = await view.schema.execute(
        body.query,
        variable_values=body.variables,
        context_value=context,
        operation_name=body.operation_name,
    )
    return Response(orjson.dumps(await _answer(result, request, context)), media_type="application/json")


async def _answer(result: ExecutionResult, request: Request, context: Context) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        id = request.scope.get("state", {}).get("request_id", "")
        answer["errors"] = [error_json(error, id) for error in result.errors]
        await context.session.rollback()
        if context.changed:
            answer["data"] = None
    return answer

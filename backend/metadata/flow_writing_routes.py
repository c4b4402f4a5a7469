"""REST for those who draw flows: what is wrong with one while it is drawn, and the actions that its nodes may call.

Refusals: `unauthenticated` (401), `forbidden` (403), `definition.not_storable`, `invalid` (422).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from backend.access.compiler import require_permission
from backend.auth.dependencies import CurrentCaller
from backend.db import Session
from backend.metadata import service
from backend.metadata.dependencies import CurrentMetadata
from backend.metadata.service import Publishing
from engine.definitions import Text
from engine.rules import ActionSignature

router = APIRouter(prefix="/api/flows", tags=["metadata"])


def _builder(request: Request, caller: CurrentCaller, metadata: CurrentMetadata) -> Publishing:
    """What publishing works with, for a caller who may build."""
    require_permission(caller, metadata.roles, "build")
    publishing: Publishing = request.app.state.services.publishing
    return publishing


Built = Annotated[Publishing, Depends(_builder)]


class Drawn(BaseModel):
    """A flow that somebody is drawing."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, Any]


@router.post("/check", summary="What is wrong with a flow that is being drawn")
async def check_flow(publishing: Built, session: Session, body: Drawn) -> dict[str, Any]:
    service.require_storable(body.document)
    document = {**body.document, "kind": "flow"}
    problems = await service.draft_problems(session, publishing, "flow", str(document.get("key", "")), document)
    return {"problems": [problem.to_json() for problem in problems]}


@router.get("/actions", summary="The actions that nodes of flows may call")
async def list_actions(publishing: Built) -> list[dict[str, Any]]:
    return [_action_json(action) for action in publishing.actions.values()]


def _action_json(action: ActionSignature) -> dict[str, Any]:
    parameters = [
        {"name": p.name, "label": _text(p.label), "type": p.type.code(), "required": p.required}
        for p in action.parameters
    ]
    return {"key": action.key, "label": _text(action.label), "open": action.open, "parameters": parameters}


def _text(label: Text | None) -> dict[str, str] | None:
    return None if label is None else {"zh": label.zh, "en": label.en}

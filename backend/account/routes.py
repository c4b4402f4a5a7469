"""`/api/auth/login|logout` and `/api/me`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from backend.account import service
from backend.account.schemas import AccountChange, Login
from backend.auth import service as auth
from backend.auth.dependencies import CSRF_COOKIE, SESSION_COOKIE, CurrentCaller
from backend.db import Database, Session
from backend.errors import Unauthenticated
from backend.identity import service as identity
from backend.metadata.dependencies import CurrentMetadata
from backend.settings import Settings

router = APIRouter(prefix="/api", tags=["account"])


@router.post("/auth/login")
async def login(body: Login, request: Request, response: Response) -> dict[str, Any]:
    """Open a session. A failure is counted in a transaction of its own, so that refusing does not undo the count."""
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    address = request.client.host if request.client else ""
    async with database.transaction() as session:
        await auth.throttle(session, body.email, address)
        opened = await auth.sign_in(
            session,
            email=body.email,
            password=body.password,
            user_agent=request.headers.get("user-agent", ""),
            hours=settings.session_hours,
        )
        if opened is None:
            await auth.record_failure(session, body.email, address)
    if opened is None:
        raise auth.LoginRefused()
    lasting = {"max_age": settings.session_hours * 3600, "samesite": "lax", "secure": settings.secure_cookies}
    response.set_cookie(SESSION_COOKIE, opened.token, httponly=True, **lasting)  # type: ignore[arg-type]  # one dict, two types
    response.set_cookie(CSRF_COOKIE, opened.csrf, httponly=False, **lasting)  # type: ignore[arg-type]  # as above
    return {"user": identity.user_json(opened.user, []), "csrf": opened.csrf}


@router.post("/auth/logout", status_code=204)
async def logout(request: Request, response: Response, session: Session, _caller: CurrentCaller) -> None:
    """End this session; other devices stay signed in."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        await auth.sign_out(session, token)
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(CSRF_COOKIE)


@router.get("/me")
async def me(request: Request, session: Session, caller: CurrentCaller, metadata: CurrentMetadata) -> dict[str, Any]:
    """Who is signed in and what they may do."""
    return await service.describe(session, metadata, caller, getattr(request.state, "csrf", None))


@router.patch("/me")
async def change_me(
    body: AccountChange, request: Request, session: Session, caller: CurrentCaller, metadata: CurrentMetadata
) -> dict[str, Any]:
    """Change one's own name, language or password."""
    if caller.user_id is None or caller.kind != "user":
        raise Unauthenticated()
    if body.password is not None:
        token = request.cookies.get(SESSION_COOKIE)
        await auth.change_password(session, caller.user_id, body.password.old, body.password.new, token)
    await identity.update_user(session, caller.user_id, body.model_dump(include={"name", "locale"}, exclude_none=True))
    return await service.describe(session, metadata, caller, getattr(request.state, "csrf", None))

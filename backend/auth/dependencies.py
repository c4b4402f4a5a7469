"""The caller of a request, from its session cookie or API key; changes by cookie need the CSRF header."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request

from backend.access.caller import Caller
from backend.auth import service
from backend.db import Session
from backend.errors import Unauthenticated

SESSION_COOKIE = "weft_session"
CSRF_COOKIE = "weft_csrf"
CSRF_HEADER = "X-CSRF-Token"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


async def get_caller(request: Request, session: Session) -> Caller:
    """The caller, or 401. A cookie's unsafe request without its CSRF token is 403."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await service.caller_of_key(session, token.strip())
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise Unauthenticated()
    caller, csrf = await service.caller_of_session(session, cookie)
    given = request.headers.get(CSRF_HEADER, "")
    if request.method not in _SAFE_METHODS and not secrets.compare_digest(given.encode(), csrf.encode()):
        raise service.CsrfRefused()
    request.state.csrf = csrf
    return caller


CurrentCaller = Annotated[Caller, Depends(get_caller)]

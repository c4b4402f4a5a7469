"""The company over HTTP: one signed-in client for each of its people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy import update

from backend.api import build_app
from backend.auth.secrets import hash_password
from backend.identity.models import User
from backend.main import attach
from tests.backend.flows.company import Company
from tests.backend.flows.conftest import client, company, temporal

__all__ = ["client", "company", "temporal"]

SignIn = Callable[[str], Awaitable[httpx.AsyncClient]]
PASSWORD = "correct horse battery"


@pytest.fixture
async def sign_in(company: Company) -> AsyncIterator[SignIn]:
    """Signs somebody in and gives their HTTP client."""
    app = build_app(company.services.settings)
    attach(app, company.services)
    async with company.services.database.transaction() as session:
        await session.execute(update(User).values(password_hash=hash_password(PASSWORD)))
    async with AsyncExitStack() as stack:

        async def sign_in(email: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app)
            http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://weft/api"))
            answer = await http.post("/auth/login", json={"email": email, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            http.headers["X-CSRF-Token"] = answer.json()["csrf"]
            return http

        yield sign_in

"""The company of the flows in front of GraphQL: anybody signs in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import update

from backend.api import build_app
from backend.auth.secrets import hash_password
from backend.identity.models import User
from backend.main import attach
from tests.backend.flows.company import Company
from tests.backend.graphql.conftest import PASSWORD, Browser

People = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def people(company: Company) -> AsyncIterator[People]:
    """Signs somebody in."""
    app = build_app(company.services.settings)
    attach(app, company.services)
    async with company.services.database.transaction() as session:
        await session.execute(update(User).values(password_hash=hash_password(PASSWORD)))
    async with AsyncExitStack() as stack:

        async def sign_in(email: str) -> Browser:
            browser = await Browser(app).sign_in(email)
            stack.push_async_callback(browser.client.aclose)
            return browser

        yield sign_in

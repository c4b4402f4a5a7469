"""The whole application with the crm template, and somebody who holds the permission `administer` and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.backend.graphql.conftest import Browser, admin, app, crm, crm_url

__all__ = ["admin", "app", "crm", "crm_url"]


@pytest.fixture
async def integrator(app: FastAPI) -> AsyncIterator[Browser]:
    browser = await Browser(app).sign_in("liu.yang@weft.local")
    yield browser
    await browser.client.aclose()

"""The whole HTTP surface: every feature's router in one list, in the order of the documentation."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from backend import pages, probes
from backend.failures import install_handlers
from backend.http import Gate
from backend.settings import Settings

#: Routers whose addresses begin with /api.
API_ROUTERS: tuple[APIRouter, ...] = ()


def build_app(settings: Settings) -> FastAPI:
    """The application without its services; backend.main gives it those and its lifetime."""
    app = FastAPI(
        title="Weft",
        version="0.1.0",
        description="Business processes, forms and social CRM. Sign in with a session cookie or `Authorization: Bearer weft_…`.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(Gate)
    install_handlers(app)
    app.include_router(probes.router)
    for router in API_ROUTERS:
        app.include_router(router, prefix="/api")
    app.include_router(pages.build_router(settings))
    return app

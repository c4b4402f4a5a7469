"""The API process: the application with its services, from start to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from backend.api import build_app
from backend.assembly import Services, build_services
from backend.db.session import REQUEST_LIMITS
from backend.graphql.store import SchemaStore
from backend.logs import configure_logging
from backend.settings import Settings
from backend.supervisor.home import resolve
from engine.language import Scope, check

log = structlog.get_logger(__name__)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over `settings` (the environment's when None); its services live as long as its lifespan."""
    settings = resolve(settings or Settings())
    configure_logging(settings.log_level)
    app = build_app(settings)
    app.router.lifespan_context = lifespan
    attach(app, build_services(settings, REQUEST_LIMITS))
    return app


def attach(app: FastAPI, services: Services) -> None:
    """Put the services where the routes look for them."""
    app.state.services = services
    app.state.settings = services.settings
    app.state.database = services.database
    app.state.metadata = services.metadata
    app.state.graphql = SchemaStore(services.metadata)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the metadata (waiting for the database if it is not there yet), then keep it fresh until the end."""
    services: Services = app.state.services
    await _load(services)
    tasks = [
        asyncio.create_task(services.listener.run(), name="listener"),
        asyncio.create_task(services.metadata.run(services.listener), name="metadata"),
        # The grammar takes a while to be built; nobody's first filter should wait for it.
        asyncio.create_task(asyncio.to_thread(check, "true", Scope({})), name="grammar"),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.close()


async def _load(services: Services) -> None:
    while True:
        try:
            await services.metadata.load()
        except DBAPIError as error:
            log.warning("api.waits_for_database", error=str(error).splitlines()[0])
            await asyncio.sleep(1.0)
        else:
            return

"""What machines ask: is the process alive, can it serve, and its figures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from backend.assembly import Services
from backend.db.migrate import newest_migration

log = structlog.get_logger(__name__)
router = APIRouter(tags=["operation"])
_PROBE_SECONDS = 3.0


@router.get("/healthz", summary="Whether the process is alive")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="Whether the database, its migrations and Temporal are there", responses={503: {}})
async def readyz(request: Request) -> JSONResponse:
    services: Services = request.app.state.services
    names = ("database", "temporal")
    probes = (_database(services), _temporal(services))
    results = await asyncio.gather(*(_probe(name, probe) for name, probe in zip(names, probes, strict=True)))
    checks = dict(zip(names, results, strict=True))
    ready = all(state == "ok" for state in results)
    return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)


@router.get("/metrics", summary="Figures in Prometheus' text format", response_class=Response)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _probe(name: str, check: Awaitable[str]) -> str:
    """What is wrong, in a few words: anybody may ask. The log has the rest."""
    try:
        return await asyncio.wait_for(check, _PROBE_SECONDS)
    except TimeoutError:
        return "does not answer"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it is the answer to the question
        log.warning("probe.failed", part=name, error=repr(error))
        return "cannot be reached"


async def _database(services: Services) -> str:
    async with services.database.engine.connect() as connection:
        found = (await connection.execute(text("SELECT version_num FROM weft.alembic_version"))).scalar()
    if found == newest_migration():
        return "ok"
    log.warning("probe.failed", part="database", error=f"migration {found} instead of {newest_migration()}")
    return "lacks migrations"


async def _temporal(services: Services) -> str:
    client = await services.temporal()
    healthy = await client.service_client.check_health(timeout=timedelta(seconds=_PROBE_SECONDS))
    return "ok" if healthy else "not serving"

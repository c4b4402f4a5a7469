"""The built front end as static files: assets for ever, every other address of a page gives index.html."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response

from backend.errors import NotFound
from backend.settings import Settings

_HERE = Path(__file__).resolve().parents[1] / "frontend" / "dist"
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_ASK_AGAIN = {"cache-control": "no-cache"}
#: Addresses that are never a page of the front end, so that a wrong one is a clear 404.
_RESERVED = ("api/", "graphql", "healthz", "readyz", "metrics", "assets/")


def frontend_folder(settings: Settings) -> Path:
    """Where the built front end is: as configured, or in the source tree that this code runs from."""
    return settings.frontend if settings.frontend.is_absolute() or settings.frontend.exists() else _HERE


def build_router(settings: Settings) -> APIRouter:
    """The last router of the application: it takes every address that nobody else has."""
    router = APIRouter(include_in_schema=False)
    folder = frontend_folder(settings).resolve()

    @router.get("/graphql")
    def graphiql() -> Response:
        return _page(folder / "graphiql.html")

    @router.get("/{path:path}")
    def page(path: str) -> Response:
        file = Path(os.path.normpath(folder / path))
        if path and file.is_relative_to(folder) and _is_file(file):
            return FileResponse(file, headers=_FOR_EVER if path.startswith("assets/") else _ASK_AGAIN)
        if path.startswith(_RESERVED):
            raise NotFound(what="page", key=f"/{path}")
        return _page(folder / "index.html")

    return router


def _is_file(file: Path) -> bool:
    """Whether there is such a file; an address that no file system can hold is none."""
    try:
        return file.is_file()
    except OSError:
        return False


def _page(file: Path) -> Response:
    if not file.is_file():
        return PlainTextResponse("The front end is not built; run `make setup`.\n", status_code=503)
    return FileResponse(file, headers=_ASK_AGAIN)

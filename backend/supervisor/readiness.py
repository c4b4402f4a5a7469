"""Whether a database is ready to serve, asked with one cheap connection, so that a second start is fast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg

from backend.db.migrate import newest_migration
from backend.settings import Settings
from backend.supervisor.home import Refusal

_ROOT = Path(__file__).resolve().parents[2]


def template_folders(settings: Settings) -> list[Path]:
    """The folders of WEFT_TEMPLATES: names of built-in templates or paths, in order."""
    return [template_folder(name.strip()) for name in settings.templates.split(",") if name.strip()]


def template_folder(name: str) -> Path:
    """A built-in template by its name, or any template by its path."""
    for folder in (_ROOT / "builtin_templates" / name, Path(name)):
        if (folder / "app.json").exists():
            return folder
    raise Refusal(f"There is no template {name!r}: neither a built-in one nor a folder with an app.json.")


def is_prepared(settings: Settings) -> bool:
    """Whether every migration, the administrator and every wanted template are there."""
    wanted = {_app_version(folder) for folder in template_folders(settings)}
    with psycopg.connect(_plain(settings.database_url), connect_timeout=10) as connection:
        try:
            version = connection.execute("SELECT version_num FROM weft.alembic_version").fetchone()
            users = connection.execute("SELECT count(*) FROM weft.user").fetchone()
            apps = set(connection.execute("SELECT key, version FROM weft.app").fetchall())
        except psycopg.errors.UndefinedTable:
            return False
    return version == (newest_migration(),) and users != (0,) and wanted <= apps


def template_app(folder: Path) -> dict[str, Any]:
    """A template's own description."""
    app: dict[str, Any] = json.loads((folder / "app.json").read_text(encoding="utf-8"))
    return app


def builtin_templates() -> list[Path]:
    """The folders of the templates that come with Weft."""
    return sorted(path.parent for path in (_ROOT / "builtin_templates").glob("*/app.json"))


def _app_version(folder: Path) -> tuple[str, str]:
    app = template_app(folder)
    return app["key"], app["version"]


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")

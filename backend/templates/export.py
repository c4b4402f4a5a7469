"""Writing an installed app's definitions back to files, as they are published now, in the layout they are installed from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend.db import Database
from backend.errors import NotFound
from backend.metadata import repository, store
from backend.metadata.models import InstalledApp
from backend.metadata.snapshot import COLLECTIONS, Metadata
from backend.metadata.uses import addresses
from backend.templates.files import APP_FILE, FOLDERS, to_text
from engine.definitions.schemas import nearest


async def export_app(database: Database, key: str, target: Path) -> list[Path]:
    """Write `app.json` and one file per definition of the app under `target`; answers the files written."""
    async with database.transaction() as session:
        apps = {app.key: app for app in (await session.execute(select(InstalledApp))).scalars()}
        if key not in apps:
            raise NotFound(what="app", key=key, suggestion=nearest(key, apps))
        rows = [row for row in await repository.current(session) if row.app == key]
        requires = _requires(key, await store.read(session))
    app = {"key": key, "version": apps[key].version, "label": apps[key].label, "requires": requires}
    documents: dict[str, dict[str, Any]] = {APP_FILE: app}
    for row in rows:
        documents[f"{FOLDERS[row.kind]}/{row.key}.json"] = {k: v for k, v in row.content.items() if k != "app"}
    return [_write(target / path, document) for path, document in documents.items()]


def _requires(key: str, metadata: Metadata) -> list[str]:
    """The other apps whose definitions this app's definitions name."""
    named: set[str] = set()
    for kind in COLLECTIONS:
        for definition in metadata.of_kind(kind).values():
            if definition.app == key:
                named |= {_app_of(address, metadata) for address in addresses(definition, metadata)}
    return sorted(named - {key, ""})


def _app_of(address: tuple[str, str], metadata: Metadata) -> str:
    """The app that the named thing comes from; a field belongs to its entity."""
    kind, key = address if address[0] != "field" else ("entity", address[1].partition(".")[0])
    found = metadata.of_kind(kind).get(key)
    return found.app if found is not None else ""


def _write(path: Path, document: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_text(document), encoding="utf-8")
    return path

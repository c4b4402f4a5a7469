"""What the `weft` command does to a running installation: templates, users, channels, replaying posts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import select

from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS, Services, build_services
from backend.auth import service as auth
from backend.auth.secrets import hash_password
from backend.errors import NotFound
from backend.identity import service as identity
from backend.metadata.models import InstalledApp
from backend.settings import Settings
from backend.social.intake import channel_secret
from backend.social.intake import list_channels as channels_of
from backend.social.replay import replay
from backend.supervisor.home import Home, resolve
from backend.supervisor.parts import reachable
from backend.supervisor.readiness import builtin_templates, template_app, template_folder
from backend.templates import export_app, install_app, validate_app

Row = tuple[str, ...]


@asynccontextmanager
async def running(settings: Settings | None = None) -> AsyncIterator[Services]:
    """The services of the installation that the environment names, with its metadata."""
    services = build_services(resolve(settings or Settings()))
    try:
        await services.metadata.load()
        yield services
    finally:
        await services.close()


async def list_templates() -> list[Row]:
    async with running() as services, services.database.transaction() as session:
        found = await session.execute(select(InstalledApp.key, InstalledApp.version))
        installed = dict(found.tuples().all())
    apps = [template_app(folder) for folder in builtin_templates()]
    rows: list[Row] = [(a["key"], a["version"], a["label"]["zh"], installed.pop(a["key"], "-")) for a in apps]
    return rows + [(key, "-", "-", version) for key, version in installed.items()]


def validate_template(path: str) -> list[str]:
    """The problems of a template, a line each."""
    return [str(problem) for problem in validate_app(template_folder(path), ActionRegistry(ACTIONS).signatures())]


async def install_template(path: str, *, sample_data: bool) -> None:
    """The people of its sample data get the administrator's password, so that there is one to remember."""
    folder = template_folder(path)
    async with running() as services:
        settings = services.settings
        password = settings.admin_password or Home(settings.home).password()
        hashed = hash_password(password) if password else None
        await install_app(services.database, services.publishing, folder, sample_data=sample_data, password_hash=hashed)


async def export_template(key: str, folder: Path) -> None:
    async with running() as services:
        await export_app(services.database, key, folder)


async def list_users() -> list[Row]:
    async with running() as services, services.database.transaction() as session:
        users = await identity.list_users(session)
    mark = {True: "yes", False: ""}
    return [(u["email"], u["name"], ", ".join(u["roles"]), mark[u["is_admin"]], mark[u["active"]]) for u in users]


async def create_user(email: str, name: str, password: str, roles: Sequence[str], *, is_admin: bool) -> None:
    async with running() as services, services.database.transaction() as session:
        for role in roles:
            if role not in services.metadata.current.roles:
                raise NotFound(what="role", key=role)
        hashed = auth.checked_hash(password)
        await identity.create_user(
            session, email=email, name=name, password_hash=hashed, roles=roles, is_admin=is_admin
        )


async def set_password(email: str, password: str) -> None:
    async with running() as services, services.database.transaction() as session:
        user = await identity.user_by_email(session, email)
        if user is None:
            raise NotFound(what="user", key=email)
        await auth.set_password(session, user.id, password)


async def list_channels() -> list[Row]:
    async with running() as services, services.database.transaction() as session:
        found = await channels_of(session)
    return [(c["key"], c["label"]["zh"], "yes" if c["enabled"] else "no", _received(c)) for c in found]


def _received(channel: Mapping[str, Any]) -> str:
    return f"{'' if channel['received_exact'] else '≈ '}{channel['received']}"


async def read_channel_secret(key: str) -> str:
    async with running() as services, services.database.transaction() as session:
        return await channel_secret(session, services.settings.secret, key)


async def replay_posts(
    console: Console, file: Path | None, channel: str, rate: float, limit: int | None, url: str | None
) -> None:
    """Send posts to the running API and say what became of them."""
    async with running() as services:
        settings = services.settings
        async with services.database.transaction() as session:
            secret = await channel_secret(session, settings.secret, channel)
        await replay(
            file,
            channel=channel,
            rate=rate,
            limit=limit,
            base_url=url or f"http://{reachable(settings.host)}:{settings.port}",
            secret=secret,
            database=services.database,
            console=console,
        )

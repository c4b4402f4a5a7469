"""What a database needs before it can serve: tables, an administrator, channels, the templates of WEFT_TEMPLATES.

Every step may be repeated. Run as a process of its own (`python -m backend.supervisor.prepare`), so that the supervisor
stays small; each printed line is one step of the progress.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.assembly import Services, build_services
from backend.auth.secrets import hash_password
from backend.auth.service import checked_hash
from backend.db.migrate import migrate
from backend.errors import WeftError
from backend.identity import service as identity
from backend.identity.models import User
from backend.metadata.models import InstalledApp
from backend.settings import Settings
from backend.social.intake import ensure_channels
from backend.supervisor.home import Refusal, resolve, wants_sample_data, with_secret
from backend.supervisor.readiness import template_folders
from backend.templates import install_app


async def prepare(settings: Settings) -> None:
    """Do what is missing; `settings` are resolved and carry the administrator's password."""
    services = build_services(settings)
    try:
        await _ensure_administrator(services)
        async with services.database.transaction() as session:
            await ensure_channels(session, settings.secret)
        await services.metadata.load()
        samples = await _sample_data(services)
        for folder in template_folders(settings):
            await _install(services, folder, samples)
    finally:
        await services.close()


async def _ensure_administrator(services: Services) -> None:
    settings = services.settings
    async with services.database.transaction() as session:
        if await identity.user_by_email(session, settings.admin_email) is None:
            if not settings.admin_password:
                raise Refusal("Set WEFT_ADMIN_PASSWORD: there is no administrator yet.")
            _say(f"administrator {settings.admin_email}")
            await _create_administrator(session, settings)


async def _create_administrator(session: AsyncSession, settings: Settings) -> User:
    return await identity.create_user(
        session,
        email=settings.admin_email,
        name="管理员",
        password_hash=checked_hash(settings.admin_password),
        is_admin=True,
    )


async def _sample_data(services: Services) -> bool:
    """Whether to install sample data. Unless asked for, it does not come later to where it was left out at first."""
    settings = services.settings
    if settings.sample_data is not None or not wants_sample_data(settings):
        return wants_sample_data(settings)
    async with services.database.transaction() as session:
        return all((await session.execute(select(InstalledApp.sample_data))).scalars())


async def _install(services: Services, folder: Path, sample_data: bool) -> None:
    """The people of its sample data get the administrator's password: one to remember, and made for this machine."""
    _say(f"template {folder.name}{' with its sample data' if sample_data else ''}")
    hashed = hash_password(services.settings.admin_password) if sample_data else None
    await install_app(services.database, services.publishing, folder, sample_data=sample_data, password_hash=hashed)


def _say(step: str) -> None:
    print(step, flush=True)


def prepare_database(settings: Settings, *, everything: bool = True) -> None:
    """Bring the tables to the newest migration and, with `everything`, do the rest too."""
    _say("tables")
    migrate(settings.database_url)
    if everything:
        asyncio.run(prepare(with_secret(settings)))


def main() -> int:
    """As a process of its own: one sentence on standard error when it cannot be done."""
    try:
        prepare_database(resolve(Settings()))
    except (Refusal, WeftError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

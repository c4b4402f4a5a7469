"""What strangers learn from `/readyz`: which part is not there, not how it is built; the log has the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import text
from structlog.testing import capture_logs

from backend import probes
from backend.db import Database
from backend.main import create_app
from backend.settings import Settings


@pytest.fixture(autouse=True)
def logger_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module's logger remembers where it wrote first; a new one can be captured."""
    monkeypatch.setattr(probes, "log", structlog.get_logger())


async def readiness(home: Path, url: str) -> tuple[dict[str, Any], str]:
    """What `/readyz` answers, with a Temporal that is not there, and what it logs."""
    app = create_app(Settings(database_url=url, home=home, secret="s" * 32, temporal_address="127.0.0.1:1"))
    transport = httpx.ASGITransport(app)
    with capture_logs() as logged:
        async with httpx.AsyncClient(transport=transport, base_url="http://weft", timeout=30) as client:
            answer = await client.get("/readyz")
    await app.state.services.close()
    assert answer.status_code == 503
    return answer.json(), "\n".join(str(entry) for entry in logged)


async def test_a_part_that_is_not_there_is_named_without_its_error(tmp_path: Path) -> None:
    answer, logged = await readiness(tmp_path, "postgresql://somebody@127.0.0.1:1/secret_name")
    assert answer == {"ready": False, "checks": {"database": "cannot be reached", "temporal": "cannot be reached"}}
    assert "OperationalError" in logged


async def test_missing_migrations_are_named_without_their_numbers(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE weft.alembic_version SET version_num = 'older'"))
    answer, logged = await readiness(tmp_path, database.url)
    assert answer["checks"]["database"] == "lacks migrations"
    assert "migration older instead of" in logged

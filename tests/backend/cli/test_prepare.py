"""Whom a new database lets in: sample people, who share a password, only where they are asked for."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from backend.settings import Settings
from backend.supervisor.home import resolve, wants_sample_data
from backend.supervisor.parts import environment
from backend.supervisor.prepare import prepare_database
from backend.supervisor.readiness import is_prepared

NOBODY_ELSE = ["admin@weft.local"]


def prepared(home: Path, url: str, **settings: bool | str) -> Settings:
    found = Settings(
        home=home, database_url=url, temporal_address="127.0.0.1:1", secret="s" * 32, admin_password="ten characters"
    ).model_copy(update=settings)
    prepare_database(found)
    return found


def people(url: str) -> list[str]:
    """Who may sign in."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT email FROM weft.user WHERE password_hash IS NOT NULL ORDER BY email")
        return [row[0] for row in rows]


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row is not None
        return int(row[0])


def test_a_database_of_ones_own_has_the_templates_and_no_sample_people(database_url: str, tmp_path: Path) -> None:
    settings = prepared(tmp_path, database_url)
    assert people(database_url) == NOBODY_ELSE
    assert count(database_url, "data.ticket") == count(database_url, "data.person") == 0
    assert count(database_url, "weft.department") == 7
    assert is_prepared(settings)


def test_sample_people_come_where_they_are_asked_for(database_url: str, tmp_path: Path) -> None:
    prepared(tmp_path, database_url, sample_data=True)
    assert len(people(database_url)) == 13
    assert count(database_url, "data.ticket") > 0


def test_they_do_not_come_later_by_themselves(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the embedded database: they were declined at the first start, and the next one says nothing of them."""
    prepared(tmp_path, database_url, sample_data=False)
    monkeypatch.setattr("backend.supervisor.prepare.wants_sample_data", lambda _: True)
    prepared(tmp_path, database_url)
    assert people(database_url) == NOBODY_ELSE


@pytest.mark.parametrize(
    ("asked", "url", "wanted"),
    [
        (None, "", True),
        (None, "postgresql://somewhere/weft", False),
        (False, "", False),
        (True, "postgresql://somewhere/weft", True),
    ],
)
def test_the_embedded_database_is_for_trying_out(tmp_path: Path, asked: bool | None, url: str, wanted: bool) -> None:
    settings = Settings(home=tmp_path, database_url=url).model_copy(update={"sample_data": asked})
    assert wants_sample_data(settings) is wanted
    assert wants_sample_data(resolve(settings)) is wanted
    assert environment(settings).get("WEFT_SAMPLE_DATA") == (None if asked is None else str(asked))

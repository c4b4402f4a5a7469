"""The embedded server lets nobody in but its owner, wherever its socket has to be."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest

from backend.db.embedded import EmbeddedPostgres


@pytest.mark.parametrize("name", ["short", "a" * 100])
def test_nobody_else_reaches_the_socket(tmp_path: Path, name: str) -> None:
    server = EmbeddedPostgres(tmp_path / name, durable=False)
    server.start()
    try:
        assert stat.S_IMODE(server.socket_directory.stat().st_mode) & 0o077 == 0
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_a_link_in_the_place_of_the_socket_is_refused(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("b" * 100), durable=False)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    server.socket_directory.symlink_to(elsewhere)
    try:
        with pytest.raises(RuntimeError, match="link"):
            server.start()
    finally:
        server.socket_directory.unlink()

"""The folder where one machine keeps its state (`WEFT_HOME`): paths, the lock, the secret, remembered ports and processes."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backend.db.embedded import EmbeddedPostgres
from backend.settings import Settings


class Refusal(Exception):
    """Why `weft` cannot do what was asked, in one sentence for the person at the terminal."""


class Home:
    """One installation's folder. Whoever holds the lock is the running `weft up`; the lock goes when its process does."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.logs = self.path / "logs"
        self.postgres = self.path / "postgres"
        self.temporal_database = self.path / "temporal" / "temporal.db"
        self.secret_file = self.path / "secret"
        self.password_file = self.path / "admin-password"
        self.state_file = self.path / "state.json"
        self.lock_file = self.path / "weft.pid"

    def make(self) -> None:
        """Make the folders, or refuse in one sentence."""
        try:
            for folder in (self.path, self.logs, self.temporal_database.parent):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refusal(
                f"Cannot write to {self.path}: {error.strerror}. Set WEFT_HOME to a folder you own."
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, with our process id in it, or refuse because somebody else does."""
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _lock(descriptor):
                raise Refusal(f"Weft is already running here (process {self.running_pid()}); stop it with `weft down`.")
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def running_pid(self) -> int | None:
        """The process id of the running `weft up`, or None."""
        if not self.lock_file.exists():
            return None
        descriptor = os.open(self.lock_file, os.O_RDWR)
        try:
            text = os.pread(descriptor, 20, 0).decode()
            return None if _lock(descriptor) or not text else int(text)
        finally:
            os.close(descriptor)

    def secret(self) -> str:
        """This machine's secret, made on first use; readable by its owner only."""
        if not self.secret_file.exists():
            write_private(self.secret_file, secrets.token_urlsafe(48))
        return self.secret_file.read_text().strip()

    def password(self) -> str | None:
        """The administrator's password that was made for this machine, if one was."""
        return self.password_file.read_text().strip() if self.password_file.exists() else None

    def state(self) -> dict[str, Any]:
        """What is remembered between starts: `ports`, `processes`, `prepared`."""
        try:
            state: dict[str, Any] = json.loads(self.state_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return state

    def remember(self, **values: Any) -> None:
        """Write `values` into the state, whole or not at all."""
        fresh = self.state_file.with_suffix(".new")
        fresh.write_text(json.dumps(self.state() | values, indent=1))
        fresh.replace(self.state_file)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")


def resolve(settings: Settings) -> Settings:
    """`settings` with the addresses and the secret of the embedded servers filled in where none are given."""
    home = Home(settings.home)
    found: dict[str, str] = {}
    if not settings.database_url:
        found["database_url"] = EmbeddedPostgres(home.postgres).url()
    if not settings.temporal_address:
        found["temporal_address"] = f"127.0.0.1:{home.state().get('ports', {}).get('temporal', 7233)}"
    if not settings.secret and home.secret_file.exists():
        found["secret"] = home.secret()
    return settings.model_copy(update=found)


def wants_sample_data(settings: Settings) -> bool:
    """Whether templates come with sample data and its people: as WEFT_SAMPLE_DATA says, else in the embedded database only,
    for people whose passwords are all the same have no place in production."""
    if settings.sample_data is not None:
        return settings.sample_data
    return settings.database_url in ("", EmbeddedPostgres(Home(settings.home).postgres).url())


def with_secret(settings: Settings) -> Settings:
    """`settings`, or a refusal because a server without its secret could not read what it stored."""
    if not settings.secret:
        raise Refusal("WEFT_SECRET is not set; `weft up` makes one, a server of its own needs to be given it.")
    return settings


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""The four parts of one machine: PostgreSQL and Temporal (unless their addresses are given), the API and the worker."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from functools import partial

from backend.db.embedded import EmbeddedPostgres
from backend.settings import Settings
from backend.supervisor.home import Home
from backend.supervisor.part import Part, Registry
from backend.supervisor.preflight import find_temporal, free_port

_READY_SECONDS = 60.0
_LOG_BYTES = 10 * 1024 * 1024
Say = Callable[[str], None]


def postgres_part(home: Home, registry: Registry, say: Say) -> Part:
    """The embedded PostgreSQL; it is ready once `start` returns."""
    server = EmbeddedPostgres(home.postgres)

    def launch() -> subprocess.Popen[bytes]:
        server.start()
        server.ensure_database()
        assert server.process is not None
        return server.process

    return Part("postgres", launch, _at_once, registry, say, stop_signal=signal.SIGINT)


def temporal_part(home: Home, registry: Registry, say: Say) -> Part:
    """The real Temporal server with its data in a file; its ports are free ones, remembered."""
    program = find_temporal()
    remembered = home.state().get("ports", {})
    ports = {name: free_port(remembered.get(name)) for name in ("temporal", "temporal_http", "temporal_metrics")}
    home.remember(ports=ports)
    command = [
        *(str(program), "server", "start-dev", "--headless", "--ip", "127.0.0.1"),
        *("--port", str(ports["temporal"]), "--http-port", str(ports["temporal_http"])),
        *("--metrics-port", str(ports["temporal_metrics"]), "--db-filename", str(home.temporal_database)),
        *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal", "--log-level", "warn"),
    ]
    launch = partial(launch_logged, command, home, "temporal", dict(os.environ))
    return Part("temporal", launch, partial(_port_open, ports["temporal"]), registry, say)


def api_part(home: Home, settings: Settings, registry: Registry, say: Say) -> Part:
    """The API process; ready when /readyz says so."""
    url = f"http://{reachable(settings.host)}:{settings.port}/readyz"
    launch = partial(launch_logged, _weft("api"), home, "api", environment(settings))
    return Part("api", launch, partial(_http_ready, url), registry, say)


def worker_part(home: Home, settings: Settings, registry: Registry, say: Say) -> Part:
    """The worker process; it connects by itself, so being started is being ready."""
    launch = partial(launch_logged, _weft("worker"), home, "worker", environment(settings))
    return Part("worker", launch, _at_once, registry, say)


def environment(settings: Settings) -> dict[str, str]:
    """Our environment with the resolved settings in it, for a child process."""
    names = {"database_url": "DATABASE_URL", "temporal_address": "TEMPORAL_ADDRESS"}
    given = settings.model_dump(exclude_none=True)
    values = {names.get(key, f"WEFT_{key.upper()}"): str(value) for key, value in given.items()}
    return dict(os.environ) | values


def launch_logged(command: list[str], home: Home, name: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process of its own session that writes to `logs/<name>.log`; a long log is put aside first."""
    path = home.logs / f"{name}.log"
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=env
        )


def reachable(host: str) -> str:
    """An address to reach a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)


def _weft(command: str) -> list[str]:
    return [sys.executable, "-m", "backend.cli", command]


async def _at_once() -> None:
    return None


async def _port_open(port: int) -> None:
    await _until(lambda: asyncio.to_thread(_connects, port))


async def _http_ready(url: str) -> None:
    await _until(lambda: asyncio.to_thread(_answers, url))


async def _until(test: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while not await test():
            await asyncio.sleep(0.05)


def _connects(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False

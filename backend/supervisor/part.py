"""A part of the running system: one process that is started, watched, restarted when it ends, and stopped."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from backend.supervisor.home import Home, Refusal

_POLL_SECONDS = 0.1
_BACKOFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
#: A part that has run this long has recovered: the next failure begins with the shortest wait.
_HEALTHY_SECONDS = 30.0
_STOP_SECONDS = 20.0
_STARTS_BEFORE_GIVING_UP = 3


@dataclass
class Part:
    """`launch` starts the process; `ready` returns when it serves. `say` tells the person at the terminal."""

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[], Awaitable[None]]
    registry: Registry
    say: Callable[[str], None]
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    stopping: bool = field(default=False, init=False)
    _launching: asyncio.Future[subprocess.Popen[bytes]] | None = field(default=None, init=False)

    async def start(self) -> None:
        """Start it and wait until it serves; refuse after a few attempts that ended at once."""
        for attempt in range(_STARTS_BEFORE_GIVING_UP):
            await self._launch()
            if await self._ready_or_ended():
                return
            await asyncio.sleep(_BACKOFF_SECONDS[attempt])
        raise Refusal(
            f"{self.name} does not start; the reason is at the end of {self.registry.home.logs / self.name}.log"
        )

    async def watch(self) -> None:
        """Start it again whenever it ends, until it is being stopped."""
        failures, started = 0, time.monotonic()
        while not self.stopping:
            if self.running:
                await asyncio.sleep(_POLL_SECONDS)
                continue
            failures = 0 if time.monotonic() - started > _HEALTHY_SECONDS else failures + 1
            self.say(f"{self.name} ended ({self._how_it_ended()}); starting it again")
            await asyncio.sleep(_BACKOFF_SECONDS[min(failures, len(_BACKOFF_SECONDS) - 1)])
            if not self.stopping:
                started = time.monotonic()
                await self._restart()

    async def stop(self) -> None:
        """Ask it to stop, wait, and kill it if it does not."""
        self.stopping = True
        if self._launching is not None:
            with suppress(OSError, RuntimeError):
                self.process = await self._launching
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.stop_signal)
        deadline = time.monotonic() + _STOP_SECONDS
        while self.running:
            if time.monotonic() > deadline:
                self.process.kill()
            await asyncio.sleep(_POLL_SECONDS / 2)
        self.registry.forget(self.name, self.process.pid)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def _launch(self) -> None:
        # Kept and shielded: a launch that is under way when everything stops still has to be ended.
        self._launching = asyncio.ensure_future(asyncio.to_thread(self.launch))
        self.process = await asyncio.shield(self._launching)
        self.registry.add(self.name, self.process.pid, self.stop_signal)

    async def _restart(self) -> None:
        try:
            await self._launch()
        except (OSError, RuntimeError) as error:
            self.say(f"{self.name} does not start: {error}")
            return
        if await self._ready_or_ended():
            self.say(f"{self.name} runs again")

    async def _ready_or_ended(self) -> bool:
        waiting = asyncio.ensure_future(self.ready())
        try:
            while not waiting.done():
                if not self.running:
                    return False
                await asyncio.wait([waiting], timeout=_POLL_SECONDS)
            await waiting
            return True
        finally:
            waiting.cancel()

    def _how_it_ended(self) -> str:
        code = self.process.returncode if self.process is not None else 0
        return f"code {code}" if code >= 0 else f"signal {-code}"


class Registry:
    """Which processes are ours: told to the guard, and written down so that the next start finds what outlived us."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def add(self, name: str, pid: int, stop_signal: signal.Signals) -> None:
        self._tell(f"+ {pid} {int(stop_signal)}")
        with suppress(psutil.NoSuchProcess):
            known = self.home.state().get("processes", {})
            entry = {"pid": pid, "created": psutil.Process(pid).create_time(), "signal": int(stop_signal)}
            self.home.remember(processes=known | {name: entry})

    def forget(self, name: str, pid: int) -> None:
        self._tell(f"- {pid}")
        known = self.home.state().get("processes", {})
        known.pop(name, None)
        self.home.remember(processes=known)

    def close(self) -> None:
        """Let the guard go; it ends whatever is still registered."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()

    def _tell(self, line: str) -> None:
        if self._guard.stdin is not None and self._guard.poll() is None:
            self._guard.stdin.write(line.encode() + b"\n")
            self._guard.stdin.flush()


def end_leftovers(home: Home) -> list[str]:
    """End what an earlier run left behind; returns the names of the parts that were still there."""
    left: dict[str, psutil.Process] = {}
    for name, entry in home.state().get("processes", {}).items():
        process = _same_process(entry["pid"], entry["created"])
        if process is not None:
            left[name] = process
            with suppress(psutil.NoSuchProcess):
                process.send_signal(entry["signal"])
    _, alive = psutil.wait_procs(list(left.values()), timeout=_STOP_SECONDS)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=_STOP_SECONDS)
    home.remember(processes={})
    return list(left)


def _same_process(pid: int, created: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - created) < 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except psutil.NoSuchProcess:
        return None
    return None

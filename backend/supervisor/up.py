"""The supervisor of `weft up`: starts the parts in order, keeps them running, stops them in the opposite order."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import psycopg
from rich.console import Console

from backend.settings import Settings
from backend.supervisor.home import Home, Refusal, resolve, wants_sample_data, write_private
from backend.supervisor.part import Part, Registry, end_leftovers
from backend.supervisor.parts import api_part, environment, postgres_part, reachable, temporal_part, worker_part
from backend.supervisor.preflight import check_disk, check_port
from backend.supervisor.readiness import is_prepared, template_folders


class Supervisor:
    """One run of `weft up`."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.settings = settings
        self.console = console
        self.home = Home(settings.home)
        self.parts: list[Part] = []
        self._stop = asyncio.Event()
        self._watchers: list[asyncio.Future[None]] = []
        self._begun = time.monotonic()

    async def run(self) -> None:
        """Serve until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        if left := await asyncio.to_thread(end_leftovers, self.home):
            self._say(f"ended what an earlier run left: {', '.join(left)}")
        check_port(self.settings.host, self.settings.port)
        registry = Registry(self.home)
        serving = asyncio.ensure_future(self._serve(registry))
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
        finally:
            serving.cancel()
            stopped.cancel()
            for watcher in self._watchers:
                watcher.cancel()
            await self._stop_parts()
            registry.close()

    async def _serve(self, registry: Registry) -> None:
        await self._start(self._servers(registry))
        self.settings = resolve(self.settings)
        first = await self._prepare()
        await self._start([make(self.home, self.settings, registry, self._say) for make in (api_part, worker_part)])
        self._announce(first)
        await asyncio.gather(*self._watchers)

    def _servers(self, registry: Registry) -> list[Part]:
        servers = []
        if not self.settings.database_url:
            servers.append(postgres_part(self.home, registry, self._say))
        if not self.settings.temporal_address:
            servers.append(temporal_part(self.home, registry, self._say))
        return servers

    async def _start(self, parts: Sequence[Part]) -> None:
        """Start some parts side by side, then watch them."""
        self.parts += parts
        await asyncio.gather(*(self._timed(part) for part in parts))
        self._watchers += [asyncio.ensure_future(part.watch()) for part in parts]

    async def _timed(self, part: Part) -> None:
        begun = time.monotonic()
        await part.start()
        self._say(f"{part.name} runs", time.monotonic() - begun)

    async def _prepare(self) -> bool:
        """Tables, administrator and templates, unless they are there; True on the first start."""
        if not self.settings.secret:
            self.settings = self.settings.model_copy(update={"secret": self.home.secret()})
        if await asyncio.to_thread(_prepared, self.settings):
            return False
        begun, first = time.monotonic(), not self.home.password_file.exists()
        self.settings = self.settings.model_copy(update={"admin_password": self._password()})
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "backend.supervisor.prepare"),
            env=environment(self.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        await self._relay(process)
        self._say("database is prepared", time.monotonic() - begun)
        return first

    async def _relay(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        errors = asyncio.ensure_future(process.stderr.read())
        try:
            async for line in process.stdout:
                self._say(f"preparing: {line.decode().strip()}")
            if await process.wait() != 0:
                log = self.home.logs / "prepare.log"
                log.write_bytes(await errors)
                reason = log.read_text().strip().splitlines() or ["no reason given"]
                raise Refusal(f"The database could not be prepared: {reason[-1]} (more in {log})")
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()

    def _password(self) -> str:
        if self.settings.admin_password:
            return self.settings.admin_password
        if not self.home.password_file.exists():
            write_private(self.home.password_file, secrets.token_urlsafe(12))
        return self.home.password_file.read_text().strip()

    def _announce(self, first: bool) -> None:
        url = f"http://{reachable(self.settings.host)}:{self.settings.port}"
        self.console.print(
            f"\n  [bold]Weft[/bold]  {url}  [dim]({time.monotonic() - self._begun:.1f} s)[/dim]", highlight=False
        )
        self.console.print(
            f"  {self.settings.admin_email}  {self._password_line(first)}", highlight=False, markup=False
        )
        if self.settings.templates and wants_sample_data(self.settings):
            self.console.print("  The templates' people have the same password.", style="dim", highlight=False)
        self.console.print("  Ctrl-C stops everything\n", style="dim", highlight=False)

    def _password_line(self, first: bool) -> str:
        file = self.home.password_file
        if not file.exists():
            return "with the password of WEFT_ADMIN_PASSWORD"
        return file.read_text().strip() if first else f"password in {file}"

    def _say(self, text: str, seconds: float | None = None) -> None:
        timing = f" [dim]{seconds:.1f} s[/dim]" if seconds is not None else ""
        self.console.print(f"  [green]·[/green] {text}{timing}", highlight=False)

    async def _stop_parts(self) -> None:
        """Our own processes first, side by side; then the servers under them."""
        for part in self.parts:
            part.stopping = True
        names = {"api", "worker"}
        await asyncio.gather(*(part.stop() for part in self.parts if part.name in names))
        await asyncio.gather(*(part.stop() for part in self.parts if part.name not in names))


def up(settings: Settings, console: Console) -> None:
    """Run everything until Ctrl-C; raises Refusal when it cannot."""
    home = Home(settings.home)
    home.make()
    template_folders(settings)
    check_disk(home.path)
    with home.locked():
        asyncio.run(Supervisor(settings, console).run())
    console.print("  [green]·[/green] stopped", highlight=False)


def down(settings: Settings, *, erase: bool, timeout: float = 60.0) -> str:
    """Stop a running `weft up` and wait; with `erase` remove its folder too. Returns what was done."""
    home = Home(settings.home)
    pid = home.running_pid()
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout
        while home.running_pid() is not None:
            if time.monotonic() > deadline:
                raise Refusal(f"Weft (process {pid}) does not stop; see {home.logs}.")
            time.sleep(0.1)
    elif home.state_file.exists():
        end_leftovers(home)
    done = "stopped" if pid is not None else "nothing was running"
    if erase and home.path.exists():
        shutil.rmtree(home.path)
        done += f"; {home.path} is erased"
    return done


def _prepared(settings: Settings) -> bool:
    try:
        return is_prepared(settings)
    except psycopg.OperationalError as error:
        raise Refusal(f"The database of DATABASE_URL does not answer: {str(error).strip().splitlines()[-1]}") from error

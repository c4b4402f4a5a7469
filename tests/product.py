"""The whole product as its user starts it: `weft up` on free ports in a folder of its own. For journeys, faults, benches."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from backend.db.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "weft for everybody"


class Product:
    """A running Weft. `password` is the administrator's and every demo person's."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.password = PASSWORD
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = os.environ | {
            "WEFT_HOME": str(home),
            "WEFT_PORT": str(self.port),
            "WEFT_ADMIN_PASSWORD": self.password,
            "WEFT_FRONTEND": str(ROOT / "frontend" / "dist"),
            "WEFT_LOG_LEVEL": "warning",
            **environment,
        }

    def start(self, timeout: float = 120.0) -> float:
        """Start it and wait until it is ready; returns the seconds that took."""
        begun = time.monotonic()
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "up.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait_ready(timeout)
        return time.monotonic() - begun

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until `/readyz` answers 200; raise with the output when it does not."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            time.sleep(0.05)
        raise AssertionError(f"Weft did not get ready:\n{self.output()}")

    def output(self) -> str:
        """What it printed, and the end of each part's log."""
        parts = [(self.home / "up.log").read_text(errors="replace")]
        for log in sorted((self.home / "logs").glob("*.log")):
            parts.append(f"--- {log.name}\n" + log.read_text(errors="replace")[-3000:])
        return "\n".join(parts)

    def weft(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a `weft` command against it."""
        command = [sys.executable, "-m", "backend.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False
        )

    @property
    def database_url(self) -> str:
        return EmbeddedPostgres(self.home / "postgres").url()

    def pid(self, part: str) -> int:
        """The process id of a part: postgres, temporal, api or worker."""
        state: dict[str, Any] = json.loads((self.home / "state.json").read_text())
        return int(state["processes"][part]["pid"])

    def kill(self, part: str) -> int:
        """`kill -9` a part; returns the process id it had."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_tree(self) -> None:
        """`kill -9` of everything at once, as a power cut would: all are stopped first, so that none sees another one gone."""
        assert self.process is not None
        tree = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        for do in (psutil.Process.suspend, psutil.Process.kill):
            for process in tree:
                with suppress(psutil.NoSuchProcess):  # one that ended by itself since, as a connection's does
                    do(process)
        psutil.wait_procs(tree, timeout=10)
        self.process.wait(10)

    def stop(self) -> None:
        """Stop it as Ctrl-C does and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def client(self, email: str = "admin@weft.local") -> httpx.Client:
        """A signed-in client that sends the CSRF header with every request."""
        client = httpx.Client(base_url=self.url, timeout=30)
        answer = client.post("/api/auth/login", json={"email": email, "password": self.password})
        answer.raise_for_status()
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client


#: Below the ports that the system hands out itself, to every connection that is made: those may be taken a moment later.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on. Runs side by side choose at random, not one after the other."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

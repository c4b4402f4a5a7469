"""Ends the parts when their supervisor is gone, however it went: `kill -9` leaves nobody else to do it.

Run as a process of its own, with nothing but the standard library. It reads lines from the supervisor (`+ pid signal`,
`- pid`); the end of that pipe is the supervisor's end. Works wherever pipes do, macOS too.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_GRACE_SECONDS = 10.0


def send(pid: int, number: int) -> bool:
    """Signal a process; False when it is not there any more."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def follow(children: dict[int, int]) -> None:
    """Keep `children` (process id to its stop signal) as the supervisor tells, until it is gone."""
    for line in sys.stdin:
        match line.split():
            case ["+", pid, number]:
                children[int(pid)] = int(number)
            case ["-", pid]:
                children.pop(int(pid), None)


def end(children: dict[int, int]) -> None:
    """Ask every child to stop; kill what has not after the grace."""
    for pid, number in children.items():
        send(pid, number)
    deadline = time.monotonic() + _GRACE_SECONDS
    left = set(children)
    while left and time.monotonic() < deadline:
        left = {pid for pid in left if send(pid, 0)}
        time.sleep(0.05)
    for pid in left:
        send(pid, signal.SIGKILL)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched: dict[int, int] = {}
    follow(watched)
    end(watched)

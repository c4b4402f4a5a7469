"""The one wake-up timer of an instance.

A timer that is armed is left to ring when the moment to wake up moves later or away: ringing once for nothing costs less history
than arming anew at every command.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow


class Alarm:
    """Calls `ring` once the moment that was set last has come, or earlier for nothing: whoever is rung sets it again."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def set(self, at: datetime) -> None:
        """Ring at `at`, which lies ahead."""
        if self._at is not None and self._at <= at:
            return
        if self._task is not None:
            self._task.cancel()
        self._at = at
        self._task = asyncio.create_task(self._wait(at))

    async def _wait(self, at: datetime) -> None:
        await workflow.sleep(at - workflow.now())
        self._at = self._task = None
        self._ring()

"""The process's copy of the published metadata: read from memory, swapped whole when something is published."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.db import Database
from backend.errors import NotFound
from backend.events.notify import METADATA, Listener
from backend.metadata import repository
from backend.metadata.snapshot import Metadata
from engine.definitions.codec import KINDS, decode_checked

log = structlog.get_logger(__name__)

#: Decoded old versions kept in memory; running flows and open forms ask for the same few.
_OLD_VERSIONS_KEPT = 512
#: A notice may be missed while the connection is lost; look at least this often.
_REFRESH_SECONDS = 15.0


class MetadataStore:
    """`current` is never changed in place: hold on to it for the length of one request."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._current = Metadata()
        self._subscribers: list[Callable[[Metadata], None]] = []
        self._old: OrderedDict[tuple[str, str, int], Any] = OrderedDict()
        self._loading = asyncio.Lock()

    @property
    def current(self) -> Metadata:
        """The published metadata as of the last refresh."""
        return self._current

    def subscribe(self, callback: Callable[[Metadata], None]) -> None:
        """Call `callback` with the new metadata after every swap (not with the present one)."""
        self._subscribers.append(callback)

    async def load(self) -> Metadata:
        """Read everything that is published, now."""
        async with self._loading, self._database.transaction() as session:
            self._swap(await read(session))
        return self._current

    async def refresh(self) -> Metadata:
        """Read again if there was a publication since; cheap when there was none."""
        async with self._database.transaction() as session:
            newest = await repository.last_publication(session)
        return await self.load() if newest != self._current.version else self._current

    async def run(self, listener: Listener) -> None:
        """Refresh at every notice, until cancelled."""
        async with listener.subscribed(METADATA) as notice:
            while True:
                await self._refresh_or_log()
                try:
                    await asyncio.wait_for(notice.wait(), _REFRESH_SECONDS)
                except TimeoutError:
                    continue
                finally:
                    notice.clear()

    async def definition(self, session: AsyncSession, kind: str, key: str, version: int) -> Any:
        """One version of a definition, old or current, decoded. Versions never change, so they are cached."""
        if self._current.versions.get((kind, key)) == version:
            return self._current.find(kind, key)
        address = (kind, key, version)
        if address not in self._old:
            document = await repository.content(session, kind, key, version)
            if document is None:
                raise NotFound(what=KINDS[kind].label, key=f"{key}@{version}")
            self._old[address] = decode_checked(kind, document)
        self._old.move_to_end(address)
        while len(self._old) > _OLD_VERSIONS_KEPT:
            self._old.popitem(last=False)
        return self._old[address]

    async def _refresh_or_log(self) -> None:
        try:
            await self.refresh()
        except (OSError, DBAPIError) as error:
            log.warning("metadata.refresh_failed", error=str(error))

    def _swap(self, metadata: Metadata) -> None:
        if metadata.version == self._current.version:
            return
        self._current = metadata
        for callback in self._subscribers:
            callback(metadata)


async def read(session: AsyncSession) -> Metadata:
    """The published metadata as this transaction sees it."""
    version = await repository.last_publication(session)
    rows = await repository.current(session)
    return Metadata.of(
        (decode_checked(row.kind, row.content) for row in rows),
        version=version,
        versions={(row.kind, row.key): row.version for row in rows},
    )

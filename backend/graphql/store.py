"""The schemas of a process: one per set of roles over one version of the metadata, made off the request path."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

import strawberry

from backend.access.caller import SYSTEM, Caller
from backend.graphql.schema import SchemaBuilder
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records.reading import Reader

_KEPT = 32


@dataclass(frozen=True)
class View:
    """A schema and the snapshot it was made from; a request uses the two together."""

    metadata: Metadata
    schema: strawberry.Schema


class SchemaStore:
    """Roles decide what is in a schema; callers of the same roles share one."""

    def __init__(self, store: MetadataStore) -> None:
        self._store = store
        self._views: OrderedDict[tuple[int, frozenset[str] | None], View] = OrderedDict()
        self._building = asyncio.Lock()
        self._ahead: set[asyncio.Task[View]] = set()
        store.subscribe(self._build_ahead)

    async def view(self, caller: Caller) -> View:
        """The caller's schema over the current metadata; built in a thread when nobody has asked for it yet."""
        metadata = self._store.current
        key = (metadata.version, None if caller.unrestricted else caller.roles)
        if key not in self._views:
            async with self._building:
                if key not in self._views:
                    builder = SchemaBuilder(Reader(metadata, caller))
                    self._views[key] = View(metadata, await asyncio.to_thread(builder.build))
        self._views.move_to_end(key)
        while len(self._views) > _KEPT:
            self._views.popitem(last=False)
        return self._views[key]

    def _build_ahead(self, _metadata: Metadata) -> None:
        """After a publication: have the schema that sees everything ready before somebody asks."""
        task = asyncio.get_running_loop().create_task(self.view(SYSTEM))
        self._ahead.add(task)
        task.add_done_callback(self._ahead.discard)

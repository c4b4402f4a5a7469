"""Which product a text names: the one whose name or keyword, the longest, occurs in it. All names stand in one automaton, made
again when products change."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import ahocorasick
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.metadata.snapshot import Metadata
from backend.records.tables import table_for
from engine.definitions import Entity
from engine.language.values import ascii_lower
from engine.rules.kinds import PRODUCT

_NAME, _KEYWORDS = "name", "keywords"


class ProductNames:
    """The names of the products of one installation; a batch costs one statement, and a second where products changed."""

    def __init__(self) -> None:
        self._known: object = None
        self._automaton = ahocorasick.Automaton()

    async def named(self, session: AsyncSession, metadata: Metadata, texts: Sequence[str]) -> list[UUID | None]:
        """The product that each text names, if any."""
        entity = metadata.entities.get(PRODUCT)
        if entity is None or entity.field(_NAME) is None:
            return [None] * len(texts)
        await self._refresh(session, entity)
        return [self._in(text) for text in texts]

    async def _refresh(self, session: AsyncSession, entity: Entity) -> None:
        table = table_for(entity)
        state = select(func.count(), func.max(table.c.updated_at), func.count(table.c.deleted_at)).select_from(table)
        newest = tuple((await session.execute(state)).one())
        if newest == self._known:
            return
        keywords = entity.field(_KEYWORDS)
        columns = [table.c.id, table.c[_NAME], *([table.c[_KEYWORDS]] if keywords is not None else [])]
        rows = (await session.execute(select(*columns).where(table.c.deleted_at.is_(None)).order_by(table.c.id))).all()
        automaton = ahocorasick.Automaton()
        for id, name, *more in rows:
            for word in (name, *(more[0] or () if more and keywords and keywords.type == "tags" else ())):
                folded = ascii_lower(str(word or "").strip())
                if folded and folded not in automaton:
                    automaton.add_word(folded, (len(folded), id))
        if len(automaton):
            automaton.make_automaton()
        self._automaton, self._known = automaton, newest

    def _in(self, text: str) -> UUID | None:
        if not len(self._automaton):
            return None
        found = max(
            (value for _, value in self._automaton.iter(ascii_lower(text))),
            key=lambda value: (value[0], -value[1].int),
            default=None,
        )
        return None if found is None else found[1]

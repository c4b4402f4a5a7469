"""`limit n per x per t` and `once per x`, counted in the database with the batch, by the clock of events.

Whoever counts under a key first takes a lock on it for the rest of its transaction, so that two workers cannot both see room for
the last one. All locks of a batch are taken in one order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from engine.rules import Firing, Quota
from engine.rules.lengths import before

_LOCK = text(
    "SELECT count(pg_advisory_xact_lock(hashtextextended('rule:' || key, 0))) FROM unnest(:keys) AS key"
).bindparams(bindparam("keys", type_=ARRAY(Text)))

#: A firing that did nothing does not count: one held back, one retracted, and one of which no action came to a result.
_COUNT = text(
    """
    SELECT q.n, f.happened_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS q(n int, key text, since timestamptz, until timestamptz)
    JOIN weft.rule_firing AS f ON f.quotas @> ARRAY[q.key] AND f.quotas <> '{}'
    WHERE (f.status = 'done' OR f.status = 'failed' AND jsonb_path_exists(f.actions, '$[*].result'))
        AND (q.since IS NULL OR f.happened_at > q.since) AND (q.since IS NULL OR f.happened_at <= q.until)
    """
).bindparams(bindparam("rows", type_=Text))


@dataclass(frozen=True, slots=True)
class Claim:
    """A firing that wants to go ahead, at its moment."""

    firing: Firing
    at: datetime


class Allowance:
    """What has been used of each quota; more as the firings of a batch are let through, in their order."""

    def __init__(self, used: Mapping[str, set[datetime] | list[datetime]]) -> None:
        self._used: dict[str, list[datetime]] = defaultdict(list)
        for key, moments in used.items():
            self._used[key] = list(moments)

    def copy(self) -> Allowance:
        """The same, counted on its own from here."""
        return Allowance(self._used)

    def take(self, claim: Claim) -> bool:
        """Whether the firing may go ahead; if so it is counted."""
        if any(self._count(quota, claim.at) >= quota.count for quota in claim.firing.quotas):
            return False
        for quota in claim.firing.quotas:
            self._used[quota.key].append(claim.at)
        return True

    def give_back(self, claim: Claim) -> None:
        """What the firing took, as it did nothing after all."""
        for quota in claim.firing.quotas:
            self._used[quota.key].remove(claim.at)

    def _count(self, quota: Quota, at: datetime) -> int:
        used = self._used[quota.key]
        since = None if quota.within is None else before(at, quota.within)
        return len(used) if since is None else sum(1 for moment in used if since < moment <= at)


async def read_allowance(session: AsyncSession, claims: Sequence[Claim]) -> Allowance:
    """Lock and count what the firings count against: two statements, none when there is no limit."""
    wanted: dict[str, dict[str, Any]] = {}
    for claim in claims:
        for quota in claim.firing.quotas:
            since = None if quota.within is None else before(claim.at, quota.within)
            row = wanted.setdefault(quota.key, {"key": quota.key, "since": since, "until": claim.at})
            row["since"] = None if since is None or row["since"] is None else min(row["since"], since)
            row["until"] = max(row["until"], claim.at)
    if not wanted:
        return Allowance({})
    await session.execute(_LOCK, {"keys": sorted(wanted)})
    rows = [{**row, "n": number} for number, row in enumerate(wanted.values())]
    used: dict[str, list[datetime]] = defaultdict(list)
    for number, happened_at in await session.execute(_COUNT, {"rows": orjson.dumps(rows).decode()}):
        used[str(rows[number]["key"])].append(happened_at)
    return Allowance(used)

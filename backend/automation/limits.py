"""`limit n per x per t` and `once per x`, counted in the database with the batch.

Whoever counts for a rule and subject first takes a lock on the pair for the rest of its transaction, so that two workers
cannot both see room for the last one. All locks of a batch are taken in one order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Double, Text

from engine.rules import Firing


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `count` firings of `rule` for `subject` in `seconds` (None: ever, by the `once` value)."""

    rule: str
    subject: str
    seconds: float | None
    count: int


def quotas_of(firing: Firing) -> list[Quota]:
    """What a firing counts against; nothing when the value to count by is empty."""
    quotas = []
    if firing.limit is not None and firing.limit.subject is not None:
        quotas.append(Quota(firing.rule_key, firing.limit.subject, firing.limit.seconds, firing.limit.count))
    if firing.once is not None:
        quotas.append(Quota(firing.rule_key, firing.once, None, 1))
    return quotas


_LOCK = text(
    "SELECT count(pg_advisory_xact_lock(hashtextextended('rule:' || pair, 0))) FROM unnest(:pairs) AS pair"
).bindparams(bindparam("pairs", type_=ARRAY(Text)))

#: A firing that did nothing does not count: one held back, and one of which no action came to a result.
_DID_SOMETHING = "(f.status = 'done' OR f.status = 'failed' AND jsonb_path_exists(f.actions, '$[*].result'))"
_COUNT = text(
    f"""
    SELECT CASE WHEN q.seconds < 0 THEN (
        SELECT count(*) FROM weft.rule_firing AS f
        WHERE f.rule = q.rule AND f.once = q.subject AND {_DID_SOMETHING}
    ) ELSE (
        SELECT count(*) FROM weft.rule_firing AS f
        WHERE f.rule = q.rule AND f.subject = q.subject AND {_DID_SOMETHING}
          AND f.at > now() - make_interval(secs => q.seconds)
    ) END AS fired
    FROM unnest(:rules, :subjects, :seconds) WITH ORDINALITY AS q(rule, subject, seconds, place) ORDER BY q.place
    """
).bindparams(
    bindparam("rules", type_=ARRAY(Text)),
    bindparam("subjects", type_=ARRAY(Text)),
    bindparam("seconds", type_=ARRAY(Double)),
)


class Allowance:
    """What is still free of each quota; taken from as the firings of a batch are let through, in their order."""

    def __init__(self, used: dict[Quota, int]) -> None:
        self._used = Counter(used)

    def take(self, firing: Firing) -> bool:
        """Whether the firing may go ahead; if so it is counted."""
        quotas = quotas_of(firing)
        if any(self._used[quota] >= quota.count for quota in quotas):
            return False
        self._used.update(quotas)
        return True

    def give_back(self, firing: Firing) -> None:
        """What the firing took, as it did nothing after all."""
        self._used.subtract(quotas_of(firing))


async def read_allowance(session: AsyncSession, firings: Sequence[Firing]) -> Allowance:
    """Lock and count what the firings count against: two statements, none when there is no limit."""
    quotas = list(dict.fromkeys(quota for firing in firings for quota in quotas_of(firing)))
    if not quotas:
        return Allowance({})
    await session.execute(_LOCK, {"pairs": sorted({f"{quota.rule}:{quota.subject}" for quota in quotas})})
    counted = await session.execute(
        _COUNT,
        {
            "rules": [quota.rule for quota in quotas],
            "subjects": [quota.subject for quota in quotas],
            "seconds": [-1.0 if quota.seconds is None else float(quota.seconds) for quota in quotas],
        },
    )
    return Allowance(dict(zip(quotas, counted.scalars(), strict=True)))

"""Token lineage: which completions and joins a token descends from, and what undoing one of them means.

Sending back to a user task undoes its completion: every live token that descends from that completion goes, and a join that
had merged such a token with others gives the others back, so that they wait at the join again. This is neither "all tokens"
(work beside it goes on) nor reachability in the drawing (a token downstream that does not descend from the completion stays).

A lineage holds the latest completion of each node on the path; `forget` drops what no undo can need any more, so that an
instance that loops for years stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.flow.state import Origin, Token

Origins = Mapping[int, Origin]


def completion_of(node: str, lineage: frozenset[int], origins: Origins) -> int | None:
    """The latest completion of `node` in the lineage, or None."""
    numbers = (n for n in lineage if n in origins and origins[n].node == node and not origins[n].is_join)
    return max(numbers, default=None)


def latest_completion(lineage: frozenset[int], origins: Origins) -> int | None:
    """The latest completion of any node in the lineage, or None."""
    return max((n for n in lineage if n in origins and not origins[n].is_join), default=None)


def last_completions(lineage: frozenset[int], origins: Origins) -> frozenset[int]:
    """The completions that led here directly: no other of the lineage comes after them."""
    done = [n for n in lineage if n in origins and not origins[n].is_join]
    return frozenset(done) - frozenset[int]().union(*(origins[n].before for n in done))


def descendants(completion: int, tokens: Iterable[Token]) -> list[Token]:
    """The tokens that the completion is a cause of."""
    return [token for token in tokens if completion in token.lineage]


def given_back(
    completion: int, victims: Iterable[Token], origins: Origins
) -> list[tuple[str, str, int, frozenset[int]]]:
    """What joins that merged a descendant of `completion` had taken beside it: (join, edge, scope, lineage) of each."""
    fired = sorted({n for token in victims for n in token.lineage if n in origins and origins[n].is_join})
    found = []
    for number in fired:
        origin = origins[number]
        if any(completion in taken.lineage for taken in origin.consumed):
            found += [
                (origin.node, t.edge, origin.scope, t.lineage) for t in origin.consumed if completion not in t.lineage
            ]
    return found


def forget(tokens: Sequence[Token], origins: dict[int, Origin]) -> dict[int, Origin]:
    """Take out of the tokens, and of the origins returned, what no sending back can reach any more."""
    lineages = {token.lineage for token in tokens if token.lineage}
    kept: set[int] = set().union(*(_latest(lineage, origins) for lineage in lineages))
    kept -= {n for n in kept if origins[n].is_join and not _divides(origins[n], kept, origins)}
    if len(kept) == len(origins):
        return origins
    trimmed = {lineage: lineage & kept for lineage in lineages}
    for token in tokens:
        if token.lineage:
            token.lineage = trimmed[token.lineage]
    return {number: _trimmed(origins[number], kept) for number in sorted(kept)}


def _latest(lineage: frozenset[int], origins: Origins) -> set[int]:
    """The joins of a lineage and the latest completion of each node: the earlier ones, where every lineage has a later one, are not
    what sending back would undo."""
    latest: dict[str, int] = {}
    joins = set()
    for number in lineage:
        origin = origins.get(number)
        if origin is None:
            continue
        if origin.is_join:
            joins.add(number)
        elif number > latest.get(origin.node, 0):
            latest[origin.node] = number
    return joins.union(latest.values())


def _divides(join: Origin, kept: set[int], origins: Origins) -> bool:
    """Whether some completion lies behind a part of what the join consumed and not behind all: only then can it be undone."""
    parts = [taken.lineage for taken in join.consumed]
    causes = frozenset[int]().union(*parts) & kept
    return any(not origins[n].is_join and not all(n in part for part in parts) for n in causes)


def _trimmed(origin: Origin, kept: set[int]) -> Origin:
    consumed = tuple(replace(taken, lineage=taken.lineage & kept) for taken in origin.consumed)
    return replace(origin, before=origin.before & kept, consumed=consumed)

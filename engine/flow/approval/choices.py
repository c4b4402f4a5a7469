"""What a person can choose among: the tasks that theirs can be sent back to."""

from __future__ import annotations

from collections.abc import Iterator

from engine.flow.state import State


def targets(state: State, task: str) -> tuple[str, ...]:
    """The nodes that an open task can be sent back to, the latest first: those completed on the way to it, in its scope or one around
    it."""
    found = state.task(task)
    token = next((each for each in state.tokens if found is not None and each.id == found.token), None)
    if token is None:
        return ()
    around = set(_above(state, token.scope))
    origins = [state.origins[number] for number in sorted(token.lineage, reverse=True) if number in state.origins]
    nodes = (origin.node for origin in origins if not origin.is_join and origin.scope in around)
    return tuple(node for node in dict.fromkeys(nodes) if node != token.node)


def _above(state: State, scope: int | None) -> Iterator[int]:
    parents = {each.id: each.parent for each in state.scopes}
    while scope is not None:
        yield scope
        scope = parents.get(scope)

"""The order in which computed values are computed: each after those it reads."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from engine.language.expression import Checked


class CyclicValues(ValueError):
    """Values computed from each other, so that none can be the first. `keys` goes round once."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(f"these values are computed from each other: {' -> '.join(keys)}")
        self.keys = keys


def evaluation_order(expressions: Mapping[str, Checked]) -> list[str]:
    """The keys of values in an order in which each follows those its expression reads. Raises CyclicValues."""
    read = {
        key: [path[0] for path in expression.references() if path[0] in expressions]
        for key, expression in expressions.items()
    }
    try:
        return list(TopologicalSorter(read).static_order())
    except CycleError as error:
        keys: list[str] = error.args[1]
        raise CyclicValues(keys[::-1]) from error

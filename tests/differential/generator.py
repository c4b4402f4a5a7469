"""The generator: a random piece of a sort, within a budget of operations. The same random numbers give the same piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from tests.differential.pieces import Form, Piece, Sort, leaf
from tests.differential.productions import OPERATIONS, Production
from tests.differential.signatures import Calls
from tests.differential.sorts import (
    ADAPTED_LITERALS,
    EMPTY,
    LITERALS,
    RECORD,
    ROOTS,
    Names,
    item_of,
    record_names,
    scope_names,
)

#: Operations that take `empty` whatever type stands beside it.
_BESIDE_EMPTY = frozenset(
    {"=", "!=", "in", "not in", "is empty", "??", "if", "else if", "and", "or", "not", "contains"}
)
#: Operations that make an option or a record of the text that names it.
_BESIDE_ADAPTED = frozenset({"=", "!=", "in", "not in", "contains"})
_VARIABLES = ("x", "y", "z", "w", "u", "v", "r", "s")


@dataclass(frozen=True)
class Reach:
    """The names that can be used at a place, and how many binders are around it."""

    names: Names
    depth: int = 0

    @cached_property
    def by_sort(self) -> Mapping[Sort, Sequence[tuple[str, str]]]:
        """The names that yield a sort; those without a dot more often than the others."""
        found: dict[Sort, list[tuple[str, str]]] = defaultdict(list)
        for en, (zh, sort) in self.names.items():
            found[sort].extend([(en, zh)] * (1 if "." in en else 3))
        return found

    def bind(self, variable: str, item: Sort) -> Reach:
        """Inside a binder: the variable, and the fields of what it stands for."""
        found = {variable: (variable, item)}
        if item == RECORD:
            found |= {f"{variable}.{en}": (f"{variable}.{zh}", sort) for en, (zh, sort) in record_names().items()}
        return Reach({**self._without({variable}), **found}, self.depth + 1)

    def bare(self, item: Sort) -> Reach:
        """Inside a condition in which the fields of an item stand bare."""
        found: dict[str, tuple[str, Sort]] = {"item": ("项", item)}
        if item == RECORD:
            found |= record_names()
        return Reach({**self._without({name.partition(".")[0] for name in found}), **found}, self.depth + 1)

    def _without(self, hidden: set[str]) -> Names:
        return {en: value for en, value in self.names.items() if en.partition(".")[0] not in hidden}


BASE = Reach(scope_names())


class Generator:
    """Pieces from random numbers."""

    def __init__(self, random: Random, calls: Calls) -> None:
        self._random = random
        self._calls = calls

    def root(self, function: str | None) -> Piece:
        """A whole expression: a call of `function`, or of any sort."""
        budget = self._random.choice((2, 3, 4, 5, 6, 8, 10, 14, 24))
        productions = self._calls.by_key[function] if function is not None else ()
        usable = [production for production in productions if production.sort in ROOTS]
        if usable:
            return self._apply(self._random.choice(usable), budget, BASE)
        sort = "boolean" if self._random.random() < 0.4 else self._random.choice(ROOTS)
        return self.piece(sort, budget, BASE)

    def piece(self, sort: Sort, budget: int, reach: Reach, beside: str = "") -> Piece:
        """A piece of a sort, an operand of the form called `beside`."""
        if sort.startswith("name:"):
            return self._name(sort.removeprefix("name:"), reach)
        if budget <= 0 or self._random.random() < 0.12:
            found = self._leaf(sort, reach, beside)
            if found is not None or budget <= 0:
                return found or leaf(sort, *EMPTY)
        production = self._production(sort, reach)
        return leaf(sort, *EMPTY) if production is None else self._apply(production, budget - 1, reach)

    def _production(self, sort: Sort, reach: Reach) -> Production | None:
        functions, operations = self._calls.by_sort.get(sort, {}), OPERATIONS.get(sort, {})
        table = functions if functions and self._random.random() < 0.45 else operations
        # Binders nest twice at most: a third level costs more than it could show.
        names = [name for name in table if reach.depth < 2 or table[name][0].binder is None]
        return self._random.choice(table[self._random.choice(names)]) if names else None

    def _apply(self, production: Production, budget: int, reach: Reach) -> Piece:
        shares = self._shares(budget, len(production.operands))
        form = production.form
        if production.binder is None:
            pairs = zip(production.operands, shares, strict=True)
            operands = [self.piece(sort, share, reach, form.name) for sort, share in pairs]
            return Piece(production.sort, form, tuple(operands))
        source, body = production.operands
        variable = _VARIABLES[reach.depth]
        inner = reach.bare(item_of(source)) if production.binder == "bare" else reach.bind(variable, item_of(source))
        form = Form(form.name, form.en.replace("{v}", variable), form.zh.replace("{v}", variable))
        return Piece(
            production.sort, form, (self.piece(source, shares[0] // 2, reach), self.piece(body, shares[1], inner))
        )

    def _shares(self, budget: int, count: int) -> list[int]:
        shares = [0] * count
        for _ in range(budget if count else 0):
            shares[self._random.randrange(count)] += 1
        return shares

    def _leaf(self, sort: Sort, reach: Reach, beside: str) -> Piece | None:
        chance = self._random.random()
        if chance < (0.03 if beside in _BESIDE_EMPTY else 0.002) and sort != RECORD:
            return leaf(sort, *EMPTY)
        literals = LITERALS.get(sort, ())
        if literals and chance < 0.4:
            return self._random.choice(literals)
        if chance < 0.1 and beside in _BESIDE_ADAPTED and sort in ADAPTED_LITERALS:
            return self._random.choice(ADAPTED_LITERALS[sort])
        return self._name(sort, reach) if reach.by_sort.get(sort) else (literals[0] if literals else None)

    def _name(self, sort: Sort, reach: Reach) -> Piece:
        names = reach.by_sort.get(sort) or BASE.by_sort[sort]
        return leaf(sort, *self._random.choice(names))

"""All tables of an installation: their types for scopes, and what answers `decide("table", ..)` in an evaluation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine.decisions.deciding import Decision, decide
from engine.decisions.table import CompiledTable, compile_table, input_types, result_type
from engine.definitions import DecisionTable
from engine.language import Context, Type, record
from engine.language.asking import plain_value

Json = dict[str, Any]


def decision_types(tables: Mapping[str, DecisionTable]) -> Mapping[str, Type]:
    """For `Scope.decisions`: by key, under the label of the table, a record of its `inputs` and its `result`."""
    return {
        key: record({"inputs": record(input_types(table)), "result": result_type(table)}, table.label)
        for key, table in tables.items()
    }


class Tables:
    """The tables, each compiled when it is first asked; it is the `decide` of a Context."""

    def __init__(self, tables: Mapping[str, DecisionTable]) -> None:
        self._tables = tables
        self._compiled: dict[str, CompiledTable | None] = {}

    def compiled(self, key: str) -> CompiledTable | None:
        """A table ready to decide; None when there is none of the key, or it has mistakes, which publishing refuses."""
        if key not in self._compiled:
            table = self._tables.get(key)
            made = compile_table(table) if table is not None else None
            self._compiled[key] = made if isinstance(made, CompiledTable) else None
        return self._compiled[key]

    def decision(
        self, key: str, inputs: Mapping[str, object], now: dt.datetime | None, context: Context
    ) -> Decision | None:
        """What a table decides, with why; None when there is no such table."""
        compiled = self.compiled(key)
        return None if compiled is None else decide(compiled, inputs, now, context)

    def plain(self, key: str, inputs: Mapping[str, object], now: dt.datetime | None, context: Context) -> Json | None:
        """What a table answers in JSON that keeps every digit, with the types to read it by; None when there is no such table."""
        compiled = self.compiled(key)
        if compiled is None:
            return None
        types = {output: type.code() for output, type in compiled.outputs.items()}
        one = compiled.table.aggregate is not None
        outputs = plain_value(decide(compiled, inputs, now, context).outputs)
        return {"types": compiled.result.code() if one else types, "outputs": outputs}

    def __call__(self, key: str, inputs: Mapping[str, object], now: dt.datetime | None, context: Context) -> object:
        found = self.decision(key, inputs, now, context)
        return None if found is None else found.outputs

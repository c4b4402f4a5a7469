"""Why operands, arguments or names do not go together, as the checker raises it, in terms of the message table."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions import Text
from engine.language.tree import Node


class Mismatch(Exception):
    """Operands that do not go together."""

    def __init__(self, code: str, suggestions: Iterable[str] = (), **params: str | int | Text) -> None:
        super().__init__(code)
        self.code = code
        self.suggestions = tuple(suggestions)
        self.params = params
        self.node: Node | None = None

    def on(self, node: Node) -> Mismatch:
        """The same, of one operand and not of the whole operation, where the operand stands in the text."""
        self.node = node if node.end > node.start else self.node
        return self

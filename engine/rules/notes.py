"""The comments of a rule: each belongs to what is written next, a clause, a statement or a part of an expression."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from engine.language.comments import Span, attach, comment_spans
from engine.language.problems import Problems
from engine.language.syntax import parse_strictly
from engine.language.tree import Node
from engine.rules.places import places
from engine.rules.syntax import rule_parser

#: The place of what follows nothing more.
BEHIND = ""


class Notes:
    """The comments of a rule's text. `trees` are the rule's expressions; those with positions in the text hold comments of their
    own."""

    def __init__(self, text: str, trees: Iterable[Node]) -> None:
        self._text = text
        self._at: dict[str, list[str]] = {}
        self._in: dict[int, list[Span]] = {}
        if "#" in text:
            self._place(comment_spans(text), list(trees))

    def before(self, place: str) -> Sequence[str]:
        """The comments that stand before a place of the rule."""
        return self._at.get(place, ())

    def within(self, tree: Node) -> Node:
        """An expression with its comments."""
        spans = self._in.get(id(tree), ())
        return attach(tree, self._text, spans) if spans else tree

    def _place(self, spans: Sequence[Span], trees: Sequence[Node]) -> None:
        owners = self._owners(trees)
        starts = sorted(owners)
        for span in spans:
            number = bisect_left(starts, span[1])
            owner = owners[starts[number]] if number < len(starts) else BEHIND
            if isinstance(owner, str):
                self._at.setdefault(owner, []).append(span[2])
            elif not any(node.comments or node.trailing for node in owner.walk()):
                self._in.setdefault(id(owner), []).append(span)

    def _owners(self, trees: Sequence[Node]) -> dict[int, str | Node]:
        """What begins at a place of the text: a part of the rule before an expression that begins there too."""
        owners: dict[int, str | Node] = {
            node.start: tree for tree in trees for node in tree.walk() if node.end > node.start
        }
        syntax = parse_strictly(rule_parser(), self._text)
        found = {} if syntax is None or isinstance(syntax, Problems) else places(syntax)
        owners |= {start: place for place, (start, _) in reversed(list(found.items()))}
        return owners

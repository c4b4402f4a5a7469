"""Comments: where they stand in a text, and the node of the typed tree that each belongs to.

A comment belongs to what is written next: the outermost node that begins after it. What follows nothing is held by the root as
`trailing`. The place does not depend on parentheses, so that printing without needless ones moves no comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.language.printer import rebuilt, settled
from engine.language.tree import Node

#: The start and end of a comment, and what it says.
Span = tuple[int, int, str]

#: Texts and quoted names may hold a `#` that begins nothing.
_QUOTED = r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|“[^”\n]*”" + r"|`[^`\n]+`"
_SCAN = re.compile(rf"{_QUOTED}|(?P<comment>\#[^\n]*)")
_BEFORE_NODE = re.compile(r"[\s(]*")


def comment_spans(text: str) -> list[Span]:
    """The comments of a text, in order."""
    found = (match for match in _SCAN.finditer(text) if match["comment"])
    return [(match.start(), match.end(), match[0][1:].strip()) for match in found]


def attach(tree: Node, text: str, spans: Sequence[Span]) -> Node:
    """The tree with each comment at its node. Nothing else of the tree changes."""
    if not spans:
        return tree
    owners = _owners(tree, text, spans)
    places = sorted(owners)
    comments: dict[int, list[str]] = {}
    trailing: list[str] = []
    for _, end, comment in spans:
        next_place = bisect_left(places, end)
        held = comments.setdefault(id(owners[places[next_place]]), []) if next_place < len(places) else trailing
        held.append(comment)
    attached = settled(_attached(tree, comments))
    return replace(attached, trailing=tuple(trailing)) if trailing else attached


def _owners(tree: Node, text: str, spans: Sequence[Span]) -> Mapping[int, Node]:
    """The outermost node that begins at a place: where its first word is, behind parentheses and comments among them."""
    after = {start: end for start, end, _ in spans}

    def first_word(position: int) -> int:
        while True:
            found = _BEFORE_NODE.match(text, position)
            position = found.end() if found else position
            if position not in after:
                return position
            position = after[position]

    owners: dict[int, Node] = {}
    for node in tree.walk():
        if node.end > node.start:
            owners.setdefault(first_word(node.start), node)
    return owners


def _attached(node: Node, comments: dict[int, list[str]]) -> Node:
    """The tree with the comments, each given out once: the value of `between` stands at two places of the tree."""
    args = tuple(_attached(arg, comments) for arg in node.args)
    return rebuilt(node, args, tuple(comments.pop(id(node), ())))


def comments_of(tree: Node) -> Iterator[tuple[str, ...]]:
    """The comments of every node, in the order of `walk`, and what trails: to compare trees comments included."""
    yield from (node.comments for node in tree.walk())
    yield tree.trailing

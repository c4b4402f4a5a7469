"""Comments: where they stand in a text, and the node of the typed tree that each belongs to.

A comment belongs to what is written next: the outermost node that begins after it. What follows nothing is held by the root as
`trailing`. The place does not depend on parentheses, so that printing without needless ones moves no comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.language.printer import settled
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
    starts = _starts(tree, text, spans)
    comments: dict[int, list[str]] = {}
    trailing: list[str] = []
    for _, end, comment in spans:
        owner = _owner(tree, starts, end)
        (trailing if owner is None else comments.setdefault(id(owner), [])).append(comment)
    attached = settled(_attached(tree, comments))
    return replace(attached, trailing=tuple(trailing)) if trailing else attached


def _starts(tree: Node, text: str, spans: Sequence[Span]) -> Mapping[int, int]:
    """Where the first word of each node is, by identity: behind opening parentheses, and comments among them."""
    after = {start: end for start, end, _ in spans}

    def first_word(position: int) -> int:
        while True:
            found = _BEFORE_NODE.match(text, position)
            position = found.end() if found else position
            if position not in after:
                return position
            position = after[position]

    return {id(node): first_word(node.start) for node in tree.walk() if node.end > node.start}


def _owner(tree: Node, starts: Mapping[int, int], end: int) -> Node | None:
    """Of the nodes that begin first after `end` the outermost; `walk` gives outer nodes before inner ones."""
    owner = None
    for node in tree.walk():
        start = starts.get(id(node))
        if start is not None and start >= end and (owner is None or start < starts[id(owner)]):
            owner = node
    return owner


def _attached(node: Node, comments: Mapping[int, Sequence[str]]) -> Node:
    args = tuple(_attached(arg, comments) for arg in node.args)
    return replace(node, args=args, comments=tuple(comments.get(id(node), ())))


def comments_of(tree: Node) -> Iterator[tuple[str, ...]]:
    """The comments of every node, in the order of `walk`, and what trails: to compare trees comments included."""
    yield from (node.comments for node in tree.walk())
    yield tree.trailing

"""Word lists spelled out, for readers that know no lists: SQL has the words themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.language import Node
from engine.language.types import TEXT, list_of


def spelled_out(tree: Node, words: Mapping[str, Sequence[str]]) -> Node:
    """The tree with the words of its word lists in place of their names."""
    if tree.op == "keywords":
        listed = [word for each in words.get(str(tree.value), ()) if (word := each.strip())]
        return Node("list", list_of(TEXT), tuple(Node("const", TEXT, value=word) for word in listed))
    return replace(tree, args=tuple(spelled_out(arg, words) for arg in tree.args)) if tree.args else tree

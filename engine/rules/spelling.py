"""Conditions over past events as SQL can read them: which can be, and word lists spelled out, which SQL does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.language import Node
from engine.language.portability import untranslatable
from engine.language.problems import Problem, problem
from engine.language.types import TEXT, list_of


def spelled_out(tree: Node, words: Mapping[str, Sequence[str]]) -> Node:
    """The tree with the words of its word lists in place of their names."""
    if tree.op == "keywords":
        listed = [word for each in words.get(str(tree.value), ()) if (word := each.strip())]
        return Node("list", list_of(TEXT), tuple(Node("const", TEXT, value=word) for word in listed))
    return replace(tree, args=tuple(spelled_out(arg, words) for arg in tree.args)) if tree.args else tree


def unaskable(tree: Node) -> list[Problem]:
    """Why a condition cannot be asked of past events: it calls what only the server's Python can work out, and the like."""
    plain = _plain(spelled_out(tree, {}))
    return [problem("not_of_the_past", node.start, node.end, what=what) for node, what in untranslatable(plain)]


def _plain(tree: Node) -> Node:
    """The tree with every field one of a row: what lies where is settled when it is asked."""
    if tree.op == "field":
        return Node("field", tree.type, path=("field",), start=tree.start, end=tree.end)
    return replace(tree, args=tuple(map(_plain, tree.args))) if tree.args else tree

"""What the parts of a tree read, worked out once for each."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.context import Context, NoDirectory
from engine.language.functions import BY_KEY
from engine.language.tree import BINDERS, Node


@dataclass(frozen=True, slots=True)
class Read:
    """A path that is read from outside, with the entities it goes through."""

    path: tuple[str, ...]
    hops: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    node: Node
    reads: frozenset[Read]
    needs: frozenset[str]


class Reads:
    """The paths that nodes read and what they need of the host."""

    def __init__(self, context: Context) -> None:
        self._known: dict[int, _Found] = {}
        self._answered = frozenset(() if isinstance(context.directory, NoDirectory) else ("directory", "roles"))

    def paths(self, node: Node) -> frozenset[Read]:
        """What the node reads; the variables it binds itself are none of it."""
        return self._found(node).reads

    def answered(self, node: Node) -> bool:
        """Whether the Python back end has all that the node needs of the host."""
        return self._found(node).needs <= self._answered

    def _found(self, node: Node) -> _Found:
        # By identity, with the node kept, so that no other can come by its number.
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = self._find(node)
        return known

    def _find(self, node: Node) -> _Found:
        parts = [self._found(arg) for arg in node.args]
        reads: set[Read] = {Read(node.path, node.hops)} if node.op == "field" else set()
        for index, part in enumerate(parts):
            binds = node.op in BINDERS and index == 1
            reads |= {read for read in part.reads if read.path[0] != node.value} if binds else part.reads
        needs = frozenset(need for part in parts for need in part.needs) | _needs(node)
        return _Found(node, frozenset(reads), needs)


def _needs(node: Node) -> frozenset[str]:
    function = BY_KEY.get(str(node.value)) if node.op == "call" else None
    if node.op == "keywords":
        return frozenset({"words"})
    return frozenset({function.needs}) if function is not None and function.needs else frozenset()

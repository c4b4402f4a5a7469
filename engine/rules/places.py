"""Where the parts of a rule stand in its text: each statement and clause by its place (`then.0`, `then.2.A.0`, `limit.0`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lark import Token, Tree

from engine.language.names import surface
from engine.language.syntax import Syntax, span

#: A place, and the characters from where it begins up to where it ends.
Placed = tuple[str, tuple[int, int]]

_STATEMENTS = frozenset({"do", "after", "split", "stop"})
_LINKS = frozenset({"followed", "absent"})


def places(syntax: Syntax) -> Mapping[str, tuple[int, int]]:
    """The places of a rule's syntax tree."""
    return dict(_rule(syntax))


def _rule(syntax: Syntax) -> Iterator[Placed]:
    trees, words = _trees(syntax), _words(syntax)
    yield "rule", span(syntax)
    for tree in trees:
        if tree.data in _HEADERS:
            yield str(tree.data), span(tree)
        elif str(tree.data).startswith("on_"):
            yield from _trigger(tree)
    yield from _cases(trees, words)
    for number, tree in enumerate(tree for tree in trees if tree.data == "limit"):
        yield f"limit.{number}", span(tree)
    if "END" in words:
        yield "end", span(words["END"])


_HEADERS = frozenset({"priority", "valid", "purpose", "calendar", "once", "quiet"})


def _trigger(tree: Syntax) -> Iterator[Placed]:
    yield "trigger", span(tree)
    for number, link in enumerate(each for each in _trees(tree) if each.data in _LINKS):
        yield f"link.{number}", span(link)


def _cases(trees: Iterable[Syntax], words: Mapping[str, Token]) -> Iterator[Placed]:
    others = 0
    for tree in trees:
        if tree.data == "condition":
            yield "if", span(tree)
        elif tree.data == "case":
            others += 1
            yield from _block(f"else_if_{others}", tree)
        elif tree.data == "otherwise":
            yield from _block("else", tree)
    if "THEN" in words:
        yield "then", span(words["THEN"])
    yield from _statements("then", (tree for tree in trees if tree.data in _STATEMENTS))


def _block(place: str, tree: Syntax) -> Iterator[Placed]:
    yield place, span(tree)
    yield from _statements(place, (each for each in _trees(tree) if each.data in _STATEMENTS))


def _statements(place: str, statements: Iterable[Syntax]) -> Iterator[Placed]:
    for number, tree in enumerate(statements):
        here = f"{place}.{number}"
        yield from _block(here, tree)
        for share in _trees(tree) if tree.data == "split" else ():
            name = next((token for token in share.children if isinstance(token, Token) and token.type == "NAME"), None)
            if share.data == "share" and name is not None:
                yield from _block(f"{here}.{surface(name)}", share)


def _trees(syntax: Syntax) -> list[Syntax]:
    return [child for child in syntax.children if isinstance(child, Tree)]


def _words(syntax: Syntax) -> Mapping[str, Token]:
    """The words of the tree's own by type, the last of each."""
    return {child.type: child for child in syntax.children if isinstance(child, Token)}

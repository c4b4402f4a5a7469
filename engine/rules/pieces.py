"""Taking syntax trees apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lark import Token, Tree

from engine.language.syntax import Syntax

if TYPE_CHECKING:
    from engine.rules.compile import Compiler


def trees(syntax: Syntax) -> list[Syntax]:
    """The parts of a piece of syntax that have parts themselves."""
    return [child for child in syntax.children if isinstance(child, Tree)]


def tokens_of(syntax: Syntax) -> list[Token]:
    """The words that stand in a piece of syntax itself."""
    return [child for child in syntax.children if isinstance(child, Token)]


def one(syntax: Syntax, *names: str) -> Syntax | None:
    """The first part of one of these kinds."""
    return next((tree for tree in trees(syntax) if tree.data in names), None)


def single(compiler: Compiler, syntax: Syntax, name: str) -> Syntax | None:
    """The one clause of a kind; a second one is a mistake."""
    found = [child for child in trees(syntax) if child.data == name]
    for repeated in found[1:]:
        compiler.report(repeated, "repeated_clause", name=name)
    return found[0] if found else None


def expression(syntax: Syntax) -> Syntax:
    """The one expression in a clause."""
    return next(tree for tree in trees(syntax) if tree.data not in ("do", "after", "split", "stop"))

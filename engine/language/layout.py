"""Text laid out within a width: documents of words and possible line breaks, after Wadler's pretty printer.

A group is written on one line when it fits, and broken at all of its own lines when it does not or when something in it must
stand on a line of its own. Wide characters count as two columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import east_asian_width

WIDTH = 100
INDENT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A break, or `flat` when the group it stands in is written on one line; None is always a break."""

    flat: str | None


@dataclass(frozen=True, slots=True)
class Nest:
    """Lines inside are indented once more."""

    inner: Doc
    broken: bool


@dataclass(frozen=True, slots=True)
class Group:
    """All of its own lines break, or none."""

    inner: Doc
    broken: bool


Doc = str | Line | Nest | Group | tuple["Doc", ...]

#: A space or a break; nothing or a break; a break.
SPACE = Line(" ")
SOFT = Line("")
HARD = Line(None)


def nest(*parts: Doc) -> Doc:
    """The parts, indented."""
    return Nest(parts, is_broken(parts))


def group(*parts: Doc) -> Doc:
    """The parts, together on one line or broken together."""
    return Group(parts, is_broken(parts))


def is_broken(doc: Doc) -> bool:
    """Whether the document cannot be written on one line."""
    if isinstance(doc, tuple):
        return any(is_broken(part) for part in doc)
    if isinstance(doc, Nest | Group):
        return doc.broken
    return doc == HARD


_Waiting = list[tuple[int, bool, Doc]]


def render(doc: Doc, width: int = WIDTH) -> str:
    """The text of a document."""
    written: list[str] = []
    column = 0
    waiting: _Waiting = [(0, False, doc)]
    while waiting:
        indent, flat, part = waiting.pop()
        if isinstance(part, str):
            written.append(part)
            column += columns(part)
        elif isinstance(part, Line):
            break_here = part.flat is None or not flat
            written.append("\n" + " " * indent if break_here else part.flat or "")
            column = indent if break_here else column + len(part.flat or "")
        elif isinstance(part, Group):
            fits = flat or (not part.broken and _fits(part.inner, width - column, waiting))
            waiting.append((indent, fits, part.inner))
        else:
            waiting.extend(_opened(indent, flat, part))
    return "\n".join(line.rstrip() for line in "".join(written).split("\n"))


def _opened(indent: int, flat: bool, part: Nest | tuple[Doc, ...]) -> _Waiting:
    if isinstance(part, Nest):
        return [(indent + INDENT, flat, part.inner)]
    return [(indent, flat, piece) for piece in reversed(part)]


def _fits(doc: Doc, room: int, after: _Waiting) -> bool:
    """Whether the document, and what follows it up to the next break, fits on the line."""
    waiting: _Waiting = [(0, True, doc)]
    following = len(after)
    while room >= 0:
        if not waiting:
            if not following:
                return True
            following -= 1
            waiting.append(after[following])
            continue
        indent, flat, part = waiting.pop()
        if isinstance(part, str):
            room -= columns(part)
        elif isinstance(part, Line):
            if not flat or part.flat is None:
                return True
            room -= len(part.flat)
        elif isinstance(part, Group):
            waiting.append((indent, flat, part.inner))
        else:
            waiting.extend(_opened(indent, flat, part))
    return False


def columns(text: str) -> int:
    """How wide a text is."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

"""Rectangles and lines of drawings, in decimals, so that what is read and written again is the same number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain, islice, pairwise
from typing import Any

from engine.bpmn.vocabulary import EVENTS, GATEWAYS, SUB_PROCESSES, TAG_OF

Point = tuple[Decimal, Decimal]
_LARGEST = Decimal(10) ** 7
_GAP = Decimal(20)
#: Shapes that a line is led around, and lines that are tried.
_MOST_AROUND = 1_500
_MOST_TRIED = 80


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle by its upper left corner."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> Decimal:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> Decimal:
        """The lower edge."""
        return self.y + self.height

    @staticmethod
    def around(centre: Point, width: Decimal, height: Decimal) -> Bounds:
        """The rectangle with this middle."""
        return Bounds(centre[0] - width / 2, centre[1] - height / 2, width, height)

    @staticmethod
    def read(attributes: Mapping[str, str]) -> Bounds | None:
        """From `x`, `y`, `width` and `height`; None when that is no rectangle."""
        values = [number(attributes.get(name)) for name in ("x", "y", "width", "height")]
        x, y, width, height = values
        if x is None or y is None or width is None or height is None or width < 0 or height < 0:
            return None
        return Bounds(x, y, width, height)

    def attributes(self) -> dict[str, str]:
        """As they are written."""
        return {"x": text(self.x), "y": text(self.y), "width": text(self.width), "height": text(self.height)}


def number(value: object) -> Decimal | None:
    """A coordinate; None when it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) <= _LARGEST else None


def text(value: Decimal) -> str:
    """A coordinate as it is written."""
    return format(value.normalize() + 0, "f")


def json(value: Decimal) -> int | float:
    """A coordinate in a definition."""
    return int(value) if value == value.to_integral_value() else float(value)


def usual_size(type: str) -> tuple[Decimal, Decimal]:
    """How large a node is drawn when nothing says so."""
    tag = TAG_OF.get(type, "task")
    if tag in EVENTS:
        return Decimal(36), Decimal(36)
    if tag in GATEWAYS:
        return Decimal(50), Decimal(50)
    return (Decimal(350), Decimal(200)) if tag in SUB_PROCESSES else (Decimal(100), Decimal(80))


def point(position: Mapping[str, Any]) -> Point | None:
    """The middle of a node as the layout of a flow has it."""
    x, y = number(position.get("x")), number(position.get("y"))
    return None if x is None or y is None else (x, y)


def route(source: Bounds, target: Bounds, others: Collection[Bounds] = ()) -> list[Point]:
    """A line with right angles from one shape to another, around the `others` where it can be: those that stand apart from both. Where there
    are very many, it is drawn through them."""
    straight = _straight(source, target)
    left, right = min(source.x, target.x) - _GAP, max(source.right, target.right) + _GAP
    between = (each for each in others if each.right > left and each.x < right) if len(others) <= _MOST_AROUND else ()
    beside = [each for each in between if _is_beside(each, source) and _is_beside(each, target)]
    ways = chain([straight], islice(_detours(source, target, beside), _MOST_TRIED))
    return next((line for line in ways if not any(_crosses(line, each) for each in beside)), straight)


def _straight(source: Bounds, target: Bounds) -> list[Point]:
    if target.x >= source.right:
        start, end = (source.right, source.centre[1]), (target.x, target.centre[1])
        middle = (start[0] + end[0]) / 2
        return [start, end] if start[1] == end[1] else [start, (middle, start[1]), (middle, end[1]), end]
    across, back = source.centre[0], target.centre[0]
    if target.y >= source.bottom:
        first, last = source.bottom, target.y
        level = (first + last) / 2
    elif target.bottom <= source.y:
        first, last = source.y, target.bottom
        level = (first + last) / 2
    else:
        first, last = source.bottom, target.bottom
        level = max(first, last) + _GAP
    return [(across, first), (across, level), (back, level), (back, last)]


def _is_beside(one: Bounds, other: Bounds) -> bool:
    """Whether shapes stand apart: not one in the other, nor on its border."""
    return one.right < other.x or other.right < one.x or one.bottom < other.y or other.bottom < one.y


def _crosses(line: Sequence[Point], shape: Bounds) -> bool:
    return any(
        max(x, to_x) > shape.x and min(x, to_x) < shape.right and max(y, to_y) > shape.y and min(y, to_y) < shape.bottom
        for (x, y), (to_x, to_y) in pairwise(line)
    )


def _detours(source: Bounds, target: Bounds, beside: Sequence[Bounds]) -> Iterator[list[Point]]:
    """Lines along every height beside a shape, the nearest first: from side to side where the target is on the right, else below or above
    both."""
    (across, level), (back, last) = source.centre, target.centre
    heights = {level, last} | {height for each in beside for height in (each.y - _GAP, each.bottom + _GAP)}
    near = sorted(heights, key=lambda height: (abs(height - level) + abs(height - last), height))
    if target.x >= source.right:
        out, into = source.right + _GAP, target.x - _GAP
        for height in near:
            corners = [(out, level), (out, height), (into, height), (into, last)]
            yield [(source.right, level), *corners, (target.x, last)]
    for height in near:
        if height > max(source.bottom, target.bottom):
            yield [(across, source.bottom), (across, height), (back, height), (back, target.bottom)]
        elif height < min(source.y, target.y):
            yield [(across, source.y), (across, height), (back, height), (back, target.y)]

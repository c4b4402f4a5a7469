"""What a table leaves out and what it answers twice: gaps and overlaps, each with an example.

Where every test asks about its own input only, by comparing it with constants, the values of an input fall into few pieces in
which all tests answer alike: options, constants, and the stretches between them. A table is then boxes of pieces.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from engine.decisions.table import CompiledRow, CompiledTable
from engine.definitions import Text
from engine.definitions.schemas import pointer
from engine.language import Checked, Node, Type
from engine.language.surfaces import literal, name
from engine.language.values import json_value

#: Gaps and overlaps that are told; the rest are like them.
MOST_TOLD = 20
#: Boxes looked at before the analysis gives up, and pairs of rows.
MOST_BOXES = 10_000
MOST_PAIRS = 100_000
#: Tests that are made of samples.
MOST_SAMPLES = 100_000
_LOOKED_THROUGH = frozenset({"and", "or", "not", "=", "<", "<=", ">", ">=", "in", "is_empty", "list", "const", "field"})

Box = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Inputs that no row answers: an example, and the unary tests of a row that would answer all like it."""

    example: Mapping[str, Any]
    when: Mapping[str, str]
    message: Text


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows (numbers from 0) that match the same inputs where only one should, or they should agree."""

    rows: tuple[int, int]
    example: Mapping[str, Any]
    message: Text


@dataclass(frozen=True, slots=True)
class Analysis:
    """`skipped` are the cells (JSON pointers) that cannot be looked through; then gaps are not known. `complete` is False when
    there was too much to look at."""

    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    skipped: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """Values of an input for which all tests answer alike: `sample` is one. Between `low` and `high` (None: without end), or the
    sample alone."""

    sample: object
    low: object = None
    high: object = None
    alone: bool = True


def analyse(compiled: CompiledTable) -> Analysis:
    """The gaps and overlaps of a table."""
    skipped = tuple(_skipped(compiled))
    looked = [(number, row) for number, row in enumerate(compiled.rows) if _looks_through(row)]
    pieces = {key: _pieces(key, type, [row for _, row in looked]) for key, type in compiled.inputs.items()}
    if sum(len(each) for each in pieces.values()) * len(looked) > MOST_SAMPLES:
        return Analysis(skipped=skipped, complete=False)
    taken: dict[int, int] = {}
    boxes = {number: _box(row, pieces, taken) for number, row in looked}
    overlaps, all_pairs = _overlaps(compiled, boxes, pieces)
    gaps, all_boxes = ((), True) if skipped or compiled.defaults else _gaps(compiled, list(boxes.values()), pieces)
    return Analysis(gaps, overlaps, skipped, all_pairs and all_boxes)


# -- what can be looked through


def _skipped(compiled: CompiledTable) -> Iterator[str]:
    for number, row in enumerate(compiled.rows):
        for key, test in row.tests.items():
            if not _is_plain(test, key):
                yield pointer(("rules", number, "when", key))


def _looks_through(row: CompiledRow) -> bool:
    return all(_is_plain(test, key) for key, test in row.tests.items())


def _is_plain(test: Node, key: str) -> bool:
    """Whether a test compares nothing but its own input, and that with constants."""
    if not _LOOKED_THROUGH.issuperset(node.op for node in _open_nodes(test)):
        return False
    return all(path == (key,) for path in test.references()) and all(
        node.type.kind != "list" for node in test.walk() if node.op == "field"
    )


def _open_nodes(node: Node) -> Iterator[Node]:
    """The nodes of a tree, without going into what is constant."""
    yield node
    for arg in node.args:
        if not _is_constant(arg):
            yield from _open_nodes(arg)


def _is_constant(node: Node) -> bool:
    return all(part.op not in ("field", "call", "keywords", "template") for part in node.walk())


def _constants(test: Node) -> Iterator[object]:
    """The values that a test compares with."""
    for arg in test.args:
        if not _is_constant(arg):
            yield from _constants(arg)
        elif arg.op == "list":
            yield from (Checked(each).evaluate({}) for each in arg.args)
        else:
            yield Checked(arg).evaluate({})


# -- the pieces of an input


def _pieces(key: str, type: Type, rows: Sequence[CompiledRow]) -> list[Piece]:
    tests = [row.tests[key] for row in rows if key in row.tests]
    constants = {value for test in tests for value in _constants(test) if value is not None}
    constants -= {value for value in constants if isinstance(value, bool)} if type.kind != "boolean" else set()
    if type.kind == "boolean":
        return [Piece(True), Piece(False)]
    if type.options:
        return [Piece(option.key) for option in type.options]
    if type.kind in ("text", "choice"):
        return [*map(Piece, sorted(constants, key=str)), Piece(_other_text(constants), alone=False)]
    return _stretches(type, sorted(constants, key=_comparable)) or [Piece(None)]


def _comparable(value: Any) -> Any:
    return value


def _other_text(constants: set[object]) -> str:
    """A text that no test names."""
    found = "other"
    while found in constants:
        found += "_"
    return found


def _stretches(type: Type, bounds: Sequence[Any]) -> list[Piece]:
    """The bounds, and what lies below, between and above them."""
    if not bounds:
        return [Piece(_SOME[type.kind], alone=False)] if type.kind in _SOME else []
    unit = _UNITS[type.kind]
    found = [_stretch(type, None, bounds[0], unit)]
    for low, high in pairwise(bounds):
        found += [Piece(low), _stretch(type, low, high, unit)]
    found += [Piece(bounds[-1]), _stretch(type, bounds[-1], None, unit)]
    return [piece for piece in found if piece is not None]


def _stretch(type: Type, low: Any, high: Any, unit: Any) -> Piece | None:
    """What lies between two bounds; None where nothing does."""
    sample = _between(type, low, high, unit)
    return None if sample is None else Piece(sample, low, high, alone=False)


def _between(type: Type, low: Any, high: Any, unit: Any) -> object:
    try:
        if type.kind == "time":
            return _time_between(low, high)
        if low is None:
            return high - unit
        if high is None or low + unit < high:
            return low + unit
        return None if type.kind == "date" else _halfway(low, high)
    except OverflowError:
        return None


def _halfway(low: Any, high: Any) -> object:
    middle = low + (high - low) / 2
    return middle if low < middle < high else None


def _time_between(low: dt.time | None, high: dt.time | None) -> dt.time | None:
    """Times have an end on either side: midnight, and the last microsecond of the day."""
    day = dt.datetime(2000, 1, 1)
    first = day - _MICROSECOND if low is None else dt.datetime.combine(day, low)
    last = day + dt.timedelta(days=1) if high is None else dt.datetime.combine(day, high)
    middle = first + (last - first) / 2
    rounded = middle.replace(second=0, microsecond=0)
    return next((each.time() for each in (rounded, middle) if first < each < last), None)


_MICROSECOND = dt.timedelta(microseconds=1)
#: How far beyond a bound a sample lies.
_UNITS: Mapping[str, Any] = {
    "number": Decimal(1),
    "money": Decimal(1),
    "date": dt.timedelta(days=1),
    "datetime": dt.timedelta(hours=1),
    "duration": dt.timedelta(hours=1),
    "time": None,
}
#: A value where no test asks.
_SOME: Mapping[str, object] = {
    "number": Decimal(0),
    "money": Decimal(0),
    "date": dt.date(2026, 1, 1),
    "datetime": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "duration": dt.timedelta(hours=1),
    "time": dt.time(12),
}


# -- boxes


def _box(row: CompiledRow, pieces: Mapping[str, Sequence[Piece]], known: dict[int, int]) -> Box:
    """For each input the pieces that the row takes, as bits. Cells of one text have one test: `known` are the bits of those met."""
    found = []
    for key, each in pieces.items():
        test = row.tests.get(key)
        if id(test) not in known or test is None:
            known[id(test)] = _taken(test, key, each)
        found.append(known[id(test)])
    return tuple(found)


def _taken(test: Node | None, key: str, pieces: Sequence[Piece]) -> int:
    if test is None:
        return (1 << len(pieces)) - 1
    holds = Checked(test).is_true
    return sum(1 << number for number, piece in enumerate(pieces) if holds({key: piece.sample}))


def _gaps(
    compiled: CompiledTable, boxes: Sequence[Box], pieces: Mapping[str, Sequence[Piece]]
) -> tuple[tuple[Gap, ...], bool]:
    """What is left of all inputs when each row has taken its own; and whether all of it was looked at."""
    left = [tuple((1 << len(each)) - 1 for each in pieces.values())]
    looked = 0
    for box in boxes:
        left = [rest for each in left for rest in _without(each, box)]
        looked += len(left)
        if looked > MOST_BOXES:
            return (), False
    return tuple(_gap(compiled, box, pieces) for box in left[:MOST_TOLD]), True


def _without(box: Box, taken: Box) -> Iterator[Box]:
    """A box without what is in another, in boxes that share nothing."""
    common = tuple(one & other for one, other in zip(box, taken, strict=True))
    if not all(common):
        yield box
        return
    for place, (mine, both) in enumerate(zip(box, common, strict=True)):
        if mine & ~both:
            yield (*common[:place], mine & ~both, *box[place + 1 :])


def _overlaps(
    compiled: CompiledTable, boxes: Mapping[int, Box], pieces: Mapping[str, Sequence[Piece]]
) -> tuple[tuple[Overlap, ...], bool]:
    """Rows that match the same inputs though the policy has no place for that; and whether all pairs were looked at."""
    differ = _DISAGREEING.get(compiled.table.hit)
    if differ is None:
        return (), True
    found: list[Overlap] = []
    for looked, (one, other) in enumerate(combinations(boxes, 2)):
        if looked >= MOST_PAIRS or len(found) >= MOST_TOLD:
            return tuple(found), len(found) >= MOST_TOLD
        common = tuple(mine & theirs for mine, theirs in zip(boxes[one], boxes[other], strict=True))
        if all(common) and differ(compiled.rows[one], compiled.rows[other]):
            found.append(_overlap(compiled, (one, other), common, pieces))
    return tuple(found), True


def _answers_differ(one: CompiledRow, other: CompiledRow) -> bool:
    """Whether two rows surely answer otherwise: answers that are computed may be the same."""
    pairs = [(one.answers[key].tree, other.answers[key].tree) for key in one.answers if key in other.answers]
    return any(mine.op == theirs.op == "const" and mine.value != theirs.value for mine, theirs in pairs)


#: For the policies under which rows may not match together, when that does harm.
_DISAGREEING: Mapping[str, Callable[[CompiledRow, CompiledRow], bool]] = {
    "unique": lambda *_: True,
    "any": _answers_differ,
}


# -- telling of them


def _gap(compiled: CompiledTable, box: Box, pieces: Mapping[str, Sequence[Piece]]) -> Gap:
    when = {
        key: written
        for (key, each), bits in zip(pieces.items(), box, strict=True)
        if (written := _written(compiled.inputs[key], each, bits)) is not None
    }
    example = _example(box, pieces)
    said = _said(compiled, example)
    message = Text(f"没有一行适用于：{said.zh}", f"No row answers {said.en}")
    return Gap(_json(compiled, example), when, message)


def _overlap(
    compiled: CompiledTable, rows: tuple[int, int], box: Box, pieces: Mapping[str, Sequence[Piece]]
) -> Overlap:
    example = _example(box, pieces)
    said = _said(compiled, example)
    one, other = (row + 1 for row in rows)
    message = Text(f"第 {one} 行和第 {other} 行都适用于：{said.zh}", f"Rows {one} and {other} both answer {said.en}")
    return Overlap(rows, _json(compiled, example), message)


def _example(box: Box, pieces: Mapping[str, Sequence[Piece]]) -> dict[str, object]:
    chosen = ((bits & -bits).bit_length() - 1 for bits in box)
    return {key: each[number].sample for (key, each), number in zip(pieces.items(), chosen, strict=True)}


def _json(compiled: CompiledTable, example: Mapping[str, object]) -> dict[str, Any]:
    return {key: json_value(compiled.inputs[key], value) for key, value in example.items()}


def _said(compiled: CompiledTable, example: Mapping[str, object]) -> Text:
    zh, en = [], []
    for key, value in example.items():
        type = compiled.inputs[key]
        if value is None or type.kind == "list":
            continue
        label = type.label or Text(key, key)
        zh.append(f"{label.zh or key} = {_constant(type, value, 'zh')}")
        en.append(f"{name(label.en or key)} = {_constant(type, value, 'en')}")
    return Text("，".join(zh), ", ".join(en))


def _constant(type: Type, value: object, surface: Any = "en") -> str:
    return literal(Node("const", type, value=value), surface)


def _written(type: Type, pieces: Sequence[Piece], bits: int) -> str | None:
    """The unary tests that take just these pieces; None where all are."""
    if bits == (1 << len(pieces)) - 1:
        return None
    taken = [bool(bits >> number & 1) for number in range(len(pieces))]
    if all(piece.alone for piece in pieces) or type.kind in ("text", "choice"):
        return _listed(type, pieces, taken)
    runs, start = [], 0
    while start < len(pieces):
        end = start
        while end < len(pieces) and taken[end]:
            end += 1
        if end > start:
            runs.append(_run(type, pieces[start], pieces[end - 1]))
        start = max(end, start + 1)
    return ", ".join(runs)


def _listed(type: Type, pieces: Sequence[Piece], taken: Sequence[bool]) -> str:
    """The values by name; where others are meant too, those that are not."""
    others = any(take and not piece.alone for piece, take in zip(pieces, taken, strict=True))
    named = [piece.sample for piece, take in zip(pieces, taken, strict=True) if piece.alone and take != others]
    values = ", ".join(_constant(type, value) for value in named)
    return f"not ({values})" if others else values


def _run(type: Type, first: Piece, last: Piece) -> str:
    """Pieces without a hole between them, as a test."""
    if first is last and first.alone:
        return _constant(type, first.sample)
    low = (">= ", first.sample) if first.alone else ("> ", first.low)
    high = ("<= ", last.sample) if last.alone else ("< ", last.high)
    return " and ".join(sign + _constant(type, value) for sign, value in (low, high) if value is not None)

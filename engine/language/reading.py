"""Source that reads fields: the raw value at a path in its run-time form, and the short ways for fields beside constants."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Clamped, Context, Decimal, InvalidOperation, Overflow, Rounded, Subnormal
from functools import partial
from typing import Any

from engine.language.operations import lowers_plainly
from engine.language.source import Source
from engine.language.tree import BINDERS, Node
from engine.language.types import Type
from engine.language.values import MAX_DIGITS, normalise

#: Raises for every finite number that nobody typed: too many digits, too large, too small.
_TYPED = Context(
    MAX_DIGITS, Emin=-MAX_DIGITS, Emax=MAX_DIGITS, traps=[Clamped, InvalidOperation, Overflow, Rounded, Subnormal]
)
#: What an int with so many digits stays below.
_ABOVE = 10**MAX_DIGITS
#: Texts that no number and no id is written like: only a text can be equal to one.
_ONLY_TEXT = re.compile(r".*[^0-9A-Fa-f+\-.EINQasnityu].*", re.DOTALL)


def _step(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


GIVEN: Mapping[str, Any] = {
    "Decimal": Decimal,
    "int": int,
    "str": str,
    "dict": dict,
    "date": dt.date,
    "typed": _TYPED.plus,
    "step": _step,
    "BELOW": -_ABOVE,
    "ABOVE": _ABOVE,
    "LEAST": Decimal(-_ABOVE),
    "MOST": Decimal(_ABOVE),
}


class Reader:
    """Writes reads for one tree. A field that the tree reads more than once is kept in a variable of the routine."""

    def __init__(self, source: Source, tree: Node, careful: bool) -> None:
        self.bound: dict[str, str] = {}
        self._loops = 0
        self._source = source
        self._careful = careful
        self._reads = Counter(_identity(node) for node in tree.walk() if node.op == "field")
        self._variables: dict[tuple[str, tuple[str, ...], str], str] = {}
        self._converters: dict[str, Callable[[object], object]] = {}

    @contextmanager
    def binding(self, variable: str) -> Iterator[str]:
        """A local name for the variable of a loop, inside it. No other loop has the same: a variable may hide one of its name,
        and both are then handed to the loops inside."""
        before = self.bound
        self._loops += 1
        name = f"item{self._loops}"
        self.bound = {**before, variable: name}
        try:
            yield name
        finally:
            self.bound = before

    def field(self, node: Node) -> str:
        """The value of a field in its run-time form."""
        if node.path[0] in self.bound and len(node.path) == 1:
            return self.bound[node.path[0]]
        if not self._is_shared(node):
            return self.read(node.type, self._raw_field(node))
        name, routine = self._variable(node), self._source.routine
        if name in routine.read:
            return name
        routine.read.add(name)
        return f"({name} := {self.read(node.type, self._raw_field(node))})"

    def hoisted(self, loop: Node) -> list[str]:
        """Lines that read, before a loop, what its body reads and its item has no part in."""
        lines: dict[str, str] = {}
        for node in _outer_fields(loop.args[1], frozenset({str(loop.value)})):
            if len(node.path) > 1 or node.path[0] not in self.bound:
                self._reads[_identity(node)] = 2
                lines.setdefault(self._variable(node), self.read(node.type, self._raw_field(node)))
        self._source.routine.read.update(lines)
        return [f"{name} = {read}" for name, read in lines.items()]

    def _is_shared(self, node: Node) -> bool:
        return self._reads[_identity(node)] > 1

    def _variable(self, node: Node) -> str:
        key = (self.bound.get(node.path[0], ""), *_identity(node))
        return self._variables.setdefault(key, f"v{len(self._variables) + 1}")

    def _raw_field(self, node: Node) -> str:
        item = self.bound.get(node.path[0])
        if item is None:
            return self.raw("values", node.path)
        return self.raw(item, node.path[1:], sure=not any(node.hops[:1]))  # an item that is no reference is a record

    def raw(self, base: str, path: Sequence[str], sure: bool = True) -> str:
        """What stands at a path below `base`, which is `sure` to be a mapping or may be anything."""
        keys = [self._source.bind(key) for key in path]
        if sure:
            written, rest = f"{base}.get({keys[0]})", keys[1:]
        else:
            written, rest = (
                f"({base}.get({keys[0]}) if {base}.__class__ is dict else step({base}, {keys[0]}))",
                keys[1:],
            )
        for key in rest:
            name = self._source.temporary()
            written = f"({name}.get({key}) if ({name} := {written}).__class__ is dict else step({name}, {key}))"
        return written

    def converter(self, type: Type) -> str:
        """The name of the function that brings a raw value into the run-time form of a type."""
        convert = self._converters.setdefault(type.code(), partial(normalise, type))
        return self._source.bind(convert, "as")

    def read(self, type: Type, raw: str) -> str:
        """A raw value in the run-time form of its type."""
        short = None if self._careful else _SHORT_READS.get(type.kind)
        if short is None:
            return f"{self.converter(type)}({raw})"
        return short.format(t=self._source.temporary(), raw=raw, convert=self.converter(type))

    # -- short ways

    def _unshared(self, node: Node) -> bool:
        return node.op == "field" and not self._careful and not self._is_shared(node) and not self._is_item(node)

    def _is_item(self, node: Node) -> bool:
        return len(node.path) == 1 and node.path[0] in self.bound

    def holds(self, node: Node) -> str | None:
        """Whether a boolean field is true."""
        if node.type.kind != "boolean" or not self._unshared(node):
            return None
        return f"({self._raw_field(node)} is True)"

    def compared(self, op: str, node: Node, constant: Node) -> str | None:
        """A field compared with a constant, when there is a short way."""
        if constant.op != "const" or constant.value is None or not self._unshared(node):
            return None
        compare = _COMPARISONS.get(node.type.kind)
        return compare(self, op, node, constant.value) if compare else None

    def among(self, node: Node, items: Node) -> str | None:
        """Whether a field is one of a few texts, when there is a short way."""
        texts = tuple(item.value for item in items.args)
        if node.type.kind not in ("text", "choice") or not self._unshared(node):
            return None
        if not 0 < len(texts) <= 8 or not all(isinstance(text, str) and _ONLY_TEXT.match(text) for text in texts):
            return None
        return f"({self._raw_field(node)} in {self._source.bind(texts)})"

    def contains(self, node: Node, folded: str) -> str | None:
        """Whether a text field holds a text, when there is a short way."""
        if node.type.kind not in ("text", "choice") or not self._unshared(node):
            return None
        name, part = self._source.temporary(), self._source.bind(folded)
        text = folded_text(name, (folded,))
        others = f"({name} := {self.converter(node.type)}({name})) is not None and text_holds({name}, {part})"
        return f"({part} in {text} if ({name} := {self._raw_field(node)}).__class__ is str else {others})"

    def _boolean(self, op: str, node: Node, constant: object) -> str | None:
        return f"({self._raw_field(node)} is {self._source.bind(constant)})" if op == "=" else None

    def _text(self, op: str, node: Node, constant: object) -> str | None:
        if op != "=" or not isinstance(constant, str) or not _ONLY_TEXT.match(constant):
            return None
        return f"({self._raw_field(node)} == {self._source.bind(constant)})"

    def _number(self, op: str, node: Node, constant: object) -> str | None:
        assert isinstance(constant, Decimal), "a number in a tree is a Decimal"
        name, operator = self._source.temporary(), "==" if op == "=" else op
        exact = self._source.bind(constant)
        whole = self._source.bind(int(constant)) if constant == constant.to_integral_value() else exact
        of_int = _WITHIN[op].format(t=name, k=whole, least="BELOW", most="ABOVE")
        of_decimal = _WITHIN[op].format(t=name, k=exact, least="LEAST", most="MOST")
        of_others = f"({name} := {self.converter(node.type)}({name})) is not None and {name} {operator} {exact}"
        cases = [(of_int, "int"), (of_decimal, "Decimal")]
        (first, first_class), (second, second_class) = cases if node.type.kind == "number" else reversed(cases)
        read = f"({name} := {self._raw_field(node)})"
        return f"({first} if {read}.__class__ is {first_class} else {second} if {name}.__class__ is {second_class} else {of_others})"


_COMPARISONS: Mapping[str, Callable[[Reader, str, Node, object], str | None]] = {
    "boolean": Reader._boolean,
    "text": Reader._text,
    "choice": Reader._text,
    "number": Reader._number,
    "money": Reader._number,
}

#: Comparisons of a number; the other end is where it is too large to be one. NaN raises, but for `=`, where it is not equal.
_WITHIN: Mapping[str, str] = {
    "=": "{t} == {k}",
    "<": "{least} < {t} < {k}",
    "<=": "{least} < {t} <= {k}",
    ">": "{k} < {t} < {most}",
    ">=": "{k} <= {t} < {most}",
}

_TEXT = "({t} or None if ({t} := {raw}) is None or {t}.__class__ is str else {convert}({t}))"
_NUMBER = (
    "(typed({t}) if ({t} := {raw}).__class__ is int or {t}.__class__ is Decimal and {t}.is_finite()"
    " else None if {t} is None else {convert}({t}))"
)
_SHORT_READS: Mapping[str, str] = {
    "boolean": "({t} if ({t} := {raw}) is True or {t} is False else None)",
    "text": _TEXT,
    "choice": _TEXT,
    "number": _NUMBER,
    "money": _NUMBER,
    "date": "({t} if ({t} := {raw}) is None or {t}.__class__ is date else {convert}({t}))",
}


def folded_text(name: str, parts: Sequence[str]) -> str:
    """A text in which parts that are folded can be found: itself, when they have no letters."""
    if not any("a" <= letter <= "z" for part in parts for letter in part):
        return name
    if all(map(lowers_plainly, parts)):
        return f"{name}.lower()"
    return f"({name}.lower() if {name}.isascii() else ascii_folded({name}))"


def _identity(node: Node) -> tuple[tuple[str, ...], str]:
    return node.path, node.type.code()


def _outer_fields(node: Node, inside: frozenset[str]) -> Iterator[Node]:
    """The fields below a node whose first step is none of the variables."""
    if node.op == "field" and node.path[0] not in inside:
        yield node
    for index, arg in enumerate(node.args):
        inner = inside | {str(node.value)} if node.op in BINDERS and index == 1 else inside
        yield from _outer_fields(arg, inner)

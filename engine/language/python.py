"""The Python back end: a typed tree to Python source, compiled to one code object on first use.

What is read most is read inline: a text compared with a constant, a number that is an int or a Decimal already. A value that the
short way cannot take (a number that is none, a date past the calendar) raises ArithmeticError inside, and the expression, which
has no effects, is evaluated once more the careful way. So no value makes an evaluation raise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any, Protocol

from engine.language import reading
from engine.language.context import NOTHING, Context, Environment
from engine.language.functions import BY_KEY
from engine.language.operations import (
    OPERATIONS,
    ascii_folded,
    list_holds_all,
    list_holds_any,
    text_holds,
    text_holds_all,
    text_holds_any,
)
from engine.language.reading import Reader, folded_text
from engine.language.source import Source
from engine.language.tree import BINDERS, Node
from engine.language.values import display

#: Levels of the tree in one routine: far from the nesting that Python's parser takes.
MOST_LEVELS = 12
#: Constants that are looked for one by one; more go into a loop or a set.
FEW = 6


class Evaluate(Protocol):
    """A compiled expression."""

    def __call__(
        self, values: Mapping[str, object], now: dt.datetime | None = None, context: Context = NOTHING
    ) -> object: ...


def compile_tree(tree: Node) -> Evaluate:
    """The evaluation of a tree: a plain function, whose `source` tells what it does."""
    return Compiler(tree, careful=False).compiled()


class Careful:
    """The evaluation that takes any value, compiled when it is needed."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree

    @cached_property
    def _evaluate(self) -> Evaluate:
        return Compiler(self._tree, careful=True).compiled()

    def __call__(self, values: Mapping[str, object], now: dt.datetime | None, context: Context) -> object:
        return self._evaluate(values, now, context)


class Compiler:
    """Writes the source of one tree. Every piece of source it answers is an operand: it can stand anywhere without parentheses."""

    def __init__(self, tree: Node, careful: bool) -> None:
        self._tree = tree
        self._careful = careful
        self._clocked = False
        self.source = Source({**_GIVEN, "careful": Careful(tree)})
        self.reader = Reader(self.source, tree, careful)

    def compiled(self) -> Evaluate:
        """The finished function."""
        with self.source.opened("evaluate", ("values", "now=None", "context=NOTHING")) as routine:
            result = self.value(self._tree)
            lines = (
                [f"env = {'Environment(values, now, context)' if self._clocked else None}"]
                if self.source.made > 1 or self._clocked
                else []
            )
            if self._careful:
                lines += [f"return {result}"]
            else:
                lines += ["try:", f"    return {result}", "except ArithmeticError:"]
                lines += ["    return careful(values, now, context)"]
            self.source.finish(*lines)
        evaluate = self.source.load(routine.name)
        evaluate.source = self.source.text()
        return evaluate  # type: ignore[no-any-return]  # loaded from source

    # -- what the operations need

    def value(self, node: Node) -> str:
        """The value of a node; None is empty."""
        write = _OPERATIONS.get(node.op)
        if write is None:
            raise ValueError(f"no operation is called {node.op!r}")
        if self.source.routine.depth >= MOST_LEVELS and node.args:
            return self._apart(node)
        self.source.routine.depth += 1
        written = write(self, node)
        self.source.routine.depth -= 1
        return written

    def truth(self, node: Node) -> str:
        """Whether a condition holds: True or False."""
        if node.op in _TRUTHS:
            return self.value(node)
        return self.reader.holds(node) or f"({self.value(node)} is True)"

    def _apart(self, node: Node) -> str:
        """The value of a node that a routine of its own computes."""
        with self.source.opened("part", self.parameters()) as routine:
            self.source.finish(f"return {self.value(node)}")
        return f"{routine.name}({', '.join(self.parameters())})"

    def parameters(self) -> tuple[str, ...]:
        """What every routine but the first takes."""
        return ("values", "env", *dict.fromkeys(self.reader.bound.values()))

    def environment(self) -> str:
        """The name of the Environment."""
        self._clocked = True
        return "env"

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """What is written inside may be left out when the expression is evaluated: its reads cannot be relied on."""
        read = self.source.routine.read
        before = set(read)
        yield
        read.intersection_update(before)

    def operands(self, nodes: tuple[Node, ...]) -> tuple[list[str], list[str]]:
        """Tests, in order, that give each operand a name and are true when it is empty; and the names."""
        tests: list[str] = []
        names: list[str] = []
        reads = self.source.routine.read
        sure: set[str] | None = None
        for node in nodes:
            inner = node.args[0] if node.op == "named" else node
            name = self.source.bind(inner.value) if inner.op == "const" and inner.value is not None else ""
            if not name:
                name = self.source.temporary()
                tests.append(f"({name} := {self.value(inner)}) is None")
                sure = set(reads) if sure is None else sure
            names.append(f"**{{{self.source.bind(node.value)}: {name}}}" if node.op == "named" else name)
        if sure is not None:
            reads.intersection_update(sure)
        return tests, names

    def computed(self, compute: Callable[..., object]) -> str:
        """The name of what computes; the careful way gives it a net under the end of the calendar."""
        return self.source.bind(partial(_within_calendar, compute) if self._careful else compute, "f")


def _within_calendar(compute: Callable[..., object], /, *operands: object, **named: object) -> object:
    try:
        return compute(*operands, **named)
    except OverflowError:
        return None  # past the end of the calendar: empty by the laws of the language


# -- values


def _const(c: Compiler, node: Node) -> str:
    return c.source.bind(node.value)


def _field(c: Compiler, node: Node) -> str:
    return c.reader.field(node)


def _get(c: Compiler, node: Node) -> str:
    base = c.source.temporary()
    raw = c.reader.raw(base, node.path, sure=False)
    call = _raw_call(c, node.args[0]) if node.args[0].op == "call" else c.value(node.args[0])
    return f"(None if ({base} := {call}) is None else {c.reader.read(node.type, raw)})"


def _list(c: Compiler, node: Node) -> str:
    if all(arg.op == "const" for arg in node.args):
        return c.source.bind(tuple(arg.value for arg in node.args if arg.value is not None) or None)
    return f"collected(({', '.join(map(c.value, node.args))},))"


def _template(c: Compiler, node: Node) -> str:
    parts = [
        c.source.bind(arg.value)
        if arg.op == "const" and isinstance(arg.value, str)
        else f"display({c.source.bind(arg.type)}, {c.value(arg)}, {c.environment()}.zone)"
        for arg in node.args
    ]
    return f"(joined(({', '.join(parts)},)) or None)" if parts else "None"


def _strict(c: Compiler, node: Node) -> str:
    operation = OPERATIONS[node.op]
    tests, names = c.operands(node.args)
    before = [c.environment()] if operation.clocked else []
    call = f"{c.computed(operation.compute)}({', '.join(before + names)})"
    return f"(None if {' or '.join(tests)} else {call})" if tests else call


def _call(c: Compiler, node: Node) -> str:
    call = _raw_call(c, node)
    return f"{c.reader.converter(node.type)}({call})" if node.type.kind == "reference" else call


def _raw_call(c: Compiler, node: Node) -> str:
    function = BY_KEY[str(node.value)]
    compute = c.computed(function.compute)
    before = [c.environment()] if function.clocked else []
    if not function.strict:
        return f"{compute}({', '.join(before + [_argument(c, arg) for arg in node.args])})"
    tests, names = c.operands(node.args)
    call = f"{compute}({', '.join(before + names)})"
    return f"(None if {' or '.join(tests)} else {call})" if tests else call


def _argument(c: Compiler, node: Node) -> str:
    return f"**{{{c.source.bind(node.value)}: {c.value(node.args[0])}}}" if node.op == "named" else c.value(node)


def _if(c: Compiler, node: Node) -> str:
    condition, then, otherwise = node.args
    test = c.truth(condition)
    with c.perhaps():
        first = c.value(then)
    with c.perhaps():
        second = c.value(otherwise)
    return f"({first} if {test} else {second})"


def _coalesce(c: Compiler, node: Node) -> str:
    if not node.args:
        return "None"
    name = c.source.temporary()
    tests = [f"({name} := {c.value(node.args[0])}) is not None"]
    with c.perhaps():
        tests += [f"({name} := {c.value(arg)}) is not None" for arg in node.args[1:]]
    return f"({name} if {' or '.join(tests)} else None)"


# -- conditions


def _joined_by(word: str, nothing: str) -> Callable[[Compiler, Node], str]:
    def write(c: Compiler, node: Node) -> str:
        if not node.args:
            return nothing
        parts = [c.truth(node.args[0])]
        with c.perhaps():
            parts += [c.truth(arg) for arg in node.args[1:]]
        return f"({f' {word} '.join(parts)})"

    return write


def _not(c: Compiler, node: Node) -> str:
    return f"(not {c.truth(node.args[0])})"


def _equal(c: Compiler, node: Node) -> str:
    left, right = node.args
    short = c.reader.compared("=", left, right) or c.reader.compared("=", right, left)
    return short or f"({c.value(left)} == {c.value(right)})"


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _ordered(c: Compiler, node: Node) -> str:
    left, right = node.args
    short = c.reader.compared(node.op, left, right) or c.reader.compared(_MIRRORED[node.op], right, left)
    if short:
        return short
    tests, (first, second) = c.operands(node.args)
    return _unless(tests, f"{first} {node.op} {second}")


def _unless(tests: list[str], condition: str) -> str:
    return f"(not ({' or '.join(tests)}) and {condition})" if tests else f"({condition})"


def _in(c: Compiler, node: Node) -> str:
    item, items = node.args
    if items.op != "list":
        return f"({c.value(item)} in ({c.value(items)} or NO_ITEMS))"
    if all(member.op == "const" for member in items.args):
        return c.reader.among(item, items) or _among(c, item, items)
    name = c.source.temporary()
    value = c.value(item)
    with c.perhaps():
        members = [c.value(member) for member in items.args]
    return f"(({name} := {value}) == {f' or {name} == '.join(members)})"


def _among(c: Compiler, item: Node, items: Node) -> str:
    members = tuple(member.value for member in items.args)
    return f"({c.value(item)} in {c.source.bind(members if len(members) <= FEW else frozenset(members))})"


def _is_empty(c: Compiler, node: Node) -> str:
    # By way of a name: Python warns of a constant beside `is`.
    return f"(({c.source.temporary()} := {c.value(node.args[0])}) is None)"


def _contains(c: Compiler, node: Node) -> str:
    holder, part = node.args
    if holder.type.kind == "list":
        return f"({c.value(part)} in ({c.value(holder)} or NO_ITEMS))"
    if part.op == "const" and isinstance(part.value, str):
        return _holds_constants(c, holder, (part.value,), "or")
    tests, (first, second) = c.operands(node.args)
    return _unless(tests, f"text_holds({first}, {second})")


def _holds_constants(c: Compiler, holder: Node, parts: tuple[str, ...], word: str) -> str:
    """Whether a text holds one (`or`) or all (`and`) of a few texts."""
    name = c.source.temporary()
    folded = tuple(ascii_folded(part) for part in parts)
    short = c.reader.contains(holder, folded[0]) if len(parts) == 1 else None
    if short:
        return short
    text = folded_text(name, folded)
    again = text if len(parts) == 1 else name
    tests = f" {word} ".join(f"{c.source.bind(part)} in {again}" for part in folded)
    if again is not text:
        tests = f"({name} := {text}) is not None and ({tests})"
    return f"(({name} := {c.value(holder)}) is not None and ({tests}))"


def _contains_several(word: str) -> Callable[[Compiler, Node], str]:
    of_text, of_list = ("text_holds_any", "list_holds_any") if word == "or" else ("text_holds_all", "list_holds_all")

    def write(c: Compiler, node: Node) -> str:
        holder, parts = node.args
        if parts.op == "keywords":
            return _holds_words(c, holder, parts)
        texts = tuple(arg.value for arg in parts.args if arg.op == "const" and isinstance(arg.value, str))
        of_texts = holder.type.kind != "list"
        if of_texts and parts.op == "list" and 0 < len(texts) == len(parts.args) <= FEW:
            return _holds_constants(c, holder, texts, word)
        if word == "or":
            tests, (held, sought) = c.operands((holder, parts))
            return _unless(tests, f"{of_text if of_texts else of_list}({held}, {sought})")
        sought, held = c.source.temporary(), c.source.temporary()
        nothing = f"({sought} := {c.value(parts)}) is None"
        with c.perhaps():
            something = f"({held} := {c.value(holder)}) is not None"
        # Nothing at all is held by everything, even by what is empty.
        return f"({nothing} or {something} and {of_text if of_texts else of_list}({held}, {sought}))"

    return write


def _holds_words(c: Compiler, holder: Node, words: Node) -> str:
    name = c.source.temporary()
    found = f"{c.environment()}.context.words({c.source.bind(words.value)}, {name})"
    return f"(({name} := {c.value(holder)}) is not None and not not {found})"


# -- lists gone through item by item


def _through(c: Compiler, node: Node) -> str:
    """A routine with a loop of its own, and the call of it."""
    listed, body = node.args
    items = c.source.temporary()
    value = c.value(listed)
    nothing, lines = _LOOPS[node.op]
    outer = c.parameters()
    with c.source.opened(node.op, (*outer, "items")) as routine, c.reader.binding(str(node.value)) as item:
        hoisted = c.reader.hoisted(node)
        inner = c.value(body) if node.op == "map" else c.truth(body)
        c.source.finish(*hoisted, *(line.format(item=item, body=inner) for line in lines))
    call = f"{routine.name}({', '.join((*outer, items))})"
    return f"({nothing} if ({items} := {value}) is None else {call})"


_LOOPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "some": ("False", ("for {item} in items:", "    if {body}:", "        return True", "return False")),
    "every": ("True", ("for {item} in items:", "    if not {body}:", "        return False", "return True")),
    "filter": (
        "None",
        ("found = []", "for {item} in items:", "    if {body}:", "        found.append({item})", "return kept(found)"),
    ),
    "map": (
        "None",
        (
            "found = []",
            "for {item} in items:",
            "    if (value := {body}) is not None:",
            "        found.append(value)",
            "return kept(found)",
        ),
    ),
}


def _kept(items: list[object]) -> tuple[object, ...] | None:
    return tuple(items) or None


def _collected(items: tuple[object, ...]) -> tuple[object, ...] | None:
    return tuple(item for item in items if item is not None) or None


_GIVEN: Mapping[str, Any] = {
    **reading.GIVEN,
    "Environment": Environment,
    "NOTHING": NOTHING,
    "ArithmeticError": ArithmeticError,
    "NO_ITEMS": (),
    "ascii_folded": ascii_folded,
    "collected": _collected,
    "display": display,
    "joined": "".join,
    "kept": _kept,
    "list_holds_all": list_holds_all,
    "list_holds_any": list_holds_any,
    "text_holds": text_holds,
    "text_holds_all": text_holds_all,
    "text_holds_any": text_holds_any,
}

_OPERATIONS: Mapping[str, Callable[[Compiler, Node], str]] = {
    "const": _const,
    "field": _field,
    "get": _get,
    "list": _list,
    "and": _joined_by("and", "True"),
    "or": _joined_by("or", "False"),
    "not": _not,
    "=": _equal,
    **dict.fromkeys(_MIRRORED, _ordered),
    "in": _in,
    "is_empty": _is_empty,
    "contains": _contains,
    "contains_any": _contains_several("or"),
    "contains_all": _contains_several("and"),
    **dict.fromkeys(BINDERS, _through),
    "??": _coalesce,
    "if": _if,
    "template": _template,
    "call": _call,
    **dict.fromkeys(OPERATIONS, _strict),
}

#: Operations whose value is always True or False.
_TRUTHS = frozenset(
    {"and", "or", "not", "=", *_MIRRORED, "in", "is_empty", "contains", "contains_any", "contains_all", "some", "every"}
)

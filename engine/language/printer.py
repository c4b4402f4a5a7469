"""The canonical text of a typed tree, in English or Chinese: what the checker reads back as the same tree.

What the checker writes in terms of something else is written as people write it (`not (a = b)` is `a != b`), with no more
parentheses than it takes. Each operation has one form, found by its name in `_FORMS`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from engine.language.branches import chain
from engine.language.layout import HARD, SOFT, SPACE, Doc, group, nest, render
from engine.language.naming import Naming
from engine.language.surfaces import Surface, literal, name, quoted, words
from engine.language.tree import BINDERS, Node
from engine.language.types import Scope

# How tightly a form holds together: a part that holds less tightly than its place asks for stands in parentheses.
ARGUMENT, OR, AND, NOT, COMPARISON, SUM, PRODUCT, COALESCE, UNARY, PRIMARY = range(10)

#: A form, and how tightly it holds together.
Form = tuple[int, Doc]

#: Wide enough for what must stay on one line.
_ENDLESS = 1_000_000


def print_tree(tree: Node, surface: Surface, scope: Scope | None = None) -> str:
    """The text. With a scope, fields and options are called by their labels where those lead back to them, else by key.

    Raises ValueError for a tree that no text gives.
    """
    printer = Printer(surface, Naming(surface, scope))
    return render(printer.whole(printer.prepared(tree)))


def _refuse_misshapen(tree: Node) -> None:
    """Trees come from outside too: what follows relies on each operation having the operands it takes."""
    for node in tree.walk():
        fewest, most = _ARITIES.get(node.op, (0, None))
        if len(node.args) < fewest or (most is not None and len(node.args) > most):
            raise ValueError(f"no text gives the operation {node.op!r} of {len(node.args)} operands")
        if node.op in ("field", "get") and not node.path:
            raise ValueError("no text gives a path without steps")
        if node.op in _NAMING and not isinstance(node.value, str):
            raise ValueError(f"no text gives the operation {node.op!r} without the name that it holds")


def leading(node: Node) -> Node | None:
    """The part with which the text of a node begins, when it is not a word of the node's own."""
    if node.op == "not":
        return node.args[0] if _negated(node.args[0]) else None
    if node.op == "map" and not str(node.value).startswith("$"):
        return None
    return node.args[0] if node.args and node.op in _LED_BY_FIRST else None


def settled(node: Node) -> Node:
    """The tree with each comment at the outermost node whose text begins where that of its own node does."""
    if node.op == "if":
        return _settled_chain(node)
    made = rebuilt(node, tuple(settled(arg) for arg in node.args), node.comments)
    first = leading(made)
    if first is None or not first.comments:
        return made
    bare = (replace(first, comments=()), *made.args[1:])
    return replace(made, args=bare, comments=(*made.comments, *first.comments))


def rebuilt(node: Node, args: tuple[Node, ...], comments: tuple[str, ...]) -> Node:
    """The node with these parts; itself when they are those it has."""
    if comments == node.comments and all(map(operator.is_, args, node.args)):
        return node
    return replace(node, args=args, comments=comments)


def _settled_chain(node: Node) -> Node:
    """A comment on the condition of an `else if` stands before both words."""
    cases, otherwise = chain(node)
    made = settled(otherwise)
    for case in reversed(cases):
        condition, value = (settled(arg) for arg in case.args[:2])
        comments = case.comments
        if case is not node:
            condition, comments = replace(condition, comments=()), (*comments, *condition.comments)
        made = replace(case, args=(condition, value, made), comments=comments)
    return made


class Printer:
    """Writes one tree. What stands at a path of `inserted` is written as that."""

    def __init__(
        self, surface: Surface, naming: Naming, inserted: Mapping[tuple[str, ...], Doc] = MappingProxyType({})
    ) -> None:
        self._surface = surface
        self._naming = naming
        self._inserted = inserted

    def whole(self, tree: Node) -> Doc:
        """The root, its comments before it and what trails after it."""
        written = self._at(tree, OR)
        trailing = tuple((HARD, line) for line in comment_lines(tree.trailing))
        return (*_commented(tree), written, *trailing)

    def prepared(self, tree: Node) -> Node:
        """The tree as the other methods want it. Raises ValueError for one that no text gives."""
        _refuse_misshapen(tree)
        return settled(self._naming.refreshed(tree))

    def beside(self, tree: Node) -> Doc:
        """A tree that has been `prepared`, after a word."""
        return self._after(tree, OR, bracketed=True)

    def listed(self, trees: Sequence[tuple[str, Node]]) -> Doc:
        """Arguments in parentheses, each with its name or with none."""
        if not trees:
            return "()"
        inside = (group(f"{name}:", self._after(tree, OR)) if name else self._led(tree, OR) for name, tree in trees)
        return group("(", nest(SOFT, *_joined(inside)), SOFT, ")")

    def _word(self, symbols: str) -> str:
        return words(symbols, self._surface)

    def _form(self, node: Node) -> Form:
        form = _FORMS.get(node.op)
        if form is None:
            raise ValueError(f"no text gives the operation {node.op!r}")
        return form(self, node)

    def _at(self, node: Node, level: int) -> Doc:
        """A part without its comments, in parentheses when it holds less tightly than `level`."""
        return self._bracketed_at(node, level)[1]

    def _bracketed_at(self, node: Node, level: int) -> tuple[bool, Doc]:
        """The same, and whether it can be broken inside brackets of its own."""
        tightness, written = self._form(node)
        if tightness >= level:
            return node.op in _BRACKETED, written
        return True, group("(", nest(SOFT, written), SOFT, ")")

    def _led(self, node: Node, level: int, *lead: Doc) -> Doc:
        """A part at the beginning of a line, after the words that lead to it; its comments before both."""
        return (*_commented(node), *lead, self._at(node, level))

    def _after(self, node: Node, level: int, *, bracketed: bool = False) -> Doc:
        """A part after a word: beside it, or on lines of its own when comments come first."""
        if node.comments:
            return nest(HARD, self._led(node, level))
        brackets, written = self._bracketed_at(node, level)
        return (" ", written) if bracketed or brackets else nest(SPACE, written)

    # -- logic

    def junction(self, node: Node) -> Form:
        """`and` and `or`, and `between` for the two comparisons it stands for."""
        if _is_between(node):
            return self._between(node, "BETWEEN")
        level = AND if node.op == "and" else OR
        lead = self._word(node.op.upper()) + " "
        first, *rest = node.args
        return level, group(self._led(first, level + 1), *((SPACE, self._led(arg, level + 1, lead)) for arg in rest))

    def negation(self, node: Node) -> Form:
        """`not`, or the negated form of what it negates."""
        inner = node.args[0]
        symbols = _negated(inner)
        if symbols is not None:
            return self._between(inner, symbols) if inner.op == "and" else self._compared(inner, symbols)
        return NOT, group(self._word("NOT"), self._after(inner, NOT, bracketed=True))

    def _between(self, node: Node, symbols: str) -> Form:
        (value, low), (_, high) = (arg.args for arg in node.args)
        between, and_ = self._word(symbols) + " ", self._word("AND") + " "
        bounds = nest(SPACE, self._led(low, SUM, between), SPACE, self._led(high, SUM, and_))
        return COMPARISON, group(self._led(value, SUM), bounds)

    def comparison(self, node: Node) -> Form:
        """Comparisons, membership and `contains`."""
        return self._compared(node, _COMPARED[node.op])

    def _compared(self, node: Node, sign: str) -> Form:
        written = self._word(sign) if sign.isupper() else sign
        if node.op == "is_empty":
            return COMPARISON, group(self._led(node.args[0], SUM), " ", written)
        left, right = node.args
        return COMPARISON, self._infix(left, written, right, SUM, SUM)

    def _infix(self, left: Node, sign: str, right: Node, left_level: int, right_level: int) -> Doc:
        brackets, written = self._bracketed_at(right, right_level)
        if (brackets or left.path in self._inserted) and not right.comments:
            return group(self._led(left, left_level), f" {sign} ", written)
        return group(self._led(left, left_level), nest(SPACE, *_commented(right), f"{sign} ", written))

    # -- arithmetic

    def arithmetic(self, node: Node) -> Form:
        """Sums and products, which hold to the left: a run of one level is laid out as one."""
        sign, level = _ARITHMETIC[node.op]
        run: list[tuple[str, Node]] = []
        while not run or (_ARITHMETIC.get(node.op, ("", PRIMARY))[1] == level and not _is_wall_time(node)):
            sign = _ARITHMETIC[node.op][0]
            node, right = node.args
            run.append((sign, right))
        rest = ((SPACE, self._led(right, level + 1, f"{sign} ")) for sign, right in reversed(run))
        return level, group(self._led(node, level), nest(*rest))

    def wall_time(self, node: Node) -> Form:
        """A date at a time of day, both constants, is what a date-time without an offset writes."""
        if not _is_wall_time(node):
            return self.arithmetic(node)
        return PRIMARY, "T".join(literal(part, self._surface) for part in node.args)

    def negative(self, node: Node) -> Form:
        """The sign before an operand."""
        inner = node.args[0]
        return UNARY, ("-", nest(HARD, self._led(inner, UNARY)) if inner.comments else self._at(inner, UNARY))

    def coalescence(self, node: Node) -> Form:
        """`a ?? b ?? c`."""
        first, *rest = node.args
        others = ((SPACE, self._led(arg, UNARY, "?? ")) for arg in rest)
        return COALESCE, group(self._led(first, UNARY), nest(*others))

    def converted(self, node: Node) -> Form:
        """A conversion that the checker puts in by itself."""
        return self._form(node.args[0])

    # -- values

    def constant(self, node: Node) -> Form:
        """A literal; a negative one holds like the sign it begins with."""
        written = self._naming.option(node) or literal(node, self._surface)
        return (UNARY if written.startswith("-") else PRIMARY), written

    def field(self, node: Node) -> Form:
        """A path, or an item's field standing bare."""
        inserted = self._inserted.get(node.path)
        return PRIMARY, self._naming.path(node) if inserted is None else inserted

    def member(self, node: Node) -> Form:
        """Fields of what a call gave."""
        return PRIMARY, (self._after_dots(node.args[0]), self._naming.steps(node.args[0].type, node.path))

    def _after_dots(self, base: Node) -> Doc:
        if base.op not in ("call", "get", "field"):
            raise ValueError(f"no text reads fields of the operation {base.op!r}")
        return self._at(base, PRIMARY)

    def list(self, node: Node) -> Form:
        """A list written out."""
        return PRIMARY, self._bracketed("[", node.args, "]", OR)

    def call(self, node: Node) -> Form:
        """A function and the arguments that are written."""
        called, most = self._naming.function(str(node.value))
        given = [arg for place, arg in enumerate(node.args) if place < most or arg.op == "named"]
        return PRIMARY, self._bracketed(f"{called}(", given, ")", ARGUMENT)

    def named(self, node: Node) -> Form:
        """An argument given by name."""
        return ARGUMENT, group(f"{name(str(node.value))}:", self._after(node.args[0], OR))

    def keywords(self, node: Node) -> Form:
        """A word list."""
        return PRIMARY, f"{'关键词' if self._surface == 'zh' else 'keywords'}({quoted(str(node.value))})"

    def _bracketed(self, opening: str, parts: Sequence[Node], closing: str, level: int) -> Doc:
        if not parts:
            return opening + closing
        inside: Iterable[Doc] = (self._led(part, level) for part in parts)
        return group(opening, nest(SOFT, *_joined(inside)), SOFT, closing)

    def conditional(self, node: Node) -> Form:
        """`if` with its chain of `else if`."""
        cases, otherwise = chain(node)
        parts: list[Doc] = []
        for number, case in enumerate(cases):
            condition, value, _ = case.args
            lead = (*_commented(case), self._word("ELSEIF")) if number else self._word("IF")
            parts += [SPACE if number else "", lead, self._after(condition, OR, bracketed=True)]
            parts += [" ", self._word("THEN"), self._branch(value)]
        # An `if` right after `else` would be read as another case.
        level = PRIMARY + 1 if _begins_with_if(otherwise) else OR
        last = (SPACE, self._word("ELSE"), self._branch(otherwise, level), SPACE, self._word("END"))
        return PRIMARY, group(*parts, *last)

    def _branch(self, node: Node, level: int = OR) -> Doc:
        return nest(HARD if node.comments else SPACE, self._led(node, level))

    def template(self, node: Node) -> Form:
        """A text with placeholders."""
        text = "".join(map(self._template_part, node.args))
        return PRIMARY, quoted(text)

    def _template_part(self, part: Node) -> str:
        if part.op == "const" and part.type.kind == "text":
            return str(part.value).replace("{", "{{").replace("}", "}}")
        return "{" + render(self._at(part, OR), _ENDLESS) + "}"

    # -- lists gone through item by item

    @contextmanager
    def _items(self, node: Node) -> Iterator[None]:
        self._naming.bind(str(node.value), node.args[0].type.item)
        yield
        self._naming.release()

    def quantified(self, node: Node) -> Form:
        """`some x in list satisfies condition`."""
        items, condition = node.args
        opening = f"{self._word(node.op.upper())} {self._naming.name(str(node.value))} {self._word('IN')}"
        listed = self._after(items, SUM, bracketed=True)
        with self._items(node):
            body = self._led(condition, NOT, self._word("SATISFIES") + " ")
        return COMPARISON, group(opening, listed, nest(SPACE, body))

    def filtered(self, node: Node) -> Form:
        """`list where condition`, the item named or not."""
        items, condition = node.args
        variable = str(node.value)
        naming = "" if variable.startswith("$") else f" {self._word('AS')} {name(variable)}"
        listed = self._led(items, SUM)
        with self._items(node):
            body = self._led(condition, OR, self._word("WHERE") + " ")
        return ARGUMENT, group(listed, naming, nest(SPACE, body))

    def mapped(self, node: Node) -> Form:
        """`for x in list return value`, or a path on through a list of records."""
        items, body = node.args
        variable = str(node.value)
        if variable.startswith("$") and body.op == "field" and body.path[0] == variable and body.path[1:]:
            return PRIMARY, (self._after_dots(items), self._naming.steps(items.type.item, body.path[1:]))
        opening = f"{self._word('FOR')} {self._naming.name(variable)} {self._word('IN')}"
        listed = self._after(items, SUM, bracketed=True)
        with self._items(node):
            value = self._led(body, OR, self._word("RETURN") + " ")
        return ARGUMENT, group(opening, listed, nest(SPACE, value))


def _commented(node: Node) -> tuple[Doc, ...]:
    return tuple(part for line in comment_lines(node.comments) for part in (line, HARD))


def comment_lines(comments: Sequence[str]) -> list[str]:
    """A comment ends with its line, so one that has more becomes several."""
    return [f"# {line.strip()}".rstrip() for comment in comments for line in comment.split("\n")]


def _joined(parts: Iterable[Doc]) -> Iterator[Doc]:
    for number, part in enumerate(parts):
        yield (",", SPACE, part) if number else part


def _begins_with_if(node: Node) -> bool:
    """Whether the text of a part begins with the word `if`: itself, or what stands first in it."""
    while node.op != "if":
        first = leading(node)
        if first is None:
            return False
        node = first
    return True


def _is_wall_time(node: Node) -> bool:
    """Whether a date and a time of day are both written out, and no comment stands between them."""
    parts = node.args if node.op == "date_at" else ()
    return bool(parts) and all(part.op == "const" and part.value is not None and not part.comments for part in parts)


def _is_between(node: Node) -> bool:
    """Whether `and` holds the two comparisons of one value that `between` stands for, and no comment would be lost."""
    if node.op != "and" or [arg.op for arg in node.args] != [">=", "<="]:
        return False
    low, high = node.args
    if low.args[0] != high.args[0] or low.comments or high.comments:
        return False
    return not any(part.comments for part in high.args[0].walk())


def _negated(node: Node) -> str | None:
    """The word or sign of what says that a condition does not hold; None when only `not` does."""
    return "NOT BETWEEN" if _is_between(node) else _NEGATED.get(node.op)


#: What is written in brackets of its own.
_BRACKETED = frozenset({"list", "call", "if"})

#: Signs, and words as grammar symbols.
_COMPARED: Mapping[str, str] = {
    "=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "IN", "is_empty": "IS EMPTY", "contains": "CONTAINS",
    "contains_any": "CONTAINS ANY OF", "contains_all": "CONTAINS ALL OF",
}  # fmt: skip
_NEGATED: Mapping[str, str] = {
    "=": "!=", "in": "NOT IN", "is_empty": "IS NOT EMPTY", "contains": "NOT CONTAINS", "contains_any": "CONTAINS NONE OF",
}  # fmt: skip

_ARITHMETIC: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("+", "time+", "date+", "month+", "period+", "business+", "date_at"), ("+", SUM)),
    **dict.fromkeys(("-", "time-", "date-", "days-", "month-", "period-", "business-"), ("-", SUM)),
    "concat": ("&", SUM),
    **dict.fromkeys(("*", "period*", "duration*"), ("*", PRODUCT)),
    **dict.fromkeys(("/", "duration/", "ratio"), ("/", PRODUCT)),
}

#: The fewest and the most operands; those not named here take any number.
_ARITIES: Mapping[str, tuple[int, int | None]] = {
    **dict.fromkeys(("and", "or", "??"), (2, None)),
    **dict.fromkeys(("const", "field", "keywords"), (0, 0)),
    **dict.fromkeys((*_COMPARED, *_ARITHMETIC, *BINDERS), (2, 2)),
    **dict.fromkeys(("not", "neg", "is_empty", "get", "named", "to_datetime", "to_date"), (1, 1)),
    "if": (3, 3),
}

#: What holds a name: of a variable, a parameter, a word list, a function.
_NAMING = BINDERS | {"named", "keywords", "call"}

_LED_BY_FIRST = frozenset(
    {"and", "or", "??", "get", "filter", "map", "to_datetime", "to_date", *_COMPARED, *_ARITHMETIC}
)

_FORMS: Mapping[str, Callable[[Printer, Node], Form]] = {
    "and": Printer.junction,
    "or": Printer.junction,
    "not": Printer.negation,
    **dict.fromkeys(_COMPARED, Printer.comparison),
    **dict.fromkeys(_ARITHMETIC, Printer.arithmetic),
    "date_at": Printer.wall_time,
    "neg": Printer.negative,
    "??": Printer.coalescence,
    "to_datetime": Printer.converted,
    "to_date": Printer.converted,
    "const": Printer.constant,
    "field": Printer.field,
    "get": Printer.member,
    "list": Printer.list,
    "call": Printer.call,
    "named": Printer.named,
    "keywords": Printer.keywords,
    "if": Printer.conditional,
    "template": Printer.template,
    "some": Printer.quantified,
    "every": Printer.quantified,
    "filter": Printer.filtered,
    "map": Printer.mapped,
}

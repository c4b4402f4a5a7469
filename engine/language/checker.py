"""The checker: syntax tree and scope to typed tree. It goes on after a mistake, so one pass reports them all.

Every kind of syntax has one method, found by the name the grammar gives it. A method answers a node; when it has reported a
problem, the node is of type `unknown`, which goes with everything, so that one mistake is one problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from lark import Token, Tree

from engine.definitions import Text
from engine.language import operators
from engine.language.advice import PLACES, SOURCE, bare_text, called_otherwise, no_condition, value_meant
from engine.language.functions import BY_NAME, KEYWORDS_NAMES, Function, Parameter
from engine.language.literals import literal, text_constant, unquote
from engine.language.mismatch import Mismatch
from engine.language.names import Bound, NameMismatch, find, follow, implicit_variable, is_implicit, resolve, surface
from engine.language.problems import Problem, Problems, nearest, problem
from engine.language.stops import padded
from engine.language.syntax import Syntax, parse_expression, span
from engine.language.tree import Node
from engine.language.types import BOOLEAN, EMPTY, TEXT, UNKNOWN, Scope, Type, list_of

MAX_ITEMS = 500

#: What is written for = and != where a list is asked whether it holds something.
_HELD: Mapping[str, str] = {"=": "contains", "!=": "not contains"}

#: What is told of a value that is wanted of another type, instead of what the types are.
_TOLD = frozenset({"money_needs_currency"})

_BRACES = frozenset("{}")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Checker:
    """One check. `templates` makes `{path}` inside literal text a placeholder; `offset` is where the text stands in a larger one.
    With `text`, what is suggested can hold parts of it."""

    def __init__(
        self, scope: Scope, templates: bool = False, offset: int = 0, bound: Sequence[Bound] = (), text: str = ""
    ) -> None:
        self._text = text
        self.problems: list[Problem] = []
        self._scope = scope
        self._bound = list(bound)
        self._templates = templates
        self._offset = offset

    def check(self, syntax: Syntax | Token) -> Node:
        """The typed tree of a piece of syntax; see `problems` for whether it is any good."""
        if isinstance(syntax, Token):
            raise TypeError(f"{syntax!r} is a token, not an expression")
        method: Callable[[Syntax], Node] = getattr(self, f"_{syntax.data.rstrip('_')}")
        start, end = span(syntax)
        try:
            node = method(syntax)
        except Mismatch as error:
            if error.node is not None:
                start, end = error.node.start - self._offset, error.node.end - self._offset
            elif isinstance(error, NameMismatch):
                start, end = span(error.first)[0], span(error.token)[1]
            return self._report(error, start, end)
        return node.at(start + self._offset, end + self._offset)

    def expect(self, node: Node, *wanted: Type) -> Node:
        """`node` as one of the wanted types; reported when it is none."""
        if node.type.kind in ("empty", "unknown") or node.type in wanted:
            return node
        place = (node.start - self._offset, node.end - self._offset)
        for type in wanted:
            try:
                return operators.adapt(node, type, Node("item", type))
            except Mismatch as error:
                if error.code in ("unknown_option", "bad_id") or (error.code in _TOLD and type.currency):
                    return self._report(error, *place)
        if wanted == (BOOLEAN,):
            return self._report(no_condition(node), *place)
        expected = Text(
            "或".join(type.phrase().zh for type in wanted), " or ".join(type.phrase().en for type in wanted)
        )
        meant = tuple(each for type in wanted for each in value_meant(node, type))
        return self._report(Mismatch("type_mismatch", meant, expected=expected, found=node.type.phrase()), *place)

    def _report(self, error: Mismatch, start: int, end: int) -> Node:
        self.problems.append(self._problem(error, start, end))
        return Node("const", UNKNOWN, start=start + self._offset, end=end + self._offset)

    def _problem(self, error: Mismatch, start: int, end: int) -> Problem:
        source = self._text[start:end]
        shown = source or "…"
        suggestions = (each for each in error.suggestions if source or SOURCE not in each)
        written = (padded(self._text, start, end, each.replace(SOURCE, source)) for each in suggestions)
        params = {
            key: value.replace(SOURCE, shown) if isinstance(value, str) else value
            for key, value in error.params.items()
        }
        return problem(error.code, start + self._offset, end + self._offset, written, **params)

    def _source(self, node: Node) -> str:
        """The text of a node, where the checker was given it."""
        return self._text[node.start - self._offset : node.end - self._offset]

    def _operands(self, syntax: Syntax) -> list[Node]:
        return [self.check(child) for child in syntax.children if isinstance(child, Tree)]

    # -- structure

    def _expression(self, syntax: Syntax) -> Node:
        return self._operands(syntax)[0]

    _group = _expression

    def _path(self, syntax: Syntax) -> Node:
        steps = _tokens(syntax)
        try:
            return resolve(self._scope, steps, self._bound)
        except NameMismatch as error:
            function = BY_NAME.get(surface(steps[0]).lower()) if error.code == "unknown_name" else None
            if function is None or (function.most and error.suggestions):
                raise
            meant = () if function.most else (f"{surface(steps[0])}()",)
            raise NameMismatch(
                steps[0], "function_without_call", meant, name=surface(steps[0]), usage=function.usage
            ) from error

    def _get(self, syntax: Syntax) -> Node:
        base, steps = self._operands(syntax)[0], _tokens(syntax)
        if base.type.kind == "unknown":
            return base
        return follow(self._scope, base, [_tokens(_trees(syntax)[0])[0], *steps], 1, len(self._bound))

    def _literal(self, syntax: Syntax) -> Node:
        token = _tokens(syntax)[0]
        if self._templates and token.type == "STRING" and ("{" in token or "}" in token):
            return self._template(token)
        node, (start, end) = literal(token), span(token)
        return replace(node, args=tuple(replace(arg, start=start, end=end) for arg in node.args)) if node.args else node

    def _template(self, token: Token) -> Node:
        text = unquote(token)
        parts: list[Node] = []
        position = 0
        for found in _PLACEHOLDER.finditer(text):
            parts += _literal_part(text[position : found.start()])
            position = found.end()
            parts.append(self._placeholder(token, found))
        parts = _joined([*parts, *_literal_part(text[position:])])
        plain = len(parts) == 1 and _is_text(parts[0]) and not _BRACES & set(str(parts[0].value))
        return parts[0] if plain else Node("template", TEXT, tuple(parts))

    def _placeholder(self, token: Token, found: re.Match[str]) -> Node:
        if found[0] in ("{{", "}}"):
            return text_constant(found[0][0])
        start = span(token)[0] + 1 + found.start()
        if found[1] is None:
            raise Mismatch("bad_template", found=token[1:-1])
        inner = self._part(self._offset + start + 1, found[1])
        syntax = parse_expression(found[1])
        if isinstance(syntax, Problems):
            by = self._offset + start + 1
            moved = (replace(p, start=p.start + by, end=p.end + by) for p in syntax.problems)
            self.problems.extend(moved)
            return Node("const", UNKNOWN)
        node = inner.check(syntax)
        self.problems.extend(inner.problems)
        return node

    def _part(self, offset: int, text: str) -> Checker:
        """A checker of a text inside this one."""
        return Checker(self._scope, offset=offset, bound=self._bound, text=text)

    def _list(self, syntax: Syntax) -> Node:
        items = self._operands(syntax)
        if not items:
            return Node("list", list_of(EMPTY))
        if len(items) > MAX_ITEMS:
            raise Mismatch("too_many_items", limit=MAX_ITEMS)
        if any(item.type.kind == "list" for item in items):
            raise Mismatch("list_in_list")
        items, type = operators.unified(items, "items_differ")
        return Node("list", list_of(type), tuple(items))

    def _conditional(self, syntax: Syntax) -> Node:
        *cases, otherwise = self._operands(syntax)
        conditions = [self.expect(condition, BOOLEAN) for condition in cases[::2]]
        (*values, otherwise), type = operators.unified([*cases[1::2], otherwise], "branches_differ")
        ends = syntax.meta.end_pos + self._offset
        for condition, value in reversed(list(zip(conditions, values, strict=True))):
            otherwise = Node("if", type, (condition, value, otherwise), start=condition.start, end=ends)
        return otherwise

    def _coalesce(self, syntax: Syntax) -> Node:
        nodes, type = operators.unified(self._operands(syntax), "branches_differ")
        return Node("??", type, tuple(nodes))

    # -- logic and comparison

    def _disjunction(self, syntax: Syntax) -> Node:
        return Node("or", BOOLEAN, tuple(self.expect(node, BOOLEAN) for node in self._operands(syntax)))

    def _conjunction(self, syntax: Syntax) -> Node:
        return Node("and", BOOLEAN, tuple(self.expect(node, BOOLEAN) for node in self._operands(syntax)))

    def _not(self, syntax: Syntax) -> Node:
        return operators.negate(self.expect(self._operands(syntax)[0], BOOLEAN))

    def _compare(self, syntax: Syntax) -> Node:
        left, right = self._operands(syntax)
        self._unquoted(left, right)
        sign = _tokens(syntax)[0]
        error = self._of_lists(str(sign), left, right)
        if error is not None:
            start, end = (at + self._offset for at in span(sign))
            raise error.on(Node("sign", UNKNOWN, start=start, end=end))
        return operators.compare(str(sign), left, right)

    def _of_lists(self, sign: str, left: Node, right: Node) -> Mismatch | None:
        """What is written for = and != where a list stands on the left."""
        if sign not in _HELD or left.type.kind != "list" or right.type.kind in ("empty", "unknown", "record"):
            return None
        if right.type.kind == "list":
            return None if _holds_records(left, right) else Mismatch("lists_compared", ("contains all of",))
        what = self._source(left) or left.type.phrase()
        return Mismatch("list_compared", (_HELD[sign],), what=what, meant=_HELD[sign])

    def _unquoted(self, *operands: Node) -> None:
        """Names that are nothing but stand beside texts or choices: what was meant are texts and choices."""
        known = next(
            (
                each.type.item or each.type
                for each in operands
                # Beside a text that is written out it is a field that is missing.
                if each.op not in ("const", "list") and each.type.kind not in ("unknown", "empty")
            ),
            UNKNOWN,
        )
        for node in (part for each in operands for part in (each.args if each.op == "list" else (each,))):
            for index, told in enumerate(self.problems):
                if (
                    node.type == UNKNOWN
                    and told.code == "unknown_name"
                    and (told.start, told.end) == (node.start, node.end)
                ):
                    error = bare_text(self._source(node).strip("`"), known, told.suggestions)
                    if error is not None:
                        self.problems[index] = self._problem(error, node.start - self._offset, node.end - self._offset)

    def _in(self, syntax: Syntax) -> Node:
        item, items = self._operands(syntax)
        self._unquoted(item, items)
        if items.type.kind == "text" and items.op != "const" and item.type.kind == "text" and self._text:
            meant = f"{self._source(items)} contains {self._source(item)}"
            raise Mismatch("in_text", (meant,), meant=meant)
        return operators.membership(item, items)

    def _not_in(self, syntax: Syntax) -> Node:
        return operators.negate(self._in(syntax))

    def _between(self, syntax: Syntax) -> Node:
        value, low, high = self._operands(syntax)
        bounds = (operators.compare(">=", value, low), operators.compare("<=", value, high))
        return Node("and", BOOLEAN, bounds)

    def _not_between(self, syntax: Syntax) -> Node:
        return operators.negate(self._between(syntax))

    def _is_empty(self, syntax: Syntax) -> Node:
        return Node("is_empty", BOOLEAN, (self._operands(syntax)[0],))

    def _is_not_empty(self, syntax: Syntax) -> Node:
        return operators.negate(self._is_empty(syntax))

    # -- lists gone through item by item

    def _some(self, syntax: Syntax) -> Node:
        items, condition = _trees(syntax)
        return self._through(str(syntax.data), items, condition, surface(_names(syntax)[0]))

    _every = _some

    def _filter(self, syntax: Syntax) -> Node:
        items, condition = _trees(syntax)
        names = _names(syntax)
        return self._through("filter", items, condition, surface(names[0]) if names else None)

    def _map(self, syntax: Syntax) -> Node:
        items, body = _trees(syntax)
        return self._through("map", items, body, surface(_names(syntax)[0]))

    def _through(self, op: str, items: Syntax, body: Syntax, name: str | None) -> Node:
        """An operation that binds each item of a list in `body`, under a name or with its fields standing bare."""
        listed = self._as_list(self.check(items), items)
        item = listed.type.item or UNKNOWN
        if item.kind == "reference":
            item = replace(
                item, entity=None
            )  # a list of references holds ids: nothing of the records is given with them
        if name is not None and is_implicit(name):
            raise Mismatch("unknown_character", found=name[0])
        variable = name or implicit_variable(len(self._bound))
        self._bound.append(Bound(variable, item, implicit=name is None))
        inner = self.check(body)
        if op != "map":
            inner = self.expect(inner, BOOLEAN)
        self._bound.pop()
        if op == "map" and inner.type.kind == "list":
            raise Mismatch("list_in_list")
        types = {"filter": listed.type, "map": list_of(inner.type)}
        return Node(op, types.get(op, BOOLEAN), (listed, inner), variable)

    def _as_list(self, node: Node, syntax: Syntax) -> Node:
        if node.type.kind in ("list", "unknown"):
            return node
        if node.type.kind == "empty":
            return replace(node, type=list_of(EMPTY))
        what = "".join(str(token) for token in _strings(syntax))
        return self._report(Mismatch("not_a_list", what=what), *span(syntax))

    def _named(self, syntax: Syntax) -> Node:
        node = self._operands(syntax)[0]
        return Node("named", node.type, (node,), surface(_tokens(syntax)[0]))

    def _window(self, _: Syntax) -> Node:
        raise Mismatch("window_outside_rules")

    def _aliased(self, _: Syntax) -> Node:
        raise Mismatch("event_outside_window")

    _named_filter = _named_aliased = _aliased

    # -- what a text or a list holds

    def _contains(self, syntax: Syntax) -> Node:
        holder, part = _trees(syntax)
        words = _word_list(part)
        if words is not None:
            return self._contains_words(self.check(holder), words)
        nodes = self.check(holder), self.check(part)
        self._unquoted(*nodes)
        return operators.contains(*nodes)

    def _not_contains(self, syntax: Syntax) -> Node:
        return operators.negate(self._contains(syntax))

    def _contains_quantified(self, syntax: Syntax) -> Node:
        holder, quantifier, parts = _trees(syntax)
        kind = _tokens(quantifier)[0].type
        words = _word_list(parts)
        if words is None:
            nodes = self.check(holder), self.check(parts)
            self._unquoted(*nodes)
            return operators.contains_quantified(kind, *nodes)
        if kind == "ALL":
            raise Mismatch("all_of_words")
        node = self._contains_words(self.check(holder), words)
        return operators.negate(node) if kind == "NONE" else node

    def _contains_words(self, holder: Node, words: Node) -> Node:
        if "words" not in self._scope.provides:
            self._report(Mismatch("only_in_rules", what=Text("词表", "a word list")), words.start, words.end)
        return Node("contains_any", BOOLEAN, (self.expect(holder, TEXT), words))

    # -- arithmetic and functions

    def _sum(self, syntax: Syntax) -> Node:
        children = iter(syntax.children)
        node = self.check(next(children))
        for operator in children:
            node = operators.arithmetic(str(operator), node, self.check(next(children)))
        return node

    _product = _sum

    def _negate(self, syntax: Syntax) -> Node:
        return operators.negative(self._operands(syntax)[0])

    def _call(self, syntax: Syntax) -> Node:
        token = _tokens(syntax)[0]
        name = surface(token)
        function = BY_NAME.get(name) or BY_NAME.get(name.lower())
        arguments = self._operands(syntax)
        if function is None:
            raise self._unknown_function(syntax, token, name, arguments)
        return self._called(function, arguments)

    def _unknown_function(self, syntax: Syntax, token: Token, name: str, arguments: list[Node]) -> Mismatch:
        if name.lower() in KEYWORDS_NAMES:
            return NameMismatch(token, "only_after_contains", (), what=name)
        start, end = (at + self._offset for at in span(syntax))
        whole = Node("call", UNKNOWN, start=start, end=end)
        if find(self._scope.variables, name) is not None:
            return Mismatch("field_called", (name,) if self._text else (), name=name).on(whole)
        meant = called_otherwise(name, [self._source(each) for each in arguments])
        if meant is None:
            return NameMismatch(token, "unknown_function", nearest(name, [*BY_NAME, "keywords"]), name=name)
        return (
            meant.on(whole)
            if meant.code != "other_function" or "(" in "".join(meant.suggestions)
            else NameMismatch(token, meant.code, meant.suggestions, **meant.params)
        )

    def _called(self, function: Function, arguments: list[Node]) -> Node:
        if not function.fewest <= len(arguments) <= function.most:
            raise Mismatch("argument_count", name=function.key, usage=function.usage)
        if function.needs is not None and function.needs not in self._scope.provides:
            raise Mismatch("not_provided", name=function.key, places=PLACES[function.needs])
        typed = [self._argument(function, index, node) for index, node in enumerate(arguments)]
        if function.unify:
            typed, _ = operators.unified(typed, "items_differ")
        if any(node.type.kind == "unknown" for node in typed):  # reported; the rest would follow from it
            result = function.result if isinstance(function.result, Type) else UNKNOWN
            return Node("call", result, tuple(typed), function.key)
        if function.adapt is not None:
            typed = function.adapt(self._scope, typed)
        type = function.result_of(self._scope, tuple(typed))
        return Node("call", type, tuple(typed), function.key)

    def _argument(self, function: Function, index: int, node: Node) -> Node:
        parameter = function.parameter(index)
        if node.op == "named":
            if not function.named:
                raise Mismatch("named_argument", name=function.key).on(node)
            return node
        if parameter.literal and node.op != "const":
            raise Mismatch("must_be_literal").on(node)
        return self._of_kind(parameter, node, function.unify)

    def _of_kind(self, parameter: Parameter, node: Node, unify: bool) -> Node:
        kinds = parameter.kinds
        if node.type.kind in kinds or node.type.kind == "unknown":
            return node
        if node.type.kind == "datetime" and "date" in kinds:
            return operators.as_date(node)
        if node.type.kind == "date" and "datetime" in kinds:
            return operators.as_datetime(node)
        if node.type.kind == "empty":
            return node if unify else replace(node, type=list_of(EMPTY) if kinds[0] == "list" else Type(kinds[0]))
        return self.expect(node, *(Type(kind) for kind in kinds))


def _literal_part(text: str) -> list[Node]:
    """A text between placeholders; nothing where they touch."""
    return [text_constant(text)] if text else []


def _joined(parts: Sequence[Node]) -> list[Node]:
    """The parts of a template, constant texts beside each other in one: `a{'b'}` reads like `ab`."""
    found: list[Node] = []
    for part in parts:
        if found and _is_text(part) and _is_text(found[-1]):
            found[-1] = text_constant(f"{found[-1].value}{part.value}")
        else:
            found.append(part)
    return found


def _is_text(node: Node) -> bool:
    return node.op == "const" and node.type.kind == "text"


def _tokens(syntax: Syntax) -> list[Token]:
    return [child for child in syntax.children if isinstance(child, Token)]


def _holds_records(*nodes: Node) -> bool:
    return any(node.type.item is not None and node.type.item.kind == "record" for node in nodes)


def _names(syntax: Syntax) -> list[Token]:
    return [token for token in _tokens(syntax) if token.type == "NAME"]


def _trees(syntax: Syntax) -> list[Syntax]:
    return [child for child in syntax.children if isinstance(child, Tree)]


def _word_list(syntax: Syntax) -> Node | None:
    """The word list of `keywords("key")`, when that is what the syntax says."""
    if syntax.data != "call" or surface(_tokens(syntax)[0]) not in KEYWORDS_NAMES:
        return None
    strings = [token for token in _strings(syntax) if token.type == "STRING"]
    if len(syntax.children) != 2 or len(strings) != 1:
        raise Mismatch("argument_count", name="keywords", usage='keywords("…")')
    start, end = span(syntax)
    return Node("keywords", list_of(TEXT), value=unquote(strings[0]), start=start, end=end)


def _strings(syntax: Syntax) -> Iterator[Token]:
    return syntax.scan_values(lambda value: isinstance(value, Token))

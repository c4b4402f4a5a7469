"""Completion in a rule: the words of clauses that are legal at a place, kinds of events, actions and their parameters, keys of
lists, segments and calendars; in expressions, what the expression language offers there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from engine.definitions import Text
from engine.language import surfaces
from engine.language.complete import Completion, Item, Kind, complete, fitting, named_item
from engine.language.functions import BY_KEY, KEYWORDS_NAMES
from engine.language.names import surface as name_of
from engine.language.stops import OPENING, OPERAND_ENDS
from engine.language.surfaces import Surface
from engine.language.types import NUMBER, Scope, Type
from engine.rules.aggregates import FUNCTIONS, LABELS
from engine.rules.cursor import Frame, RuleCursor, persons, rule_cursor
from engine.rules.events import event_kind
from engine.rules.model import CUSTOMER, PERSON, EventKind, RuleScope
from engine.rules.naming import word
from engine.rules.statements import parameter_named

_NOTHING = Text("", "")


def complete_rule(text: str, position: int, scope: RuleScope, surface: Surface = "en") -> Completion:
    """What may be written at `position`, in the words of a surface; nothing inside comments and free text."""
    position = max(0, min(position, len(text)))
    cursor = rule_cursor(text, position, scope)
    if cursor is None:
        return Completion(position, position, ())
    return _Completer(cursor, position, scope, surface).found()


class _Completer:
    """One completion."""

    def __init__(self, cursor: RuleCursor, position: int, scope: RuleScope, surface: Surface) -> None:
        self._cursor = cursor
        self._position = position
        self._scope = scope
        self._surface = surface

    def found(self) -> Completion:
        """Everything that fits."""
        cursor, frame = self._cursor, self._cursor.frame
        if cursor.quoted:
            keys = self._keys()
            if keys is not None:
                return self._among(keys)
        if frame is not None:
            return self._argument(frame) if frame.kind == "action" else self._counted(frame)
        return _PLACES.get(cursor.governing, _Completer.clauses)(self)

    def _among(self, items: Iterable[Item], start: int | None = None, word: str | None = None) -> Completion:
        cursor = self._cursor
        fit = fitting(items, cursor.word if word is None else word)
        return Completion(cursor.start if start is None else start, self._position, fit)

    def _said(self, english: str, chinese: str) -> str:
        return chinese if self._surface == "zh" else english

    @property
    def _since(self) -> int:
        """How many tokens stand between the governing word and the place."""
        return len(self._cursor.before) - self._cursor.clause - 1

    def _is_first(self) -> bool:
        """Whether the place is right behind the governing word, or in the name with dots that begins there."""
        return self._since == 0 or (self._since % 2 == 0 and self._cursor.type(len(self._cursor.before) - 1) == "DOT")

    # -- words of clauses

    def clauses(self) -> Completion:
        """Words that the grammar takes next, and units where a length has begun."""
        return self._among(self._words())

    def _words(self) -> Iterator[Item]:
        cursor, last = self._cursor, len(self._cursor.before) - 1
        if cursor.type(last) == "NUMBER" and cursor.type(last - 1) not in ("LIMIT", "PRIORITY", "MINUS"):
            units = (item for item in self._expression(last).items if item.kind == "unit")
            yield from (item for item in units if item.label not in _CURRENCIES)
        legal = (cursor.legal or frozenset()) - self._unlikely()
        for symbol, key in _SYMBOLS.items():
            if symbol in legal:
                english, chinese = word(key, "en"), word(key, "zh")
                shown = self._said(english, chinese)
                yield Item(shown, shown, "keyword", also=(english, chinese))

    def _unlikely(self) -> frozenset[str]:
        """What the grammar takes, and nobody means."""
        last = self._cursor.type(len(self._cursor.before) - 1)
        if self._cursor.governing == "EVERY" or last in ("FOR", "LIMIT"):
            return frozenset({"WITHIN", "PER"})
        is_event = self._cursor.heard.last is not None and self._cursor.heard.last.kind == "record"
        return frozenset({"CHANGES"}) if is_event else frozenset()

    # -- triggers

    def event(self) -> Completion:
        """A kind of event, or a record whose field changes."""
        if not self._is_first():
            return self.clauses()
        start, written = self._cursor.dotted()

        def items() -> Iterator[Item]:
            yield from self._events()
            if self._cursor.governing == "WHEN":
                yield from self._words()
                yield from self._changing()

        return self._among(items(), start, written)

    def _events(self) -> Iterator[Item]:
        for kind in self._scope.events.values():
            shown = self._said(kind.key, kind.label.zh)
            last = tuple(each.rpartition(".")[2] for each in (kind.label.zh, kind.key))
            detail = Text(kind.key, kind.label.zh)
            yield Item(
                shown, _dotted(shown), "variable", None, detail, None, (kind.key, kind.label.zh, *kind.names, *last)
            )

    def _changing(self) -> Iterator[Item]:
        for entity, type in self._records():
            owner = self._named({entity: type}, entity, "variable")
            for key in type.fields:
                field = self._named(type.fields, key, "field")
                names = (f"{owner.label}.{field.label}", f"{entity}.{key}", *field.also)
                shown = f"{owner.insert}.{field.insert}"
                yield Item(names[0], shown, "field", field.type, field.detail, None, names)

    def _named(self, members: Mapping[str, Type], key: str, kind: Kind) -> Item:
        item = named_item(members, key, self._surface, kind)
        return _by_key(item) if self._surface == "en" else item

    def _records(self) -> Iterator[tuple[str, Type]]:
        hidden = ("user", "department")
        yield from ((key, type) for key, type in self._scope.records.items() if key not in hidden)

    def record(self) -> Completion:
        """An entity whose records are gone through."""
        if self._since:
            return self.clauses()
        items = (self._named({key: type}, key, "variable") for key, type in self._records())
        return self._among(replace(item, also=(*item.also, *_customer(item))) for item in items)

    def changed_value(self) -> Completion:
        """What a field changes from and to."""
        heard = self._cursor.heard
        if heard.changed is None or heard.entity is None:
            return self.clauses()
        type = self._scope.records[heard.entity].fields[heard.changed]
        return self._with_words(self._expression(self._cursor.clause + 1, {}, type))

    # -- expressions

    def _expression(
        self, first: int, variables: Mapping[str, Type] | None = None, expected: Type | None = None
    ) -> Completion:
        """What the expression language offers in an expression whose first token is at an index."""
        cursor = self._cursor
        begin = cursor.before[first].start_pos or 0 if first < len(cursor.before) else cursor.start
        scope = self._reach(variables)
        found = complete(cursor.text[begin : self._position], self._position - begin, scope, self._surface, expected)
        items = self._called(found.items)
        ordered = sorted(items, key=_leads_on) if expected is not None else items
        return Completion(found.start + begin, found.end + begin, tuple(ordered))

    def _called(self, items: Iterable[Item]) -> Iterator[Item]:
        """In English by key, as rules are printed; in Chinese the person has one name."""
        if self._surface == "en":
            return map(_by_key, items)
        return (item for item in items if item.label != CUSTOMER)

    def _reach(self, variables: Mapping[str, Type] | None) -> Scope:
        return self._scope.scope(self._cursor.heard.variables if variables is None else variables)

    def where(self) -> Completion:
        """A condition on the event or the record before it, whose fields stand bare."""
        heard = self._cursor.heard
        fields = self._reach({}).members(heard.last) if heard.last is not None else {}
        return self._with_words(self._expression(self._cursor.clause + 1, {**heard.variables, **fields}))

    def condition(self) -> Completion:
        """A condition that may count events."""
        found = self._expression(self._cursor.clause + 1)
        is_operand = not self._cursor.before or self._cursor.before[-1].type not in (*OPERAND_ENDS, "DOT")
        if is_operand and not self._cursor.quoted:
            counts = fitting(self._aggregates(), self._cursor.word)
            found = replace(found, items=(*_but(found.items, counts), *counts))
        return self._with_words(found)

    def _aggregates(self) -> Iterator[Item]:
        for key, label in LABELS.items():
            name = self._said(label.en, label.zh)
            also = tuple(each for each, meant in FUNCTIONS.items() if meant == key)
            yield Item(name, f"{name}(", "function", NUMBER, _USAGE.get(key, _USAGE["count"]), _COUNTS, also)

    def _with_words(self, found: Completion) -> Completion:
        """The same, and the words of clauses that go on behind a whole operand: after `and` and `or`."""
        cursor = self._cursor
        if cursor.quoted or not cursor.before or cursor.before[-1].type not in OPERAND_ENDS:
            return found
        added = _but(fitting(self._words(), cursor.word), found.items)
        joints = tuple(item for item in found.items if item.also[:1] in (("and",), ("or",)))
        others = tuple(item for item in found.items if item not in joints and item.label not in _OF_CONDITIONALS)
        return replace(found, items=(*joints, *added, *others) if joints else (*others, *added))

    def subject(self) -> Completion:
        """Whom a limit counts by, or a share falls to."""
        cursor = self._cursor
        if cursor.type(cursor.clause - 1) == "FOR":
            return self.record()
        if not self._is_first() or cursor.type(cursor.clause - 1) == "NAME":
            return self.clauses()
        found = self._expression(cursor.clause + 1)
        return replace(found, items=tuple(item for item in found.items if item.kind in ("field", "variable")))

    # -- what is done

    def statement(self) -> Completion:
        """An action, or another word that begins a statement or a clause."""
        if self._since:
            return self.clauses()

        def items() -> Iterator[Item]:
            yield from self._actions()
            yield from self._words()

        return self._among(items())

    def _actions(self) -> Iterator[Item]:
        for key, action in self._scope.actions.items():
            label = action.label or _NOTHING
            shown = label.zh if self._surface == "zh" and surfaces.can_be_written(label.zh) else key
            yield Item(shown, f"{surfaces.name(shown)}(", "function", None, label, None, (key, label.zh, label.en))

    def _argument(self, frame: Frame) -> Completion:
        """A parameter's name, or its value."""
        cursor, action = self._cursor, frame.action
        first, number = self._argument_start(frame)
        if cursor.type(first) == "NAME" and cursor.type(first + 1) == "COLON":
            parameter = parameter_named(name_of(cursor.before[first]), action) if action is not None else None
            return self._value(first + 2, parameter.type if parameter is not None else None)
        positional = action.parameters[number].type if action is not None and number < len(action.parameters) else None
        found = self._value(first, positional)
        if action is None or first < len(cursor.before) or cursor.quoted:
            return found
        names = fitting(self._parameters(frame), cursor.word)
        return replace(found, items=(*names, *_but(found.items, names)))

    def _value(self, first: int, type: Type | None) -> Completion:
        cursor = self._cursor
        if cursor.quoted and (type is None or not (type.item or type).options):
            return self._placeholder()
        return self._expression(first, expected=type)

    def _placeholder(self) -> Completion:
        """Inside the braces of a text."""
        cursor = self._cursor
        brace = cursor.text.rfind("{", cursor.start, self._position)
        if brace < 0 or "}" in cursor.text[brace : self._position]:
            return Completion(self._position, self._position, ())
        begin = brace + 1
        part = cursor.text[begin : self._position]
        found = complete(part, len(part), self._reach(None), self._surface)
        return Completion(found.start + begin, found.end + begin, tuple(self._called(found.items)))

    def _argument_start(self, frame: Frame) -> tuple[int, int]:
        """The index of the first token of the argument, and which one it is."""
        depth, first, number = 0, frame.first, 0
        for index in range(frame.first, len(self._cursor.before)):
            type = self._cursor.before[index].type
            depth += (type in OPENING) - (type in OPENING.values())
            if depth == 0 and type == "COMMA":
                first, number = index + 1, number + 1
        return first, number

    def _parameters(self, frame: Frame) -> Iterator[Item]:
        """The parameters that have no value yet."""
        assert frame.action is not None, "asked only for a known action"
        tokens = self._cursor.before[frame.first :]
        named = pairwise(tokens)
        given = {name_of(token) for token, after in named if token.type == "NAME" and after.type == "COLON"}
        for parameter in frame.action.parameters:
            label = parameter.label or Text(parameter.name, parameter.name)
            if given & {parameter.name, label.zh, label.en}:
                continue
            shown = label.zh if self._surface == "zh" and surfaces.can_be_written(label.zh) else parameter.name
            also = (parameter.name, label.zh, label.en)
            yield Item(
                shown, f"{surfaces.name(shown)}: ", "field", parameter.type, parameter.type.describe(), None, also
            )

    # -- aggregates

    def _counted(self, frame: Frame) -> Completion:
        """Inside `count(..)`: an event, its condition, whose."""
        cursor = self._cursor
        inside = cursor.before[frame.first :]
        place = next((index for index in range(len(inside) - 1, -1, -1) if inside[index].type in _WINDOW), -1)
        governing = inside[place].type if place >= 0 else ""
        kind = self._kind(frame)
        if governing == "WHERE" and kind is not None:
            variables = {**cursor.heard.variables, **kind.type.fields}
            return self._with_words(self._expression(frame.first + place + 1, variables))
        if governing in ("BY", "PER") and place + 1 == len(inside) and kind is not None:
            return self._among(self._owners(kind))
        if governing or (inside and inside[-1].type not in ("DOT", "COLON")):
            return self.clauses()
        return self._first_argument(frame)

    def _first_argument(self, frame: Frame) -> Completion:
        """An event; and, as some aggregates are functions of lists too, what these take."""
        start, written = self._cursor.dotted()
        events = self._among(self._events(), start, written)
        if start != self._cursor.start:
            return events
        values = self._expression(frame.first)
        return replace(events, items=(*events.items, *_but(values.items, events.items)))

    def _kind(self, frame: Frame) -> EventKind | None:
        """The kind of event that is counted."""
        tokens = list(self._cursor.before[frame.first :])
        if len(tokens) > 1 and tokens[1].type == "COLON":
            del tokens[:2]
        steps: list[str] = []
        for index in range(0, len(tokens), 2):
            steps += [name_of(tokens[index])] if tokens[index].type == "NAME" else []
            if index + 1 >= len(tokens) or tokens[index + 1].type != "DOT":
                break
        return event_kind(".".join(steps), self._scope) if steps else None

    def _owners(self, kind: EventKind) -> Iterator[Item]:
        for name in persons(self._scope):
            yield self._named(self._scope.globals, name, "variable")
        for key, type in kind.type.fields.items():
            if type.kind in ("reference", "text", "choice"):
                yield self._named(kind.type.fields, key, "field")

    # -- keys in quotation marks

    def _keys(self) -> Iterable[Item] | None:
        """What a text may be that names something; None where it is another text."""
        cursor, scope = self._cursor, self._scope
        before, last = cursor.type(len(cursor.before) - 1), len(cursor.before) - 1
        named = {"CALENDAR": scope.calendars, "QUIET": scope.quiet, "SEGMENT": list(scope.segments or {})}
        if before in named:
            return self._quoted(named[before] or ())
        if before == "LPAR" and cursor.type(last - 1) == "NAME":
            called = name_of(cursor.before[last - 1])
            keys = next((keys for names, keys in self._keyed_functions() if called in names), None)
            return None if keys is None else self._quoted(keys)
        return None

    def _keyed_functions(self) -> Iterator[tuple[Collection[str], Iterable[str]]]:
        """Functions whose first argument is a key, and the keys there are."""
        scope = self._scope
        yield KEYWORDS_NAMES, scope.word_lists or ()
        yield BY_KEY["decide"].names, scope.decisions
        yield BY_KEY["lookup"].names, [key for key, _ in self._records()]

    def _quoted(self, keys: Iterable[str]) -> Iterable[Item]:
        return (Item(key, surfaces.quoted(key), "option") for key in sorted(keys))

    def key(self) -> Completion:
        """A key whose quotation mark is not written yet."""
        return self._among(self._keys() or ()) if not self._since else self.clauses()

    def purpose(self) -> Completion:
        """What is sent for: there is a field of consent to it."""
        if self._since:
            return self.clauses()
        person = self._scope.records.get(PERSON)
        fields = person.fields if person is not None else {}
        purposes = [key.removesuffix("_consent") for key in fields if key.endswith("_consent")]
        return self._among(Item(key, key, "option") for key in purposes)


def _by_key(item: Item) -> Item:
    """In English rules call fields, variables and options by their keys, as their printer does."""
    if item.kind in ("field", "variable") and item.also:
        return replace(item, label=item.also[0], insert=surfaces.name(item.also[0]))
    return replace(item, insert=surfaces.quoted(item.also[0])) if item.kind == "option" and item.also else item


def _leads_on(item: Item) -> int:
    """What is wanted before what may lead to it before the rest."""
    return 0 if item.kind in ("option", "literal") else 1 if item.kind in ("variable", "field") else 2


def _customer(item: Item) -> tuple[str, ...]:
    return (CUSTOMER,) if PERSON in item.also else ()


def _but(items: tuple[Item, ...], others: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items that are not among others."""
    there = {item.insert for item in others}
    return tuple(item for item in items if item.insert not in there)


def _dotted(shown: str) -> str:
    return ".".join(surfaces.name(step) for step in shown.split("."))


_PLACES: Mapping[str, Callable[[_Completer], Completion]] = {
    **dict.fromkeys(("WHEN", "FOLLOWED", "WITHOUT"), _Completer.event),
    **dict.fromkeys(("IF", "ELSEIF", "WATCH"), _Completer.condition),
    **dict.fromkeys(("THEN", "DO", "ELSE", "COLON", "RPAR", "END", "STOP"), _Completer.statement),
    **dict.fromkeys(("FROM", "TO"), _Completer.changed_value),
    **dict.fromkeys(("CALENDAR", "QUIET", "SEGMENT"), _Completer.key),
    "WHERE": _Completer.where,
    "EACH": _Completer.record,
    "PER": _Completer.subject,
    "PURPOSE": _Completer.purpose,
}

#: Words of clauses by the symbols they stand for, in the order in which they are offered.
_SYMBOLS: Mapping[str, str] = {
    "RULE": "rule", "PRIORITY": "priority", "PURPOSE": "purpose", "VALID": "valid", "CALENDAR": "calendar", "WHEN": "when",
    "EVERY": "every", "WATCH": "watch", "AS": "as", "WHERE": "where", "FOLLOWED": "followed_by", "WITHOUT": "without",
    "WITHIN": "within", "BY": "by", "BASELINE": "baseline", "CHANGES": "changes", "ENTERS": "enters segment", "EXITS": "exits segment",
    "FROM": "from", "TO": "to", "AT": "at", "FOR": "for each", "EACH": "each", "SEGMENT": "segment", "IF": "if", "THEN": "then", "ELSEIF": "else if", "ELSE": "else",
    "AFTER": "after", "DO": "do", "SPLIT": "split", "PER": "per", "STOP": "stop", "LIMIT": "limit", "ONCE": "once", "QUIET": "quiet",
    "END": "end",
}  # fmt: skip
#: What the expression language offers for its own `if`, which a rule's clause is not in.
_OF_CONDITIONALS = frozenset({"then", "else", "else if", "end", "那么", "否则", "否则如果", "结束"})
_CURRENCIES = frozenset({"CNY", "USD", "EUR", "元"})
_WINDOW = frozenset({"WHERE", "WITHIN", "BY", "PER", "BASELINE", "AS"})

_COUNTS = Text("统计以往的事件", "Counts or adds up past events")
_USAGE: Mapping[str, Text] = {
    "count": Text("计数(事件 其中 … 7 天内 按 客户)", "count(EVENT where … within 7 days by person)"),
    **{
        key: Text(f"{LABELS[key].zh}(字段: 事件 7 天内 按 客户)", f"{key}(FIELD: EVENT within 7 days by person)")
        for key in ("sum", "avg", "min", "max", "distinct")
    },
    "spike": Text("突增(事件 1 小时内 按 产品 基线 7 天)", "spike(EVENT within 1 hour by product baseline 7 days)"),
}

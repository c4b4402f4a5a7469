"""The canonical text of a rule, in English or Chinese, comments kept: what the compiler reads back as the same rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from engine.language.expression import Checked
from engine.language.layout import HARD, SOFT, SPACE, Doc, group, nest, render
from engine.language.names import Bound
from engine.language.printer import Printer, comment_lines
from engine.language.surfaces import Surface, name, quoted
from engine.language.tree import Node
from engine.language.types import BOOLEAN, Type
from engine.rules.expressions import expressions_of
from engine.rules.model import (
    EVENT,
    PERSON,
    WINDOWS,
    After,
    Block,
    Call,
    Case,
    ChangeTrigger,
    CompiledRule,
    Each,
    EventTrigger,
    Length,
    RuleLimit,
    RuleScope,
    ScheduleTrigger,
    SegmentTrigger,
    Share,
    Split,
    Statement,
    Step,
    Stop,
    WatchTrigger,
    Window,
)
from engine.rules.naming import RESERVED_IN_RULES, Names, RuleNaming, length_text, within_text, word
from engine.rules.notes import BEHIND, Notes


def print_rule(rule: CompiledRule, scope: RuleScope, language: Surface) -> str:
    """The text. What the scope names is called by its labels where those lead back to it, else by key.

    Raises ValueError for a rule that no text gives.
    """
    return render(Writer(rule, scope, language).whole())


class Writer:
    """Writes the parts of one rule as documents. Names of events that are `unspoken` are left out."""

    def __init__(
        self, rule: CompiledRule, scope: RuleScope, surface: Surface, unspoken: frozenset[str] = frozenset()
    ) -> None:
        self._rule = rule
        self._unspoken = unspoken
        self._scope = scope
        self._surface = surface
        self._names = Names(scope, surface)
        self._notes = Notes(rule.text, (each.tree for each in expressions_of(rule)))

    def whole(self) -> Doc:
        """The rule."""
        rule = self._rule
        title = f" {quoted(rule.title)}" if rule.title else ""
        lines = (*self._headers(), *self._trigger_lines(), *self._case_lines(), *self._tails())
        notes = tuple((HARD, line) for line in comment_lines(self._notes.before("end")))
        behind = tuple((HARD, line) for line in comment_lines(self._notes.before(BEHIND)))
        first = self._line("rule", f"{self._word('rule')} {name(rule.key, RESERVED_IN_RULES)}{title}")
        return (first, nest(*((HARD, line) for line in lines), *notes), HARD, self._word("end"), *behind)

    def _word(self, key: str) -> str:
        return word(key, self._surface)

    def _line(self, place: str, *written: Doc) -> Doc:
        """What stands at a place, its comments before it."""
        lines = comment_lines(self._notes.before(place))
        return (*((line, HARD) for line in lines), *written)

    # -- clauses

    def _headers(self) -> Iterator[Doc]:
        rule = self._rule
        if rule.priority:
            yield self._line("priority", f"{self._word('priority')} {rule.priority}")
        if rule.valid_from is not None or rule.valid_to is not None:
            days = (("from", rule.valid_from), ("to", rule.valid_to))
            written = (f" {self._word(key)} {day.isoformat()}" for key, day in days if day is not None)
            yield self._line("valid", self._word("valid"), *written)
        if rule.purpose is not None:
            yield self._line("purpose", f"{self._word('purpose')} {name(rule.purpose, RESERVED_IN_RULES)}")
        if rule.calendar is not None:
            yield self._line("calendar", f"{self._word('calendar')} {quoted(rule.calendar)}")

    def _tails(self) -> Iterator[Doc]:
        for number, limit in enumerate(self._rule.limits):
            yield self._line(f"limit.{number}", self.limit(limit))
        if self._rule.once is not None:
            yield self._line("once", self.once(self._rule.once))
        if self._rule.quiet is not None:
            yield self._line("quiet", f"{self._word('quiet')} {quoted(self._rule.quiet)}")

    def limit(self, limit: RuleLimit) -> Doc:
        """`limit 2 per person per 6 hours`."""
        times = f" {self._word('times')}" if self._word("times") else ""
        within = f" {self._word('per length')} {self._length(limit.within)}"
        return (f"{self._word('limit')} {limit.count}{times} ", self._per(limit.subject), within)

    def once(self, subject: Checked) -> Doc:
        """`once per person`."""
        return (f"{self._word('once')} ", self._per(subject))

    def _length(self, length: Length) -> str:
        return length_text(length, self._surface)

    # -- expressions

    def _printer(self, variables: Mapping[str, Type], bare: str | None = None, windows: bool = True) -> Printer:
        bound = Bound(bare, variables[bare], implicit=True) if bare is not None and bare in variables else None
        named = {key: type for key, type in variables.items() if not key.startswith("$")}
        naming = RuleNaming(self._surface, self._scope.scope(named), bound)
        return Printer(self._surface, naming, self._windows if windows else {})

    def _prepared(self, printer: Printer, checked: Checked) -> Node:
        return printer.prepared(self._notes.within(checked.tree))

    def condition(self, checked: Checked) -> Doc:
        """An expression of the rule's branches, without a word before it."""
        printer = self._printer(self._variables)
        return printer.whole(self._prepared(printer, checked))

    def _condition(self, lead: str, checked: Checked, printer: Printer) -> Doc:
        tree = self._prepared(printer, checked)
        return group(lead, nest(printer.beside(tree)))

    def _per(self, subject: Checked) -> Doc:
        lead = "per person" if subject.type.entity == PERSON else "per"
        return (f"{self._word(lead)} ", self.condition(subject))

    @cached_property
    def _variables(self) -> Mapping[str, Type]:
        """What conditions and actions may name."""
        return self._names.variables(self._rule)

    @cached_property
    def _windows(self) -> Mapping[tuple[str, ...], Doc]:
        return {(WINDOWS, str(number)): self.window(each) for number, each in enumerate(self._rule.windows)}

    def window(self, window: Window) -> Doc:
        """`count(order.paid where amount > 100 CNY within 30 days by person)`."""
        step = window.step
        variables = {**self._variables, step.alias: self._scope.events[step.event].type}
        printer = self._printer(variables, step.alias, windows=False)
        value = f"{self._field(printer, window.value)}: " if window.value is not None else ""
        parts: list[Doc] = [(value, self._step_head(step))]
        if step.where is not None:
            parts.append(nest(SPACE, self._condition(self._word("where"), step.where, printer)))
        parts.append((SPACE, within_text(window.within, self._surface)))
        if window.by is not None:
            parts.append((SPACE, f"{self._word('by')} {self._names.window_key(self._rule, window)}"))
        if window.baseline is not None:
            parts.append((SPACE, f"{self._word('baseline')} {self._length(window.baseline)}"))
        return group(f"{self._word(window.function)}(", nest(SOFT, *parts), SOFT, ")")

    def _field(self, printer: Printer, checked: Checked) -> str:
        return render(printer.whole(self._prepared(printer, checked)))

    # -- triggers

    def _trigger_lines(self) -> Iterator[Doc]:
        yield self._line("trigger", self.trigger())

    def trigger(self) -> Doc:
        """What the rule waits for."""
        return _TRIGGERS[type(self._rule.trigger)](self, self._rule.trigger)

    def event(self, trigger: EventTrigger) -> Doc:
        """Writes events in order."""
        links: list[Doc] = []
        for number, link in enumerate(trigger.links):
            lead = self._word("without" if link.without else "followed_by")
            within = within_text(link.within, self._surface)
            written = group(f"{lead} ", self._step(number + 1), nest(SPACE, within))
            links.append(self._line(f"link.{number}", written))
        first = group(f"{self._word('when')} ", self._step(0))
        return (first, nest(*((HARD, link) for link in links)))

    def _step(self, number: int) -> Doc:
        step = self._rule.steps[number]
        if step.where is None:
            return self._step_head(step)
        condition = self._condition(self._word("where"), step.where, self._step_printer(number))
        return (self._step_head(step), nest(SPACE, condition))

    def _step_printer(self, number: int) -> Printer:
        """Writes the condition of an event, which may name those before."""
        return self._printer(self._names.step_variables(self._rule, number), self._rule.steps[number].alias)

    def step_parts(self, number: int) -> tuple[str, Doc | None]:
        """An event of the pattern, and its condition without a word before it."""
        step = self._rule.steps[number]
        if step.where is None:
            return self._step_head(step), None
        printer = self._step_printer(number)
        return self._step_head(step), printer.whole(self._prepared(printer, step.where))

    def _step_head(self, step: Step) -> str:
        return self._names.event(step.event) + self._alias(step.alias, (EVENT,))

    def _alias(self, alias: str, unwritten: Sequence[str]) -> str:
        if alias.startswith("$") or alias in unwritten or alias in self._unspoken:
            return ""
        return f" {self._word('as')} {name(alias)}"

    def change(self, trigger: ChangeTrigger) -> Doc:
        """Writes a change of a field."""
        printer = self._printer(self._variables)
        owner = self._scope.records[trigger.entity]
        path = Node("field", owner.fields[trigger.field], path=(trigger.alias, trigger.field))
        field = RuleNaming(self._surface, self._scope.scope({})).steps(owner, (trigger.field,))
        changes = self._word("changes to" if trigger.before is None and trigger.after is not None else "changes")
        parts: list[Doc] = [f"{self._word('when')} {self._names.entity(trigger.entity)}{field} {changes}"]
        if trigger.before is not None:
            parts += [f" {self._word('from')}", self._constant(printer, trigger.before, path)]
            parts += [f" {self._word('to')}"] if trigger.after is not None else []
        if trigger.after is not None:
            parts.append(self._constant(printer, trigger.after, path))
        return group(*parts)

    def _constant(self, printer: Printer, checked: Checked, beside: Node) -> Doc:
        """A value of a field, by the field's options."""
        compared = printer.prepared(Node("=", BOOLEAN, (beside, self._notes.within(checked.tree))))
        return printer.beside(compared.args[1])

    def segment(self, trigger: SegmentTrigger) -> Doc:
        """Writes a segment entered or left."""
        moved = self._word("enters segment" if trigger.entered else "exits segment")
        return f"{self._word('when')} {moved} {quoted(trigger.segment)}"

    def schedule(self, trigger: ScheduleTrigger) -> Doc:
        """Writes a set gone through at times."""
        at = "" if trigger.at is None else f" {self._word('at')} {_time(trigger)}"
        every = f"{self._word('every')} {self._length(trigger.every)}{at}"
        return group(every, nest(SPACE, self._each(trigger.each)))

    def watch(self, trigger: WatchTrigger) -> Doc:
        """Writes a condition that is watched."""
        condition = self._condition(self._word("watch"), trigger.condition, self._printer(self._variables))
        every = f"{self._word('every')} {self._length(trigger.every)}"
        return (condition, nest(HARD, self._each(trigger.each), HARD, every))

    def watch_parts(self, trigger: WatchTrigger) -> tuple[Doc, Doc, str]:
        """What is watched, for which records, and how often."""
        return self.condition(trigger.condition), self._each(trigger.each), self._length(trigger.every)

    def _each(self, each: Each) -> Doc:
        head = f"{self._word('for each')} {self._names.entity(each.entity)}{self._alias(each.alias, (each.entity,))}"
        if each.where is None:
            return head
        printer = self._printer(self._variables, each.alias)
        return group(head, nest(SPACE, self._condition(self._word("where"), each.where, printer)))

    # -- what is done

    def _case_lines(self) -> Iterator[Doc]:
        for number, case in enumerate(self._rule.cases):
            yield from self._case(case, first=number == 0)

    def _case(self, case: Case, first: bool) -> Iterator[Doc]:
        then = self._word("then")
        if case.condition is None:
            lead = then if first else self._word("else")
            yield self._line(case.name, self._block(lead, case.block, case.name))
            return
        word, place = ("if", "if") if first else ("else if", case.name)
        yield self._line(place, self._condition(self._word(word), case.condition, self._printer(self._variables)))
        done = self._block(then, case.block, case.name)
        yield self._line(case.name, done) if first else done

    def _block(self, lead: Doc, block: Block, place: str) -> Doc:
        """A single action beside the word that leads to it, more on lines of their own."""
        if len(block) == 1 and isinstance(block[0], Call | Stop) and not self._notes.before(f"{place}.0"):
            return group(lead, nest(SPACE, self._statement(block[0], f"{place}.0")))
        return (lead, self._lines(block, place))

    def _lines(self, block: Block, place: str) -> Doc:
        lines = (self._line(f"{place}.{n}", self._statement(each, f"{place}.{n}")) for n, each in enumerate(block))
        return nest(*((HARD, line) for line in lines))

    def _statement(self, statement: Statement, place: str) -> Doc:
        return _STATEMENTS[type(statement)](self, statement, place)

    def call(self, call: Call) -> Doc:
        """An action; a single argument stands without its name where it comes first anyway."""
        signature = self._scope.actions.get(call.action)
        printer = self._printer(self._variables)
        types = {each.name: each.type for each in signature.parameters} if signature is not None else {}
        alone = list(call.arguments) == list(types)[:1]
        given = [
            ("" if alone else self._names.parameter(signature, key), self._argument(printer, value, types.get(key)))
            for key, value in call.arguments.items()
        ]
        return (self._names.action(call.action), printer.listed(given))

    def _argument(self, printer: Printer, checked: Checked, wanted: Type | None) -> Node:
        """An argument, its options called as those of the parameter."""
        if wanted is None or not (wanted.item or wanted).options:
            return _alone(self._prepared(printer, checked), wanted)
        tree = self._notes.within(checked.tree)
        parameter = Node("field", wanted, path=("$parameter",))
        return _alone(printer.prepared(Node("=", BOOLEAN, (parameter, tree))).args[1], wanted)

    def after(self, statement: After, place: str) -> Doc:
        """Writes what is done later."""
        head = f"{self._word('after')} {self._length(statement.delay)}"
        condition: Doc = ""
        if statement.condition is not None:
            lead = f" {self._word('if')}"
            condition = self._condition(lead, statement.condition, self._printer(self._variables))
        done = self._lines(statement.block, place)
        return (head, condition, f" {self._word('do')}", done, HARD, self._word("end"))

    def split(self, statement: Split, place: str) -> Doc:
        """Writes shares."""
        shares = (self._line(f"{place}.{each.name}", self._share(each, place)) for each in statement.shares)
        head: Doc = (f"{self._word('split')} ", self._per(statement.by))
        return (head, nest(*((HARD, share) for share in shares)), HARD, self._word("end"))

    def _share(self, share: Share, place: str) -> Doc:
        head = f"{share.percent.normalize():f}% {name(share.name)}:"
        return self._block(head, share.block, f"{place}.{share.name}")

    def stop(self) -> Doc:
        """`stop`."""
        return self._word("stop")


def _alone(tree: Node, wanted: Type | None) -> Node:
    """The one item of a list, where it stands for the list of itself."""
    if wanted is None or wanted.item is None or tree.op != "list" or len(tree.args) != 1 or tree.comments:
        return tree
    item = tree.args[0]
    return tree if item.type.kind in ("list", "empty", "unknown") else item


def _time(trigger: ScheduleTrigger) -> str:
    assert trigger.at is not None, "asked only for a time that is given"
    exact = "auto" if trigger.at.second or trigger.at.microsecond else "minutes"
    return trigger.at.isoformat(timespec=exact)


_TRIGGERS: Mapping[type, Callable[[Writer, Any], Doc]] = {
    EventTrigger: Writer.event,
    ChangeTrigger: Writer.change,
    SegmentTrigger: Writer.segment,
    ScheduleTrigger: Writer.schedule,
    WatchTrigger: Writer.watch,
}
#: With the place at which a statement stands.
_STATEMENTS: Mapping[type, Callable[[Writer, Any, str], Doc]] = {
    Call: lambda writer, call, _: writer.call(call),
    After: Writer.after,
    Split: Writer.split,
    Stop: lambda writer, _, __: writer.stop(),
}

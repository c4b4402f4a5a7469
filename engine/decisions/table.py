"""A decision table made ready to decide: its rows as conditions and answers, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.decisions.cells import SUBJECT_NAME, Cell
from engine.decisions.problem import TableProblem, TableProblems, of_language
from engine.definitions import DecisionTable, TableInput, TableOutput, TableRow, Text
from engine.definitions.decision_table import LISTING
from engine.definitions.schemas import nearest, pointer
from engine.language import BOOLEAN, NUMBER, Checked, Node, Problems, Scope, Type, check, list_of, parse_type, record
from engine.language.types import choice
from engine.language.values import normalise

#: Kinds of values that inputs and outputs may have, and that items of their lists may.
KINDS = frozenset({"text", "number", "money", "boolean", "date", "time", "datetime", "duration", "choice"})
#: Cells that are still compiled while somebody waits.
MOST_CELLS = 5_000
_SUMMED = frozenset({"number", "money", "duration"})
_ORDERED = _SUMMED | {"date", "time", "datetime", "text"}
#: What aggregates can be made of.
AGGREGATED: Mapping[str, frozenset[str]] = {"sum": _SUMMED, "min": _ORDERED, "max": _ORDERED, "count": KINDS | {"list"}}
INPUT, OUTPUT = Text("输入", "input"), Text("输出", "output")


@dataclass(frozen=True)
class CompiledRow:
    """A row: `condition` over the inputs, which of the inputs it asks about (with the test of each), its answers by output."""

    condition: Checked
    tests: Mapping[str, Node]
    answers: Mapping[str, Checked]


@dataclass(frozen=True)
class CompiledTable:
    """A table ready to decide. `ranks` are the values of an output in order, for the policies that go by them."""

    table: DecisionTable
    inputs: Mapping[str, Type]
    outputs: Mapping[str, Type]
    rows: tuple[CompiledRow, ...]
    defaults: Mapping[str, Checked] = field(default_factory=dict)
    ranks: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    warnings: tuple[TableProblem, ...] = ()

    @property
    def result(self) -> Type:
        """The type of what it answers."""
        return result_type(self.table)


def compile_table(table: DecisionTable) -> CompiledTable | TableProblems:
    """The table ready to decide, or everything that is wrong with it."""
    found = _Compiling(table)
    compiled = found.compiled()
    errors = tuple(each for each in found.problems if each.severity == "error")
    return TableProblems(tuple(found.problems)) if errors else compiled


def type_of(column: TableInput | TableOutput) -> Type:
    """The type of a column under its label. Raises ValueError for one that tables cannot have."""
    made = parse_type(column.type)
    item = made.item or made
    if item.kind not in KINDS or (made.kind == "list" and made.item is None):
        raise ValueError(f"a decision table has no columns of type {column.type}")
    if item.kind == "money" and item.currency is None:
        raise ValueError(f"{column.type} needs a currency")
    if item.kind == "choice":
        made = list_of(choice(*column.options)) if made.item is not None else choice(*column.options)
    return made.named(column.label)


def input_types(table: DecisionTable) -> Mapping[str, Type]:
    """The inputs by key; those of no known type are left out."""
    return {each.key: type for each in table.inputs if (type := _known_type(each)) is not None}


def result_type(table: DecisionTable) -> Type:
    """What a decision is in the expression language: a record of the outputs, a list of such, or what is aggregated."""
    outputs = {each.key: type for each in table.outputs if (type := _known_type(each)) is not None}
    if table.hit == "collect" and table.aggregate is not None:
        return NUMBER if table.aggregate == "count" or not outputs else next(iter(outputs.values())).named(None)
    answer = record(outputs, table.label)
    return list_of(answer) if table.hit in LISTING else answer


def _known_type(column: TableInput | TableOutput) -> Type | None:
    try:
        return type_of(column)
    except ValueError:
        return None


class _Compiling:
    """One table being compiled; goes on after a mistake, so that all are told at once."""

    def __init__(self, table: DecisionTable) -> None:
        self.problems: list[TableProblem] = []
        self._table = table
        self._inputs = self._types("inputs", INPUT, table.inputs)
        self._outputs = self._types("outputs", OUTPUT, table.outputs)
        self._made: dict[tuple[str, str], Checked | Problems] = {}
        self._cells = {key: Cell(key, self._inputs) for key in self._inputs}
        self._scope = Scope(self._inputs)

    def compiled(self) -> CompiledTable:
        """The table, of which nothing is any good when there are errors."""
        self._policy()
        self._size()
        ranks = {each.key: self._ranks(number, each) for number, each in enumerate(self._table.outputs)}
        defaults = dict(self._defaults())
        rules = () if any(each.code == "too_large" for each in self.problems) else self._table.rules
        rows = tuple(self._row(number, row, defaults) for number, row in enumerate(rules))
        self._rank_answers(rows, ranks)
        kept = {key: values for key, values in ranks.items() if values}
        warnings = tuple(each for each in self.problems if each.severity == "warning")
        return CompiledTable(self._table, self._inputs, self._outputs, rows, defaults, kept, warnings)

    def _tell(self, path: Sequence[object], code: str, zh: str, en: str, suggestion: str | None = None) -> None:
        self.problems.append(TableProblem(pointer(path), code, Text(zh, en), suggestion))

    # -- columns

    def _types(self, member: str, what: Text, columns: Sequence[TableInput | TableOutput]) -> dict[str, Type]:
        found: dict[str, Type] = {}
        for number, each in enumerate(columns):
            place = (member, number)
            if each.key in found:
                self._tell(
                    (*place, "key"),
                    "duplicate_key",
                    f"{what.zh}“{each.key}”重复",
                    f"The {what.en} “{each.key}” occurs twice",
                )
            if each.key == SUBJECT_NAME and member == "inputs":
                self._tell(
                    (*place, "key"),
                    "reserved_key",
                    f"“{each.key}”在单元格里指本列的值，请换一个",
                    f"In cells “{each.key}” is the value of their own column; choose another key",
                    f"{each.key}_1",
                )
            type = _known_type(each)
            if type is None:
                known = [*KINDS - {"money"}, "money:CNY", *(f"list:{kind}" for kind in ("text", "choice", "number"))]
                self._tell(
                    (*place, "type"),
                    "unknown_type",
                    f"决策表不能用“{each.type}”类型",
                    f"A decision table has no columns of type “{each.type}”",
                    nearest(each.type, known),
                )
            else:
                found[each.key] = type
        return found

    def _policy(self) -> None:
        table = self._table
        if table.aggregate is not None:
            self._aggregate(table.aggregate)
        if table.hit in ("priority", "output_order") and not any(each.values for each in table.outputs):
            self._tell(
                ("outputs", 0, "values"),
                "values_missing",
                "按优先级取结果时，输出要列出取值，从高到低",
                "To go by priority an output needs its values, the highest first",
            )

    def _size(self) -> None:
        table = self._table
        cells = len(table.rules) * (len(table.inputs) + len(table.outputs))
        if cells > MOST_CELLS:
            self._tell(
                ("rules",),
                "too_large",
                f"这张表有 {cells} 个单元格，最多 {MOST_CELLS} 个，请拆成几张",
                f"The table has {cells} cells, and at most {MOST_CELLS} are possible; split it up",
            )

    def _aggregate(self, aggregate: str) -> None:
        table = self._table
        if table.hit != "collect":
            self._tell(
                ("aggregate",),
                "aggregate_unused",
                "只有 collect 可以汇总",
                "Only the policy collect aggregates",
                "collect",
            )
        elif aggregate != "count" and len(table.outputs) > 1:
            self._tell(
                ("aggregate",),
                "aggregate_outputs",
                "汇总时只能有一个输出",
                "With an aggregate there is one output only",
            )
        elif (
            table.outputs
            and (type := self._outputs.get(table.outputs[0].key)) is not None
            and type.kind not in AGGREGATED[aggregate]
        ):
            of = type.phrase()
            self._tell(
                ("outputs", 0, "type"),
                "aggregate_type",
                f"{of.zh}不能求 {aggregate}",
                f"There is no {aggregate} of {of.en}",
                "number",
            )

    def _ranks(self, number: int, output: TableOutput) -> tuple[object, ...]:
        type = self._outputs.get(output.key)
        if type is None:
            return ()
        found: list[object] = []
        for index, written in enumerate(output.values):
            value = normalise(type, written)
            place = ("outputs", number, "values", index)
            if value is None or (type.options and value not in {option.key for option in type.options}):
                of = type.phrase()
                self._tell(
                    place,
                    "value_type",
                    f"“{written}”不是{of.zh}里的值",
                    f"“{written}” is no value of {of.en}",
                    nearest(str(written), [option.key for option in type.options]),
                )
            elif value in found:
                self._tell(place, "duplicate_value", f"“{written}”重复", f"“{written}” occurs twice")
            found.append(value)
        return tuple(found)

    def _defaults(self) -> Iterator[tuple[str, Checked]]:
        for number, output in enumerate(self._table.outputs):
            if output.default is not None and output.key in self._outputs:
                made = self._answer(pointer(("outputs", number, "default")), output.key, output.default)
                if made is not None:
                    yield output.key, made

    # -- rows

    def _row(self, number: int, row: TableRow, defaults: Mapping[str, Checked]) -> CompiledRow:
        self._known_columns(number, "when", INPUT, row.when, [each.key for each in self._table.inputs])
        self._known_columns(number, "then", OUTPUT, row.then, [each.key for each in self._table.outputs])
        tests = {
            key: node
            for key, text in row.when.items()
            if key in self._cells and (node := self._test(number, key, text)) is not None
        }
        asked = {key: node for key, node in tests.items() if node.args or node.op != "and"}
        answers = dict(self._answers(number, row, defaults))
        return CompiledRow(Checked(Node("and", BOOLEAN, tuple(asked.values()))), asked, answers)

    def _known_columns(
        self, number: int, member: str, what: Text, cells: Mapping[str, str], known: Sequence[str]
    ) -> None:
        for key in cells:
            if key not in known:
                self._tell(
                    ("rules", number, member, key),
                    f"unknown_{what.en}",
                    f"没有叫“{key}”的{what.zh}",
                    f"There is no {what.en} called “{key}”",
                    nearest(key, known),
                )

    def _test(self, number: int, key: str, text: str) -> Node | None:
        found = self._cells[key].check(text)
        if isinstance(found, Node):
            return found
        self.problems += [of_language(pointer(("rules", number, "when", key)), each) for each in found]
        return None

    def _answers(self, number: int, row: TableRow, defaults: Mapping[str, Checked]) -> Iterator[tuple[str, Checked]]:
        for key in self._outputs:
            text = row.then.get(key, "").strip()
            path = pointer(("rules", number, "then", key))
            if text and text != "-":
                made = self._answer(path, key, row.then[key])
                if made is not None:
                    yield key, made
            elif key in defaults:
                yield key, defaults[key]
            else:
                message = Text(
                    "这一行没有写结果，命中时为空", "This row answers nothing; where it matches the answer is empty"
                )
                self.problems.append(TableProblem(path, "answer_missing", message, severity="warning"))

    def _answer(self, path: str, key: str, text: str) -> Checked | None:
        if (key, text) not in self._made:
            self._made[key, text] = check(text, self._scope, expects=self._outputs[key])
        found = self._made[key, text]
        if isinstance(found, Problems):
            self.problems += [of_language(path, each) for each in found.problems]
            return None
        return found

    def _rank_answers(self, rows: Sequence[CompiledRow], ranks: Mapping[str, tuple[object, ...]]) -> None:
        """What a row answers is one of the values that are listed, as far as can be told beforehand."""
        for number, row in enumerate(rows):
            for key, made in row.answers.items():
                if ranks.get(key) and made.tree.op == "const" and made.tree.value not in ranks[key]:
                    shown = str(made.tree.value)
                    self._tell(
                        ("rules", number, "then", key),
                        "value_not_listed",
                        f"“{shown}”不在输出的取值里",
                        f"“{shown}” is not among the values of the output",
                        nearest(shown, ranks[key]),
                    )

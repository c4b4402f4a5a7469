"""What a function of the language is: its names, signature, documentation, examples (which are tests) and Python meaning.

A function is one entry in the list of its group's module here, one in the SQL module and one in the browser module of the same
group, for the targets it lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.definitions import Text
from engine.language.tree import Node
from engine.language.types import Scope, Type, says_nothing

EVERYWHERE = frozenset({"python", "sql", "browser"})
#: How often a parameter that repeats may be given.
MOST_REPEATED = 20


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. `kinds` are the kinds of type it takes; a date-time is turned into a date, and a date into a date-time, where
    only the other is taken. `literal` means that a plain value must be written. The last may be `optional` or `variadic`.
    """

    name: str
    kinds: tuple[str, ...]
    optional: bool = False
    variadic: bool = False
    literal: bool = False


#: The type of a call from the scope and its typed arguments.
Result = Callable[[Scope, tuple[Node, ...]], Type]
#: Further checks and rewriting of the typed arguments; raises Mismatch.
Adapt = Callable[[Scope, list[Node]], list[Node]]


@dataclass(frozen=True, slots=True)
class Function:
    """A function. `result` None means the type of the first argument, or of one like it that says more than `empty`.

    `compute` takes the operands in their run-time form; when `clocked`, the Environment of the evaluation before them. A
    `strict` function is empty when an operand is: its `compute` never sees None, and `warning` is what an explanation says
    when it is empty all the same. `unify`: all arguments are brought to one type. `named`: takes named arguments. `needs`: what
    the scope must provide. `grows`: the most characters or digits of the result, from those of the operands and the call.
    """

    key: str
    names: tuple[str, ...]
    group: str
    parameters: tuple[Parameter, ...]
    result: Type | Result | None
    doc: Text
    examples: tuple[tuple[str, str], ...]
    compute: Callable[..., object]
    strict: bool = True
    clocked: bool = False
    warning: str | None = None
    unify: bool = False
    named: bool = False
    adapt: Adapt | None = None
    needs: str | None = None
    grows: Callable[[tuple[int, ...], Node], int] | None = None
    targets: frozenset[str] = EVERYWHERE

    @property
    def fewest(self) -> int:
        """Arguments that must be given."""
        return sum(not parameter.optional for parameter in self.parameters)

    @property
    def most(self) -> int:
        """Arguments that may be given."""
        repeats = any(parameter.variadic for parameter in self.parameters)
        return len(self.parameters) - 1 + MOST_REPEATED if repeats else len(self.parameters)

    def written(self, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
        """Of the arguments of a call those that stand in its text; `adapt` may add what it knows of them behind."""
        return arguments[: self.most]

    @property
    def usage(self) -> str:
        """How a call is written: `round(number[, digits])`."""
        written = ""
        for parameter in self.parameters:
            comma = ", " if written else ""
            more = ", …" if parameter.variadic else ""
            part = f"{comma}{parameter.name}{more}"
            written += f"[{part}]" if parameter.optional else part
        return f"{self.key}({written})"

    def parameter(self, index: int) -> Parameter:
        """The parameter that the argument at `index` is for."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def result_of(self, scope: Scope, arguments: tuple[Node, ...]) -> Type:
        """The type of a call."""
        if self.result is None:
            first = arguments[0].type
            alike = (each.type for each in arguments if self.unify or each.type.kind == first.kind)
            return next((type for type in alike if not says_nothing(type)), first)
        return self.result if isinstance(self.result, Type) else self.result(scope, arguments)


#: Of a group: the functions in the order they are documented in.
Group = tuple[Function, ...]
Names = Mapping[str, Function]

"""The functions of the registry as productions: what each yields is asked of the checker, for operands of every sort it takes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from random import Random

from engine.language import FUNCTIONS, Checked, Function, Type, check
from engine.language.functions import Parameter
from tests.differential.pieces import Form, Sort
from tests.differential.productions import Production
from tests.differential.sorts import LISTS, REFERENCES, ROOTS, scope_names, sort_of
from tests.engine.language.scopes import SCOPE

#: Signatures of one function with one number of arguments; more are drawn from all.
MOST = 60

#: The sorts of a kind of type.
KINDS: Mapping[str, Sequence[Sort]] = {
    "boolean": ("boolean",),
    "text": ("text",),
    "number": ("number",),
    "money": ("money:CNY", "money:USD"),
    "date": ("date", "datetime"),
    "time": ("time",),
    "datetime": ("datetime", "date"),
    "duration": ("duration",),
    "period": ("period",),
    "choice": ("choice:status", "choice:priority"),
    "reference": REFERENCES,
    "list": LISTS,
    "record": (),
}
#: What is tried where a plain value must be written; the values of a function's examples come before.
PLAIN: Mapping[str, Sequence[str]] = {
    "number": ("0", "1", "2", "3", "5", "12"),
    "text": ('"zh"', '"en"', '"a"', '"-"', '","', '"open"', '"*a?"', '"CNY"', '"USD"', '"Europe/Berlin"', '"agent"', '"support"'),
    "choice": ('"open"', '"closed"', '"high"'),
    "boolean": ("true",),
}  # fmt: skip
#: The calls of functions that take arguments by name: how the arguments are written, and the sorts of the operands. Only
#: records that no batch adds to are looked up, so that all back ends look in the same ones.
NAMED: Mapping[str, Sequence[Sort]] = {
    '"product", sku: {0}': ("text",),
    '"product", kind: "part"': (),
    '"product", price: {0}': ("money:CNY",),
    '"product", labels: {0}': ("list:text",),
    '"product", released: {0}': ("date",),
    '"region", name: {0}, tax: {1}': ("text", "number"),
}

#: One slot of a call: a sort, or what is written there.
Slot = tuple[Sort | None, str]


def _examples(function: Function) -> Mapping[int, Sequence[str]]:
    """The texts in a function's examples, by the place of the argument."""
    found: dict[int, list[str]] = defaultdict(list)
    for text, _ in function.examples:
        checked = check(text, SCOPE)
        nodes = checked.tree.walk() if isinstance(checked, Checked) else ()
        for node in (node for node in nodes if node.op == "call" and node.value == function.key):
            for index, arg in enumerate(node.args):
                if isinstance(arg.value, str):
                    found[index].append(f'"{arg.value}"')
    return found


def _slots(parameter: Parameter, index: int, examples: Mapping[int, Sequence[str]]) -> list[Slot]:
    if parameter.literal:
        written = dict.fromkeys(
            (*examples.get(index, ()), *(v for kind in parameter.kinds for v in PLAIN.get(kind, ())))
        )
        return [(None, text) for text in written]
    sorts = dict.fromkeys(sort for kind in parameter.kinds for sort in KINDS.get(kind, ()))
    return [(sort, "") for sort in sorts]


def _shapes(function: Function) -> Iterator[Sequence[Parameter]]:
    plain = list(function.parameters)
    for count in range(function.fewest, len(plain) + 1):
        yield plain[:count]
    if plain and plain[-1].variadic:
        yield [*plain, plain[-1]]
        yield [*plain, plain[-1], plain[-1]]


def _combinations(function: Function) -> Iterator[Sequence[Slot]]:
    examples, random = _examples(function), Random(function.key)
    for shape in _shapes(function):
        slots = [_slots(parameter, index, examples) for index, parameter in enumerate(shape)]
        if function.unify:
            yield from ([slot] * len(shape) for slot in slots[0]) if slots else ()
            continue
        found = list(itertools.islice(itertools.product(*slots), 20_000))
        yield from random.sample(found, MOST) if len(found) > MOST else found


def _sample(sort: Sort) -> str:
    """A name of a sort, to ask the checker with; a list of one where no field holds such a list."""
    names = (name for name, (_, each) in scope_names().items() if each == sort)
    plain = next(names, None)
    return plain if plain is not None else f"[{_sample(sort.removeprefix('list:'))}]"


def _productions(function: Function, arguments: str, operands: Sequence[Sort]) -> Iterator[Production]:
    """What a call yields, and each field of it when it is a record."""
    found = check(f"{function.key}({arguments.format(*map(_sample, operands))})", SCOPE)
    if not isinstance(found, Checked):
        return
    chinese = next((name for name in function.names if not name.isascii()), function.key)
    yield from _yields(found.type, function, chinese, arguments, operands)
    # Of a reference that is only an id no more can be read: what finds records takes arguments by name.
    members = SCOPE.members(found.type) if function.named or found.type.kind == "record" else {}
    for key, member in members.items():
        yield from _yields(member, function, chinese, arguments, operands, f".{key}")


def _yields(
    type: Type, function: Function, chinese: str, arguments: str, operands: Sequence[Sort], after: str = ""
) -> Iterator[Production]:
    sort = sort_of(type)
    if sort is not None and sort in (*ROOTS, *LISTS):
        form = Form(function.key, f"{function.key}({arguments}){after}", f"{chinese}({arguments}){after}")
        yield Production(sort, form, tuple(operands))


def _of_function(function: Function) -> Iterator[Production]:
    if function.named:
        for arguments, operands in NAMED.items():
            yield from _productions(function, arguments, operands)
        return
    for slots in _combinations(function):
        places = itertools.count()
        arguments = ", ".join(text if sort is None else f"{{{next(places)}}}" for sort, text in slots)
        yield from _productions(function, arguments, [sort for sort, _ in slots if sort is not None])


class Calls:
    """The productions of functions: by key, and by the sort they yield."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self.by_key = {function.key: list(_of_function(function)) for function in functions}
        self.by_sort: Mapping[Sort, dict[str, list[Production]]] = defaultdict(lambda: defaultdict(list))
        for key, productions in self.by_key.items():
            for production in productions:
                self.by_sort[production.sort][key].append(production)


@cache
def calls(only: str = "") -> Calls:
    """The calls of every function, or of those whose key or group is named (`none` names none)."""
    wanted = only.split(",")
    return Calls([each for each in FUNCTIONS if not only or each.key in wanted or each.group in wanted])

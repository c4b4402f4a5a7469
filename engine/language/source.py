"""Python source under construction: routines, the names in them, and the objects they refer to.

Names are ours. What an expression holds (keys, texts, numbers) has a name too, until the finished source is loaded: a text then stands there as
a literal, whatever is in it. The source is compiled as it is, not as a tree: CPython before 3.13 makes one tree of source at a time, and threads
that both do (whoever builds a GraphQL schema does) end in a SystemError (python/cpython#106905).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from types import CodeType
from typing import Any

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
#: What stands for itself in source and cannot be taken for anything else.
_PLAIN = {None: "None", True: "True", False: "False"}


@dataclass(slots=True)
class Routine:
    """One function of the source: names in use, and which of the shared fields have surely been read at this point."""

    name: str
    parameters: tuple[str, ...]
    depth: int = 0
    temporaries: int = 0
    read: set[str] = field(default_factory=set)


class Source:
    """The source of one expression: its routines as they are finished, and the objects bound to its names."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._objects: dict[str, object] = dict(given)
        self._names: dict[tuple[type, str, object], str] = {}
        self._blocks: list[str] = []
        self._routines: list[Routine] = []
        self.made = 0

    @property
    def routine(self) -> Routine:
        """The routine that is being written."""
        return self._routines[-1]

    @contextmanager
    def opened(self, kind: str, parameters: Iterable[str]) -> Iterator[Routine]:
        """A routine of its own, to be `finish`ed inside."""
        self.made += 1
        self._routines.append(Routine(f"{kind}_{self.made}", tuple(parameters)))
        try:
            yield self.routine
        finally:
            self._routines.pop()

    def finish(self, *lines: str) -> None:
        """The body of the routine that is being written."""
        routine = self.routine
        body = "\n".join(f"    {line}" for line in lines)
        self._blocks.append(f"def {routine.name}({', '.join(routine.parameters)}):\n{body}\n")

    def temporary(self) -> str:
        """A name nothing else in the routine has."""
        self.routine.temporaries += 1
        return f"t{self.routine.temporaries}"

    def bind(self, value: Any, kind: str = "k") -> str:
        """The name of an object in the source."""
        if value is None or isinstance(value, bool):
            return _PLAIN[value]
        key = (type(value), repr(value), value)  # 1.50 and 1.5 are equal and not the same
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"{kind}{len(self._objects)}"
            self._objects[name] = value
        return name

    def text(self) -> str:
        """The source, with what its names stand for."""
        legend = [f"# {name} = {value!r}" for name, value in self._objects.items() if _is_constant(value)]
        return "\n".join([*legend, *self._blocks])

    def load(self, name: str) -> Any:
        """The finished routine of that name, ready to be called."""
        source = _NAME.sub(self._written, "\n".join(self._blocks))
        namespace: dict[str, object] = {**self._objects, "__builtins__": {}}
        exec(self._filled(compile(source, "<expression>", "exec")), namespace)
        return namespace[name]

    def _written(self, name: re.Match[str]) -> str:
        """What stands in the source for a name: numbers and texts themselves as Python writes them, so that it computes with them what can
        be known before. Python writes only constants of its own kinds: bytes, which no expression has, mark the place of any other."""
        value = self._objects.get(name[0])
        if value is None or not _is_constant(value):
            return name[0]
        return f"({value!r})" if value.__class__ in (str, int) else repr(name[0].encode())

    def _filled(self, code: CodeType) -> CodeType:
        """The code with objects in place of the marks that stand for them."""
        return code.replace(co_consts=tuple(map(self._meant, code.co_consts)))

    def _meant(self, constant: object) -> object:
        if isinstance(constant, CodeType):
            return self._filled(constant)
        return self._objects[constant.decode()] if isinstance(constant, bytes) else constant


#: Values of expressions. What computes with them is called by its name.
_VALUES = (str, int, Decimal, dt.date, dt.time, dt.timedelta, tuple, frozenset)


def _is_constant(value: object) -> bool:
    """Whether the code is to hold the value itself."""
    return value is None or isinstance(value, _VALUES)

"""State, commands and effects to JSON values and back, driven by the dataclasses themselves.

What a class needs is found out once: the host sends every state through here with every command.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[Any], Any]

_PLAIN = frozenset({str, int, float, bool, type(None)})
_EMPTY: tuple[object, ...] = (None, (), {}, frozenset())


def dump(value: Any) -> Any:
    """JSON of a dataclass tree; members that are empty, and are so by default, are left out."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(kind):
        found = {}
        for name, written in _members(kind):
            member = getattr(value, name)
            if written or member not in _EMPTY:
                found[name] = dump(member)
        return found
    if kind is datetime:
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [dump(item) for item in value] if isinstance(value, tuple | list) else value


@cache
def _members(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The members of a dataclass, and whether an empty one must be written: its default is something else, or there is none."""
    return tuple((f.name, f.default not in _EMPTY and f.default_factory is MISSING) for f in fields(kind))


def load(type_: type[T], document: Any) -> T:
    """The dataclass that `dump` wrote, now or in former times (a class says by `upgraded` what became of its documents). Raises TypeError for
    a document of another shape."""
    readers, upgraded = _readers(cast(Any, type_)), getattr(type_, "upgraded", None)
    if upgraded is not None:
        document = upgraded(document)
    try:
        return type_(**{name: readers[name](value) for name, value in document.items()})
    except KeyError as error:
        raise TypeError(f"{type_.__name__} has no member {error}") from error


@cache
def _readers(type_: Any) -> dict[str, Read]:
    return {name: _reader(hint) for name, hint in get_type_hints(type_).items()}


@cache
def _reader(hint: Any) -> Read:
    """What reads a value of this type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(_reader(next(a for a in arguments if a is not type(None))))
    if origin is tuple:
        return _items(_reader(arguments[0]))
    if origin is frozenset:
        return frozenset
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(arguments[0], _reader(arguments[1]))
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: load(hint, value)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _optional(read: Read) -> Read:
    return lambda value: None if value is None else read(value)


def _items(read: Read) -> Read:
    return lambda value: tuple([read(item) for item in value])


def _mapping(key: Callable[[str], Any], read: Read) -> Read:
    if read is _as_it_is and key is str:
        return dict
    return lambda value: {key(name): read(item) for name, item in value.items()}

"""State, commands and effects to JSON values and back, driven by the dataclasses themselves."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dump(value: Any) -> Any:
    """JSON of a dataclass tree; members that are empty are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        members = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: dump(member) for name, member in members if member not in (None, (), {}, frozenset())}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    return [dump(item) for item in value] if isinstance(value, tuple | list) else value


def load(type_: type[T], document: Any) -> T:
    """The dataclass that `dump` wrote. Raises TypeError for a document of another shape."""
    hints = _hints(cast(Any, type_))
    return type_(**{name: _read(hints[name], value) for name, value in document.items()})


@cache
def _hints(type_: Any) -> dict[str, Any]:
    return get_type_hints(type_)


def _read(hint: Any, value: Any) -> Any:
    if value is None or hint is Any:
        return value
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _read(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        return tuple(_read(arguments[0], item) for item in value)
    if origin is frozenset:
        return frozenset(value)
    if origin is not None and issubclass(origin, Mapping):
        return {arguments[0](key): _read(arguments[1], item) for key, item in value.items()}
    if hint is datetime:
        return datetime.fromisoformat(value)
    return load(hint, value) if isinstance(hint, type) and is_dataclass(hint) else value

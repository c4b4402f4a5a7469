"""Messages as JSON, written and read fast: the SDK's own converter looks every type up again for every message.

What is written is plain JSON as the SDK writes it, so that either reads the other's.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    BinaryNullPayloadConverter,
    BinaryPlainPayloadConverter,
    BinaryProtoPayloadConverter,
    CompositePayloadConverter,
    EncodingPayloadConverter,
    JSONProtoPayloadConverter,
)

from engine.host.messages import CommandInput, Step

_METADATA = {"encoding": b"json/plain"}
#: Members that hold messages themselves: how each is read.
_NESTED: dict[str, Callable[[Any], Any]] = {
    "steps": lambda steps: [_read(Step, step) for step in steps],
    "put_off": lambda inputs: [_read(CommandInput, input) for input in inputs],
}


class _Json(EncodingPayloadConverter):
    """JSON of dataclasses and plain values."""

    @property
    def encoding(self) -> str:
        return "json/plain"

    def to_payload(self, value: Any) -> Payload | None:
        return Payload(metadata=_METADATA, data=_write(value))

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        value = json.loads(payload.data)
        return _read(type_hint, value) if dataclasses.is_dataclass(type_hint) else value


def _write(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # whole numbers past 64 bits, which a variable may hold
        plain = dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value
        return json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()


def _read(type_: Any, value: dict[str, Any]) -> Any:
    """The dataclass; members that it does not have, of a newer version, are left aside."""
    known = _names(type_)
    return type_(**{key: _NESTED[key](each) if key in _NESTED else each for key, each in value.items() if key in known})


@cache
def _names(type_: Any) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(type_))


class WireConverter(CompositePayloadConverter):
    """How values become payloads."""

    def __init__(self) -> None:
        super().__init__(
            BinaryNullPayloadConverter(),
            BinaryPlainPayloadConverter(),
            JSONProtoPayloadConverter(),
            BinaryProtoPayloadConverter(),
            _Json(),
        )

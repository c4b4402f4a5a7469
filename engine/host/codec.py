"""How payloads lie in Temporal: large ones packed, and all of them sealed when there are keys.

A sealed payload is AES-256-GCM: its metadata names the key, its data is the nonce and the sealed payload. The first key seals, every
key opens: a key is changed by putting a new one before it, and taken away when no history that it sealed is left.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import zlib
from collections.abc import Sequence
from typing import Any

import temporalio.converter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from engine.host.wire import WireConverter

ENCODING, KEY = "encoding", "weft-key"
PACKED, SEALED = b"binary/weft-packed", b"binary/weft-sealed"
#: Shorter payloads are not worth packing.
PACK_FROM = 8 * 1024
_NONCE_LENGTH = 12


class Unreadable(Exception):
    """A payload was sealed with a key that this process does not have, or is not what was sealed."""


class Codec(PayloadCodec):
    """Packs, then seals with the first of the `keys` (names and secrets: any text is one)."""

    def __init__(self, keys: Sequence[tuple[str, str]] = ()) -> None:
        self._sealing = keys[0][0] if keys else None
        self._ciphers = {name: _cipher(secret) for name, secret in keys}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._seal(_pack(payload)) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [_unpack(self._open(payload)) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        if self._sealing is None:
            return payload
        nonce, name = os.urandom(_NONCE_LENGTH), self._sealing.encode()
        sealed = self._ciphers[self._sealing].encrypt(nonce, payload.SerializeToString(), name)
        return Payload(metadata={ENCODING: SEALED, KEY: name}, data=nonce + sealed)

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get(ENCODING) != SEALED:
            return payload
        name = payload.metadata.get(KEY, b"")
        cipher = self._ciphers.get(name.decode())
        if cipher is None:
            raise Unreadable(f"there is no key {name.decode()!r}: give it in WEFT_TEMPORAL_KEYS")
        nonce, sealed = payload.data[:_NONCE_LENGTH], payload.data[_NONCE_LENGTH:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, name))
        except InvalidTag as error:
            raise Unreadable(f"the key {name.decode()!r} is another than the one that sealed this") from error


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(f"weft payloads:{secret}".encode()).digest())


def _pack(payload: Payload) -> Payload:
    if len(payload.data) < PACK_FROM:
        return payload
    return Payload(metadata={ENCODING: PACKED}, data=zlib.compress(payload.SerializeToString(), 1))


def _unpack(payload: Payload) -> Payload:
    if payload.metadata.get(ENCODING) != PACKED:
        return payload
    return Payload.FromString(zlib.decompress(payload.data))


def data_converter(keys: Sequence[tuple[str, str]] = ()) -> DataConverter:
    """How every client and worker of an installation writes payloads. With keys the messages of failures are sealed too."""
    converter: dict[str, Any] = {"payload_converter_class": WireConverter, "payload_codec": Codec(keys)}
    if keys:
        converter["failure_converter_class"] = DefaultFailureConverterWithEncodedAttributes
    return dataclasses.replace(temporalio.converter.default(), **converter)

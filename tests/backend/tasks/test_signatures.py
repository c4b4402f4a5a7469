"""Signatures as they come from browsers and from people who send something else: what is kept is a drawing and nothing more."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest

from backend.tasks.signatures import MOST_BYTES, PREFIX, SignatureInvalid, checked, picture_of
from tests.attacks.scene import signature

_HEAD = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def url(picture: bytes) -> str:
    return PREFIX + base64.b64encode(picture).decode()


def png(
    lines: list[bytes], width: int, *, colour: int = 6, depth: int = 8, size: tuple[int, int] | None = None
) -> bytes:
    wide, high = size or (width, len(lines))
    header = struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0)
    return _HEAD + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(lines))) + chunk(b"IEND", b"")


def reason(given: str) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        checked(given)
    return str(caught.value.params["reason"])


def test_a_drawing_is_kept_as_it_is() -> None:
    assert checked(signature()) == signature()
    assert picture_of(signature()).startswith(_HEAD)


def test_what_browsers_write_beside_the_drawing_is_left_out() -> None:
    """Safari writes when and on what it was drawn; anybody could write anything."""
    plain = picture_of(signature())
    head, rest = plain[:33], plain[33:]
    extra = chunk(b"eXIf", b"MM\0*") + chunk(b"iTXt", b"XML:com.adobe.xmp\0<script>") + chunk(b"iDOT", b"\0" * 8)
    assert checked(url(head + extra + rest)) == signature()


def test_a_critical_part_that_no_drawing_has_is_refused() -> None:
    plain = picture_of(signature())
    assert reason(url(plain[:33] + chunk(b"EVIL", b"x") + plain[33:])) == "content"
    assert reason(url(plain + b"PK\x03\x04")) == "content"


@pytest.mark.parametrize("kind", [0, 1, 2, 4])
@pytest.mark.parametrize("paper", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x10\x20\x30\xff"])
def test_one_colour_is_no_signature_however_it_is_written(kind: int, paper: bytes) -> None:
    first = {0: paper * 9, 1: paper + b"\0" * 32, 2: None, 4: paper + b"\0" * 32}[kind]
    later = {0: paper * 9, 1: paper + b"\0" * 32, 2: b"\0" * 36, 4: b"\0" * 36}[kind]
    opening = b"\0" + paper * 9 if first is None else bytes([kind]) + first
    assert reason(url(png([opening, *[bytes([kind]) + later] * 3], 9))) == "blank"


def test_pictures_that_would_fill_the_memory_are_refused() -> None:
    bomb = zlib.compress(b"\0" * 50_000_000)
    header = struct.pack(">IIBBBBB", 100, 100, 8, 6, 0, 0, 0)
    assert reason(url(_HEAD + chunk(b"IHDR", header) + chunk(b"IDAT", bomb) + chunk(b"IEND", b""))) == "format"
    assert reason(url(png([b"\0" * 5], 1, size=(60_000, 60_000)))) == "size"
    assert reason(PREFIX + "A" * (MOST_BYTES * 2)) == "size"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "data:image/png,raw",
        PREFIX,
        PREFIX + "!!!!",
        url(b"GIF89a"),
        url(_HEAD),
        url(_HEAD + chunk(b"IEND", b"")),
        url(_HEAD + chunk(b"IHDR", b"short") + chunk(b"IEND", b"")),
        url(picture_of(signature())[:-5]),
        url(picture_of(signature())[:40] + b"\xff" + picture_of(signature())[41:]),
    ],
)
def test_what_is_no_picture_is_refused(given: str) -> None:
    assert reason(given) == "format"

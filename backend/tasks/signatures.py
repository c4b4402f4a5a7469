"""Drawn signatures: a small PNG, looked at before it is kept, and given out as a picture of its own."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Iterator
from typing import ClassVar

from backend.errors import Invalid

#: What a data address of a signature begins with.
PREFIX = "data:image/png;base64,"
MOST_BYTES = 100 * 1024
_MOST_PIXELS = 2_000
_HEADER = b"\x89PNG\r\n\x1a\n"
#: Chunks that a drawing needs. Browsers write others beside them, in which texts and programs of other formats could hide.
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA"})
#: Bit of a chunk's first letter: a reader that does not know it may pass it over.
_ANCILLARY = 0x20
#: Samples of a pixel by its colour type.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class SignatureRequired(Invalid):
    """The outcome asks for a drawn signature."""

    code = "task.signature_required"
    zh, en = "请签名", "A signature is required"


class SignatureInvalid(Invalid):
    """What came is no drawn signature."""

    code = "task.signature_invalid"
    zh, en = "签名无效：{zh}", "The signature is not valid: {en}"
    #: Why, by a word that stays the same.
    REASONS: ClassVar[dict[str, tuple[str, str]]] = {
        "format": ("应为 PNG 图片", "it must be a PNG picture"),
        "size": ("图片太大，最多 100 KB、每边 2000 像素", "at most 100 KB and 2000 pixels a side"),
        "content": ("图片里有签名以外的内容", "the picture holds more than a drawing"),
        "blank": ("没有写字", "nothing is drawn on it"),
    }


def checked(signature: str) -> str:
    """The signature, if it is one, without anything else that came with it. Raises SignatureInvalid."""
    parts = list(_chunks(_decoded(signature)))
    if [name for name, _ in parts if name not in _KEPT and not name[0] & _ANCILLARY]:
        raise _invalid("content")
    if _blank(parts):
        raise _invalid("blank")
    drawing = _HEADER + b"".join(_chunk(name, data) for name, data in parts if name in _KEPT)
    return PREFIX + base64.b64encode(drawing).decode()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def picture_of(signature: str) -> bytes:
    """The bytes of a signature that was kept."""
    return base64.b64decode(signature.removeprefix(PREFIX))


def _invalid(reason: str) -> SignatureInvalid:
    zh, en = SignatureInvalid.REASONS[reason]
    return SignatureInvalid(path="signature", zh=zh, en=en, reason=reason)


def _decoded(signature: str) -> bytes:
    if not signature.startswith(PREFIX):
        raise _invalid("format")
    if len(signature) > MOST_BYTES * 4 // 3 + len(PREFIX) + 4:
        raise _invalid("size")
    try:
        picture = base64.b64decode(signature[len(PREFIX) :], validate=True)
    except (ValueError, binascii.Error) as error:
        raise _invalid("format") from error
    if len(picture) > MOST_BYTES:
        raise _invalid("size")
    if not picture.startswith(_HEADER):
        raise _invalid("format")
    return picture


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, each with its checksum right, from IHDR to IEND and nothing behind it."""
    place, name = len(_HEADER), b""
    while name != b"IEND":
        if place + 12 > len(picture):
            raise _invalid("format")
        length, name = struct.unpack_from(">I4s", picture, place)
        data = picture[place + 8 : place + 8 + length]
        tail = picture[place + 8 + length : place + 12 + length]
        if (place == len(_HEADER)) != (name == b"IHDR") or tail != struct.pack(">I", zlib.crc32(name + data)):
            raise _invalid("format")
        yield name, data
        place += 12 + length
    if place != len(picture):
        raise _invalid("content")


def _blank(parts: list[tuple[bytes, bytes]]) -> bool:
    """Whether every pixel is the same. Raises SignatureInvalid for what cannot be drawn, or only by filling the memory."""
    header = parts[0][1]
    if len(header) != 13:
        raise _invalid("format")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        raise _invalid("size")
    if colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16) or interlaced:
        raise _invalid("format")
    pixel = max(1, _SAMPLES[colour] * depth // 8)
    line = 1 + (width * _SAMPLES[colour] * depth + 7) // 8
    pixels = _inflated(b"".join(data for name, data in parts if name == b"IDAT"), line * height)
    return all(_uniform(pixels[start : start + line], pixel, first=start == 0) for start in range(0, len(pixels), line))


def _inflated(data: bytes, size: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        pixels = inflate.decompress(data, size + 1)
    except zlib.error as error:
        raise _invalid("format") from error
    if len(pixels) != size or not inflate.eof:
        raise _invalid("format")
    return pixels


def _uniform(line: bytes, pixel: int, *, first: bool) -> bool:
    """Whether a filtered line continues a picture of one colour. The filters: none, sub, up, average, Paeth; what average makes of
    one colour is not told from a drawing, and no canvas uses it for one."""
    kind, head, rest = line[0], line[1 : 1 + pixel], line[1 + pixel :]
    if kind == 0:
        return line[1:] == (head * (len(line) // pixel + 1))[: len(line) - 1]
    if kind in (1, 4):
        return not any(rest) and (kind == 1 or first or not any(head))
    return kind == 2 and not any(rest if first else line[1:]) and not first

"""A file as it comes from outside: its name without what a name may not say, its type, and its bytes up to the limit.

What is too large is refused while it is read; nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import ClientDisconnect

from backend.errors import Conflict, Invalid, WeftError

_MB = 1024 * 1024
MOST_BYTES = 20 * _MB
#: Of one task, or of one run itself; what was taken away again does not count.
MOST_FILES = 20
_MOST_LETTERS = 200
#: Control and format characters (which can turn a name around), halves of characters, and line ends.
_UNNAMED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}", re.ASCII)
_PLAIN = "application/octet-stream"
#: Types that a browser is told. With any other it could find something in the file to run.
_TOLD = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
    }
)


class AttachmentTooLarge(WeftError):
    """A file above the limit."""

    status, code = 413, "attachment.too_large"
    zh, en = "附件太大，最多 {limit} MB", "A file may have at most {limit} MB"


class AttachmentIncomplete(WeftError):
    """The connection ended before the file did."""

    status, code = 400, "attachment.incomplete"
    zh, en = "附件没有传完", "The file did not arrive whole"


class TooManyAttachments(Conflict):
    """A task, or a run, with as many files as it may have."""

    code = "attachment.too_many"
    zh, en = "这里最多 {limit} 个附件", "There may be at most {limit} files here"


class AttachmentNameInvalid(Invalid):
    """Nothing is left of the name without what a name may not say, or it is too long."""

    code = "attachment.name_invalid"
    zh, en = "文件名无效，最多 {limit} 个字符", "The name of the file is not valid; it may have {limit} characters"


class AttachmentEmpty(Invalid):
    """A file with nothing in it."""

    code = "attachment.empty"
    zh, en = "文件是空的", "The file is empty"


@dataclass(frozen=True, slots=True)
class File:
    """A file that arrived whole."""

    name: str
    media_type: str
    content: bytes
    sha256: str


def file_name(given: str) -> str:
    """The name without folders and without what cannot be seen. Raises AttachmentNameInvalid."""
    last = re.split(r"[/\\]", given)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _UNNAMED)
    name = unicodedata.normalize("NFC", seen).strip().rstrip(". ")
    if not name or len(name) > _MOST_LETTERS:
        raise AttachmentNameInvalid(path="name", limit=_MOST_LETTERS)
    return name


def media_type(given: str) -> str:
    """The type as it is written down, without parameters; no type where it is none."""
    plain = given.partition(";")[0].strip().lower()
    return plain if _TYPE.fullmatch(plain) else _PLAIN


async def received(stream: AsyncIterator[bytes], name: str, type_: str, declared: str) -> File:
    """The file that `stream` brings. Raises AttachmentTooLarge before more is read than may be, AttachmentEmpty, AttachmentIncomplete."""
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise AttachmentTooLarge(limit=MOST_BYTES // _MB)
    parts, size, digest = list[bytes](), 0, hashlib.sha256()
    try:
        async for part in stream:
            size += len(part)
            if size > MOST_BYTES:
                raise AttachmentTooLarge(limit=MOST_BYTES // _MB)
            digest.update(part)
            parts.append(part)
    except ClientDisconnect as error:
        raise AttachmentIncomplete() from error
    if size == 0:
        raise AttachmentEmpty()
    return File(name, media_type(type_), b"".join(parts), digest.hexdigest())


def headers_of(name: str, type_: str) -> dict[str, str]:
    """With which a file is given out: it is saved, never shown, is in nobody's cache, and nothing in it runs."""
    plain = re.sub(r'[^ -~]|["\\%;]', "_", name)
    return {
        "content-type": type_ if type_ in _TOLD else _PLAIN,
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }

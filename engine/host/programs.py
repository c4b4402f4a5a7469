"""Compiled programs in memory, by the hash of their content: instances of one version share one."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.flow import Program

_KEPT = 500
_programs: OrderedDict[str, Program] = OrderedDict()


@dataclass(frozen=True)
class Pinned:
    """The version of the flow that an instance runs under: its program, and the document and hash that the program is read from."""

    program: Program
    document: dict[str, Any]
    content: str
    version: int

    @classmethod
    def of(cls, document: dict[str, Any], version: int, content: str = "") -> Pinned:
        """The version with this document; the hash is found where it is not given."""
        content = content or program_content(document)
        return cls(program_of(document, content), document, content, version)


def program_content(document: Mapping[str, Any]) -> str:
    """The name of a program: the hash of what it says."""
    written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def program_of(document: Mapping[str, Any], content: str) -> Program:
    """The program of a document whose hash is `content`; a known one is not read again."""
    known = _programs.get(content)
    if known is None:
        known = _programs[content] = Program.from_json(document)
        while len(_programs) > _KEPT:
            _programs.popitem(last=False)
    return known

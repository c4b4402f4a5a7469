"""Writes docs/reference/errors.md from the error classes and the table of refusals: `python -m tests.api.error_reference`."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import backend
from backend.errors import WeftError
from backend.flows.errors import Relayed
from tests.api.refusal import Refusal
from tests.api.refusals import REFUSALS, UNUSUAL

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.md"
#: Codes without a class: what the GraphQL library refuses before any of our code is asked.
_PLAIN = {"graphql.invalid": (200, "GraphQL 查询有误", "The query does not fit the schema that the caller sees")}
_HEAD = """# Errors

Every refused request answers with its status and

```json
{"error": {"code": "record.version", "message": {"zh": "…", "en": "…"}, "path": "…", "suggestion": "…", "params": {}}}
```

`code` is stable: programs decide by it. `message` is for people, `path` says where in the request, `suggestion` what would
work, `problems` (where there are several) lists each with its own path, code and message. GraphQL answers 200 and carries the
same members in `errors[].extensions`. A refused request has changed nothing. Beside what is listed, every address below `/api`
and `/graphql` answers `unauthenticated` to whoever is not signed in, `auth.csrf` to a change by cookie without the token, and
`invalid` to parameters and bodies of another shape than `/api/openapi.json` gives them.

This page is written by `python -m tests.api.error_reference` from the error classes and from the requests with which the
tests bring each of them about.

| status | code | 中文 | English | for example |
| --- | --- | --- | --- | --- |
"""


def error_classes() -> list[type[WeftError]]:
    """Every error that a user can cause, by code."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return sorted(set(_subclasses(WeftError)) - {Relayed}, key=lambda each: (each.code, each.__module__))


def _subclasses(of: type[WeftError]) -> Iterator[type[WeftError]]:
    for each in of.__subclasses__():
        if each.__module__.startswith("backend."):
            yield each
            yield from _subclasses(each)


def codes() -> set[str]:
    """Every code that an answer can carry."""
    return {each.code for each in error_classes()} | set(_PLAIN)


def document() -> str:
    """The page."""
    examples: dict[str, list[str]] = defaultdict(list)
    for refusal in REFUSALS:
        examples[refusal.code].append(_shown(refusal))
    rows = {each.code: (each.status, each.zh, each.en) for each in reversed(error_classes())} | _PLAIN
    return _HEAD + "".join(
        f"| {status} | `{code}` | {_cell(zh)} | {_cell(en)} | {_example(code, examples[code])} |\n"
        for code, (status, zh, en) in sorted(rows.items())
    )


def _shown(refusal: Refusal) -> str:
    query = "&".join(f"{name}={value}" for name, value in refusal.query.items()).replace("\0", "\\0")
    return f"`{refusal.method} {refusal.path}{'?' + query if query else ''}`"


def _example(code: str, shown: list[str]) -> str:
    return UNUSUAL.get(code) or ", ".join(list(dict.fromkeys(shown))[:3])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("{zh}", "…").replace("{en}", "…")


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")

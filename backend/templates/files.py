"""An app as files: reading its folder, and writing definitions back the way people like to read them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.definitions import Text

#: Folder of each kind of definition, in the order in which one may refer to another.
FOLDERS: Mapping[str, str] = {
    "word_list": "word_lists",
    "calendar": "calendars",
    "decision_table": "decision_tables",
    "entity": "entities",
    "form": "forms",
    "view": "views",
    "segment": "segments",
    "role": "roles",
    "flow": "flows",
    "rule": "rules",
}
APP_FILE = "app.json"
PEOPLE_FILE = "people.json"
RECORDS_FOLDER = "samples/records"
IDENTITIES_FILE = "samples/identities.json"
POSTS_FILE = "samples/posts.csv"
_WIDTH = 140


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One mistake in an app's files: which file, where in it (JSON pointer, and `span` of characters in the text
    there), why, and what may have been meant."""

    file: str
    path: str
    code: str
    message: Text
    suggestion: str | None = None
    severity: str = "error"
    span: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "path": self.path,
            "code": self.code,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "suggestion": self.suggestion,
            "severity": self.severity,
            "span": list(self.span) if self.span else None,
        }

    def __str__(self) -> str:
        hint = f" (did you mean “{self.suggestion}”?)" if self.suggestion else ""
        place = f" {self.path}" if self.path else ""
        characters = f" at {self.span[0]}-{self.span[1]}" if self.span else ""
        return f"{self.file}{place}{characters}: {self.message.en}{hint}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A JSON file of an app: its path relative to the app's folder, and what is in it."""

    path: str
    content: Any


@dataclass(frozen=True)
class AppFiles:
    """Everything in an app's folder. `documents` are definitions by kind and key, as written."""

    folder: Path
    app: Mapping[str, Any]
    documents: Mapping[tuple[str, str], SourceFile]
    people: SourceFile | None
    records: tuple[SourceFile, ...]
    identities: SourceFile | None

    @property
    def key(self) -> str:
        return str(self.app.get("key", ""))


def read_app(folder: Path) -> tuple[AppFiles, list[TemplateProblem]]:
    """The app in `folder`, and what could not be read of it."""
    reader = _Reader(folder)
    app = reader.read(APP_FILE)
    documents = {}
    for kind, name in FOLDERS.items():
        for path in sorted((folder / name).glob("*.json")):
            source = reader.read(f"{name}/{path.name}")
            if source is not None:
                documents[kind, path.stem] = source
    records = [
        reader.read(f"{RECORDS_FOLDER}/{path.name}") for path in sorted((folder / RECORDS_FOLDER).glob("*.json"))
    ]
    files = AppFiles(
        folder=folder,
        app=app.content if app is not None and isinstance(app.content, dict) else {},
        documents=documents,
        people=reader.read_if_there(PEOPLE_FILE),
        records=tuple(source for source in records if source is not None),
        identities=reader.read_if_there(IDENTITIES_FILE),
    )
    return files, reader.problems


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[TemplateProblem] = []

    def read_if_there(self, path: str) -> SourceFile | None:
        return self.read(path) if (self.folder / path).exists() else None

    def read(self, path: str) -> SourceFile | None:
        try:
            return SourceFile(path, json.loads((self.folder / path).read_text(encoding="utf-8")))
        except FileNotFoundError:
            self._report(path, "file_missing", Text("缺少这个文件", "This file is missing"))
        except UnicodeDecodeError:
            self._report(path, "not_utf8", Text("文件不是 UTF-8 编码", "The file is not encoded in UTF-8"))
        except json.JSONDecodeError as error:
            place = f"{error.lineno}:{error.colno}"
            message = Text(
                f"第 {error.lineno} 行第 {error.colno} 列不是有效的 JSON", f"Not valid JSON at {place}: {error.msg}"
            )
            self._report(path, "not_json", message)
        return None

    def _report(self, path: str, code: str, message: Text) -> None:
        self.problems.append(TemplateProblem(path, "", code, message))


def to_text(document: Any) -> str:
    """JSON as the files of an app are written: what fits stands on one line."""
    return _lines(document, 0) + "\n"


def _lines(value: Any, indent: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + _columns(flat) <= _WIDTH:
        return flat
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        members = (f"{json.dumps(key, ensure_ascii=False)}: {_lines(each, indent + 2)}" for key, each in value.items())
        return "{\n" + ",\n".join(inner + member for member in members) + f"\n{outer}}}"
    return "[\n" + ",\n".join(inner + _lines(each, indent + 2) for each in value) + f"\n{outer}]"


def _columns(text: str) -> int:
    """Width on a screen: Chinese characters take two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

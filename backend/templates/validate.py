"""Checking an app's files: each against its schema, and everything that one names in another."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from backend.metadata.checks import CheckContext, DefinitionProblem, check_definition, check_document
from backend.metadata.snapshot import Metadata
from backend.templates.files import (
    APP_FILE,
    POSTS_FILE,
    AppFiles,
    SourceFile,
    TemplateProblem,
    read_app,
)
from backend.templates.samples import sample_problems
from engine.definitions import Text
from engine.definitions.codec import decode_checked
from engine.definitions.schemas import nearest, validation_problems
from engine.rules import ActionSignature

POST_COLUMNS = ("id", "author_id", "author_name", "text", "type", "occurred_offset_minutes")


def validate_app(folder: Path, actions: Mapping[str, ActionSignature]) -> list[TemplateProblem]:
    """What is wrong with the app in `folder`; apps it requires are read from beside it."""
    files, problems = read_app(folder)
    if problems:
        return problems
    problems = [*_schema(APP_FILE, "app", files.app)]
    required = [*_required(files, problems)]
    if problems:
        return problems
    problems += _forms(files)
    problems += [_elsewhere(app, problem) for app in required for problem in _forms(app)]
    if problems:
        return problems
    metadata = app_metadata([*required, files])
    problems += _definitions(files, metadata, actions, [*required, files])
    problems += _people(files, metadata, [*required, files])
    problems += sample_problems(files, required, metadata)
    problems += _posts(files.folder / POSTS_FILE)
    return problems


@cache
def schema_validator(name: str) -> Draft202012Validator:
    """A validator of the app's own files: app, people, samples."""
    return Draft202012Validator(json.loads((Path(__file__).parent / f"{name}.schema.json").read_text(encoding="utf-8")))


def app_metadata(apps: list[AppFiles]) -> Metadata:
    """The definitions of these apps together, later ones over earlier; their documents must have been checked."""
    return Metadata.of(
        decode_checked(kind, source.content) for app in apps for (kind, _), source in app.documents.items()
    )


def _schema(file: str, name: str, content: Any) -> Iterator[TemplateProblem]:
    for each in validation_problems(schema_validator(name), content):
        yield TemplateProblem(file, each.path, each.code, each.message, each.suggestion)


def _required(files: AppFiles, problems: list[TemplateProblem]) -> Iterator[AppFiles]:
    """The apps that this one requires, from the folders beside it."""
    for number, key in enumerate(files.app.get("requires", ())):
        folder = files.folder.parent / str(key)
        required, broken = read_app(folder)
        if broken or not required.app:
            beside = [path.name for path in files.folder.parent.iterdir() if (path / APP_FILE).exists()]
            message = Text(
                f"需要的应用“{key}”不在旁边的文件夹里", f"The required app “{key}” is not in a folder beside this one"
            )
            problems.append(
                TemplateProblem(APP_FILE, f"/requires/{number}", "app_missing", message, nearest(key, beside))
            )
        else:
            yield required


def _forms(files: AppFiles) -> Iterator[TemplateProblem]:
    """Every file on its own, against its schema."""
    for address, source in files.documents.items():
        yield from _document(address, source)
    for name, each in (
        ("people", files.people),
        ("identities", files.identities),
        *(("samples", source) for source in files.records),
    ):
        if each is not None:
            yield from _schema(each.path, name, each.content)


def _elsewhere(app: AppFiles, problem: TemplateProblem) -> TemplateProblem:
    """A problem in the files of a required app."""
    return replace(problem, file=f"../{app.folder.name}/{problem.file}")


def _document(address: tuple[str, str], source: SourceFile) -> Iterator[TemplateProblem]:
    kind, key = address
    for each in check_document(kind, key, source.content):
        yield _located(source.path, each)
    content = source.content if isinstance(source.content, dict) else {}
    if content.get("kind") != kind:
        message = Text(f"kind 应为“{kind}”", f"The kind must be “{kind}”")
        yield TemplateProblem(source.path, "/kind", "kind_mismatch", message, kind)
    if content.get("key") != key:
        message = Text("key 应与文件名相同", "The key must be the name of the file")
        yield TemplateProblem(source.path, "/key", "key_mismatch", message, key)


def _located(file: str, problem: DefinitionProblem) -> TemplateProblem:
    return TemplateProblem(
        file, problem.path, problem.code, problem.message, problem.suggestion, problem.severity, problem.span
    )


def _definitions(
    files: AppFiles, metadata: Metadata, actions: Mapping[str, ActionSignature], apps: list[AppFiles]
) -> Iterator[TemplateProblem]:
    context = CheckContext(metadata, actions, frozenset(_departments(apps)), frozenset(_emails(apps)))
    for (kind, key), source in files.documents.items():
        for each in check_definition(metadata.find(kind, key), context):
            yield _located(source.path, each)


def _departments(apps: list[AppFiles]) -> Iterator[str]:
    for app in apps:
        for entry in _entries(app, "departments"):
            yield entry["key"]


def _emails(apps: list[AppFiles]) -> Iterator[str]:
    for app in apps:
        for entry in _entries(app, "users"):
            yield entry["email"]


def _entries(app: AppFiles, member: str) -> list[dict[str, Any]]:
    return app.people.content.get(member, []) if app.people is not None else []


def _people(files: AppFiles, metadata: Metadata, apps: list[AppFiles]) -> Iterator[TemplateProblem]:
    """Departments, heads, superiors and roles that the people name exist."""
    departments, emails, roles = set(_departments(apps)), set(_emails(apps)), metadata.roles.keys()
    wanted: list[tuple[str, str, Any, Any, Text]] = []
    for number, entry in enumerate(_entries(files, "departments")):
        wanted.append(
            (f"/departments/{number}/parent", "parent", entry.get("parent"), departments, Text("部门", "department"))
        )
        wanted.append((f"/departments/{number}/head", "head", entry.get("head"), emails, Text("用户", "user")))
    for number, entry in enumerate(_entries(files, "users")):
        place = f"/users/{number}"
        wanted.append(
            (f"{place}/department", "department", entry.get("department"), departments, Text("部门", "department"))
        )
        wanted.append((f"{place}/superior", "superior", entry.get("superior"), emails, Text("用户", "user")))
        for index, role in enumerate(entry.get("roles", ())):
            wanted.append((f"{place}/roles/{index}", "role", role, roles, Text("角色", "role")))
    for path, name, key, known, what in wanted:
        if key is not None and key not in known:
            message = Text(f"没有名为“{key}”的{what.zh}", f"There is no {what.en} called “{key}”")
            file = files.people.path if files.people is not None else ""
            yield TemplateProblem(file, path, f"unknown_{name}", message, nearest(key, known))


def _posts(path: Path) -> Iterator[TemplateProblem]:
    """The sample posts have the columns that replaying reads, every id once, and a number of minutes."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != POST_COLUMNS:
            expected = ",".join(POST_COLUMNS)
            message = Text(f"首行应为 {expected}", f"The first line must be {expected}")
            yield TemplateProblem(POSTS_FILE, "/1", "columns", message, expected)
            return
        yield from _post_rows(reader)


def _post_rows(reader: csv.DictReader[str]) -> Iterator[TemplateProblem]:
    seen: set[str] = set()
    for row in reader:
        place = f"/{reader.line_num}"
        if not all(row.get(column) for column in POST_COLUMNS) or None in row:
            yield TemplateProblem(POSTS_FILE, place, "row", Text("这一行的列数不对", "A value is missing or too many"))
            continue
        if row["id"] in seen:
            message = Text(f"编号“{row['id']}”重复", f"The id “{row['id']}” occurs twice")
            yield TemplateProblem(POSTS_FILE, place, "duplicate_id", message)
        seen.add(row["id"])
        if not row["occurred_offset_minutes"].lstrip("-").isdecimal():
            message = Text("occurred_offset_minutes 应为整数", "occurred_offset_minutes must be a whole number")
            yield TemplateProblem(POSTS_FILE, place, "not_a_number", message)

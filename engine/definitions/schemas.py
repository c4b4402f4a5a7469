"""The JSON Schemas of the definitions (`*.schema.json` beside this file) and what is wrong with a document, in two languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from engine.definitions.text import Text

_FOLDER = Path(__file__).parent
#: Definitions that the kinds' schemas share: keys, texts, checks.
_SHARED = "parts"


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One mistake: JSON pointer, stable code, sentence, and the nearest thing that would be right, if there is one."""

    path: str
    code: str
    message: Text
    suggestion: str | None = None


def schema(name: str) -> dict[str, Any]:
    """The schema document of a kind, or of the shared `parts`."""
    document: dict[str, Any] = json.loads((_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return document


@cache
def validator(name: str) -> Draft202012Validator:
    """A validator for a kind's documents."""
    parts = Resource.from_contents(schema(_SHARED))
    registry: Registry[Any] = Registry().with_resource(f"{_SHARED}.schema.json", parts)
    return Draft202012Validator(schema(name), registry=registry)


def schema_problems(name: str, document: object) -> list[SchemaProblem]:
    """Every mistake in the form of `document`, in the order of the document."""
    return validation_problems(validator(name), document)


def validation_problems(against: Draft202012Validator, document: object) -> list[SchemaProblem]:
    """Every mistake that `against` finds, in the order of the document."""
    errors = sorted(against.iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    return [problem for error in errors for problem in _describe(error)]


def pointer(parts: Any) -> str:
    """A JSON pointer (RFC 6901) from its parts."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def nearest(name: str, known: Any) -> str | None:
    """The known name most like `name`, or None when none is near."""
    return next(iter(get_close_matches(str(name), [str(each) for each in known], n=1, cutoff=0.6)), None)


def _describe(error: ValidationError) -> list[SchemaProblem]:
    describe = _DESCRIPTIONS.get(str(error.validator), _other)
    return describe(error, pointer(error.absolute_path))


def _wanted(error: ValidationError) -> Any:
    """What the schema asks for at the place of the error; jsonschema leaves it unset only before it reports."""
    return error.validator_value


def _found(error: ValidationError) -> Any:
    return error.instance


def _required(error: ValidationError, path: str) -> list[SchemaProblem]:
    missing = [name for name in _wanted(error) if name not in _found(error)]
    return [
        SchemaProblem(path, "required", Text(f"缺少“{name}”", f"“{name}” is missing"), name)
        for name in missing
        if f"'{name}' is a required" in error.message
    ]


def _unknown_members(error: ValidationError, path: str) -> list[SchemaProblem]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    return [
        SchemaProblem(
            f"{path}{pointer([name])}",
            "unknown_member",
            Text(f"没有名为“{name}”的属性", f"There is no member “{name}” here"),
            nearest(name, known),
        )
        for name in _found(error)
        if name not in known
    ]


def _not_allowed(error: ValidationError, path: str) -> list[SchemaProblem]:
    allowed = "、".join(str(value) for value in _wanted(error))
    message = Text(
        f"“{error.instance}”不可用；可用：{allowed}",
        f"“{error.instance}” is not one of: {allowed.replace('、', ', ')}",
    )
    return [SchemaProblem(path, "not_allowed", message, nearest(_found(error), _wanted(error)))]


_TYPE_NAMES: Mapping[str, Text] = {
    "string": Text("文本", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("是或否（true/false）", "true or false"),
    "object": Text("对象 {…}", "an object {…}"),
    "array": Text("列表 […]", "a list […]"),
    "null": Text("空", "null"),
}


def _wrong_type(error: ValidationError, path: str) -> list[SchemaProblem]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    names = [_TYPE_NAMES[str(name)] for name in wanted]
    message = Text(
        f"这里应为{'或'.join(name.zh for name in names)}",
        f"This must be {' or '.join(name.en for name in names)}",
    )
    return [SchemaProblem(path, "wrong_type", message)]


def _bad_key(error: ValidationError, path: str) -> list[SchemaProblem]:
    message = Text(
        f"“{error.instance}”的写法不对（须匹配 {error.validator_value}）",
        f"“{error.instance}” is not written as expected (must match {error.validator_value})",
    )
    return [SchemaProblem(path, "pattern", message, _as_key(str(error.instance)))]


def _as_key(text: str) -> str | None:
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower()).strip("_")
    return letters if letters and letters[0].isalpha() and letters != text else None


def _empty(_error: ValidationError, path: str) -> list[SchemaProblem]:
    return [SchemaProblem(path, "empty", Text("这里不能为空", "This may not be empty"))]


def _bound(code: str, zh: str, en: str) -> Callable[[ValidationError, str], list[SchemaProblem]]:
    """A number, length or count beyond what is allowed."""

    def describe(error: ValidationError, path: str) -> list[SchemaProblem]:
        most = error.validator_value
        return [SchemaProblem(path, code, Text(zh.format(most=most), en.format(most=most)), str(most))]

    return describe


def _other(error: ValidationError, path: str) -> list[SchemaProblem]:
    return [SchemaProblem(path, str(error.validator), Text(f"内容不合规：{error.message}", error.message))]


_DESCRIPTIONS: Mapping[str, Callable[[ValidationError, str], list[SchemaProblem]]] = {
    "required": _required,
    "additionalProperties": _unknown_members,
    "enum": _not_allowed,
    "const": lambda error, path: [
        SchemaProblem(
            path,
            "not_allowed",
            Text(f"这里应为“{error.validator_value}”", f"This must be “{error.validator_value}”"),
            str(error.validator_value),
        )
    ],
    "type": _wrong_type,
    "pattern": _bad_key,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "minimum": _bound("too_small", "最小是 {most}", "This must be at least {most}"),
    "maximum": _bound("too_large", "最大是 {most}", "This must be at most {most}"),
    "maxLength": _bound("too_long", "最多 {most} 个字符", "This may have at most {most} characters"),
    "maxItems": _bound("too_many", "最多 {most} 项", "This may have at most {most} items"),
    "maxProperties": _bound("too_many", "最多 {most} 项", "This may have at most {most} items"),
    "uniqueItems": lambda _, path: [SchemaProblem(path, "twice", Text("有重复的项", "An item occurs twice"))],
}

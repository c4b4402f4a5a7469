"""Reading envelopes from JSON: one event or a list, every problem reported with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from backend.social.channels.adapter import Envelope
from backend.social.errors import EventInvalid

MAX_EVENTS = 1000
MAX_TEXT = 20_000
#: How deeply `raw` may be nested; no platform's delivery comes near, and what is written must be read again.
MAX_DEPTH = 50
_MAX_PROBLEMS = 50
_FUTURE = timedelta(days=1)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: Event types that Weft itself appends; nobody outside may claim them.
_RESERVED = {"social.processed"}


def _storable(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", "the character U+0000 cannot be stored")
    return value


def _external(value: str) -> str:
    if value in _RESERVED:
        raise PydanticCustomError("reserved", "this type is Weft's own")
    return value


def _storable_json(value: dict[str, Any]) -> dict[str, Any]:
    if _depth_exceeds(value, MAX_DEPTH):
        raise PydanticCustomError("depth", "nested too deeply")
    if _has_nul(value):
        raise PydanticCustomError("nul", "the character U+0000 cannot be stored")
    return value


def _depth_exceeds(value: Any, limit: int) -> bool:
    if not isinstance(value, Mapping | list):
        return False
    inner = value.values() if isinstance(value, Mapping) else value
    return limit == 0 or any(_depth_exceeds(item, limit - 1) for item in inner)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_has_nul(item) for item in value)


_Id = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]
_Name = Annotated[str, Field(max_length=200), AfterValidator(_storable)]


class _Author(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: _Id
    name: _Name = ""


class _Event(BaseModel):
    """The envelope as JSON. Members that are not listed are refused; a platform's own go under `raw`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    external_id: _Id
    type: Annotated[str, Field(pattern=re.compile(r"\Asocial\.[a-z][a-z0-9_]{0,39}\Z")), AfterValidator(_external)]
    author: _Author
    text: Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_storable)] = ""
    target: Annotated[str, Field(max_length=500), AfterValidator(_storable)] | None = None
    occurred_at: Annotated[AwareDatetime, Field(strict=False)] | None = None
    raw: Annotated[dict[str, Any], AfterValidator(_storable_json)] = {}


_EVENT = TypeAdapter(_Event)


def read_envelopes(body: bytes, now: datetime) -> Sequence[Envelope]:
    """The envelopes in `body`, a JSON object or a list of up to 1,000. All of them, or EventInvalid and none."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _refused([_problem("", "json", f"not JSON: {error}", "不是 JSON")]) from error
    items, listed = (document, True) if isinstance(document, list) else ([document], False)
    if not 1 <= len(items) <= MAX_EVENTS:
        raise _refused([_problem("", "count", f"1 to {MAX_EVENTS} events at once", f"一次 1 到 {MAX_EVENTS} 个事件")])
    envelopes: list[Envelope] = []
    problems: list[dict[str, Any]] = []
    for index, item in enumerate(items):
        prefix = f"/{index}" if listed else ""
        try:
            event = _EVENT.validate_python(item)
        except ValidationError as error:
            problems += _problems(prefix, error)
            continue
        out_of_range = _time_problems(prefix, event, now)
        problems += out_of_range
        if not out_of_range:
            envelopes.append(_envelope(event, now))
    if problems:
        raise _refused(problems)
    return envelopes


def _envelope(event: _Event, now: datetime) -> Envelope:
    occurred_at = (event.occurred_at or now).astimezone(UTC)
    data = {
        "external_id": event.external_id,
        "type": event.type,
        "author": {"id": event.author.id, "name": event.author.name or event.author.id},
        "text": event.text,
        "target": event.target,
        "occurred_at": occurred_at.isoformat(),
    }
    if event.raw:
        data["raw"] = event.raw
    return Envelope(event.external_id, event.type, occurred_at, data)


def _time_problems(prefix: str, event: _Event, now: datetime) -> list[dict[str, Any]]:
    if event.occurred_at is None or _EARLIEST <= event.occurred_at <= now + _FUTURE:
        return []
    return [_problem(f"{prefix}/occurred_at", "range", "between 1990 and tomorrow", "应在 1990 年到明天之间")]


def _problems(prefix: str, error: ValidationError) -> list[dict[str, Any]]:
    found = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        path = "".join(f"/{part}" for part in detail["loc"])
        found.append(_problem(prefix + path, detail["type"], detail["msg"], _chinese(detail["type"])))
    return found


def _problem(path: str, code: str, en: str, zh: str) -> dict[str, Any]:
    return {"path": path, "code": code, "message": {"zh": zh, "en": en}}


_CHINESE = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项；平台自己的内容请放在 raw 中",
    "string_type": "应为文本",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
    "string_pattern_mismatch": "应为 social. 开头的类型，例如 social.post",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "timezone_aware": "时间应带时区",
    "nul": "不能含有字符 U+0000",
    "depth": "嵌套太深",
    "reserved": "这个类型由 Weft 自己使用",
}


def _chinese(code: str) -> str:
    return _CHINESE.get(code, "时间格式应为 ISO 8601" if code.startswith("datetime") else "格式不对")


def _refused(problems: list[dict[str, Any]]) -> EventInvalid:
    return EventInvalid(count=len(problems), path=problems[0]["path"], problems=problems[:_MAX_PROBLEMS])

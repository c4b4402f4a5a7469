"""The one application error: status, stable code, parameters, place and suggestion; its texts come from the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from engine.definitions import Text


class WeftError(Exception):
    """An error that a user can cause. A refused request changes nothing.

    Subclasses set `status`, `code` and the two texts (`zh`, `en`), which may name parameters as `{name}`; a parameter that is a
    `Text` stands in each in its language.
    Over HTTP: `{"error": {"code", "message": {"zh", "en"}, "path", "suggestion", "params"}}`.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "error"
    zh: ClassVar[str] = "请求无法完成"
    en: ClassVar[str] = "The request could not be done"

    def __init__(
        self,
        *,
        path: str | None = None,
        suggestion: str | None = None,
        problems: list[dict[str, Any]] | None = None,
        **params: Any,
    ) -> None:
        self.path = path
        self.suggestion = suggestion
        self.problems = problems
        self.params = params
        super().__init__(f"{self.code}: {self.en.format_map(_Lenient(params, 'en'))}")

    def to_json(self) -> dict[str, Any]:
        """The body of the HTTP answer."""
        zh, en = _Lenient(self.params, "zh"), _Lenient(self.params, "en")
        body: dict[str, Any] = {
            "code": self.code,
            "message": {"zh": self.zh.format_map(zh), "en": self.en.format_map(en)},
            "path": self.path,
            "suggestion": self.suggestion,
            "params": {name: str(value) for name, value in en.items()},
        }
        if self.problems is not None:
            body["problems"] = self.problems
        return {"error": body}


class _Lenient(dict[str, Any]):
    """Parameters of a text; a missing one shows its name instead of failing while reporting a failure."""

    def __init__(self, values: Mapping[str, Any], language: Literal["zh", "en"]) -> None:
        super().__init__(
            {name: getattr(value, language) if isinstance(value, Text) else value for name, value in values.items()}
        )

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


class NotFound(WeftError):
    """Nothing with that key or id, or nothing that this caller may know of."""

    status, code = 404, "not_found"
    zh, en = "找不到{what}：{key}", "No {what} {key}"


class Forbidden(WeftError):
    """The caller is known but may not do this."""

    status, code = 403, "forbidden"
    zh, en = "您没有权限：{action}", "You may not {action}"


class Unauthenticated(WeftError):
    """Nobody is signed in."""

    status, code = 401, "unauthenticated"
    zh, en = "请先登录", "Sign in first"


class Conflict(WeftError):
    """Somebody else changed it meanwhile, or it is already there."""

    status, code = 409, "conflict"
    zh, en = "{what}已被更改，请刷新后重试", "{what} has changed meanwhile; reload and try again"


class Invalid(WeftError):
    """Input that does not have the expected form or value."""

    status, code = 422, "invalid"
    zh, en = "输入有误：{reason}", "Invalid input: {reason}"

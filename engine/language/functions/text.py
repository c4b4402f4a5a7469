"""Functions of text. Letters beyond A to Z have no case here; lengths and positions count code points."""

from __future__ import annotations

from decimal import Decimal

from engine.definitions import Text
from engine.language.functions.function import Function, Group, Parameter
from engine.language.types import BOOLEAN, NUMBER, TEXT
from engine.language.values import ascii_lower, ascii_upper

_WHITE = " \t\r\n"

_TEXT = Parameter("text", ("text", "choice"))
_PART = Parameter("part", ("text", "choice"))


def _length(value: str | tuple[object, ...] | None) -> Decimal:
    return Decimal(len(value)) if value is not None else Decimal(0)


def _trim(text: str) -> str | None:
    return text.strip(_WHITE) or None


def _starts_with(text: str | None, part: str | None) -> bool:
    return text is not None and part is not None and text.startswith(part)


def _ends_with(text: str | None, part: str | None) -> bool:
    return text is not None and part is not None and text.endswith(part)


FUNCTIONS: Group = (
    Function(
        "length", ("length", "长度"), "text", (Parameter("text", ("text", "choice", "list")),), NUMBER,
        Text("文本的字数或列表的项数；空为 0", "characters of a text or items of a list; 0 when empty"),
        (('length("织机")', "2"), ("length(empty)", "0")), _length, strict=False,
    ),
    Function(
        "lower", ("lower", "小写"), "text", (_TEXT,), TEXT,
        Text("英文字母变小写", "letters A to Z in lower case"),
        (('lower("VIP客户")', '"vip客户"'),), ascii_lower,
    ),
    Function(
        "upper", ("upper", "大写"), "text", (_TEXT,), TEXT,
        Text("英文字母变大写", "letters a to z in upper case"),
        (('upper("vip")', '"VIP"'),), ascii_upper,
    ),
    Function(
        "trim", ("trim", "去空格"), "text", (_TEXT,), TEXT,
        Text("去掉两端的空白", "without white space at both ends"),
        (('trim("  a b ")', '"a b"'), ('trim("  ")', "empty")), _trim,
    ),
    Function(
        "starts_with", ("starts_with", "开头是"), "text", (_TEXT, _PART), BOOLEAN,
        Text("文本以另一段开头", "whether a text begins with another"),
        (('starts_with("AB-12", "AB")', "true"), ('starts_with(empty, "AB")', "false")), _starts_with, strict=False,
    ),
    Function(
        "ends_with", ("ends_with", "结尾是"), "text", (_TEXT, _PART), BOOLEAN,
        Text("文本以另一段结尾", "whether a text ends with another"),
        (('ends_with("a@b.cn", ".cn")', "true"),), _ends_with, strict=False,
    ),
)  # fmt: skip

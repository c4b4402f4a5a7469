"""Functions of text. Letters beyond A to Z have no case here; lengths and positions count code points, from 1.

What asks whether something is so answers false for what is empty, as comparisons do; the rest is empty where a text is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from engine.definitions import Text
from engine.language import zones
from engine.language.context import Environment
from engine.language.functions.arguments import all_of, implied, literal_number, short_text, whole
from engine.language.functions.function import Function, Group, Parameter
from engine.language.tree import Node
from engine.language.types import BOOLEAN, NUMBER, TEXT, Scope, list_of
from engine.language.values import MAX_DIGITS, ascii_lower, ascii_upper

#: White space: also the ideographic space, which Chinese input methods write.
WHITE = " \t\r\n\u3000"
#: The most that a text may be repeated, padded to, and shown of by `mask`.
MOST = 100

_TEXT = Parameter("text", ("text", "choice"))
_PART = Parameter("part", ("text", "choice"))
_COUNT = Parameter("count", ("number",))
_WIDTH = Parameter("width", ("number",), literal=True)
_FILL = Parameter("fill", ("text",), optional=True, literal=True)

_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")


def _length(value: str | tuple[object, ...] | None) -> Decimal:
    return Decimal(len(value)) if value is not None else Decimal(0)


def _trim(text: str) -> str | None:
    return text.strip(WHITE) or None


def _starts_with(text: str | None, part: str | None) -> bool:
    return text is not None and part is not None and text.startswith(part)


def _ends_with(text: str | None, part: str | None) -> bool:
    return text is not None and part is not None and text.endswith(part)


def _equals_ignoring_case(left: str | None, right: str | None) -> bool:
    if left is None or right is None:
        return left is right
    return ascii_lower(left) == ascii_lower(right)


def _is_blank(text: str | None) -> bool:
    return text is None or not text.strip(WHITE)


def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = int(start)
    if not first:
        return None
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    end = len(text) if length is None else begin + max(int(length), 0)
    return text[begin:end] or None


def _left(text: str, count: Decimal) -> str | None:
    return text[: max(int(count), 0)] or None


def _right(text: str, count: Decimal) -> str | None:
    return text[max(len(text) - max(int(count), 0), 0) :] or None


def _before(text: str, part: str) -> str | None:
    head, found, _ = text.partition(part)
    return head or None if found else None


def _after(text: str, part: str) -> str | None:
    return text.partition(part)[2] or None


def _replace(text: str | None, part: str | None, replacement: str | None) -> str | None:
    return None if text is None or part is None else text.replace(part, replacement or "") or None


def _repeat(text: str, count: Decimal) -> str | None:
    return text * int(count) or None


def _pad_left(text: str, width: Decimal, fill: str = " ") -> str:
    return text.rjust(int(width), fill)


def _pad_right(text: str, width: Decimal, fill: str = " ") -> str:
    return text.ljust(int(width), fill)


def _position(text: str, part: str) -> Decimal:
    return Decimal(text.find(part) + 1)


def _count_of(text: str, part: str) -> Decimal:
    return Decimal(text.count(part))


#: Parts of a text: what goes through them all must not take long.
MOST_PARTS = 500


def _split(text: str, separator: str) -> tuple[str, ...] | None:
    return tuple(part for part in text.split(separator) if part)[:MOST_PARTS] or None


def _digits_of(text: str) -> str | None:
    return "".join(character for character in text if "0" <= character <= "9") or None


def _mask(text: str, start: Decimal, end: Decimal) -> str:
    first, last = int(start), int(end)
    hidden = len(text) - first - last
    return text[:first] + "*" * hidden + text[len(text) - last :] if hidden > 0 else "*" * len(text)


def _like(text: str | None, pattern: str | None) -> bool:
    return text is not None and pattern is not None and _pattern(pattern).fullmatch(ascii_lower(text)) is not None


@lru_cache(maxsize=512)
def _pattern(written: str) -> re.Pattern[str]:
    """`*` is any run of characters and `?` any one. Each run is as short as can be and never tried again: if a longer one led
    to a match, so would the shortest, so that the time is that of a plain search."""
    segments = [
        "".join("." if c == "?" else re.escape(c) for c in part) for part in re.split(r"\*+", ascii_lower(written))
    ]
    first, *others = segments
    middle = "".join(f"(?>.*?{segment})" for segment in others[:-1])
    return re.compile(f"{first}{middle}.*{others[-1]}" if others else first, re.DOTALL)


def canonical(number: Decimal) -> str:
    """A number without zeros at the end of its fraction, and without the sign of -0."""
    written = format(number, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written == "-0" else written


def _to_text(environment: Environment, value: object, currency: str | None = None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{canonical(value)} {currency}" if currency else canonical(value)
    if isinstance(value, dt.datetime):
        wall = zones.local(value, environment.zone)
        return wall.isoformat(" ", "minutes") if wall is not None else None
    if isinstance(value, dt.time):
        return value.isoformat("minutes" if not value.second and not value.microsecond else "auto")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _with_currency(_: Scope, arguments: list[Node]) -> list[Node]:
    return [*arguments, *implied(*(filter(None, (arguments[0].type.currency,))))]


def _number_of(text: str) -> Decimal | None:
    written = text.strip(WHITE)
    if len(written) > MAX_DIGITS or not _NUMBER.fullmatch(written):
        return None
    return Decimal(written.replace(",", "")) or Decimal(0)


def _counted(_: tuple[int, ...], __: Node) -> int:
    """Digits of a number of characters."""
    return 10


def _times(index: int) -> Callable[[tuple[int, ...], Node], int]:
    return lambda sizes, call: sizes[0] * max(literal_number(call.args[index]), 1)


def _replaced(sizes: tuple[int, ...], call: Node) -> int:
    part, replacement = (len(str(arg.value or "")) for arg in call.args[1:3])
    return sizes[0] * max(1, -(-replacement // max(part, 1)))


FUNCTIONS: Group = (
    Function(
        "length", ("length", "长度"), "text", (Parameter("text", ("text", "choice", "list")),), NUMBER,
        Text("文本的字数或列表的项数；空为 0", "characters of a text or items of a list; 0 when empty"),
        (('length("织机")', "2"), ("length(empty)", "0")), _length, strict=False,
        grows=_counted,
    ),
    Function(
        "lower", ("lower", "小写"), "text", (_TEXT,), TEXT,
        Text("英文字母变小写；空仍为空", "letters A to Z in lower case; empty when the text is"),
        (('lower("VIP客户")', '"vip客户"'),), ascii_lower,
    ),
    Function(
        "upper", ("upper", "大写"), "text", (_TEXT,), TEXT,
        Text("英文字母变大写；空仍为空", "letters a to z in upper case; empty when the text is"),
        (('upper("vip")', '"VIP"'),), ascii_upper,
    ),
    Function(
        "trim", ("trim", "去空格"), "text", (_TEXT,), TEXT,
        Text("去掉两端的空白；只有空白则为空", "without white space at both ends; empty when nothing else is there"),
        (('trim("  a b ")', '"a b"'), ('trim("  ")', "empty")), _trim,
    ),
    Function(
        "is_blank", ("is_blank", "为空白"), "text", (_TEXT,), BOOLEAN,
        Text("文本为空或只有空白", "whether a text is empty or nothing but white space"),
        (('is_blank("  ")', "true"), ("is_blank(empty)", "true"), ('is_blank("a")', "false")), _is_blank, strict=False,
    ),
    Function(
        "starts_with", ("starts_with", "开头是"), "text", (_TEXT, _PART), BOOLEAN,
        Text(
            "文本是否以另一段开头，区分大小写；空则为假",
            "whether a text begins with another, in the same case; false when one is empty",
        ),
        (('starts_with("AB-12", "AB")', "true"), ('starts_with(empty, "AB")', "false")), _starts_with, strict=False,
    ),
    Function(
        "ends_with", ("ends_with", "结尾是"), "text", (_TEXT, _PART), BOOLEAN,
        Text(
            "文本是否以另一段结尾，区分大小写；空则为假",
            "whether a text ends with another, in the same case; false when one is empty",
        ),
        (('ends_with("a@b.cn", ".cn")', "true"),), _ends_with, strict=False,
    ),
    Function(
        "equals_ignoring_case", ("equals_ignoring_case", "忽略大小写相等"), "text",
        (_TEXT, Parameter("other", ("text", "choice"))), BOOLEAN,
        Text(
            "两段文本是否相同，英文字母不分大小写；都为空也算相同",
            "whether two texts are the same but for the case of letters A to Z; true when both are empty",
        ),
        (('equals_ignoring_case("Vip", "VIP")', "true"), ('equals_ignoring_case(empty, "a")', "false")),
        _equals_ignoring_case, strict=False,
    ),
    Function(
        "like", ("like", "形如"), "text", (_TEXT, Parameter("pattern", ("text",), literal=True)), BOOLEAN,
        Text(
            "整段文本是否符合样式：* 代表任意多个字符，? 代表一个字符，英文字母不分大小写；空则为假",
            "whether a whole text fits a pattern in which * is any characters and ? is one, whatever the case "
            "of A to Z; false when empty",
        ),
        (('like("T-0012", "t-*2")', "true"), ('like("织机", "?")', "false")), _like, strict=False,
        adapt=short_text(1),
    ),
    Function(
        "substring", ("substring", "截取"), "text",
        (_TEXT, Parameter("start", ("number",)), Parameter("length", ("number",), optional=True)), TEXT,
        Text(
            "从第几个字符起的一段，负数从末尾数起；没有这一段则为空",
            "the part from a position on, counted from the end when negative, and of a length; empty when "
            "nothing stands there",
        ),
        (('substring("weaver", 3)', '"aver"'), ('substring("weaver", -3, 2)', '"ve"'),
         ('substring("weaver", 9)', "empty")),
        _substring,
    ),
    Function(
        "left", ("left", "左取"), "text", (_TEXT, _COUNT), TEXT,
        Text("开头的若干个字符；空仍为空", "the first so many characters; empty when there are none"),
        (('left("weaver", 3)', '"wea"'), ('left("织机", 9)', '"织机"')), _left,
    ),
    Function(
        "right", ("right", "右取"), "text", (_TEXT, _COUNT), TEXT,
        Text("末尾的若干个字符；空仍为空", "the last so many characters; empty when there are none"),
        (('right("weaver", 3)', '"ver"'), ('right("weaver", 0)', "empty")), _right,
    ),
    Function(
        "before", ("before", "之前文本"), "text", (_TEXT, _PART), TEXT,
        Text(
            "第一次出现某段文本之前的部分；没有出现则为空",
            "what stands before the first place of another text; empty when that is not there",
        ),
        (('before("li@example.com", "@")', '"li"'), ('before("li", "@")', "empty")), _before,
    ),
    Function(
        "after", ("after", "之后文本"), "text", (_TEXT, _PART), TEXT,
        Text(
            "第一次出现某段文本之后的部分；没有出现则为空",
            "what stands after the first place of another text; empty when that is not there",
        ),
        (('after("li@example.com", "@")', '"example.com"'),), _after,
    ),
    Function(
        "position", ("position", "文本位置"), "text", (_TEXT, _PART), NUMBER,
        Text(
            "另一段文本第一次出现在第几个字符，没有则为 0；空则为空",
            "where another text first stands, from 1; 0 when it does not, empty when one is",
        ),
        (('position("weaver", "a")', "3"), ('position("weaver", "x")', "0")), _position, grows=_counted,
    ),
    Function(
        "count_of", ("count_of", "出现次数"), "text", (_TEXT, _PART), NUMBER,
        Text(
            "另一段文本出现几次，互不重叠；空则为空",
            "how often another text stands in it, without overlaps; empty when one is",
        ),
        (('count_of("a,b,c", ",")', "2"), ('count_of("aaa", "aa")', "1")), _count_of, grows=_counted,
    ),
    Function(
        "replace", ("replace", "替换"), "text",
        (_TEXT, Parameter("part", ("text",), literal=True), Parameter("replacement", ("text",), literal=True)), TEXT,
        Text(
            '把一段文本都换成另一段，换成 "" 即删去；空仍为空',
            'with another text in each place of a part, "" to leave it out; empty when the text is',
        ),
        (('replace("138-0013-8000", "-", "")', '"13800138000"'), ('replace("a.b", ".", "·")', '"a·b"')),
        _replace, strict=False, adapt=all_of(short_text(1), short_text(2, fewest=0)), grows=_replaced,
    ),
    Function(
        "repeat", ("repeat", "重复"), "text", (_TEXT, Parameter("count", ("number",), literal=True)), TEXT,
        Text("重复若干遍（0 到 100）；空仍为空", "so many times over (0 to 100); empty when the text is"),
        (('repeat("ab", 3)', '"ababab"'), ('repeat("ab", 0)', "empty")), _repeat,
        adapt=whole(1, 0, MOST), grows=_times(1),
    ),
    Function(
        "pad_left", ("pad_left", "左补齐"), "text", (_TEXT, _WIDTH, _FILL), TEXT,
        Text(
            "在左边补空格或所给字符到若干位（至多 100）；空仍为空",
            "made so long (up to 100) by blanks or another character on the left; empty when the text is",
        ),
        (('pad_left("7", 3, "0")', '"007"'), ('pad_left("weaver", 3)', '"weaver"')), _pad_left,
        adapt=all_of(whole(1, 0, MOST), short_text(2, most=1)), grows=lambda sizes, _: max(sizes[0], MOST),
    ),
    Function(
        "pad_right", ("pad_right", "右补齐"), "text", (_TEXT, _WIDTH, _FILL), TEXT,
        Text(
            "在右边补空格或所给字符到若干位（至多 100）；空仍为空",
            "made so long (up to 100) by blanks or another character on the right; empty when the text is",
        ),
        (('pad_right("7", 3, ".")', '"7.."'),), _pad_right,
        adapt=all_of(whole(1, 0, MOST), short_text(2, most=1)), grows=lambda sizes, _: max(sizes[0], MOST),
    ),
    Function(
        "reverse", ("reverse", "倒写"), "text", (_TEXT,), TEXT,
        Text("字符倒过来；空仍为空", "the characters from the last to the first; empty when the text is"),
        (('reverse("织机A")', '"A机织"'),), lambda text: text[::-1],
    ),
    Function(
        "split", ("split", "拆分"), "text", (_TEXT, Parameter("separator", ("text",), literal=True)), list_of(TEXT),
        Text(
            "按分隔文本拆成列表，不留空项，最多 500 项；空仍为空",
            "the parts between separators as a list, empty ones left out, at most 500; empty when the text is",
        ),
        (('length(split("a,b,,c", ","))', "3"), ('split("a/b", "/") contains "b"', "true")), _split,
        adapt=short_text(1),
    ),
    Function(
        "digits_of", ("digits_of", "提取数字"), "text", (_TEXT,), TEXT,
        Text("只留下数字 0 到 9；没有则为空", "only its digits 0 to 9; empty when it has none"),
        (('digits_of("+86 (21) 55-7")', '"8621557"'),), _digits_of,
    ),
    Function(
        "mask", ("mask", "打码"), "text",
        (_TEXT, Parameter("keep_start", ("number",), literal=True), Parameter("keep_end", ("number",), literal=True)),
        TEXT,
        Text(
            "只露出开头和末尾的若干个字符，其余换成 *；太短则全部遮住，空仍为空",
            "with * in place of all but the first and last so many characters; all of them when it is too "
            "short, empty when it is",
        ),
        (('mask("13800005678", 3, 4)', '"138****5678"'), ('mask("王五", 1, 1)', '"**"')), _mask,
        adapt=all_of(whole(1, 0, MOST), whole(2, 0, MOST)),
    ),
    Function(
        "to_text", ("to_text", "转文本"), "text",
        (Parameter("value", ("text", "choice", "number", "money", "boolean", "date", "time", "datetime")),), TEXT,
        Text(
            "写成文本：数字不带末尾的 0，日期按年-月-日，时间到分；空仍为空",
            "written as a text: numbers without zeros at the end, dates as year-month-day, moments to the "
            "minute; empty when it is",
        ),
        (("to_text(2.50)", '"2.5"'), ("to_text(2026-03-01)", '"2026-03-01"'), ("to_text(80.50 CNY)", '"80.5 CNY"')),
        _to_text, clocked=True, adapt=_with_currency, grows=lambda sizes, _: 2 * sizes[0] + MAX_DIGITS,
    ),
    Function(
        "number_of", ("number_of", "转数字"), "text", (_TEXT,), NUMBER,
        Text(
            "文本所写的数字，可带千位逗号；不是数字则为空并提示",
            "the number a text writes, with or without commas between thousands; empty, with a warning, when it "
            "writes none",
        ),
        (('number_of(" 1,234.50 ")', "1234.5"), ('number_of("12 kg")', "empty")), _number_of, warning="not_a_number",
        grows=lambda *_: MAX_DIGITS,
    ),
)  # fmt: skip

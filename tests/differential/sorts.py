"""Sorts: the types that generated expressions have, with the names and the literals that yield each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from engine.language import Type
from tests.differential.pieces import Piece, Sort, leaf
from tests.engine.language.scopes import SCOPE

CHOICES: Mapping[Sort, tuple[str, ...]] = {
    "choice:status": ("open", "triaged", "closed"),
    "choice:priority": ("low", "mid", "high"),
    "choice:level": ("normal", "vip", "svip"),
    "choice:kind": ("part", "machine"),
    "choice:grade": ("a", "b"),
    "choice:channels": ("weibo", "wechat", "phone"),
}
_CHOICE_OF_OPTIONS = {options: sort for sort, options in CHOICES.items()}
RECORD: Sort = "record:lines"
LINES: Sort = "list:record:lines"

ORDERED: Sequence[Sort] = (
    "text", "number", "money:CNY", "money:USD", "date", "time", "datetime", "duration", "period",
)  # fmt: skip
REFERENCES: Sequence[Sort] = ("reference:customer", "reference:product", "reference:user", "reference:department")
SCALARS: Sequence[Sort] = ("boolean", *ORDERED, "choice:status", "choice:priority", "choice:channels", *REFERENCES)
LISTS: Sequence[Sort] = (
    "list:text", "list:number", "list:money:CNY", "list:date", "list:datetime", "list:boolean", "list:choice:channels",
    "list:reference:user", "list:duration", "list:time", "list:period", LINES,
)  # fmt: skip
#: What a whole expression may yield; a record has no value that all back ends could show.
ROOTS: Sequence[Sort] = (*SCALARS, *(sort for sort in LISTS if sort != LINES))

Names = Mapping[str, tuple[str, Sort]]


def sort_of(type: Type) -> Sort | None:
    """The sort of a type; None for one that is not generated."""
    if type.kind == "list" and type.item is not None:
        item = sort_of(type.item)
        found = None if item is None else f"list:{item}"
    elif type.kind == "choice":
        found = _CHOICE_OF_OPTIONS.get(tuple(option.key for option in type.options))
    elif type.kind == "record":
        found = RECORD if "shipped" in type.fields else None
    else:
        found = type.code()
    return found


def item_of(sort: Sort) -> Sort:
    """The sort of the items of a list."""
    return sort.removeprefix("list:")


@cache
def record_names() -> Names:
    """The fields of a line of the sub-table, which stand bare where its items are gone through."""
    item = SCOPE.variables["lines"].item
    assert item is not None, "lines is a sub-table"
    return _members("", "", item, 2)


@cache
def scope_names() -> Names:
    """Every path of the scope, with what it is called in Chinese and its sort."""
    found: dict[str, tuple[str, Sort]] = {}
    for key, type in SCOPE.variables.items():
        if key in _SYSTEM:
            continue
        zh = type.label.zh if type.label is not None and type.label.zh else key
        found |= _named(key, zh, type, 2)
    return {name: value for name, value in found.items() if not name.startswith("me.") or name in _CALLER}


#: Fields of the system that read like others; and of the caller no more is known than this.
_SYSTEM = frozenset({"created_by", "updated_by", "updated_at", "deleted_at"})
_CALLER = frozenset({"me.id", "me.department"})


def _named(en: str, zh: str, type: Type, depth: int) -> dict[str, tuple[str, Sort]]:
    sort = sort_of(type)
    found = {} if sort is None else {en: (zh, sort)}
    if depth and type.kind == "reference" and not (en == "id" or en.endswith(".id")):
        found |= _members(f"{en}.", f"{zh}.", type, depth)
    return found


def _members(prefix_en: str, prefix_zh: str, type: Type, depth: int) -> dict[str, tuple[str, Sort]]:
    found: dict[str, tuple[str, Sort]] = {}
    for key, member in SCOPE.members(type).items():
        if key in _SYSTEM and prefix_en:
            continue
        label = member.label.zh if member.label is not None and member.label.zh else key
        found |= _named(prefix_en + key, prefix_zh + label, member, depth - 1)
    return found


def _leaves(sort: Sort, *written: str) -> Sequence[Piece]:
    pairs = (text.partition(" | ") for text in written)
    return tuple(leaf(sort, en, zh or en) for en, _, zh in pairs)


LITERALS: Mapping[Sort, Sequence[Piece]] = {
    sort: _leaves(sort, *written)
    for sort, written in {
        "boolean": ("true | 真", "false | 假"),
        "text": (
            '"a"', '"A"', '"Ab"', '"漏水"', '"😀"', '"👨‍👩‍👧"', '"%_"', '" a\\tb "', '"10"', '"-0.50"', '"2024-02-29"', '"09:30"',
            '"a,b,,c"', '"open"', '"e\u0301"', '""', '"\\\\"', '"é"',
        ),
        "number": (
            "0", "1", "2", "3", "7", "12", "-1", "-2", "0.5", "-0.5", "2.5", "-2.5", "1.005", "0.1", "12.5%", "60", "100",
            "0.000000000001", "99999999999999999999", "123456789.987654321", "-7.5", "1000000",
        ),
        "money:CNY": ("0 CNY", "1 元", "0.005 CNY", "-0.005 CNY", "99.99 CNY", "100 CNY | 100 元", "1000000000000 CNY"),
        "money:USD": ("0 USD", "1.5 USD", "-3 USD", "2.675 USD"),
        "date": (
            "2024-02-29", "2026-01-31", "2026-11-23", "2026-12-31", "2000-01-01", "0001-01-01", "9999-12-31", "2026-03-29",
            "2026-10-25", "2026-10-04", "today() | 今天()", "2026-10-01", "2026-10-10",
        ),
        "time": ("00:00", "02:30", "09:30", "23:59:59", "01:45", "12:00:00.5"),
        "datetime": (
            "2026-11-23T01:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T02:30:00+02:00", "2026-03-08T06:59:59Z",
            "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-29T23:59:59.999999Z", "now() | 现在()",
            "1999-12-31T16:00:00Z", "2026-04-04T15:00:00Z",
        ),
        "duration": (
            "1 day | 1 天", "36 hours | 36 小时", "90 minutes | 90 分钟", "1 second | 1 秒", "2 weeks | 2 周", "0 days | 0 天",
            "0.5 seconds | 0.5 秒", "30 days | 30 天内", "(-1 day) | (-1 天)", "36500 days | 36500 天", "1 microsecond | 1 微秒",
        ),
        "period": ("1 month | 1 个月", "3 months | 3 个月", "1 year | 1 年", "0 months | 0 个月", "(-1 month) | (-1 个月)", "400 years | 400 年"),
        "reference:user": ("me | 我",),
    }.items()
}  # fmt: skip

#: Texts that name an option or a record stand only beside a choice or a reference, which makes them one.
ADAPTED_LITERALS: Mapping[Sort, Sequence[Piece]] = {
    **{sort: tuple(leaf(sort, f'"{key}"') for key in options) for sort, options in CHOICES.items()},
    "reference:user": _leaves("reference:user", '"018f0000-0000-7000-8000-000000000502"'),
    "reference:department": _leaves("reference:department", '"018F0000-0000-7000-8000-000000000601"'),
    "reference:product": _leaves("reference:product", '"018f0000-0000-7000-8000-000000000031"'),
}
EMPTY = ("empty", "空")

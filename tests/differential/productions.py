"""What generated expressions are made of beside functions: every operation of the language, for every sort that it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.differential.pieces import Form, Sort
from tests.differential.sorts import (
    CHOICES,
    LISTS,
    ORDERED,
    RECORD,
    SCALARS,
    item_of,
)


@dataclass(frozen=True, slots=True)
class Production:
    """A form, the sort it yields and those of its operands (`name:text`: only a name of that sort). `binder` says how operand 1 goes through the items of operand 0:
    under a `name` ({v} in the form), or with their fields standing `bare`.
    """

    sort: Sort
    form: Form
    operands: tuple[Sort, ...]
    binder: str | None = None


def _made(sort: Sort, name: str, en: str, zh: str, *operands: Sort, binder: str | None = None) -> Production:
    return Production(sort, Form(name, en, zh), operands, binder)


def _same(sort: Sort, name: str, written: str, *operands: Sort) -> Production:
    return _made(sort, name, written, written, *operands)


B = "boolean"
N = "number"


def _logic() -> Iterator[Production]:
    yield _made(B, "and", "({0} and {1})", "({0} 且 {1})", B, B)
    yield _made(B, "and", "({0} and {1} and {2})", "({0} 并且 {1} 且 {2})", B, B, B)
    yield _made(B, "or", "({0} or {1})", "({0} 或 {1})", B, B)
    yield _made(B, "or", "({0} or {1} or {2})", "({0} 或者 {1} 或 {2})", B, B, B)
    yield _made(B, "not", "(not {0})", "(非 {0})", B)


def _comparisons() -> Iterator[Production]:
    for sort in SCALARS:
        for operator in ("=", "!="):
            yield _same(B, operator, f"({{0}} {operator} {{1}})", sort, sort)
        yield _made(B, "in", "({0} in [{1}, {2}])", "({0} 属于 [{1}, {2}])", sort, sort, sort)
        yield _made(B, "not in", "({0} not in [{1}])", "({0} 不属于 [{1}])", sort, sort)
        yield _made(B, "in", "({0} in {1})", "({0} 属于 {1})", sort, f"list:{sort}")
    for sort in ORDERED:
        for operator in ("<", "<=", ">", ">="):
            yield _same(B, operator, f"({{0}} {operator} {{1}})", sort, sort)
        yield _made(B, "between", "({0} between {1} and {2})", "({0} 介于 {1} and {2})", sort, sort, sort)
        yield _made(B, "not between", "({0} not between {1} and {2})", "({0} 不介于 {1} 且 {2})", sort, sort, sort)
    for left, right in (("date", "datetime"), ("datetime", "date")):
        for operator in ("=", "<", ">="):
            yield _same(B, operator, f"({{0}} {operator} {{1}})", left, right)
    for sort in (*SCALARS, *LISTS):
        yield _made(B, "is empty", "({0} is empty)", "({0} 为空)", sort)
        yield _made(B, "is not empty", "({0} is not empty)", "({0} 不为空)", sort)


def _choices() -> Iterator[Production]:
    for sort, options in CHOICES.items():
        for option in options[:2]:
            yield _same(B, "=", f'({{0}} = "{option}")', sort)
        yield _same(B, "=", "({0} = {1})", sort, "text")
        listed = ", ".join(f'"{option}"' for option in options[1:])
        yield _made(B, "in", f"({{0}} in [{listed}])", f"({{0}} 属于 [{listed}])", sort)


_QUANTIFIERS = (("any of", "包含任一"), ("all of", "包含全部"), ("none of", "不包含任一"))


def _contains() -> Iterator[Production]:
    for holder in ("text", "choice:status"):
        yield _made(B, "contains", "({0} contains {1})", "({0} 包含 {1})", holder, "text")
        yield _made(B, "not contains", "({0} not contains {1})", "({0} 不包含 {1})", holder, "text")
    for en, zh in _QUANTIFIERS:
        name = f"contains {en}"
        yield _made(
            B, name, f"({{0}} contains {en} [{{1}}, {{2}}])", f"({{0}} {zh} [{{1}}, {{2}}])", "text", "text", "text"
        )
        yield _made(B, name, f"({{0}} contains {en} {{1}})", f"({{0}} {zh} {{1}})", "text", "list:text")
        for sort in LISTS:
            if item_of(sort) not in SCALARS:
                continue
            item = item_of(sort)
            yield _made(B, name, f"({{0}} contains {en} {{1}})", f"({{0}} {zh} {{1}})", sort, sort)
            yield _made(
                B, name, f"({{0}} contains {en} [{{1}}, {{2}}])", f"({{0}} {zh} [{{1}}, {{2}}])", sort, item, item
            )
    for sort in LISTS:
        if item_of(sort) in SCALARS:
            yield _made(B, "contains", "({0} contains {1})", "({0} 包含 {1})", sort, item_of(sort))
    for en, zh in (("any of", "包含任一"), ("none of", "不包含任一")):
        words = 'keywords("complaints")'
        yield _made(B, "keywords", f"({{0}} contains {en} {words})", f"({{0}} {zh} {words})", "text")


def _choosing() -> Iterator[Production]:
    for sort in (*SCALARS, *LISTS):
        if_zh = "(如果 {0} 那么 {1} 否则 {2} 结束)"
        yield _made(sort, "if", "(if {0} then {1} else {2} end)", if_zh, B, sort, sort)
        yield _same(sort, "??", "({0} ?? {1})", sort, sort)
    for sort in SCALARS:
        yield _same(sort, "??", "({0} ?? {1} ?? {2})", sort, sort, sort)
        yield _made(
            sort, "else if", "(if {0} then {1} else if {2} then {3} else {4} end)",
            "(如果 {0} 那么 {1} 否则如果 {2} 则 {3} 否则 {4} 结束)", B, sort, B, sort, sort,
        )  # fmt: skip
    yield _made(
        "datetime", "if", "(if {0} then {1} else {2} end)", "(如果 {0} 那么 {1} 否则 {2} 结束)", B, "date", "datetime"
    )


def _arithmetic() -> Iterator[Production]:
    for operator in "+-*/":
        yield _same(N, operator, f"({{0}} {operator} {{1}})", N, N)
    for money in ("money:CNY", "money:USD"):
        for operator in "+-":
            yield _same(money, operator, f"({{0}} {operator} {{1}})", money, money)
        yield _same(money, "*", "({0} * {1})", money, N)
        yield _same(money, "*", "({0} * {1})", N, money)
        yield _same(money, "/", "({0} / {1})", money, N)
        yield _same(N, "/", "({0} / {1})", money, money)
    for sort in (N, "money:CNY", "duration", "period"):
        yield _same(sort, "neg", "(-{0})", sort)
    yield _same("text", "&", "({0} & {1})", "text", "text")
    yield _same("text", "&", "({0} + {1})", "text", "choice:status")


def _times() -> Iterator[Production]:
    for operator in "+-":
        yield _same("datetime", f"time{operator}", f"({{0}} {operator} {{1}})", "datetime", "duration")
        yield _same("duration", f"time{operator}", f"({{0}} {operator} {{1}})", "duration", "duration")
        yield _same("period", f"period{operator}", f"({{0}} {operator} {{1}})", "period", "period")
        for sort in ("date", "datetime"):
            yield _same(sort, f"month{operator}", f"({{0}} {operator} {{1}})", sort, "period")
            for length in ("3 business days", "1 business day", "0 business days"):
                zh = length.partition(" ")[0] + " 个工作日"
                yield _made(
                    sort, f"business{operator}", f"({{0}} {operator} {length})", f"({{0}} {operator} {zh})", sort
                )
        yield _made(
            "datetime",
            f"business{operator}",
            f"({{0}} {operator} 15 business minutes)",
            f"({{0}} {operator} 15 工作分钟)",
            "datetime",
        )
        for en, zh in (("1 day", "1 天"), ("2 weeks", "2 周"), ("366 days", "366 天"), ("0 days", "0 天")):
            yield _made("date", f"date{operator}", f"({{0}} {operator} {en})", f"({{0}} {operator} {zh})", "date")
        yield _same("datetime", f"date{operator}", f"({{0}} {operator} 36 hours)", "date")
        yield _same("datetime", f"date{operator}", f"({{0}} {operator} {{1}})", "date", "name:duration")
    yield _same("duration", "time-", "({0} - {1})", "datetime", "datetime")
    yield _same("duration", "time-", "({0} - {1})", "date", "datetime")
    yield _same("duration", "days-", "({0} - {1})", "date", "date")
    yield _same("duration", "duration*", "({0} * {1})", "duration", N)
    yield _same("duration", "duration*", "({0} * {1})", N, "duration")
    yield _same("duration", "duration/", "({0} / {1})", "duration", N)
    yield _same(N, "ratio", "({0} / {1})", "duration", "duration")
    yield _same("period", "period*", "({0} * {1})", "period", N)
    yield _same("datetime", "date_at", "({0} + {1})", "date", "time")


_DISPLAYED = (
    "text",
    "number",
    "money:CNY",
    "money:USD",
    "date",
    "datetime",
    "time",
    "boolean",
    "choice:status",
    "list:text",
)


def _templates() -> Iterator[Production]:
    for sort in _DISPLAYED:
        yield _same("text", "template", '"{{{0}}}"', f"name:{sort}")
        yield _same("text", "template", '"a {{{0}}}, {{{1}}}!"', f"name:{sort}", "name:text")


def _lists() -> Iterator[Production]:
    for sort in LISTS:
        item = item_of(sort)
        if item != RECORD:
            yield _same(sort, "list", "[{0}]", item)
            yield _same(sort, "list", "[{0}, {1}]", item, item)
            yield _same(sort, "list", "[{0}, {1}, {2}]", item, item, item)
        yield _made(sort, "filter", "({0} where {1})", "({0} 其中 {1})", sort, B, binder="bare")
        yield _made(sort, "filter", "({0} as {v} where {1})", "({0} 记作 {v} 其中 {1})", sort, B, binder="name")
        for name, zh in (("some", "存在"), ("every", "所有")):
            en_form, zh_form = f"({name} {{v}} in {{0}} satisfies {{1}})", f"({zh} {{v}} 属于 {{0}} 满足 {{1}})"
            yield _made(B, name, en_form, zh_form, sort, B, binder="name")
    for source in LISTS:
        for sort in LISTS:
            if item_of(sort) in SCALARS:
                form = ("(for {v} in {0} return {1})", "(对 {v} 属于 {0} 取 {1})")
                yield _made(sort, "map", *form, source, item_of(sort), binder="name")


def _all() -> Iterator[Production]:
    for group in (_logic, _comparisons, _choices, _contains, _choosing, _arithmetic, _times, _templates, _lists):
        yield from group()


def _by_sort(productions: Iterator[Production]) -> Mapping[Sort, Mapping[str, Sequence[Production]]]:
    found: dict[Sort, dict[str, list[Production]]] = defaultdict(lambda: defaultdict(list))
    for production in productions:
        found[production.sort][production.form.name].append(production)
    return found


#: The operations by the sort they yield and by name, so that each name is as likely as another.
OPERATIONS = _by_sort(_all())

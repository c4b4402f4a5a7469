"""Texts of well-typed expressions in every form, over the scope of tests: a grammar by type, from which a seed draws."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from engine.language.syntax import expression_parser

#: What a value of each type may be written as, the shortest first: `<type>` stands for any text of that type.
FORMS: Mapping[str, Sequence[str]] = {
    "number": (
        "quantity", "rate", "0", "1.50", "-3", "12.5%", "customer.score", "length(title)", "customer.region.tax",
        "pause / span", "amount / fee", "days_between(due, seen)",
        "<number> + <number>", "<number> - <number>", "<number> * <number>", "<number> / (<number>)", "(<number>)", "-(<number>)",
        "- quantity * <number>", "min(<number>, <number>)", "round(<number>, 2)", "length(<argument>)", "<any number>",
    ),
    "money": (
        "amount", "fee", "100 CNY", "-0.5 CNY", "12 元", "customer.budget", "product.price",
        "<money> + <money>", "<money> - (<money>)", "(<money>) * (<number>)", "<any money>",
    ),
    "text": (
        "title", "note", "customer.name", '"a#b"', r"'it\'s'", r'"a\"b\\\n"', "“引号”", "empty", "agent.name", "status", "`title`",
        "title & <text>", "<text> & (<text> & note)", "lower(<text>)",
        "if <condition> then title else status end", 'if <condition> then "x" else if <condition> then note else "z" end',
        'if <condition> then title else if <condition> then status else "z" end',
        'if <condition> then title else (if <condition> then status else "open" end) end',
        'if <condition> then "x" else (if <condition> then title else status end) end',
    ),
    "date": (
        "due", "opened", "2026-02-28", "today()", "customer.birthday",
        "<date> + <days>", "<date> - <days>", "<days> + due", "<any date>",
    ),
    "days": ("3 days", "1 week", "2 months", "1 年", "3 business days", "term", "5 个工作日", "7 天内", "-(2 days)"),
    "datetime": (
        "seen", "now()", "2026-11-23T09:00Z", "2026-11-23T09:00:30.25+08:00", "due + 36 hours", "due + opens",
        "<datetime> + <time>", "<datetime> - <time>", "(<date>) + 09:30:15", "(<date>) - pause", "<any datetime>",
        "if <condition> then <date> else <datetime> end", "if <condition> then <date> else (<datetime>) end",
        "if <condition> then <datetime> else (if <condition> then <date> else <date> end) end",
    ),
    "time": ("90 minutes", "1.5 hours", "pause", "15 business minutes", "1.5 工作小时", "term", "3 months", "-(1 hour)"),
    "duration": (
        "pause", "span", "2 days", "90 分钟内", "1.5 seconds", "3 微秒", "seen - solved", "due - opened", "-(3 hours)",
        "(<duration>) * 2", "2 * (<duration>)", "(<duration>) / 3", "<duration> - (<duration>)", "-(<duration>)",
        "(<date>) - (<datetime>)",
    ),
    "list": (
        "tags", "customer.labels", "lines.name", "lines.product.name", '["a", "b", title]', "[]",
        "(<argument>)", "if <condition> then tags else <list> end", "(<list> ?? tags)", "(empty as x where x = title)",
    ),
    "argument": (
        "tags where <condition>", 'tags where item contains "x"', "tags where length(item) > 2 and item != title",
        "(<list>) as tag where tag != title and <condition>", "for x in lines return <text>",
        "for x in lines return x.product.name & title", "for `in` in tags return `in` & (<text>)",
        "for x in (lines where <line>) return x.name & (x.name ?? title)",
    ),
    # Some names of a line's fields are names outside too.
    "line": (
        "price > 5 CNY", "shipped", "name = title", 'grade = "甲"', "item.quantity > rate", "delivery >= due",
        "product.price > amount", "some y in lines satisfies y.price > price", "length(product.labels where item != name) > 1",
        "length(lines where quantity > 3) > 1", "quantity in lines.quantity", "(<line>) and not (<line>)", "<condition>",
    ),
    "choice": (
        "status", 'if <condition> then status else "open" end', '(status ?? "已关闭")', '(empty ?? status ?? "Open")',
        'if <condition> then "Open" else if <condition> then status else "closed" end',
        'if <condition> then "Open" else (if <condition> then empty else status end) end',
        'if <condition> then status else (if <condition> then status else priority end) end',
    ),
    "condition": (
        "urgent", "true", "假", "urgent = false", "customer.active", 'status in ["open", empty]', "agent = me",
        "team = me.department", 'customer = "0190e0e0-0000-7000-8000-000000000001"', "customer.level != 'VIP'",
        "<number> <sign> <number>", "(<money>) <sign> <money>", "<text> <sign> (<text>)", "<date> <sign> <date>",
        "<datetime> <sign> <date>", "<datetime> <sign> <datetime>", "<duration> <sign> <duration>", "term <sign> 3 个月",
        "(<number>) is empty", "<text> is not empty", "<list> = empty", "empty != (<date>)", "(<argument>) 为空",
        "<choice> = <choice>", '<choice> != "已分诊"', '<choice> in ["open", <choice>]', '"open" not in [status, <choice>]',
        "<number> between <number> and <number>", "(<number>) not between 0 and <number>", "<date> between <datetime> and due",
        "quantity >= <number> and quantity <= 7", "not (quantity >= 3 and quantity <= <number>)",
        "<text> contains <text>", "title not contains (<text>)", 'title contains any of ["a", <text>]', "note contains none of tags",
        'title contains all of ["a", note]', 'title contains any of keywords("a b")', 'note 不包含任一 关键词("k")',
        'channels contains "weibo"', 'channels contains any of ["微博", "phone"]', "<list> contains title", '"a" in <list>',
        "some tag in <list> satisfies <condition>", "every tag in (<list>) satisfies not (<condition>)",
        "some line in lines satisfies (line.shipped and <condition>)", "every line in (lines where <line>) satisfies line.price > 3 CNY",
        "not <condition>", "not (<condition>)", "<condition> and <condition>", "<condition> or <condition>",
        "(<condition>) and (<condition>)", "(<condition>) or (<condition>) or (<condition>)", "(<condition>) = (<condition>)",
        "<any condition>",
    ),
    "sign": ("=", "!=", "<", "<=", ">", ">="),
}  # fmt: skip
#: What can stand for a value of any type.
ANY = (
    "((<this>) ?? (<this>) ?? (<this>))",
    "if <condition> then <this> else (<this>) end",
    "if <condition> then <this> else if <condition> then <this> else (<this>) end",
    "if <condition> then <this> else (if <condition> then <this> else (<this>) end) end",
)

_PART = re.compile(r"<(any )?([a-z]+)>")


def written(seed: int, type: str = "condition", size: int = 5) -> str:
    """The text of this seed, with parts nested about `size` deep."""
    return _expanded(random.Random(seed), type, size)


def _expanded(draw: random.Random, type: str, room: int) -> str:
    forms = FORMS[type]
    simple = [form for form in forms if "<" not in form.replace("<=", "")]
    form = draw.choice(simple if room <= 0 and simple else forms)
    if type == "sign":
        return form

    def part(found: re.Match[str]) -> str:
        if not found[1]:
            return _expanded(draw, found[2], room - 1)
        general = draw.choice(ANY).replace("<this>", f"<{found[2]}>")
        return _PART.sub(part, general)

    return _PART.sub(part, form)


def commented(text: str, seed: int, count: int) -> str:
    """The text with comments between its tokens."""
    draw = random.Random(seed)
    places = sorted({token.start_pos or 0 for token in expression_parser().lex(text)} | {len(text)})
    for number, place in enumerate(sorted(draw.sample(places, min(count, len(places))), reverse=True)):
        text = f'{text[:place]} # {number} “注” "\n{text[place:]}'
    return text

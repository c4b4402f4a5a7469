"""Writes docs/reference/language.md from the registries: `python -m tests.engine.language.reference`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.language.functions import FUNCTIONS
from engine.language.words import AFTER_CONTAINS, EXPRESSION_WORDS, RULE_WORDS, Words

PATH = Path(__file__).resolve().parents[3] / "docs" / "reference" / "language.md"

#: What can be said, an example, and what it means. Every example is checked against the entities of the vectors.
EXAMPLES: Mapping[str, str] = {
    'status = "open" and amount > 100 CNY': "fields by key; amounts carry their currency",
    '状态 = "处理中" 且 金额 > 100 元': "the same by labels and Chinese words; a choice by its label too",
    'status != "closed"': "equality knows empty: true for a record without a status",
    "quantity > 3": "every other comparison with empty is false, so `not (quantity > 3)` is then true",
    "note is empty": "nothing, the empty text and the empty list are all empty",
    'status in ["open", "triaged"]': "`not in` likewise; a list field may stand on the right",
    "due between 2026-01-01 and 2026-06-30": "both ends belong to it",
    'title contains "refund"': "text in text, ignoring ASCII case",
    'tags contains any of ["vip", "heavy"]': "also `all of` and `none of`",
    "seen > now() - 2 hours": "date-times and durations; a date counts as its midnight",
    "due + 7 days < today()": "a date moved by whole days stays a date",
    "(customer.budget ?? 0 CNY) >= 5000 CNY": "through a reference; `??` gives a value for empty",
    "if urgent then 1 else 2 end": "a choice between two values of one type",
    "amount / quantity": "decimals, never floats; division by zero is empty; 12 digits",
    "owner = me or department = me.department": "the caller, in filters and conditions of records",
}

HEADER = """# The expression language

One language for conditions of rules, gateways, forms and records, and for filters. Nothing fails while it runs: what is wrong is said
when it is saved, and a value that is missing is *empty*. Numbers are decimals. Time is counted in days of the offset of `now()`.
A name that is also a word of the language, or holds spaces, is written in backticks. `#` begins a comment.

This page is written from the registries of the code; a test holds it to them.
"""

RULES = """## Rules

```
rule product_defect_post "A product with a defect"
  priority 50
  when social.post as p where p.channel = "weibo"
  if p.text contains any of keywords("products") and p.text contains any of keywords("defects")
  then create_ticket("Defect: {p.text}", priority: "high")
       stop
  else tag("chatter")
  limit 1 per person per 6 hours
end
```

`keywords` names a word list, and stands in rules only. `where` decides whether the rule looks at the event at all; `if` chooses between `then` and `else`. Rules are tried from the highest
priority down; `stop` keeps those of lower priority from firing on the same event. `limit` and `once` hold a rule back per subject; a firing of
which every action failed uses up neither.
Arguments stand in order or by name; text in them may hold `{paths}`. `event` and `person` are always there.
"""


def _words(title: str, words: Words) -> Iterator[str]:
    surfaces: dict[tuple[str, ...], list[str]] = {}
    for word, symbols in words.items():
        surfaces.setdefault(symbols, []).append(word)
    yield f"\n### {title}\n\n| English | 中文 |\n| --- | --- |\n"
    for symbols, written in surfaces.items():
        english = [f"`{word}`" for word in written if word.isascii()] or [f"`{' '.join(symbols).lower()}`"]
        chinese = [f"`{word}`" for word in written if not word.isascii()]
        yield f"| {' '.join(english)} | {' '.join(chinese)} |\n"


def reference() -> str:
    """The page."""
    parts = [HEADER, "\n## What can be said\n\n| Expression | Meaning |\n| --- | --- |\n"]
    parts += [f"| `{text}` | {meaning} |\n" for text, meaning in EXAMPLES.items()]
    parts.append(
        "\n## Functions\n\n| Function | 中文名 | Meaning | 含义 | Example |\n| --- | --- | --- | --- | --- |\n"
    )
    for each in FUNCTIONS:
        chinese = " ".join(f"`{name}`" for name in each.names if not name.isascii())
        text, value = each.examples[0]
        parts.append(f"| `{each.usage}` | {chinese} | {each.doc.en} | {each.doc.zh} | `{text}` is `{value}` |\n")
    parts.append("\n## Words\n")
    parts += _words("In expressions", EXPRESSION_WORDS)
    parts += _words("After `contains`", AFTER_CONTAINS)
    parts += _words("In rules", RULE_WORDS)
    return "".join([*parts, "\n", RULES])


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")

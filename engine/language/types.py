"""The static types of the language, and their short text form (`money:CNY`, `list:choice`, `reference:customer`).

A type says what an expression can yield; what somebody may call a variable of it (its label) rides along, because a
label is only another surface of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.definitions import Option, Text

#: Kinds whose values `<`, `<=`, `>` and `>=` order.
ORDERED = frozenset({"number", "money", "date", "time", "datetime", "duration", "period", "text"})


@dataclass(frozen=True, slots=True)
class Type:
    """A type. `kind` is one of boolean, text, number, money, date, time, datetime, duration (a fixed length), period (calendar
    months), business (the literal `3 business days`), choice, reference, list, record, empty (the type of the literal
    `empty`) and unknown (the type of what was already reported as a problem).

    `currency` money; `options` choice; `entity` reference; `item` list; `fields` record. `label` and `nullable` describe
    the place a type stands at, and play no part in comparing types.
    """

    kind: str
    currency: str | None = None
    entity: str | None = None
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict, compare=False, repr=False)
    options: tuple[Option, ...] = field(default=(), compare=False, repr=False)
    label: Text | None = field(default=None, compare=False, repr=False)
    nullable: bool = field(default=True, compare=False)

    def named(self, label: Text | None) -> Type:
        """The same type under a label."""
        return replace(self, label=label)

    def code(self) -> str:
        """The short text form, read back by `parse_type`."""
        detail = self.item.code() if self.item else self.currency or self.entity
        return f"{self.kind}:{detail}" if detail else self.kind

    def describe(self) -> Text:
        """What the type is called in a message."""
        zh, en = _NAMES[self.kind]
        if self.currency:
            return Text(f"{zh}（{self.currency}）", f"{en} ({self.currency})")
        if self.item:
            item = self.item.describe()
            return Text(f"{item.zh}列表", f"list of {item.en}")
        return Text(zh, en)

    def phrase(self) -> Text:
        """What a value of the type is called within a sentence."""
        if self.item is not None:
            return Text(self.describe().zh, f"a list of {_PHRASES[self.item.kind][1]}")
        english = _PHRASES[self.kind][0]
        return Text(self.describe().zh, f"{english} in {self.currency}" if self.currency else english)


#: One value of each kind, and several, within an English sentence.
_PHRASES: Mapping[str, tuple[str, str]] = {
    "boolean": ("a yes or no", "yes and no"),
    "text": ("a text", "texts"),
    "number": ("a number", "numbers"),
    "money": ("an amount", "amounts"),
    "date": ("a date", "dates"),
    "time": ("a time of day", "times of day"),
    "datetime": ("a date with time", "dates with time"),
    "duration": ("a length of time", "lengths of time"),
    "period": ("a number of months", "numbers of months"),
    "business": ("business time", "business time"),
    "choice": ("a choice", "choices"),
    "reference": ("a reference to a record", "references to records"),
    "list": ("a list", "lists"),
    "record": ("a record", "records"),
    "empty": ("empty", "empty values"),
    "unknown": ("something unknown", "something unknown"),
}

_NAMES: Mapping[str, tuple[str, str]] = {
    "boolean": ("真假值", "true or false"),
    "text": ("文本", "text"),
    "number": ("数字", "number"),
    "money": ("金额", "money"),
    "date": ("日期", "date"),
    "time": ("时刻", "time of day"),
    "datetime": ("日期时间", "date and time"),
    "duration": ("时长", "duration"),
    "period": ("月数年数", "months or years"),
    "business": ("工作时间", "business time"),
    "choice": ("选项", "choice"),
    "reference": ("引用", "reference"),
    "list": ("列表", "list"),
    "record": ("记录", "record"),
    "empty": ("空", "empty"),
    "unknown": ("未知", "unknown"),
}

BOOLEAN = Type("boolean")
TEXT = Type("text")
NUMBER = Type("number")
DATE = Type("date")
TIME = Type("time")
DATETIME = Type("datetime")
DURATION = Type("duration")
PERIOD = Type("period")
BUSINESS = Type("business")
EMPTY = Type("empty")
UNKNOWN = Type("unknown")


def says_nothing(type: Type) -> bool:
    """Whether a type leaves open what it stands for: that of `empty`, and of a list of nothing else."""
    if type.kind == "list":
        return type.item is None or type.item.kind in ("empty", "unknown")
    return type.kind in ("empty", "unknown")


def money(currency: str) -> Type:
    """Amounts in one currency (ISO 4217)."""
    return Type("money", currency=currency)


def choice(*options: Option) -> Type:
    """One of the options' keys; any text when no options are given."""
    return Type("choice", options=options)


def reference(entity: str | None) -> Type:
    """The id of a record of `entity`; paths go on through it."""
    return Type("reference", entity=entity)


def list_of(item: Type) -> Type:
    """Several values of one type."""
    return Type("list", item=item)


def record(fields: Mapping[str, Type], label: Text | None = None) -> Type:
    """Named values read by a dot."""
    return Type("record", fields=fields, label=label)


def parse_type(code: str) -> Type:
    """The type `Type.code` wrote; fields, options and labels are not part of it."""
    kind, _, detail = code.partition(":")
    if kind not in _NAMES or (kind == "list" and detail.startswith("list")):
        raise ValueError(f"no type is called {code!r}")
    if kind == "list":
        return list_of(parse_type(detail)) if detail else Type("list")
    if kind == "money":
        return Type("money", currency=detail or None)
    return Type(kind, entity=detail or None)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name: `variables` by key, and `records`, the fields behind a reference by entity key; `decisions`,
    the decision tables by key, each a record of its `inputs` and its `result`.

    `provides` names what the host gives an evaluation beside values: `words` (word lists), `lookup` (records by their fields),
    `directory` (who is in which department), `roles` (who holds which, and who reports to whom),
    `decisions` (decision tables). A function that needs one is refused where it is not provided.
    """

    variables: Mapping[str, Type]
    records: Mapping[str, Type] = field(default_factory=dict)
    provides: frozenset[str] = frozenset()
    decisions: Mapping[str, Type] = field(default_factory=dict)

    def members(self, type: Type) -> Mapping[str, Type]:
        """The names that may follow a dot after a value of `type`."""
        if type.kind == "record":
            return type.fields
        target = self.records.get(type.entity) if type.kind == "reference" and type.entity else None
        return target.fields if target else {}

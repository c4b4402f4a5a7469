"""Why a condition is not true: the smallest honest reasons, as sentences in both languages, told from its explained parts.

Each kind of condition has one function: from its part, which is not what was `wanted`, to the reasons. `not` turns the wish round.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from engine.definitions import Text
from engine.language.explain import Part, text_of
from engine.language.operations import list_holds_all, text_holds_all
from engine.language.types import Type
from engine.language.values import display

#: Characters of a value, and items of a list, that a sentence holds.
MOST_CHARACTERS = 40
MOST_SHOWN = 5
MOST_REASONS = 10

_CHINESE = re.compile("[\u4e00-\u9fff]")
_OTHER = re.compile(r"[\w<>=(+-]", re.ASCII)
_MICROSECOND = dt.timedelta(microseconds=1)
_UNITS = (
    (86_400_000_000, "天", "days"), (3_600_000_000, "小时", "hours"), (60_000_000, "分钟", "minutes"), (1_000_000, "秒", "seconds"),
    (1, "微秒", "microseconds"),
)  # fmt: skip


def reasons(part: Part, zone: dt.tzinfo) -> tuple[Text, ...]:
    """Why the condition of a part is not true; each reason once."""
    return tuple(dict.fromkeys(Teller(zone).why(part, True)))[:MOST_REASONS]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells reasons; moments are written in `zone`."""

    zone: dt.tzinfo

    def why(self, part: Part, wanted: bool) -> list[Text]:
        """Why a part is not `wanted`; nothing when it is."""
        if (part.value is True) is wanted:
            return []
        tell = _TELLERS.get(part.node.op)
        told = tell(self, part, wanted) if tell is not None else []
        return told or [
            self.sentence("{part}是{value}", "{part} is {value}", part=self.written(part), value=self.value(part))
        ]

    def sentence(self, zh: str, en: str, **params: Text | str) -> Text:
        """A sentence in both languages."""
        return Text(
            _spaced(zh, {key: value if isinstance(value, str) else value.zh for key, value in params.items()}),
            en.format(**{key: value if isinstance(value, str) else value.en for key, value in params.items()}),
        )

    def written(self, part: Part) -> Text:
        """How a part is written."""
        return Text(text_of(part.node, part.written, "zh"), text_of(part.node, part.written, "en"))

    def value(self, part: Part) -> Text:
        """The value of a part."""
        return self.shown(part.node.type, part.value)

    def shown(self, type: Type, value: object) -> Text:
        """A value as a sentence holds it."""
        if value is None:
            return Text("空", "empty")
        show = _SHOWN.get(type.kind)
        return show(self, type, value) if show is not None else _same(_short(display(type, value, self.zone)))

    def other(self, part: Part) -> Text:
        """The other side of a comparison: a constant as its value, anything else with its value behind."""
        if part.node.op in ("const", "list"):
            return self.value(part)
        written, value = self.written(part), self.value(part)
        return Text(f"{written.zh}（{value.zh}）", f"{written.en} ({value.en})")


def _same(text: str) -> Text:
    return Text(text, text)


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _spaced(template: str, params: Mapping[str, str]) -> str:
    """A Chinese sentence, with spaces where what is put in meets Chinese characters with other letters or digits."""
    sentence = ""
    for before, key, _, _ in Formatter().parse(template):
        sentence += before if not _meet(sentence, before) else f" {before}"
        value = params[key] if key else ""
        sentence += value if not _meet(sentence, value) else f" {value}"
    return sentence


def _meet(left: str, right: str) -> bool:
    """Whether a Chinese character and one of another script touch here."""
    pair = left[-1:], right[:1]
    return "" not in pair and any(_CHINESE.match(one) and _OTHER.match(two) for one, two in (pair, pair[::-1]))


def _truth(_: Teller, __: Type, value: object) -> Text:
    return Text("真", "true") if value is True else Text("假", "false")


def _quoted(_: Teller, __: Type, value: object) -> Text:
    return _same(f"“{_short(str(value))}”")


def _option(teller: Teller, type: Type, value: object) -> Text:
    label = next((option.label for option in type.options if option.key == value), None)
    return label if label is not None else _quoted(teller, type, value)


def _duration(_: Teller, __: Type, value: object) -> Text:
    assert isinstance(value, dt.timedelta), "the run-time form of a duration"
    left, zh, en = abs(value) // _MICROSECOND, [], []
    for size, chinese, english in _UNITS:
        count, left = divmod(left, size)
        if count:
            zh.append(f"{count} {chinese}")
            en.append(f"{count} {english if count > 1 else english.removesuffix('s')}")
    sign = "-" if value < dt.timedelta(0) else ""
    return Text(sign + " ".join(zh or ["0 秒"]), sign + " ".join(en or ["0 seconds"]))


def _period(_: Teller, __: Type, value: object) -> Text:
    return Text(f"{value} 个月", f"{value} months" if value != 1 else "1 month")


def _items(teller: Teller, type: Type, value: object) -> Text:
    assert isinstance(value, Sequence), "the run-time form of a list"
    shown = [teller.shown(type.item or type, item) for item in value[:MOST_SHOWN]]
    more = "…" if len(value) > MOST_SHOWN else ""
    return Text("、".join(text.zh for text in shown) + more, ", ".join(text.en for text in shown) + more)


def _record(_: Teller, __: Type, ___: object) -> Text:
    return Text("一条记录", "a record")


_SHOWN: Mapping[str, Callable[[Teller, Type, object], Text]] = {
    "boolean": _truth,
    "text": _quoted,
    "choice": _option,
    "duration": _duration,
    "period": _period,
    "list": _items,
    "record": _record,
}


# -- logic


def _joined(told: Iterable[list[Text]]) -> list[Text]:
    return [text for texts in told for text in texts]


def _of_parts(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    """Of `and` and `or`: those parts that are not as wanted; the others have no part in it."""
    return _joined(teller.why(each, wanted) for each in part.parts)


def _not(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    return teller.why(part.parts[0], not wanted)


def _if(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    condition, then, otherwise = part.parts
    taken = then if condition.value is True else otherwise
    if taken.node.op == "const":
        return teller.why(condition, condition.value is not True)
    return teller.why(taken, wanted)


def _coalesce(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    decisive = next((each for each in part.parts if each.value is not None), None)
    return [] if decisive is None or decisive.node.op == "const" else teller.why(decisive, wanted)


# -- comparisons


def _turned(part: Part) -> tuple[Part, Part, str]:
    """The two sides with a constant on the right, and the comparison between them."""
    left, right = part.parts
    if left.node.op == "const" and right.node.op != "const":
        return right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(part.node.op, part.node.op)
    return left, right, part.node.op


def _equal(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    left, right, _ = _turned(part)
    params: dict[str, Text | str] = {
        "part": teller.written(left),
        "value": teller.value(left),
        "other": teller.other(right),
    }
    if wanted:
        return [teller.sentence("{part}是{value}，不是{other}", "{part} is {value}, not {other}", **params)]
    if right.node.op == "const":
        return [teller.sentence("{part}是{value}", "{part} is {value}", **params)]
    params["other"] = teller.written(right)
    return [teller.sentence("{part}和{other}都是{value}", "{part} and {other} are both {value}", **params)]


def _ordered(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    left, right, op = _turned(part)
    empty = [each for each in (left, right) if each.value is None]
    if empty:
        return [teller.sentence("{part}是空", "{part} is empty", part=teller.written(each)) for each in empty]
    params: dict[str, Text | str] = {
        "part": teller.written(left),
        "value": teller.value(left),
        "other": teller.other(right),
        "op": op,
    }
    if wanted:
        return [
            teller.sentence("{part}是{value}，不满足 {op} {other}", "{part} is {value}, not {op} {other}", **params)
        ]
    return [teller.sentence("{part}是{value}，满足 {op} {other}", "{part} is {value}, which is {op} {other}", **params)]


def _in(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    item, items = part.parts
    params: dict[str, Text | str] = {
        "part": teller.written(item),
        "value": teller.value(item),
        "other": teller.other(items),
    }
    if items.value is None and wanted:
        return [teller.sentence("{part}是空", "{part} is empty", part=teller.written(items))]
    if wanted:
        return [teller.sentence("{part}是{value}，不在{other}之中", "{part} is {value}, not one of {other}", **params)]
    return [teller.sentence("{part}是{value}，在{other}之中", "{part} is {value}, one of {other}", **params)]


def _is_empty(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    params: dict[str, Text | str] = {"part": teller.written(part.parts[0]), "value": teller.value(part.parts[0])}
    if wanted:
        return [teller.sentence("{part}是{value}，不是空", "{part} is {value}, not empty", **params)]
    return [teller.sentence("{part}是空", "{part} is empty", **params)]


def _contains(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    holder, sought = part.parts
    empty = _nothing_held(teller, holder, wanted)
    params: dict[str, Text | str] = {"part": teller.written(holder), "other": teller.other(sought)}
    if wanted:
        return empty or [teller.sentence("{part}不包含{other}", "{part} does not contain {other}", **params)]
    return [teller.sentence("{part}包含{other}", "{part} contains {other}", **params)]


def _nothing_held(teller: Teller, holder: Part, wanted: bool) -> list[Text]:
    if holder.value is not None or not wanted:
        return []
    return [teller.sentence("{part}是空", "{part} is empty", part=teller.written(holder))]


def _held(part: Part, held: bool) -> list[object]:
    """Of what is sought, what the holder holds, or what it does not."""
    holder, sought = part.parts[0].value, part.parts[1].value
    if part.parts[1].node.op == "keywords":
        return list(sought or ())
    holds = text_holds_all if isinstance(holder, str) else list_holds_all
    return [each for each in sought or () if holder is not None and holds(holder, (each,)) is held]


def _contains_any(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    holder, sought = part.parts
    if wanted:
        empty = _nothing_held(teller, holder, wanted)
        other = teller.written(sought) if sought.node.op == "keywords" else teller.other(sought)
        params: dict[str, Text | str] = {"part": teller.written(holder), "other": other}
        return empty or [
            teller.sentence("{part}不包含{other}中的任何一个", "{part} contains none of {other}", **params)
        ]
    found = teller.shown(sought.node.type, tuple(_held(part, True)))
    return [teller.sentence("{part}包含{found}", "{part} contains {found}", part=teller.written(holder), found=found)]


def _contains_all(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    holder, sought = part.parts
    params: dict[str, Text | str] = {"part": teller.written(holder), "other": teller.other(sought)}
    if wanted:
        params["other"] = teller.shown(sought.node.type, tuple(_held(part, False)))
        return _nothing_held(teller, holder, wanted) or [
            teller.sentence("{part}不包含{other}", "{part} does not contain {other}", **params)
        ]
    return [teller.sentence("{part}包含全部{other}", "{part} contains all of {other}", **params)]


# -- lists gone through item by item


def _condition(part: Part) -> Text:
    """How the condition on an item is written."""
    node, written = part.node.args[1], part.written
    return Text(text_of(node, written, "zh"), text_of(node, written, "en"))


def _some(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    listed = part.parts[0]
    if listed.value is None:
        return [teller.sentence("{part}是空", "{part} is empty", part=teller.written(listed))]
    if not wanted:
        return _of_item(teller, part, True)
    params: dict[str, Text | str] = {
        "part": teller.written(listed),
        "count": str(len(listed.value)),
        "condition": _condition(part),
    }
    if len(listed.value) == 1:
        return _of_item(teller, part, False)
    return [
        teller.sentence(
            "{part}的{count}项都不满足“{condition}”",
            "none of the {count} items of {part} satisfies “{condition}”",
            **params,
        )
    ]


def _every(teller: Teller, part: Part, wanted: bool) -> list[Text]:
    listed = part.parts[0]
    if wanted:
        return _of_item(teller, part, False)
    if listed.value is None:
        return [
            teller.sentence(
                "{part}是空，没有一项不满足", "{part} is empty, so that no item fails", part=teller.written(listed)
            )
        ]
    params: dict[str, Text | str] = {
        "part": teller.written(listed),
        "count": str(len(listed.value)),
        "condition": _condition(part),
    }
    return [
        teller.sentence(
            "{part}的{count}项都满足“{condition}”", "all {count} items of {part} satisfy “{condition}”", **params
        )
    ]


def _of_item(teller: Teller, part: Part, holding: bool) -> list[Text]:
    """What the first item for which the condition holds, or does not, has to do with it."""
    found = next(
        ((number, each) for number, (_, each) in enumerate(part.items, 1) if (each.value is True) is holding), None
    )
    params: dict[str, Text | str] = {"part": teller.written(part.parts[0]), "condition": _condition(part)}
    if found is None:
        negation = ("满足", "satisfies") if holding else ("不满足", "does not satisfy")
        return [
            teller.sentence(
                f"{{part}}中有一项{negation[0]}“{{condition}}”",
                f"an item of {{part}} {negation[1]} “{{condition}}”",
                **params,
            )
        ]
    number, each = found
    return [
        teller.sentence(
            "{part}第{number}项：{why}", "item {number} of {part}: {why}", number=str(number), why=why, **params
        )
        for why in teller.why(each, not holding)
    ]


_TELLERS: Mapping[str, Callable[[Teller, Part, bool], list[Text]]] = {
    "and": _of_parts,
    "or": _of_parts,
    "not": _not,
    "if": _if,
    "??": _coalesce,
    "=": _equal,
    **dict.fromkeys(("<", "<=", ">", ">="), _ordered),
    "in": _in,
    "is_empty": _is_empty,
    "contains": _contains,
    "contains_any": _contains_any,
    "contains_all": _contains_all,
    "some": _some,
    "every": _every,
}

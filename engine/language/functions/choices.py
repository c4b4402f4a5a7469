"""Functions of choices: their labels, and the order of their options, which is that of stages.

Options are known to the checker only, so it adds them to the call, behind the arguments that are written.
"""

from __future__ import annotations

from decimal import Decimal

from engine.definitions import Text
from engine.language.functions.arguments import implied
from engine.language.functions.function import Function, Group, Parameter
from engine.language.operators import Mismatch, reconcile
from engine.language.tree import Node
from engine.language.types import BOOLEAN, NUMBER, TEXT, Scope, Type

LANGUAGES = ("zh", "en")

_CHOICE = Parameter("choice", ("choice",))
_OPTION = Parameter("option", ("text", "choice"), literal=True)


def _checked(node: Node) -> Node:
    """A text beside a choice passes for one elsewhere, but it has no options."""
    if node.type.kind not in ("choice", "unknown"):
        raise Mismatch("type_mismatch", expected=Type("choice").phrase(), found=node.type.phrase())
    return node


def _with_labels(_: Scope, arguments: list[Node]) -> list[Node]:
    """The language, then for each option its key and its label."""
    _checked(arguments[0])
    if len(arguments) == 1:
        arguments = [*arguments, *implied(LANGUAGES[0])]
    language = str(arguments[1].value or "")
    if language not in LANGUAGES:
        raise Mismatch("unknown_option", (f'"{each}"' for each in LANGUAGES), value=language)
    labels = ((option.key, getattr(option.label, language) or option.key) for option in arguments[0].type.options)
    return [*arguments, *implied(*(text for pair in labels for text in pair))]


def _with_keys(_: Scope, arguments: list[Node]) -> list[Node]:
    return [*arguments, *implied(*(option.key for option in _checked(arguments[0]).type.options))]


def _beside(scope: Scope, arguments: list[Node]) -> list[Node]:
    """The second argument is one of the options of the first."""
    if arguments[1].value is None:
        raise Mismatch("must_be_literal")
    return _with_keys(scope, list(reconcile(*arguments)))


def _label_of(choice: str, _: str, *labels: str) -> str:
    return dict(zip(labels[::2], labels[1::2], strict=True)).get(choice, choice)


def _place(choice: str | None, options: tuple[str, ...]) -> int | None:
    return options.index(choice) if choice in options else None


def _index_of(choice: str, *options: str) -> Decimal | None:
    place = _place(choice, options)
    return None if place is None else Decimal(place + 1)


def _next(choice: str, *options: str) -> str | None:
    place = _place(choice, options)
    return None if place is None or place + 1 == len(options) else options[place + 1]


def _previous(choice: str, *options: str) -> str | None:
    return options[place - 1] if (place := _place(choice, options)) else None


def _compared(choice: str | None, other: str | None, options: tuple[str, ...]) -> int | None:
    """Below zero when the choice stands before the other; None when one of them is not among the options."""
    first, second = _place(choice, options), _place(other, options)
    return None if first is None or second is None else first - second


def _is_before(choice: str | None, other: str | None, *options: str) -> bool:
    distance = _compared(choice, other, options)
    return distance is not None and distance < 0


def _is_after(choice: str | None, other: str | None, *options: str) -> bool:
    distance = _compared(choice, other, options)
    return distance is not None and distance > 0


def _has_reached(choice: str | None, other: str | None, *options: str) -> bool:
    distance = _compared(choice, other, options)
    return distance is not None and distance >= 0


FUNCTIONS: Group = (
    Function(
        "label_of", ("label_of", "选项名称"), "choice",
        (_CHOICE, Parameter("language", ("text",), optional=True, literal=True)), TEXT,
        Text(
            '选项的名称，中文（"zh"，不写即是）或英文（"en"）；空仍为空',
            'what an option is called, in Chinese ("zh", when left out) or English ("en"); empty when none is chosen',
        ),
        (('label_of(status, "en")', "empty"),), _label_of, adapt=_with_labels,
        grows=lambda sizes, _: max(sizes),
    ),
    Function(
        "option_index", ("option_index", "选项序号"), "choice", (_CHOICE,), NUMBER,
        Text("在各选项中排第几，从 1 数起；空仍为空", "which of the options it is, from 1; empty when none is chosen"),
        (("option_index(status)", "empty"),), _index_of, adapt=_with_keys, grows=lambda *_: 4,
    ),
    Function(
        "next_option", ("next_option", "下一选项"), "choice", (_CHOICE,), None,
        Text(
            "排在后面的一个选项；最后一个之后和空为空",
            "the option that follows; empty after the last, and when none is chosen",
        ),
        (("next_option(status)", "empty"),), _next, adapt=_with_keys,
    ),
    Function(
        "previous_option", ("previous_option", "上一选项"), "choice", (_CHOICE,), None,
        Text(
            "排在前面的一个选项；第一个之前和空为空",
            "the option that comes before; empty before the first, and when none is chosen",
        ),
        (("previous_option(status)", "empty"),), _previous, adapt=_with_keys,
    ),
    Function(
        "is_before", ("is_before", "排在之前"), "choice", (_CHOICE, _OPTION), BOOLEAN,
        Text(
            "在各选项中是否排在另一个之前；空则为假",
            "whether it comes before another option; false when none is chosen",
        ),
        (('is_before(status, "closed")', "false"),), _is_before, strict=False, adapt=_beside,
    ),
    Function(
        "is_after", ("is_after", "排在之后"), "choice", (_CHOICE, _OPTION), BOOLEAN,
        Text(
            "在各选项中是否排在另一个之后；空则为假",
            "whether it comes after another option; false when none is chosen",
        ),
        (('is_after(status, "open")', "false"),), _is_after, strict=False, adapt=_beside,
    ),
    Function(
        "has_reached", ("has_reached", "已到"), "choice", (_CHOICE, _OPTION), BOOLEAN,
        Text(
            "是否就是某个选项或排在它之后；空则为假",
            "whether it is an option or comes after it; false when none is chosen",
        ),
        (('has_reached(status, "open")', "false"),), _has_reached, strict=False, adapt=_beside,
    ),
)  # fmt: skip

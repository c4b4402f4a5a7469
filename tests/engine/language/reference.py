"""Writes docs/reference/language.md and language.zh.md from the registries: `python -m tests.engine.language.reference`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.definitions import Text
from engine.language import Checked, Function, check, print
from engine.language.checker import PLACES
from engine.language.functions import FUNCTIONS, GROUPS
from engine.language.functions.function import EVERYWHERE, Parameter
from engine.language.surfaces import Surface
from engine.language.types import Type
from engine.language.words import AFTER_CONTAINS, AFTER_OPERAND, BEFORE_NAME, EXPRESSION_WORDS, RULE_WORDS, Words
from tests.engine.language.reference_text import (
    EXAMPLES,
    INTRODUCTION,
    LAWS,
    LIMITS,
    OPERATORS,
    OTHER_PAGE,
    RULE,
    RULES,
    TARGETS,
    TITLE,
    TYPES,
)
from tests.engine.language.scopes import SCOPE

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"
PATHS: Mapping[Surface, Path] = {"en": FOLDER / "language.md", "zh": FOLDER / "language.zh.md"}


def _in(surface: Surface, text: Text) -> str:
    return text.zh if surface == "zh" else text.en


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`` {escaped} ``" if "`" in text else f"`{escaped}`"


def _table(*heads: str) -> str:
    return f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def written(text: str, surface: Surface) -> str:
    """An example in the words of a surface."""
    found = check(text, SCOPE)
    if not isinstance(found, Checked):
        raise ValueError(f"{text}: {found}")
    return print(found.tree, surface, SCOPE) if surface == "zh" else text


def _said(surface: Surface) -> Iterator[str]:
    heads = (Text("表达式", "Expression"), Text("含义", "Meaning"))
    yield _table(*(_in(surface, head) for head in heads))
    shown: set[str] = set()
    for text, meaning in EXAMPLES.items():
        example = written(text, surface)
        if example not in shown:
            yield _row(_code(example), _in(surface, meaning))
        shown.add(example)


def _types(surface: Surface) -> Iterator[str]:
    heads = (Text("种类", "Type"), Text("写法", "Written"), Text("说明", "What it is"))
    yield _table(*(_in(surface, head) for head in heads))
    for kind, example, meaning in TYPES:
        shown = (
            written(f"due + {example}", surface).partition(" + ")[2]
            if kind == "business"
            else written(example, surface)
        )
        yield _row(_in(surface, Type(kind).describe()), _code(shown), _in(surface, meaning))


def _operators(surface: Surface) -> Iterator[str]:
    heads = (Text("写法", "Operator"), Text("英文", "中文"), Text("含义", "Meaning"))
    yield _table(*(_in(surface, head) for head in heads))
    for english, chinese, meaning in OPERATORS:
        own, other = (chinese, english) if surface == "zh" else (english, chinese)
        yield _row(_code(own), _code(other), _in(surface, meaning))


def _kinds(surface: Surface, parameter: Parameter) -> str:
    joint = "、" if surface == "zh" else " / "
    named = joint.join(_in(surface, Type(kind).describe()) for kind in parameter.kinds)
    notes = [
        *((Text("可省略", "optional"),) if parameter.optional else ()),
        *((Text("可重复", "repeats"),) if parameter.variadic else ()),
        *((Text("直接写出的值", "a plain value"),) if parameter.literal else ()),
    ]
    extra = "，".join(note.zh for note in notes) if surface == "zh" else ", ".join(note.en for note in notes)
    shown = f"{named} ({extra})" if extra and surface == "en" else f"{named}（{extra}）" if extra else named
    return f"`{parameter.name}`: {shown}"


def _places(surface: Surface, function: Function) -> str:
    if function.needs is not None:
        return _in(surface, PLACES[function.needs])
    if function.targets == EVERYWHERE:
        return _in(surface, Text("各处", "everywhere"))
    joint = "、" if surface == "zh" else ", "
    return joint.join(_in(surface, place) for target, place in TARGETS.items() if target in function.targets)


def usage(surface: Surface, function: Function) -> str:
    """How a function is called, by its name in a surface."""
    name = next((each for each in function.names if each.isascii() == (surface == "en")), function.key)
    return function.usage.replace(function.key, name, 1)


def _functions(surface: Surface) -> Iterator[str]:
    heads = (Text("用法", "Usage"), Text("其他名称", "Other names"), Text("参数", "Parameters"), Text("含义", "Meaning"),
             Text("例子", "Examples"), Text("用处", "Where"))  # fmt: skip
    for key, label in GROUPS.items():
        yield f"\n### {_in(surface, label)}\n\n"
        yield _table(*(_in(surface, head) for head in heads))
        for each in (function for function in FUNCTIONS if function.group == key):
            yield _function(surface, each)


def _function(surface: Surface, each: Function) -> str:
    shown = usage(surface, each)
    others = " ".join(_code(name) for name in each.names if not shown.startswith(f"{name}("))
    parameters = "<br>".join(_kinds(surface, parameter) for parameter in each.parameters) or "—"
    equals = "是" if surface == "zh" else "is"
    examples = "<br>".join(
        f"{_code(written(text, surface))} {equals} {_code(written(value, surface))}" for text, value in each.examples
    )
    return _row(_code(shown), others or "—", parameters, _in(surface, each.doc), examples, _places(surface, each))


def _words(words: Words) -> Iterator[str]:
    surfaces: dict[tuple[str, ...], list[str]] = {}
    for word, symbols in words.items():
        surfaces.setdefault(symbols, []).append(word)
    yield _table("English", "中文")
    for symbols, spelled in surfaces.items():
        english = [_code(word) for word in spelled if word.isascii()] or [_code(" ".join(symbols).lower())]
        yield _row(" ".join(english), " ".join(_code(word) for word in spelled if not word.isascii()) or "—")


_WORDS: tuple[tuple[Text, Words], ...] = (
    (Text("表达式里", "In expressions"), EXPRESSION_WORDS),
    (Text("只在“包含”后面", "Only after `contains`"), AFTER_CONTAINS),
    (Text("只在名称前面", "Only before a name"), BEFORE_NAME),
    (Text("只在值后面", "Only after a value"), AFTER_OPERAND),
    (Text("规则里", "In rules"), RULE_WORDS),
)


def _all_words(surface: Surface) -> Iterator[str]:
    for title, words in _WORDS:
        yield f"\n### {_in(surface, title)}\n\n"
        yield from _words(words)


def _limits(surface: Surface) -> Iterator[str]:
    yield _table(*(_in(surface, head) for head in (Text("至多", "At most"), Text("什么", "Of what"))))
    yield from (_row(most, _in(surface, meaning)) for most, meaning in LIMITS)


def _sections(surface: Surface) -> Iterator[tuple[Text, Iterable[str]]]:
    yield Text("能写什么", "What can be said"), ["\n", *_said(surface)]
    yield Text("值的种类", "Types"), ["\n", *_types(surface)]
    yield Text("运算", "Operators"), ["\n", *_operators(surface)]
    yield Text("规律", "Laws"), ["\n", *(f"- {_in(surface, law)}\n" for law in LAWS)]
    yield Text("函数", "Functions"), _functions(surface)
    yield Text("词", "Words"), _all_words(surface)
    yield Text("限度", "Limits"), ["\n", *_limits(surface)]
    yield Text("规则", "Rules"), ["\n", RULE, "\n", _in(surface, RULES)]


def reference(surface: Surface) -> str:
    """The page in one language."""
    parts = [f"{_in(surface, TITLE)}\n\n{_in(surface, OTHER_PAGE)}\n\n{_in(surface, INTRODUCTION)}\n"]
    for title, lines in _sections(surface):
        parts += [f"\n## {_in(surface, title)}\n", *lines]
    return "".join(parts)


if __name__ == "__main__":
    for surface, path in PATHS.items():
        path.write_text(reference(surface), encoding="utf-8")

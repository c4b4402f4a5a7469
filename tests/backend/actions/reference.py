"""Writes docs/reference/actions.md and actions.zh.md from the registry: `python -m tests.backend.actions.reference`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from backend.actions.action import Action, Parameter
from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS as REGISTERED
from backend.metadata.event_scopes import rule_scope
from backend.templates.files import read_app
from backend.templates.validate import app_metadata
from engine.definitions import Text
from engine.language import Problems
from engine.rules import CompiledRule, compile_rule
from engine.rules.printer import print_rule
from tests.backend.actions.reference_text import (
    ACTIONS,
    COLUMNS,
    INTRODUCTION,
    OTHER_PAGE,
    SENDS,
    TITLE,
    About,
)

Surface = Literal["en", "zh"]
_ROOT = Path(__file__).resolve().parents[3]
PATHS: Mapping[Surface, Path] = {
    "en": _ROOT / "docs" / "reference" / "actions.md",
    "zh": _ROOT / "docs" / "reference" / "actions.zh.md",
}
_METADATA = app_metadata([read_app(_ROOT / "builtin_templates" / app)[0] for app in ("crm", "scrm")])
SCOPE = rule_scope(_METADATA, ActionRegistry(REGISTERED).signatures())
_ANYTHING = Text("任何值", "anything")


def rule_of(action: str, about: About) -> CompiledRule:
    """The rule that shows an action. Raises ValueError for one that is wrong."""
    text = f'rule example_{action} "{action}"\n  when {about.when}\n  then {about.call}\nend'
    found = compile_rule(text, SCOPE)
    if isinstance(found, Problems):
        raise ValueError(f"{action}: {found}")
    return found


def reference(surface: Surface) -> str:
    """The whole page."""
    return "\n".join(_lines(surface)) + "\n"


def _lines(surface: Surface) -> Iterator[str]:
    yield f"# {_in(surface, TITLE)}"
    yield ""
    yield _in(surface, OTHER_PAGE)
    yield ""
    yield _in(surface, INTRODUCTION)
    for action in REGISTERED:
        yield ""
        yield from _action(surface, action, ACTIONS[action.key])


def _action(surface: Surface, action: Action, about: About) -> Iterator[str]:
    yield f"## `{action.key}` {_in(surface, action.label)}"
    yield ""
    space = "" if surface == "zh" else " "
    says = [_in(surface, about.says)]
    says += [f"{_in(surface, SENDS)}{'。' if surface == 'zh' else '.'}"] if action.sends else []
    yield space.join(says)
    if action.parameters:
        yield ""
        yield "| " + " | ".join(_in(surface, column) for column in COLUMNS) + " |"
        yield "| --- | --- | --- | --- |"
        for parameter in action.parameters:
            yield _row(surface, parameter)
    yield ""
    yield "```rule"
    yield print_rule(rule_of(action.key, about), SCOPE, surface).rstrip()
    yield "```"


def _row(surface: Surface, parameter: Parameter) -> str:
    type = _ANYTHING if parameter.type.kind == "unknown" else parameter.type.describe()
    required = "✓" if parameter.required else ""
    return f"| `{parameter.name}` | {_in(surface, type)} | {required} | {_in(surface, parameter.label)} |"


def _in(surface: Surface, text: Text) -> str:
    return text.zh if surface == "zh" else text.en


if __name__ == "__main__":
    for surface, path in PATHS.items():
        path.write_text(reference(surface), encoding="utf-8")

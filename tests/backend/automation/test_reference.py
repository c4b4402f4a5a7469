"""Every rule that the reference shows compiles against the built-in apps, as the English and the Chinese page say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS
from backend.metadata.event_scopes import rule_scope
from backend.templates.files import read_app
from backend.templates.validate import app_metadata
from engine.language import Problems
from engine.rules import CompiledRule, compile_rule, to_json
from engine.rules.printer import print_rule

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"
_BLOCK = re.compile(r"^```rule\n(.*?)^```", re.MULTILINE | re.DOTALL)
BUILTIN = Path(__file__).resolve().parents[3] / "builtin_templates"
METADATA = app_metadata([read_app(BUILTIN / app)[0] for app in ("crm", "scrm")])
SCOPE = rule_scope(METADATA, ActionRegistry(ACTIONS).signatures())


def rules_of(page: str) -> dict[str, str]:
    texts = _BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    return {text.split()[1]: text for text in texts}


ENGLISH, CHINESE = rules_of("rules.md"), rules_of("rules.zh.md")


def compiled(text: str) -> CompiledRule:
    found = compile_rule(text, SCOPE)
    assert not isinstance(found, Problems), found
    return found


@pytest.mark.parametrize("key", ENGLISH)
def test_an_example_compiles_in_both_languages(key: str) -> None:
    english, chinese = compiled(ENGLISH[key]), compiled(CHINESE[key])
    assert english.key == chinese.key == key
    assert type(english.trigger) is type(chinese.trigger)
    assert [call.action for call in english.calls()] == [call.action for call in chinese.calls()]
    assert (english.priority, english.purpose, english.quiet) == (chinese.priority, chinese.purpose, chinese.quiet)


def test_both_pages_have_the_same_examples() -> None:
    assert list(ENGLISH) == list(CHINESE)
    assert len(ENGLISH) > 10


@pytest.mark.parametrize("key", ENGLISH)
def test_an_example_is_written_in_the_other_language_and_read_again(key: str) -> None:
    rule = compiled(ENGLISH[key])
    again = compiled(print_rule(rule, SCOPE, "zh"))
    assert {**to_json(again), "text": ""} == {**to_json(rule), "text": ""}

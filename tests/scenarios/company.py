"""The company of the timelines: the definitions of crm and scrm, its people, and its rules in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS
from backend.metadata.event_scopes import rule_scope
from backend.metadata.snapshot import Metadata
from backend.templates.files import read_app
from backend.templates.validate import app_metadata
from engine.language import Problems
from engine.language.context import NoDirectory
from engine.rules import CompiledRule, RuleScope, compile_rule

HERE = Path(__file__).parent
BUILTIN = HERE.parents[1] / "builtin_templates"
SIGNATURES = ActionRegistry(ACTIONS).signatures()


@cache
def metadata() -> Metadata:
    """What both apps define."""
    return app_metadata([read_app(BUILTIN / app)[0] for app in ("crm", "scrm")])


@cache
def scope() -> RuleScope:
    """What its rules may name."""
    return rule_scope(metadata(), SIGNATURES)


def twin(key: str) -> str:
    """A shipped rule's text in the other language."""
    return (HERE / "twins" / f"{key}.txt").read_text(encoding="utf-8")


def compiled(text: str) -> CompiledRule:
    """A rule that must be sound."""
    rule = compile_rule(text, scope())
    assert not isinstance(rule, Problems), f"{rule}\n{text}"
    return rule


@cache
def rule(key: str, *, as_twin: bool = False) -> CompiledRule:
    """A shipped rule, or its twin."""
    return compiled(twin(key) if as_twin else metadata().rules[key].text)


class People(NoDirectory):
    """The directory of people.json, by ids made from e-mails."""

    def __init__(self) -> None:
        content = json.loads((BUILTIN / "crm" / "people.json").read_text(encoding="utf-8"))
        self._users: Mapping[str, Mapping[str, Any]] = {user_id(each["email"]): each for each in content["users"]}

    def __iter__(self) -> Any:
        return iter(self._users)

    def user(self, user: str) -> Mapping[str, object] | None:
        known = self._users.get(user)
        return None if known is None else {"id": user, "name": known["name"], "email": known["email"]}

    def superior_of(self, user: str) -> str | None:
        known = self._users.get(user)
        return user_id(known["superior"]) if known is not None and "superior" in known else None

    def roles_of(self, user: str) -> frozenset[str]:
        known = self._users.get(user)
        return frozenset(known["roles"]) if known is not None else frozenset()

    def names(self) -> Mapping[str, str]:
        """Ids by the first part of the e-mail, `li.na`."""
        return {user["email"].partition("@")[0]: id for id, user in self._users.items()}


def user_id(email: str) -> str:
    """The id of a user in a simulation."""
    return str(uuid5(NAMESPACE_URL, f"timeline:user:{email}"))

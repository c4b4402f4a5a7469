"""The registry: all actions of an installation by key, for running, for the rule checker and for the flow checker."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from backend.actions.action import Action, ActionContext, ActionUnknown, CallContext, ExternalAction, Result
from engine.rules import ActionSignature
from engine.rules import Parameter as SignatureParameter


class ActionRegistry:
    """The actions that exist. The explicit list is made in backend/assembly.py from the lists of the features."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions: dict[str, Action] = {}
        for action in actions:
            if action.key in self._actions:
                raise ValueError(f"two actions are called {action.key!r}")
            self._actions[action.key] = action

    def __contains__(self, key: str) -> bool:
        return key in self._actions

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def get(self, key: str) -> Action:
        """The action with this key; ActionUnknown, with the nearest key as suggestion, if there is none."""
        action = self._actions.get(key)
        if action is None:
            nearest = difflib.get_close_matches(key, self._actions, n=1)
            raise ActionUnknown(key=key, suggestion=nearest[0] if nearest else None)
        return action

    async def run(self, key: str, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        """Run one action in the context's transaction."""
        return await self.get(key).run(replace(context, registry=self), arguments)

    async def call(self, key: str, context: CallContext, arguments: Mapping[str, Any]) -> Result:
        """Call another system for an external action. Raises CallFailed, ActionUnknown."""
        action = self.get(key)
        if not isinstance(action, ExternalAction):
            raise ActionUnknown(key=key)
        return await action.call(context, arguments)

    @cached_property
    def external(self) -> frozenset[str]:
        """The actions that call other systems: flows wait for them outside of any transaction."""
        return frozenset(key for key, action in self._actions.items() if isinstance(action, ExternalAction))

    @cached_property
    def changing(self) -> frozenset[str]:
        """The actions that may change the record a flow is about: what the flow reads after them is read anew."""
        return frozenset(key for key, action in self._actions.items() if getattr(action, "changes_records", True))

    def signatures(self) -> Mapping[str, ActionSignature]:
        """What the checkers need to know of each action."""
        return {
            action.key: ActionSignature(
                action.key,
                tuple(SignatureParameter(p.name, p.type, p.required, p.label) for p in action.parameters),
                open=action.open,
                label=action.label,
                sends=action.sends,
                external=action.key in self.external,
                one_of=getattr(action, "one_of", ()),
            )
            for action in self._actions.values()
        }

"""What can happen to an instance, and the refusal of what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.flow.state import Json


class Refused(Exception):
    """A command that the rules of the flow do not allow now; the state stays as it was. `code` is stable."""

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Start:
    """Begin: variables not given take their defaults."""

    variables: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """`user` decides their part of a task; `variables` are the form's values with the keys of variables."""

    task: str
    user: str
    outcome: str
    variables: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class FireTimers:
    """Fire every timer that is due, earliest first."""

    context: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again what stopped with an incident, at `node` or everywhere; `variables` are set first."""

    node: str | None = None
    variables: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance now; open tasks are cancelled."""


Command = Start | CompleteTask | FireTimers | Retry | Cancel

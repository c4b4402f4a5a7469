"""A problem of a definition, and what a checker may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from backend.metadata.snapshot import Metadata
from engine.definitions import Text
from engine.definitions.schemas import nearest
from engine.rules import ActionSignature


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One mistake of one definition. `path` is a JSON pointer into its document, `span` the characters (from, to) in the
    text there; `error` keeps it from being published. `mending` says how to mend it. Of a flow: `node` is the node to mark in its
    drawing, `trace` the nodes of a way that leads to the mistake."""

    kind: str
    key: str
    path: str
    code: str
    message: Text
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"
    span: tuple[int, int] | None = None
    node: str | None = None
    trace: tuple[str, ...] = ()
    mending: Text | None = None

    def to_json(self) -> dict[str, Any]:
        """As part of a plan, or of a draft's answer."""
        return {
            "kind": self.kind,
            "key": self.key,
            "path": self.path,
            "code": self.code,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "suggestion": self.suggestion,
            "severity": self.severity,
            "span": list(self.span) if self.span else None,
            "node": self.node,
            "trace": list(self.trace),
            "mending": {"zh": self.mending.zh, "en": self.mending.en} if self.mending else None,
        }


@dataclass(frozen=True)
class CheckContext:
    """What definitions are checked against: all the others as they will be, the actions, the company's departments.

    `departments` None means that they are not known (a template checked on its own says which it brings); `users` are the active
    ones among those whom the flows name (None: not known).
    """

    metadata: Metadata
    actions: Mapping[str, ActionSignature] = field(default_factory=dict)
    departments: frozenset[str] | None = None
    users: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A problem without its kind and key, which the table of checkers adds."""

    path: str
    code: str
    message: Text
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"
    span: tuple[int, int] | None = None
    node: str | None = None
    trace: tuple[str, ...] = ()
    mending: Text | None = None


Checker = Callable[[Any, CheckContext], Iterable[Found]]


def unknown(path: str, what: Text, key: str, known: Iterable[str]) -> Found:
    """`key` names nothing; suggests the nearest that exists."""
    message = Text(f"没有名为“{key}”的{what.zh}", f"There is no {what.en} called “{key}”")
    return Found(path, f"unknown_{what.en.replace(' ', '_')}", message, nearest(key, known))


def twice(path: str, what: Text, key: str) -> Found:
    """`key` is used for two things that stand beside each other."""
    message = Text(f"{what.zh}“{key}”重复", f"The {what.en} “{key}” occurs twice")
    return Found(path, "duplicate_key", message)


ENTITY = Text("实体", "entity")
FIELD = Text("字段", "field")
FORM = Text("表单", "form")
FLOW = Text("流程", "flow")
ROLE = Text("角色", "role")
DEPARTMENT = Text("部门", "department")
OPTION = Text("选项", "option")
WORD_LIST = Text("词表", "word list")

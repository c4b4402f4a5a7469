"""What makes a definition sound: one checker per kind, in this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.metadata.checks.calendars import check_calendar
from backend.metadata.checks.decision_tables import check_decision_table
from backend.metadata.checks.documents import check_document
from backend.metadata.checks.entities import check_entity
from backend.metadata.checks.problem import CheckContext, Checker, DefinitionProblem
from backend.metadata.checks.processes import check_flow, check_rule
from backend.metadata.checks.roles import check_role, check_word_list
from backend.metadata.checks.screens import check_form, check_segment, check_view
from backend.metadata.snapshot import COLLECTIONS
from engine.definitions.codec import kind_of

#: The checker of every kind of definition.
CHECKERS: Mapping[str, Checker] = {
    "word_list": check_word_list,
    "calendar": check_calendar,
    "decision_table": check_decision_table,
    "entity": check_entity,
    "form": check_form,
    "view": check_view,
    "segment": check_segment,
    "role": check_role,
    "flow": check_flow,
    "rule": check_rule,
}

__all__ = [
    "CHECKERS",
    "CheckContext",
    "DefinitionProblem",
    "check_all",
    "check_definition",
    "check_document",
]


def check_definition(definition: Any, context: CheckContext) -> list[DefinitionProblem]:
    """What is wrong with a decoded definition, given all the others."""
    kind = kind_of(definition)
    return [
        DefinitionProblem(
            kind,
            definition.key,
            each.path,
            each.code,
            each.message,
            each.suggestion,
            each.severity,
            each.span,
            each.node,
            each.trace,
            each.mending,
        )
        for each in CHECKERS[kind](definition, context)
    ]


def check_all(context: CheckContext) -> list[DefinitionProblem]:
    """The problems of all definitions, for what one changes may break another."""
    definitions = (d for kind in COLLECTIONS for d in context.metadata.of_kind(kind).values())
    return [problem for definition in definitions for problem in check_definition(definition, context)]

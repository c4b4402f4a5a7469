"""`check(flow, ...)`: everything about a flow that would not run, each with the place, the reason and how to mend it.

Publishing refuses a flow with an error, so the interpreter never meets one; warnings are shown and allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.definitions import Entity, Flow, Form
from engine.flow.checking.activities import check_activities
from engine.flow.checking.events import check_events
from engine.flow.checking.expressions import check_expressions
from engine.flow.checking.gateways import check_gateways
from engine.flow.checking.people import check_people
from engine.flow.checking.problem import ActionSignature, Checking, FlowProblem, Known
from engine.flow.checking.shape import check_attachments, check_conditions, check_members, check_shape
from engine.flow.checking.soundness import check_soundness
from engine.flow.checking.starting import check_starting
from engine.language import Type


def check(
    flow: Flow,
    entities: Mapping[str, Entity],
    forms: Mapping[str, Form],
    actions: Mapping[str, ActionSignature],
    roles: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    decisions: Mapping[str, Type] | None = None,
    flows: Mapping[str, Flow] | None = None,
    users: Collection[str] | None = None,
    rules: Mapping[str, str | None] | None = None,
) -> list[FlowProblem]:
    """The problems of a flow. `roles`, `departments`, `decisions` (decision tables), `flows` (those it may call), `users` (of those
    named the active ones, as they are named: see people_named) and `rules` (see Known) are not looked at where they are None."""
    checking = Checking(flow, Known(entities, forms, actions, roles, departments, decisions, flows, users, rules))
    check_shape(checking)
    if checking.failed:
        return checking.problems
    for structure in (
        check_members,
        check_attachments,
        check_conditions,
        check_events,
        check_gateways,
        check_activities,
    ):
        structure(checking)
    runs = not checking.failed
    check_people(checking)
    check_expressions(checking)
    if runs:
        check_starting(checking)
        check_soundness(checking)
    return checking.problems

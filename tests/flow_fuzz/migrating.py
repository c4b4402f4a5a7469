"""Migrating to a version that differs in its ids only: the instance is the same under other names, and nothing happens."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from engine.definitions import AdHoc, Flow, Node
from engine.definitions.codec import encode
from engine.flow import Migrate, Program, Record, State, dump, load, step
from tests.flow_fuzz.laws import Violation, check_state

LAW = "an instance is the same under another version of the same shape"
_MARK = "_v2"


def renamed(flow: Flow) -> Flow:
    """The flow with other ids for its nodes."""
    ids = {node.id for node in flow.nodes}
    nodes = tuple(_renamed(node, ids) for node in flow.nodes)
    edges = tuple(replace(edge, source=edge.source + _MARK, target=edge.target + _MARK) for edge in flow.edges)
    return replace(flow, nodes=nodes, edges=edges)


def _renamed(node: Node, ids: Collection[str]) -> Node:
    def to(target: str | None) -> str | None:
        return _marked(target) if target in ids else target  # `end`, `previous` and `initiator` are no nodes

    assignment = node.assignment
    if assignment is not None:
        late = tuple(replace(rule, target=to(rule.target)) for rule in assignment.overdue)
        assignment = replace(assignment, overdue=late)
    ad_hoc: AdHoc | None = node.ad_hoc
    if ad_hoc is not None:
        ad_hoc = replace(ad_hoc, start=tuple(id + _MARK for id in ad_hoc.start))
    return replace(
        node,
        id=node.id + _MARK,
        parent=_marked(node.parent),
        attached_to=_marked(node.attached_to),
        target=_marked(node.target),
        ad_hoc=ad_hoc,
        events=tuple(
            replace(event, handler=_marked(event.handler), activity=_marked(event.activity)) for event in node.events
        ),
        outcomes=tuple(replace(outcome, target=to(outcome.target)) for outcome in node.outcomes),
        assignment=assignment,
    )


def _marked(id: str | None) -> str | None:
    return None if id is None else id + _MARK


@lru_cache(maxsize=2)
def renamed_program(program: Program) -> Program:
    """The program of the renamed flow: its expressions are those of the flow, under other names."""
    document = program.to_json()
    nodes = {node.id for node in program.flow.nodes}
    expressions = [[_marked(key[0]) if key[0] in nodes else key[0], *key[1:]] for key in document["expressions"]]
    flow = renamed(program.flow)
    return Program.from_json({**document, "flow": encode(flow), "expressions": expressions})


def check_migrating(program: Program, state: State, now: datetime) -> None:
    """Raises Violation where the instance under the renamed flow is not the same."""
    other = renamed_program(program)
    after, effects = step(other, state, Migrate({node.id: node.id + _MARK for node in program.flow.nodes}), now)
    if any(not isinstance(effect, Record) for effect in effects):
        raise Violation(LAW, f"it did {effects}")
    check_state(other, after)
    back = load(State, json.loads(json.dumps(dump(after)).replace(_MARK, "")))
    if replace(back, sequence=state.sequence) != state:
        raise Violation(LAW, f"{back}\n{state}")

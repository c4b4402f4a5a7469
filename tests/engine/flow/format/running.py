"""The examples (examples.json, approvals.json): read, checked, and run with the interpreter step by step.

Steps: `start [NODE PAYLOAD]`, `complete NODE OUTCOME`, `deliver NODE PAYLOAD`, `wait DURATION`, `answer NODE RESULT`,
`activate NODE`, `change RECORD`; where it matters who decides `complete NODE OUTCOME USER [TARGET]` and `act NODE OPERATION USER [USERS]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.actions.registry import ActionRegistry
from backend.assembly import ACTIONS as REGISTERED
from engine.decisions import decision_types
from engine.decisions.tables import Tables
from engine.definitions import DecisionTable, Entity, Flow, Form
from engine.definitions.codec import decode
from engine.flow import (
    Activate,
    ActOnTask,
    ChildEnded,
    Command,
    CompleteTask,
    ConditionsChanged,
    Deliver,
    FireTimers,
    FlowProblem,
    Person,
    Program,
    Record,
    Remind,
    ServiceResult,
    Start,
    State,
    check,
    compile_flow,
    step,
    waiting,
)
from engine.flow.duration import parse_duration
from engine.language import Context
from tests.flow_people import with_people

Document = dict[str, Any]
_HERE = Path(__file__).parent
#: By node type, and by what they show about how people decide.
EXAMPLES: Mapping[str, Document] = json.loads((_HERE / "examples.json").read_text(encoding="utf-8"))
APPROVALS: Mapping[str, Document] = json.loads((_HERE / "approvals.json").read_text(encoding="utf-8"))
_ALL = {**EXAMPLES, **APPROVALS}
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_EXTERNAL = ("call_http",)


#: What the examples refer to.
AROUND: tuple[Document, ...] = (
    {
        "kind": "entity",
        "key": "person",
        "label": {"zh": "客户", "en": "Person"},
        "title": "name",
        "fields": [
            {"key": "name", "type": "text", "label": {"zh": "姓名", "en": "Name"}},
            {"key": "tags", "type": "tags", "label": {"zh": "标签", "en": "Tags"}},
        ],
    },
    {
        "kind": "entity",
        "key": "ticket",
        "label": {"zh": "工单", "en": "Ticket"},
        "title": "title",
        "fields": [
            {"key": "title", "type": "text", "label": {"zh": "标题", "en": "Title"}},
            {"key": "person", "type": "reference", "entity": "person", "label": {"zh": "客户", "en": "Person"}},
        ],
    },
    {
        "kind": "form",
        "key": "ticket_form",
        "label": {"zh": "工单", "en": "Ticket"},
        "entity": "ticket",
        "sections": [{"items": [{"field": "title"}, {"field": "person"}]}],
    },
    {"kind": "role", "key": "agent", "label": {"zh": "客服", "en": "Agent"}, "grants": []},
    {
        "kind": "decision_table",
        "key": "rating",
        "label": {"zh": "定级", "en": "Rating"},
        "hit": "first",
        "inputs": [{"key": "amount", "type": "money:CNY", "label": {"zh": "金额", "en": "Amount"}}],
        "outputs": [{"key": "level", "type": "text", "label": {"zh": "等级", "en": "Level"}}],
        "rules": [
            {"when": {"amount": "< 100 CNY"}, "then": {"level": '"low"'}},
            {"when": {}, "then": {"level": '"high"'}},
        ],
    },
    {
        "kind": "flow",
        "key": "delivery",
        "label": {"zh": "送货", "en": "Delivery"},
        "entity": "ticket",
        "schema": 2,
        "variables": [{"key": "address", "type": "text", "label": {"zh": "地址", "en": "Address"}}],
        "nodes": [
            {"id": "begin", "type": "start_event", "title": {"zh": "开始", "en": "Start"}},
            {"id": "end", "type": "end_event", "title": {"zh": "结束", "en": "End"}},
        ],
        "edges": [{"id": "a", "source": "begin", "target": "end"}],
    },
)
_PERSON, _TICKET, _FORM, _, _RATING, _DELIVERY = (decode(each["kind"], each) for each in AROUND)
assert isinstance(_DELIVERY, Flow)
assert isinstance(_PERSON, Entity)
assert isinstance(_TICKET, Entity)
assert isinstance(_FORM, Form)
assert isinstance(_RATING, DecisionTable)
ENTITIES = {"person": _PERSON, "ticket": _TICKET}
DECISIONS = decision_types({"rating": _RATING})
_CONTEXT = Context(decide=Tables({"rating": _RATING}).plain)
VARIABLES: Document = {
    "amount": {"label": {"zh": "金额", "en": "Amount"}, "type": "money", "currency": "CNY", "default": "0.00"},
    "count": {"label": {"zh": "次数", "en": "Count"}, "type": "number", "default": 0},
    "note": {"label": {"zh": "备注", "en": "Note"}, "type": "text", "default": ""},
    "level": {"label": {"zh": "等级", "en": "Level"}, "type": "text"},
    "names": {"label": {"zh": "名单", "en": "Names"}, "type": "tags"},
    "answers": {"label": {"zh": "回复", "en": "Answers"}, "type": "tags"},
}
ACTIONS = ActionRegistry(REGISTERED).signatures()


def document(type_: str) -> Document:
    """The flow of an example, whole."""
    example = _ALL[type_]
    return {
        "kind": "flow",
        "key": f"example_{type_}",
        "label": {"zh": "例子", "en": "Example"},
        "entity": "ticket",
        "schema": 2,
        "variables": [{"key": key, **VARIABLES[key]} for key in VARIABLES if _names(example, key)],
        "nodes": [
            {"id": id, "type": kind, "title": {"zh": zh, "en": en}, **members}
            for id, (kind, zh, en, members) in example["nodes"].items()
        ],
        "edges": [{"id": id, **_edge(edge)} for id, edge in example["edges"].items()],
    }


def _names(example: Document, variable: str) -> bool:
    """Whether an example uses a variable."""
    return re.search(rf"\b{variable}\b", json.dumps({**example, "steps": []})) is not None


def _edge(edge: Any) -> Document:
    if isinstance(edge, str):
        source, target = edge.split(" -> ")
        return {"source": source, "target": target}
    return dict(edge)


def flow_of(type_: str) -> Flow:
    """The flow of an example."""
    found = decode("flow", document(type_))
    assert isinstance(found, Flow)
    return found


def problems(type_: str) -> list[FlowProblem]:
    """What the checker says of an example."""
    forms, flows = {"ticket_form": _FORM}, {"delivery": _DELIVERY}
    return check(flow_of(type_), ENTITIES, forms, ACTIONS, {"agent"}, set(), DECISIONS, flows)


@dataclass
class Instance:
    """An instance of an example, and what happened: each step with where it stands afterwards."""

    program: Program
    state: State = field(default_factory=lambda: State("00000000-0000-4000-8000-000000000001"))
    now: datetime = BEGIN
    entered: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    people: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    reminded: list[str] = field(default_factory=list)

    def apply(self, command: Command) -> None:
        """Let it happen."""
        self.state, effects = step(self.program, self.state, command, self.now, host=_CONTEXT)
        self.state, effects = with_people(self.program, self.state, effects, self.now, self._found)
        self.reminded = [user for each in effects if isinstance(each, Remind) for user in each.users]
        self.entered += [
            each.node for each in effects if isinstance(each, Record) and each.type == "node_entered" and each.node
        ]

    def _found(self, node: str) -> Sequence[Person]:
        return self.people.get(node, (Person("ann"),))

    def _shown(self, node: str, reason: str) -> str:
        """What a token waits for; of a task of an example about people whose turn it is."""
        turn = [i.user for task in self.state.tasks for i in task.items if task.node == node and i.status == "open"]
        return f"`{node}` ({', '.join(turn)})" if reason == "task" and self.people else f"`{node}` ({reason})"

    def stands(self) -> str:
        """What it waits for, or how it ended."""
        if self.state.status != "running":
            return self.state.status + (f": {self.state.outcome}" if self.state.outcome else "")
        inner = [each for each in waiting(self.program, self.state) if each.reason not in ("scope", "loop")]
        reminded = f"; {', '.join(self.reminded)} (remind)" if self.reminded else ""
        return ", ".join(self._shown(each.node, each.reason) for each in inner) + reminded


def run(type_: str) -> Instance:
    """The example, run with its steps."""
    compiled = compile_flow(flow_of(type_), ENTITIES, decisions=DECISIONS, external=_EXTERNAL)
    people = {node: tuple(_person(each) for each in named) for node, named in _ALL[type_].get("people", {}).items()}
    instance = Instance(Program.from_json(json.loads(json.dumps(compiled.to_json()))), people=people)
    for line in _ALL[type_]["steps"]:
        verb, _, rest = line.partition(" ")
        _STEPS[verb](instance, rest, _ALL[type_].get("set", {}))
        instance.told.append((line, instance.stands()))
    return instance


def _person(written: str | Document) -> Person:
    return Person(written) if isinstance(written, str) else Person(**written)


def _start(instance: Instance, rest: str, values: Document) -> None:
    node, _sep, payload = rest.partition(" ")
    context = {"record": {"title": "a ticket"}, "initiator": "ann"}
    instance.apply(Start(values, context, node or None, json.loads(payload) if payload else {}, initiator="ann"))


def _complete(instance: Instance, rest: str, _: Document) -> None:
    node, outcome, user, target = (*rest.split(), None, None)[:4]
    instance.apply(CompleteTask(_task(instance, node or ""), user or "ann", outcome or "", target=target))


def _act(instance: Instance, rest: str, _: Document) -> None:
    node, operation, user, *users = rest.split()
    instance.apply(ActOnTask(_task(instance, node), user, operation, tuple(users)))


def _task(instance: Instance, node: str) -> str:
    return next(task.id for task in instance.state.tasks if task.node == node)


def _deliver(instance: Instance, rest: str, _: Document) -> None:
    node, _sep, payload = rest.partition(" ")
    subscription = next(each for each in instance.state.subscriptions if each.node == node)
    instance.apply(Deliver(subscription.id, json.loads(payload)))


def _wait(instance: Instance, rest: str, _: Document) -> None:
    instance.now += parse_duration(rest)
    instance.apply(FireTimers())


def _answer(instance: Instance, rest: str, _: Document) -> None:
    node, _sep, result = rest.partition(" ")
    call = next(call for call in instance.state.calls if call.node == node)
    if call.kind == "child":
        instance.apply(ChildEnded(call.id, "completed", variables=json.loads(result)))
    else:
        instance.apply(ServiceResult(call.id, json.loads(result)))


def _activate(instance: Instance, rest: str, _: Document) -> None:
    instance.apply(Activate(rest))


def _change(instance: Instance, rest: str, _: Document) -> None:
    instance.apply(ConditionsChanged({"record": json.loads(rest)}))


_STEPS: Mapping[str, Callable[[Instance, str, Document], None]] = {
    "start": _start,
    "complete": _complete,
    "act": _act,
    "deliver": _deliver,
    "wait": _wait,
    "answer": _answer,
    "activate": _activate,
    "change": _change,
}

"""A prediction in words: why somebody gets a task, and what an instance waits for that no person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity import repository as people
from backend.metadata.snapshot import Metadata
from backend.tasks.people import Known, Named
from engine.definitions import Assignment, Candidate, Flow, Node, Text
from engine.flow import Item, Program, Waiting
from engine.flow.prediction import Expected, Prediction

_OUT = frozenset({"moved", "removed"})
#: System fields that name a person.
_FIELDS: Mapping[str, Text] = {
    "owner": Text("负责人", "Owner"),
    "created_by": Text("创建人", "Created by"),
    "updated_by": Text("修改人", "Changed by"),
}


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why the people of a task have it: by candidate (`found`), or, where nobody was found (`nobody`) or somebody stands in the place of
    who was, `otherwise`."""

    found: Mapping[str, Text] = field(default_factory=dict)
    otherwise: Text | None = None
    nobody: bool = False


async def reasons_of(known: Known, flow: Flow, node: Node, named: Named, *, nobody: bool) -> Reasons:
    """Why each of the people whom the node's candidates name is among them."""
    assignment = node.assignment or Assignment(())
    found: dict[str, Text] = {}
    for place, candidate in enumerate(assignment.candidates):
        given = named.get(("candidates", place))
        meant = [candidate] if given is None else [Candidate(user=user) for user in given]
        users = await known.people(meant)
        said = await _candidate(known, flow, candidate) if users else None
        for user in users:
            found.setdefault(str(user.id), said or Text("", ""))
    return Reasons(found, _NOBODY[assignment.nobody] if nobody else _instead(assignment), nobody)


_NOBODY: Mapping[str, Text] = {
    "admin": Text("没有找到合适的人，交给管理员", "Nobody was found: it goes to an administrator"),
    "user": Text("没有找到合适的人，交给为此指定的人", "Nobody was found: it goes to whoever is named for that"),
    "pass": Text("没有找到合适的人，自动通过", "Nobody was found: it passes by itself"),
    "refuse": Text("没有找到合适的人，自动拒绝", "Nobody was found: it is refused by itself"),
    "incident": Text("没有找到合适的人，停下来等人处理", "Nobody was found: it stops until somebody looks at it"),
}


def _instead(assignment: Assignment) -> Text | None:
    if assignment.own == "superior":
        return Text("发起人不审批自己的申请，由其上级审批", "In the initiator's place: their superior")
    if assignment.own == "head":
        return Text(
            "发起人不审批自己的申请，由部门负责人审批", "In the initiator's place: the head of their department"
        )
    return None


# -- candidates


async def _candidate(known: Known, flow: Flow, candidate: Candidate) -> Text:
    if candidate.role is not None or candidate.department is not None:
        return await _group(known, candidate)
    if candidate.superior_of is not None:
        return _superior(flow, candidate.superior_of)
    if candidate.record_field is not None:
        return _field(known.metadata, known.instance.entity, candidate.record_field)
    if candidate.initiator:
        return Text("发起人", "The initiator")
    if candidate.expression is not None:
        return Text("由流程中的表达式得出", "Worked out by the flow")
    return Text("流程指定的人", "Named by the flow")


async def _group(known: Known, candidate: Candidate) -> Text:
    zh, en = [], []
    if candidate.department is not None:
        department = await people.department_by_key(known.session, candidate.department)
        zh.append(department.label_zh if department is not None else candidate.department)
        en.append(department.label_en if department is not None else candidate.department)
    if candidate.role is not None:
        role = known.metadata.roles.get(candidate.role)
        zh.append(f"角色“{role.label.zh if role is not None else candidate.role}”")
        en.append(f"role “{role.label.en if role is not None else candidate.role}”")
    return Text("，".join(zh), ", ".join(en))


def _superior(flow: Flow, node_id: str) -> Text:
    node = flow.node(node_id)
    if node is None or node.type in ("start_event", "initiator"):
        return Text("发起人的上级", "Superior of the initiator")
    return Text(f"“{node.title.zh}”办理人的上级", f"Superior of whoever did “{node.title.en}”")


def _field(metadata: Metadata, entity: str, key: str) -> Text:
    found = metadata.entities[entity].field(key) if entity in metadata.entities else None
    label = found.label if found is not None else _FIELDS.get(key, Text(key, key))
    return Text(f"记录的“{label.zh}”", f"“{label.en}” of the record")


# -- items


def _because(item: Item, items: Sequence[Item], reasons: Reasons, names: Mapping[str, str]) -> Text | None:
    """Why somebody has this part."""
    giver = _giver(item, items)
    if giver is not None:
        return _by("由{name}转办", "Transferred by {name}")(names.get(giver.user, ""))
    parent = next((each for each in items if each.id == item.parent), None)
    said = _KINDS.get(item.kind)
    if said is not None:
        return said(names.get(parent.user if parent is not None else item.owner or "", ""))
    return reasons.found.get(item.user, reasons.otherwise)


def _giver(item: Item, items: Sequence[Item]) -> Item | None:
    """Whose part it was, and who transferred it: it stands right before, with the same owner."""
    before = next((one for one, next_ in pairwise(items) if next_.id == item.id), None)
    if before is None or before.status != "moved" or before.kind != item.kind or item.kind == "agent":
        return None
    return before if (before.owner or before.user) == item.owner else None


def _by(zh: str, en: str) -> Callable[[str], Text]:
    return lambda name: Text(zh.format(name=name), en.format(name=name))


_KINDS: Mapping[str, Callable[[str], Text]] = {
    "agent": _by("{name}的代理人", "Agent of {name}"),
    "delegate": _by("{name}委派", "Asked by {name} to do it for them"),
    "before": _by("{name}前加签", "Added by {name}, before them"),
    "after": _by("{name}后加签", "Added by {name}, after them"),
    "alongside": _by("{name}加签", "Added by {name}"),
    "escalation": _by("升级给上级", "Escalated to a superior"),
}


# -- the whole


async def prediction_json(
    session: AsyncSession,
    program: Program,
    prediction: Prediction,
    reasons: Mapping[str, Reasons],
    choices: Mapping[str, str],
) -> dict[str, Any]:
    """The prediction as the API shows it; `choices` are tasks whose people somebody (`initiator`, `previous`) or chance (`random`) is
    still to choose: they show everybody who may be chosen."""
    tasks = [
        replace(task, items=_any_of(reasons[task.task])) if task.task in choices and _is_alone(program, task) else task
        for task in prediction.tasks
    ]
    items = [item for task in tasks for item in task.items]
    names = await people.names(session, {UUID(user) for each in items for user in (each.user, each.owner) if user})
    return {
        "tasks": [
            _task(program, task, reasons.get(task.task, Reasons()), choices.get(task.task), names) for task in tasks
        ],
        "ended": prediction.ended,
        "outcome": prediction.outcome,
        "cut": prediction.cut,
        "sure": prediction.sure,
        "waits": [_wait(program, each) for each in _worth_telling(prediction.waits)],
    }


def _is_alone(program: Program, task: Expected) -> bool:
    """Whether one of those who may be chosen gets it."""
    assignment = program.nodes[task.node].assignment
    return assignment is not None and assignment.mode in ("one", "random")


def _any_of(reasons: Reasons) -> tuple[Item, ...]:
    return tuple(Item(number, user) for number, user in enumerate(reasons.found, 1))


def _task(
    program: Program, task: Expected, reasons: Reasons, choice: str | None, names: Mapping[str, str]
) -> dict[str, Any]:
    node = program.nodes[task.node]
    return {
        "task_id": task.task if task.now else None,
        "node_id": task.node,
        "title": _json(node.title),
        "round": task.round,
        "now": task.now,
        "sure": task.sure,
        "at": task.at,
        "mode": node.assignment.mode if node.assignment is not None else None,
        "choice": None if choice is None else {"by": choice},
        "people": _people(task.items, reasons, names),
    }


def _people(items: Sequence[Item], reasons: Reasons, names: Mapping[str, str]) -> list[dict[str, Any]]:
    found = [_person(i, _because(i, items, reasons, names), names) for i in items if i.status not in _OUT]
    if found or not reasons.nobody:
        return found
    return [_person(Item(0, "", "done", reason="nobody_found"), reasons.otherwise, names)]


def _person(item: Item, because: Text | None, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "user": {"id": item.user, "name": names.get(item.user, "")} if item.user else None,
        "kind": item.kind,
        "status": item.status,
        "outcome": item.outcome,
        "reason": item.reason,
        "because": None if because is None else _json(because),
    }


def _json(said: Text) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}


# -- what is waited for


def _worth_telling(waits: Iterable[Waiting]) -> list[Waiting]:
    """A join waits for what the others wait for."""
    every = list(waits)
    return [each for each in every if each.reason != "join"] or every


def _wait(program: Program, waiting: Waiting) -> dict[str, Any]:
    said = _WAITS.get(waiting.reason, _STOPPED)
    title = program.nodes[waiting.node].title
    return {"node_id": waiting.node, "title": _json(title), "reason": waiting.reason, "for": _json(said)}


_STOPPED = Text("停在这里，需要有人处理", "It stops here until somebody mends it")
_WAITS: Mapping[str, Text] = {
    "task": Text("要看这一步怎么决定", "That depends on what is decided here"),
    "timer": Text("等到时间", "Until its time has come"),
    "message": Text("等一条消息", "For a message"),
    "signal": Text("等一个信号", "For a signal"),
    "condition": Text("等条件满足", "Until a condition holds"),
    "event": Text("等事件发生", "For an event"),
    "race": Text("看哪个事件先发生", "For whichever event comes first"),
    "service": Text("等另一个系统的答复", "For another system's answer"),
    "child": Text("等子流程结束", "For another flow to end"),
    "join": Text("等其他分支", "For the other branches"),
    "ad_hoc": Text("等人来开始其中的步骤", "For somebody to start one of its steps"),
}

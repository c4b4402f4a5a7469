"""The steps of an application on a locked instance: records, effects, messages, answers, and how the instance then stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.errors import WeftError
from backend.events.log import held
from backend.flows import repository
from backend.flows.assigning import follow
from backend.flows.effects import carry_out
from backend.flows.messages import exchange
from backend.flows.overwriting import overwritten
from backend.flows.repository import Saved
from backend.flows.standing import incident_of, status_of, tokens_of
from backend.flows.task_effects import keep_claim, keep_dues
from backend.flows.work import Work, refused
from backend.records import service as records
from engine.flow import effect_from_json
from engine.flow.state import deadlocked
from engine.host import Applied, Step

#: Commands whose answer says what became of their task.
_ABOUT_TASKS = frozenset({"complete_task", "act_on_task"})


async def carry_out_steps(work: Work, steps: list[Step], version: int) -> Applied:
    """Make the steps real on a locked instance. Raises Abandoned: the transaction, or savepoint, is then to be rolled back."""
    for step in steps:
        await work.begin(step)
        await _write_record(work)
        if step.sequence == 1:
            work.note("started", None)
            work.tell("instance.started", "instance", work.instance.id)
        await carry_out(work, map(effect_from_json, step.effects))
        if step.command["kind"] in _ABOUT_TASKS:
            await keep_claim(work, step.command)
        if step.command["kind"] == "resume":
            await keep_dues(work)
    stepped = work.state
    await follow(work, [step.command_id for step in steps])
    work.answers = {step.command_id: _answer(work, step) for step in steps}
    if work.thrown:
        await work.write_events()
    await exchange(work)
    answers = await _save(work, steps, version)
    return Applied(
        "applied",
        answers=answers,
        results=work.results,
        state=work.stored if work.state is not stepped else None,
    )


async def _write_record(work: Work) -> None:
    """What the person wrote on the form, under the task's rights: the task's form was checked before the command came here.

    The record may have changed since the form was opened (`record_version`): where nobody else touched what is written, both stay.
    """
    data, record_id = work.command.get("data"), work.instance.record_id
    if not data or record_id is None:
        return
    about = (work.instance.entity, record_id)
    try:
        with held(work.session) as events:
            written = await records.update(
                work.session, work.metadata, work.caller, *about, data, version=None, cause=work.cause
            )
    except WeftError as error:
        raise refused(work, error) from error
    work.events += events
    since, by = work.command.get("record_version"), written["version"]
    if since is None or by <= since + 1:
        return
    await work.write_events()
    refusal = await overwritten(work.session, work.metadata, *about, work.actor_id, since=since, by=by)
    if refusal is not None:
        raise refused(work, refusal)


async def _save(work: Work, steps: list[Step], version: int) -> dict[str, dict[str, Any]]:
    """Write the instance, its history, the answers and the events; returns the answers."""
    state, status = work.state, status_of(work.state)
    if state.status == "running" and steps[0].sequence > 1:
        work.tell("instance.moved", "instance", work.instance.id)
    _tell_deadlock(work, status)
    pending = {call.id for call in state.calls}
    results = {**work.instance.results, **work.results}
    saved = Saved(
        sequence=state.sequence,
        state=work.stored,
        tokens=tokens_of(work.program, state),
        variables=state.variables,
        status=status,
        incident=incident_of(state),
        outcome=state.outcome if state.status != "running" else None,
        suspended=state.suspended is not None,
        results={call: result for call, result in results.items() if call in pending},
        depth=work.depth,
        flow_version=version,
        ended=state.status != "running",
    )
    answers = {id: {"instance_status": status, **answer} for id, answer in work.answers.items()}
    users = {step.command_id: step.command.get("user") or None for step in steps}
    rows = [{"id": id, "actor_id": users[id], "answer": answer} for id, answer in answers.items()]
    joined = _joined(steps, answers)
    await repository.save(work.session, work.instance.id, saved, work.history, rows, joined, work.events, work.now)
    work.events = []
    return answers


def _tell_deadlock(work: Work, status: str) -> None:
    """Joins that wait for nothing are no event of the interpreter's: they are seen when everything else is over."""
    if status != "failed" or work.state.status != "running" or work.instance.status == "failed":
        return
    for token in deadlocked(work.state)[:1]:
        said: dict[str, Any] = {"code": "deadlock", "detail": token.edge or ""}
        work.note("incident", token.node, **said)
        work.tell("instance.failed", "instance", work.instance.id, node_id=token.node, **said)


def _joined(steps: Sequence[Step], answers: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What follows from an earlier command is part of its answer: whoever repeats it is told the same."""
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        leader, answer = step.command.get("leader"), answers[step.command_id]
        if leader is not None:
            entry = found.setdefault(leader, {"id": leader, "tasks": []})
            entry["status"] = answer["instance_status"]
            entry["tasks"] += answer["next_tasks"]
    return list(found.values())


def _answer(work: Work, step: Step) -> dict[str, Any]:
    """What the one who gave the command is told."""
    answer: dict[str, Any] = {}
    command = step.command
    if command["kind"] in _ABOUT_TASKS:
        by, status = work.closed.get(command["task"], ("", ""))
        answer |= {
            "task_id": command["task"],
            "status": status if by == step.command_id else "open",
            "outcome": command.get("outcome"),
        }
    mine = command.get("user")
    answer["next_tasks"] = [
        {"id": task["id"], "node_id": task["node_id"], "title": task["title"], "mine": mine in task["users"]}
        for task in work.opened
        if task["command"] == step.command_id
    ]
    return answer

"""What follows from steps by itself, in the same transaction: tasks get the people found for them, superiors what was escalated.

The people are known only here, and what becomes of them (who agrees automatically, whose turn it is, where the flow goes on when nobody is
left to ask) is the interpreter's to say: it is stepped on, and what it says is carried out like everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.flows.effects import carry_out
from backend.flows.evaluation import told
from backend.flows.own_step import submitted
from backend.flows.task_effects import write_opened
from backend.flows.work import Abandoned, Work
from engine.flow import AssignPeople, Command, Effect, Refused, State, step
from engine.host import STATE_TOO_LARGE, Applied, Step, is_overgrown, is_too_large
from engine.language import Context

#: Tasks that one application lets pass because nobody need be asked, all children of a loop and more: beyond that the flow goes round
#: for ever, and stops as one whose people are not found.
MOST = 600
#: Refusals that say that the task is over already.
_OVER = frozenset({"task.already_handled", "flow.instance_ended"})


async def follow(work: Work, commands: Sequence[str]) -> None:
    """Step what follows from these commands until nothing does, or there is no room for more. Raises Abandoned."""
    before, done = work.state, 0
    while work.following:
        opener, command = work.following.popleft()
        if done > MOST and isinstance(command, AssignPeople):
            command = replace(command, people=(), held=True)
        await _follow(work, opener, command)
        if is_overgrown(work.state, before):
            raise _no_room(commands)
        done += isinstance(command, AssignPeople) and work.state.task(command.task) is None
    if work.state is not before and is_too_large(work.stored, before):
        raise _no_room(commands)


async def _follow(work: Work, opener: Step, command: Command) -> None:
    """One command, in the name of whoever gave the step that led to it."""
    try:
        state, effects = await _stepped(work, command)
    except Refused as refused:
        work.step = opener
        said = {"refused": {"code": refused.code, **refused.params}}
        if refused.code in _OVER:
            work.note("too_late", None, **said)
        else:
            work.note("not_done", None, reason=refused.code, **said)
        return
    work.state, work.step = state, replace(opener, sequence=state.sequence, effects=[])
    await carry_out(work, effects)
    if isinstance(command, AssignPeople):
        await _opened(work, command.task)
        done = submitted(work, opener, command.task)
        if done is not None:
            work.following.appendleft(done)


async def _stepped(work: Work, command: Command) -> tuple[State, Sequence[Effect]]:
    def stepped(host: Context) -> tuple[State, Sequence[Effect]]:
        return step(work.program, work.state, command, work.now, work.failures, host)

    return await told(work.session, work.metadata, work.program, stepped)


async def _opened(work: Work, task: str) -> None:
    """A task that nobody was found for is written too, and an operator told."""
    if task in work.openings:
        await write_opened(work, task, ())
    found = work.state.task(task)
    if found is not None and found.unassigned:
        work.note("incident", found.node, code="nobody_found")


def _no_room(commands: Sequence[str]) -> Abandoned:
    """People and what follows need room in the state."""
    refusal = {"status": 409, "code": STATE_TOO_LARGE, "message": {}, "params": {}}
    return Abandoned(Applied("refused", refused=dict.fromkeys(commands, refusal)))

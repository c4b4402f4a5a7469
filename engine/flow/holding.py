"""What comes from outside while an instance is held: kept until Resume. A message whose receiver is gone by then goes back to whoever
waits for it next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.flow.commands import (
    ChildEnded,
    ChildEscalated,
    Command,
    ConditionsChanged,
    Deliver,
    Refused,
    ServiceFailed,
    ServiceResult,
    Signal,
    command_to_json,
)
from engine.flow.effects import Publish
from engine.flow.run import Run
from engine.flow.state import MESSAGE, RUNNING, Json

#: What comes from outside.
KEPT = (Deliver, Signal, ServiceResult, ServiceFailed, ChildEnded, ChildEscalated, ConditionsChanged)
_DELIVER = "deliver"


def hold(run: Run, command: Command) -> None:
    """What comes from outside is kept; that conditions are to be looked at again once, with what was read last. Timers stand still."""
    if isinstance(command, KEPT):
        document = {**command_to_json(command), **_addressed(run, command)}
        if isinstance(command, ConditionsChanged):
            run.deferred = [each for each in run.deferred if each["kind"] != document["kind"]]
        run.deferred.append(document)


def _addressed(run: Run, command: Command) -> Mapping[str, Json]:
    """What finds a message another receiver, should this one be gone when the instance goes on. Raises Refused where it is gone already."""
    if not isinstance(command, Deliver):
        return {}
    subscription = run.subscriptions.get(command.subscription)
    if subscription is None or subscription.happened:
        raise Refused("event.not_waiting", subscription=str(command.subscription))
    if subscription.kind != MESSAGE:
        return {}
    return {"node": subscription.node, "name": subscription.name, "correlation": subscription.correlation}


def pass_on(run: Run) -> None:
    """Messages that are kept for what does not wait any more go to others; all of them, when the instance is over."""
    lost = [each for each in run.deferred if each["kind"] == _DELIVER and not _is_awaited(run, each)]
    for document in lost:
        run.deferred.remove(document)
        too_late(run, document, Refused("event.not_waiting", subscription=str(document["subscription"])))
    if run.status != RUNNING:
        run.deferred.clear()


def _is_awaited(run: Run, document: Mapping[str, Any]) -> bool:
    subscription = run.subscriptions.get(document["subscription"])
    return run.status == RUNNING and subscription is not None and not subscription.happened


def too_late(run: Run, document: Mapping[str, Any], refused: Refused) -> None:
    """What it was for is over: said, and a message is thrown again."""
    run.note("too_late", None, refused={"code": refused.code, **refused.params})
    if document["kind"] == _DELIVER and document.get("name"):
        correlation, payload = (
            document.get("correlation"),
            document.get("payload") or {},
        )  # what is empty is not written
        run.effects.append(Publish(MESSAGE, document["node"], document["name"], correlation, payload))

"""What can be refused about approving: operations on tasks, and taking back what was done.

| status | code | when |
| --- | --- | --- |
| 409 | `task.not_yet` | others have to decide first |
| 409 | `task.not_allowed` | the node does not allow the operation, or not in this task |
| 422 | `task.users_invalid` | the people named are too few, too many, not there or not active |
| 409 | `task.too_many_people` | more people than one task may have |
| 409 | `task.already_in` | the person has that part already |
| 409 | `task.not_removable` | the part was not added by the caller, or its person has acted |
| 409 | `task.last_signer` | nobody would be left to sign |
| 409 | `task.not_claimed` | the caller has not taken it from the group |
| 409 | `task.urged_recently` | somebody asked for haste a moment ago |
| 422 | `task.target_unknown` | the outcome sends back to where it says, or a target must be chosen |
| 422 | `task.choose_people` | the decision leads to a task whose people the caller chooses; `params` has the candidates |
| 409 | `flow.too_many_rounds` | it was sent back as often as it may be |
| 409 | `flow.nothing_to_reclaim` | the caller has completed nothing there |
| 409 | `flow.too_late_to_reclaim` | somebody has acted on what followed |
| 409 | `flow.decision_counted` | what the caller decided there is part of a result by now |
| 403 | `flow.not_yours_to_withdraw` | only who started it may withdraw it, where the flow lets them |
| 409 | `flow.too_late_to_withdraw` | somebody else has acted |
| 409 | `flow.not_ended` | only what is over can be voided or reopened |
| 409 | `flow.voided` | it was declared void |
| 409 | `flow.already_reopened` | it goes on already |
"""

from __future__ import annotations

from typing import Any

from backend.errors import Conflict, Forbidden, Invalid, WeftError
from engine.definitions import Text


class NotYet(Conflict):
    """Somebody comes first."""

    code = "task.not_yet"
    zh, en = "还没轮到您处理", "It is not your turn yet"


class NotAllowed(Conflict):
    """The operation is not among those of the node."""

    code = "task.not_allowed"
    zh, en = "这个步骤不允许此操作", "This step does not allow that"


class UsersInvalid(Invalid):
    """The people named do not fit the operation."""

    code = "task.users_invalid"
    zh, en = "所选人员不适用，请重新选择", "The people named do not fit; choose again"


class TooManyPeople(Conflict):
    """A task is not for a whole town."""

    code = "task.too_many_people"
    zh, en = "一个任务最多 {most} 人", "A task has at most {most} people"


class AlreadyIn(Conflict):
    """Nobody is asked twice for the same."""

    code = "task.already_in"
    zh, en = "{user}已在此任务中", "{user} has that part already"


class NotRemovable(Conflict):
    """Only whom one has added and who has not acted can be taken away."""

    code = "task.not_removable"
    zh, en = "只能减去您加签且尚未处理的人", "You can only take away whom you added and who has not acted"


class LastSigner(Conflict):
    """Somebody must be left."""

    code = "task.last_signer"
    zh, en = "不能减去最后一位处理人", "The last one to sign cannot be taken away"


class NotClaimed(Conflict):
    """Only what one has taken can be given back."""

    code = "task.not_claimed"
    zh, en = "您没有认领这个任务", "You have not claimed this task"


class UrgedRecently(Conflict):
    """Haste is asked for now and then."""

    code = "task.urged_recently"
    zh, en = "刚刚催办过，请稍后再催", "They were asked a moment ago; try again later"


class TargetUnknown(Invalid):
    """Where to send it back to is said by the outcome, or by the person, never by both."""

    code = "task.target_unknown"
    zh, en = "请选择可退回的步骤", "Choose a step that this outcome can go back to"


class ChoosePeople(Invalid):
    """The decision leads to a task whose people are to be chosen by whoever decides. Nothing has changed: send it again with `chosen`."""

    code = "task.choose_people"
    zh, en = "请选择“{title}”的处理人", "Choose who gets “{title}”"

    def __init__(self, *, node_id: str, title: Text, candidates: list[dict[str, str]], most: int | None = None) -> None:
        super().__init__(path="chosen", node_id=node_id, title=title)
        self._members: dict[str, Any] = {
            "node_id": node_id,
            "title": {"zh": title.zh, "en": title.en},
            "most": most,
            "candidates": candidates,
        }

    def to_json(self) -> dict[str, Any]:
        """The candidates are told as a list."""
        found = super().to_json()
        found["error"]["params"] = self._members
        return found


class TooManyRounds(Conflict):
    """It cannot go to and fro for ever."""

    code = "flow.too_many_rounds"
    zh, en = "最多退回 {rounds} 次，已达上限", "It can be sent back {rounds} times at most"


class NothingToReclaim(Conflict):
    """There is no decision of theirs to take back."""

    code = "flow.nothing_to_reclaim"
    zh, en = "没有可拿回的处理", "There is no decision of yours to take back"


class TooLateToReclaim(Conflict):
    """Somebody has built on it."""

    code = "flow.too_late_to_reclaim"
    zh, en = "后续步骤已有人处理，不能拿回", "Somebody has acted on it since; it cannot be taken back"


class DecisionCounted(Conflict):
    """Others decided the step with theirs, or what followed has come to its end: nothing is left that could be asked again."""

    code = "flow.decision_counted"
    zh, en = "您的处理已计入结果，不能拿回", "What you decided is part of the result by now; it cannot be taken back"


class NotYoursToWithdraw(Forbidden):
    """Whoever started it may, where the flow lets them."""

    code = "flow.not_yours_to_withdraw"
    zh, en = "您不能撤销这个流程", "You may not withdraw this"


class TooLateToWithdraw(Conflict):
    """Others have begun."""

    code = "flow.too_late_to_withdraw"
    zh, en = "已有人处理，不能撤销", "Somebody has acted on it; it cannot be withdrawn any more"


class NotEnded(Conflict):
    """It still runs."""

    code = "flow.not_ended"
    zh, en = "流程还没有结束", "The flow has not ended yet"


class Voided(Conflict):
    """It counts no more."""

    code = "flow.voided"
    zh, en = "流程已作废", "The flow was declared void"


class AlreadyReopened(Conflict):
    """One goes on with it already."""

    code = "flow.already_reopened"
    zh, en = "流程已被重新打开", "It was reopened already"


#: Refusals of the interpreter about approving.
APPROVAL: tuple[type[WeftError], ...] = (
    NotYet,
    NotAllowed,
    UsersInvalid,
    TooManyPeople,
    AlreadyIn,
    NotRemovable,
    LastSigner,
    NotClaimed,
    UrgedRecently,
    TooManyRounds,
    NothingToReclaim,
    TooLateToReclaim,
    NotYoursToWithdraw,
    TooLateToWithdraw,
)

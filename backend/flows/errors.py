"""What can be refused about instances and their tasks; about approving: approval_errors.py.

| status | code | when |
| --- | --- | --- |
| 403 | `task.not_yours` | the task has no open part for this user |
| 409 | `task.already_handled` | this user or somebody else decided it before, or it was cancelled |
| 422 | `task.outcome_unknown` | the task has no such outcome |
| 422 | `task.comment_required` | the outcome asks for an opinion and none came |
| 422 | `task.invalid_data` | values refused; `problems` lists each field |
| 409 | `task.data_changed` | somebody changed fields of the form after it was opened; `problems` says who and to what |
| 422 | `command.id_invalid` | a command id of another form than 8 to 100 letters, digits, `-`, `_` |
| 409 | `command.id_reused` | the command id was used for something else |
| 409 | `flow.send_back_impossible` | the target was not completed on the way here |
| 409 | `flow.instance_ended` | the instance is over |
| 409 | `flow.instance_starting` | the instance has not begun yet |
| 409 | `flow.nothing_to_retry` | nothing in the instance has stopped |
| 409 | `flow.suspended` | the instance is held |
| 409 | `flow.not_suspended` | the instance is not held |
| 409 | `event.not_waiting` | nothing in the instance waits for that |
| 409 | `call.unknown` | the instance does not wait for that call |
| 409 | `flow.not_ad_hoc` | no ad-hoc sub-process of that node is running |
| 409 | `flow.ad_hoc_busy` | the ad-hoc sub-process does one thing at a time |
| 422 | `flow.unknown_node` | the flow has no such node |
| 409 | `flow.cannot_modify` | the change cannot be made to the instance as it is |
| 409 | `flow.cannot_migrate` | something live has no place in the other version |
| 409 | `flow.state_too_large` | the instance would hold more than an instance may |
| 500 | `flow.engine_failed` | the interpreter failed; nothing was changed |
| 422 | `flow.invalid` | the flow cannot be started as asked |
| 503 | `flow.engine_unavailable` | Temporal or every worker is away; repeating the command with its id is safe |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.errors import Conflict, Forbidden, Invalid, WeftError
from backend.flows.approval_errors import APPROVAL


class NotYours(Forbidden):
    """Only who has an open part in a task may decide it; administrators too."""

    code = "task.not_yours"
    zh, en = "这个任务不在您的待办里", "This task is not yours to decide"


class AlreadyHandled(Conflict):
    """The first decision won."""

    code = "task.already_handled"
    zh, en = "任务已由{by}处理", "The task was already handled by {by}"


class OutcomeUnknown(Invalid):
    """A button that the task does not have."""

    code = "task.outcome_unknown"
    zh, en = "任务没有“{outcome}”这个处理结果", "The task has no outcome “{outcome}”"


class CommentRequired(Invalid):
    """The outcome asks for an opinion."""

    code = "task.comment_required"
    zh, en = "请填写意见", "An opinion is required"


class InvalidData(Invalid):
    """The values do not fit the form."""

    code = "task.invalid_data"
    zh, en = "有 {count} 处需要修改", "{count} values need attention"


class DataChanged(Conflict):
    """Somebody changed fields of the form after it was opened; writing over that is for the reader to choose."""

    code = "task.data_changed"
    zh = "{who}在您填写期间修改了表单里的内容，请核对标出的字段后再提交"
    en = "{who} changed values of this form meanwhile; check the marked fields and submit again"


class CommandIdInvalid(Invalid):
    """The id is not one that a client may make."""

    code = "command.id_invalid"
    zh, en = "命令编号无效", "The command id must be 8 to 100 letters, digits, - or _"


class CommandIdReused(Conflict):
    """An id names one command for ever."""

    code = "command.id_reused"
    zh, en = "这个命令编号已用于别的操作", "The command id was used for something else"


class SendBackImpossible(Conflict):
    """There is nothing to undo."""

    code = "flow.send_back_impossible"
    zh, en = "无法退回：流程没有经过“{target}”", "It cannot be sent back: “{target}” was not completed on the way here"


class InstanceEnded(Conflict):
    """The instance is over."""

    code = "flow.instance_ended"
    zh, en = "流程已经结束", "The flow has ended"


class InstanceStarting(Conflict):
    """It is on its way to Temporal."""

    code = "flow.instance_starting"
    zh, en = "流程正在启动，请稍后重试", "The flow is just starting; try again in a moment"


class NothingToRetry(Conflict):
    """No token waits for an operator."""

    code = "flow.nothing_to_retry"
    zh, en = "没有需要重试的步骤", "Nothing here has stopped"


class Suspended(Conflict):
    """Somebody holds the instance."""

    code = "flow.suspended"
    zh, en = "流程已暂停，请等它继续", "The flow is suspended; wait until it goes on"


class NotSuspended(Conflict):
    """There is nothing to resume."""

    code = "flow.not_suspended"
    zh, en = "流程没有暂停", "The flow is not suspended"


class NotWaiting(Conflict):
    """It has gone on already, or never waited."""

    code = "event.not_waiting"
    zh, en = "流程里没有什么在等待它", "Nothing in the flow waits for that"


class CallUnknown(Conflict):
    """The call was answered, or is not wanted any more."""

    code = "call.unknown"
    zh, en = "流程不再等待这次调用", "The flow does not wait for that call any more"


class NotAdHoc(Conflict):
    """Only what runs in an ad-hoc sub-process is started or finished by hand."""

    code = "flow.not_ad_hoc"
    zh, en = "“{node}”不在正在进行的临时子流程里", "No ad-hoc sub-process of “{node}” is running"


class AdHocBusy(Conflict):
    """One thing after another."""

    code = "flow.ad_hoc_busy"
    zh, en = "一次只能做一件事，请先完成正在做的", "One thing at a time: finish what is being done first"


class NodeUnknown(Invalid):
    """The drawing has no such node."""

    code = "flow.unknown_node"
    zh, en = "流程里没有节点“{node}”", "The flow has no node “{node}”"


class CannotModify(Conflict):
    """One of the changes cannot be made; none was."""

    code = "flow.cannot_modify"
    zh, en = "无法这样修改流程：{kind} {node}", "The flow cannot be changed like this: {kind} {node}"


class CannotMigrate(Conflict):
    """What is live must have its place in the other version."""

    code = "flow.cannot_migrate"
    zh, en = "“{node}”在新版本里没有位置，请给出映射", "“{node}” has no place in the other version; say what it becomes"


class StateTooLarge(Conflict):
    """An instance holds what it waits for, not the data of a company."""

    code = "flow.state_too_large"
    zh, en = "流程的数据太大（最多 {limit} 字）", "The flow would hold too much (at most {limit} characters)"


class EngineFailed(WeftError):
    """A mistake of ours."""

    status, code = 500, "flow.engine_failed"
    zh, en = "流程引擎出错，没有改变任何内容：{detail}", "The flow engine failed; nothing was changed: {detail}"


class FlowInvalid(Invalid):
    """The instance cannot begin."""

    code = "flow.invalid"
    zh, en = "流程无法启动：{reason}", "The flow cannot be started: {reason}"


class VariableUnfit(Invalid):
    """A variable cannot hold a value."""

    code = "flow.variable_unfit"
    zh, en = "变量“{variable}”放不下这个值", "The variable “{variable}” cannot hold this value"


class EngineUnavailable(WeftError):
    """No answer in time."""

    status, code = 503, "flow.engine_unavailable"
    zh, en = "流程引擎暂时不可用，请稍后重试", "The flow engine does not answer; try again"


class Relayed(WeftError):
    """An error raised where the effects were applied, told to the one who asked."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__()
        self.status = status  # type: ignore[misc]  # of this instance: it stands for an error of another class
        self._body = dict(body)

    def to_json(self) -> dict[str, Any]:
        return {"error": self._body}


_REFUSALS: tuple[type[WeftError], ...] = (
    NotYours,
    AlreadyHandled,
    OutcomeUnknown,
    SendBackImpossible,
    InstanceEnded,
    NothingToRetry,
    Suspended,
    NotSuspended,
    NotWaiting,
    CallUnknown,
    NotAdHoc,
    AdHocBusy,
    NodeUnknown,
    CannotModify,
    CannotMigrate,
    StateTooLarge,
    EngineFailed,
    VariableUnfit,
    *APPROVAL,
)
#: Refusals of the interpreter, by their codes.
REFUSALS: Mapping[str, type[WeftError]] = {error.code: error for error in _REFUSALS}

"""What an action refuses because of what it names: something that is not there any more, or cannot take part."""

from __future__ import annotations

from backend.errors import WeftError


class TargetGone(WeftError):
    """What the action is to work on or with was deleted, unpublished or never there."""

    status, code = 422, "action.target_gone"
    zh, en = "动作 {key}：{what_zh} {name} 不存在（可能已被删除）", "Action {key}: there is no {what} {name} (any more)"


class UserInactive(WeftError):
    """The user was deactivated: nothing is given to them."""

    status, code = 422, "action.user_inactive"
    zh, en = "动作 {key}：用户 {name} 已停用", "Action {key}: the user {name} is deactivated"


class TemplateInvalid(WeftError):
    """A template's text cannot be filled in."""

    status, code = 422, "message.template_invalid"
    zh, en = (
        "消息模板 {template} 无法填写：{problem_zh}",
        "The message template {template} cannot be filled in: {problem}",
    )


class SegmentHasCondition(WeftError):
    """Who belongs is said by the segment's condition; nobody is put into it."""

    status, code = 422, "segment.has_condition"
    zh, en = (
        "分群 {segment} 由条件决定成员，不能由动作加入或移出",
        "The segment {segment} has a condition that says who belongs; nobody is put in or taken out",
    )

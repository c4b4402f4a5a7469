"""What can be refused about hand-overs, and why a line of one could not be done.

| status | code | when |
| --- | --- | --- |
| 422 | `handover.same_person` | from somebody to themselves |
| 422 | `handover.person_inactive` | to somebody who cannot sign in |
| 409 | `handover.not_now` | running one that runs or was taken back; taking back one that was not done |
| 409 | `handover.moved_on` | of a line: it is not in the person's hands any more |
| 409 | `handover.draft_exists` | of a line: the definition has a draft that somebody is working on |
| 409 | `handover.merged` | of a line that is taken back: it became one with what the other had |
| 500 | `handover.line_failed` | of a line: a bug |
| 409 | `handover.changed` | of a line that is taken back: it was changed since |
"""

from __future__ import annotations

from backend.errors import Conflict, Invalid, WeftError


class SamePerson(Invalid):
    """A hand-over has two people."""

    code = "handover.same_person"
    zh, en = "交接双方不能是同一个人", "A hand-over is from one person to another"


class PersonInactive(Invalid):
    """Nobody gets work who cannot sign in."""

    code = "handover.person_inactive"
    zh, en = "{name}已停用，不能接收工作", "{name} is disabled and cannot take over anything"


class NotNow(Conflict):
    """The hand-over is in another state."""

    code = "handover.not_now"
    zh, en = "交接目前的状态是“{status}”，不能执行此操作", "The hand-over is “{status}”; this cannot be done now"


class MovedOn(Conflict):
    """Somebody has done it, or it went to somebody else, since the preview."""

    code = "handover.moved_on"
    zh, en = "已不在{name}手中", "It is not in the hands of {name} any more"


class DraftExists(Conflict):
    """Publishing would publish what somebody is still writing."""

    code = "handover.draft_exists"
    zh, en = (
        "“{key}”有未发布的草稿，请先发布或放弃",
        "“{key}” has a draft that is not published; publish or discard it first",
    )


class Merged(Conflict):
    """They had a part in the task already, and the two are one now."""

    code = "handover.merged"
    zh, en = "已与{name}原有的部分合并，不能单独退还", "It became one with what {name} had to do there, and stays"


class LineFailed(WeftError):
    """A bug; the log of the worker has it."""

    status, code = 500, "handover.line_failed"
    zh, en = "内部错误，可重试", "An internal error; it can be tried again"


class Changed(Conflict):
    """It is not as the hand-over left it."""

    code = "handover.changed"
    zh, en = "交接之后已被更改，保持现状", "It was changed after the hand-over and stays as it is"

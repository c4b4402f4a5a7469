"""What can be refused about start forms, beside what forms, records and starts of flows are refused for.

| status | code | when |
| --- | --- | --- |
| 409 | `start.already_started` | a draft is kept of a form with which a flow was started |
| 409 | `start.too_many_drafts` | somebody has as many drafts of starts as one may have |
"""

from __future__ import annotations

from backend.errors import Conflict


class AlreadyStarted(Conflict):
    """A form starts one flow, once."""

    code = "start.already_started"
    zh, en = "这份申请已经发起", "This was started already"


class TooManyDrafts(Conflict):
    """Drafts are for going on with, not an archive."""

    code = "start.too_many_drafts"
    zh, en = "发起草稿最多 {most} 份，请先丢弃一些", "There may be {most} drafts of starts; discard some first"

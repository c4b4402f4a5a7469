"""Actions on segments that no condition fills: putting a record in, taking it out. Each tells of it in the log, as segments with a
condition do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.actions.action import Action, ActionContext, Parameter, Result, missing
from backend.actions.arguments import id_of
from backend.actions.errors import SegmentHasCondition, TargetGone
from backend.events.log import NewEvent, append
from backend.records import service as records
from engine.definitions import Segment, Text
from engine.definitions.schemas import nearest
from engine.language import TEXT, reference

ENTERED, LEFT = "segment.entered", "segment.left"
_PERSON = "person"
_SEGMENT = Parameter("segment", TEXT, Text("分群", "Segment"), required=True)
_RECORD = Parameter("record", reference(None), Text("记录", "Record"))
_ENTER = text(
    "INSERT INTO weft.segment_member (segment, record_id, source, entered_at) VALUES (:segment, :record, 'rule', :at)"
    " ON CONFLICT DO NOTHING RETURNING record_id"
)
_LEAVE = text("DELETE FROM weft.segment_member WHERE segment = :segment AND record_id = :record RETURNING record_id")


class EnterSegment:
    """Puts the person, or the record given, into a segment."""

    key = "enter_segment"
    label = Text("加入分群", "Enter segment")
    parameters = (_SEGMENT, _RECORD)
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        segment, record = await _place(self.key, context, arguments)
        row = {"segment": segment.key, "record": record, "at": context.now}
        new = (await context.session.execute(_ENTER, row)).first() is not None
        return await _told(context, ENTERED, segment, record, changed=new)


class LeaveSegment:
    """Takes the person, or the record given, out of a segment."""

    key = "leave_segment"
    label = Text("移出分群", "Leave segment")
    parameters = (_SEGMENT, _RECORD)
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        segment, record = await _place(self.key, context, arguments)
        row = {"segment": segment.key, "record": record}
        gone = (await context.session.execute(_LEAVE, row)).first() is not None
        return await _told(context, LEFT, segment, record, changed=gone)


async def _place(key: str, context: ActionContext, arguments: Mapping[str, Any]) -> tuple[Segment, UUID]:
    """The segment and the record. Raises TargetGone, SegmentHasCondition, NotFound for a record that is gone."""
    name = str(arguments.get("segment") or "")
    if not name:
        raise missing(key, "segment")
    segments = context.metadata.segments
    if name not in segments:
        suggestion = nearest(name, segments)
        raise TargetGone(key=key, what="segment", what_zh="分群", name=name, path="segment", suggestion=suggestion)
    segment = segments[name]
    if segment.condition is not None:
        raise SegmentHasCondition(segment=name, path="segment")
    record = id_of(arguments["record"]) if "record" in arguments else _about(context, segment)
    if record is None:
        raise missing(key, "record")
    await records.get(context.session, context.metadata, context.caller, segment.entity, record)
    return segment, record


def _about(context: ActionContext, segment: Segment) -> UUID | None:
    """The record of the segment's entity that the rule or flow is about."""
    if segment.entity == context.entity:
        return context.record_id
    return context.person_id if segment.entity == _PERSON else None


async def _told(context: ActionContext, type: str, segment: Segment, record: UUID, *, changed: bool) -> dict[str, Any]:
    if changed:
        person = record if segment.entity == _PERSON else context.person_id
        data = {"segment": segment.key, "source": "rule"}
        event = NewEvent(type, data, segment.entity, record, person, occurred_at=context.now)
        await append(context.session, event.caused_by(context.cause))
    return {"segment": segment.key, "record": str(record), "changed": changed}


#: The actions of this module, for the list in backend/assembly.py.
SEGMENT_ACTIONS: tuple[Action, ...] = (EnterSegment(), LeaveSegment())

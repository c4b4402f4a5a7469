"""Actions that reach people: a notice to users, a message to a person, a reply to what they wrote, a coupon; and taking back what is
still to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from backend.actions.action import Action, ActionContext, Parameter, Result, missing
from backend.actions.addressees import people, record_about
from backend.actions.arguments import person_of
from backend.messaging.notices import notify
from backend.messaging.pending import cancel_pending
from backend.messaging.sending import Destination, Sending, answering, leave, text_of
from backend.metadata.event_scopes import PERSON
from backend.records import service as records
from engine.definitions import Entity, Text
from engine.language import DURATION, TEXT, Type, reference

COUPON = "coupon"
_TEXT = Parameter("text", TEXT, Text("内容", "Text"))
_TEMPLATE = Parameter("template", TEXT, Text("消息模板", "Template"))
_CHANNEL = Parameter("channel", TEXT, Text("渠道", "Channel"))
_PERSON = Parameter("person", reference(PERSON), Text("客户", "Person"))


class Notify:
    """Leaves a notice in the product. `to`: references, e-mails, `owner` and other user fields of the record, `superior`, role or
    department keys, with commas between or as a list. Without a text it says what the rule is about."""

    key = "notify"
    label = Text("通知", "Notify")
    parameters = (
        Parameter("to", Type("unknown"), Text("通知谁", "To"), required=True),
        _TEXT,
        Parameter("link", TEXT, Text("链接", "Link")),
    )
    open, sends = False, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        record = await record_about(context)
        users = await people(self.key, context, arguments.get("to"), record)
        link = str(arguments.get("link") or "") or _link(context)
        reached = await notify(
            context.session,
            [user.id for user in users],
            _notice(context, str(arguments.get("text") or "").strip(), record),
            key=context.key,
            link=link,
            cause=context.cause,
        )
        return {"users": [user.name for user in users], "new": len(reached)}


def _notice(context: ActionContext, text: str, record: Mapping[str, Any]) -> dict[str, str]:
    if text:
        return {"zh": text, "en": text}
    about = str(record.get("_title") or (context.event or {}).get("text") or "")
    rule = context.metadata.rules.get(context.rule or "")
    label = rule.label if rule is not None else Text("请查看", "Please look")
    return {"zh": f"{label.zh}:{about}" if about else label.zh, "en": f"{label.en}: {about}" if about else label.en}


def _link(context: ActionContext) -> str | None:
    if context.entity and context.record_id and context.entity in context.metadata.entities:
        return f"/records/{context.entity}/{context.record_id}"
    return f"/people/{context.person_id}" if context.person_id else None


class Send:
    """Sends a message to the person on a channel, or on the one they last used: a text, or a template by its key."""

    key = "send"
    label = Text("发送消息", "Send message")
    parameters = (_TEXT, _TEMPLATE, _CHANNEL, _PERSON)
    open, sends = False, True
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        person = person_of(self.key, context, arguments)
        text = await text_of(context, self.key, arguments, person)
        channel = str(arguments.get("channel") or "") or None
        return await leave(context, Sending("send", text, person, Destination(channel)))


class Reply:
    """Answers the person where they wrote; in a flow, on the channel that the record came from."""

    key = "reply"
    label = Text("回复", "Reply")
    parameters = (_TEXT, _TEMPLATE, _PERSON)
    open, sends = False, True
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        person, destination = await answering(context, self.key, arguments)
        text = await text_of(context, self.key, arguments, person)
        return await leave(context, Sending("reply", text, person, destination))


class SendCoupon:
    """Issues a coupon to the person and sends it to them. Where the installation has the entity `coupon`, the issue is a record of
    it. Who may not be sent anything is issued nothing."""

    key = "send_coupon"
    label = Text("发送优惠券", "Send coupon")
    parameters = (
        Parameter("code", TEXT, Text("券码", "Code"), required=True),
        Parameter("valid_for", DURATION, Text("有效期", "Valid for")),
        _TEXT,
        _TEMPLATE,
        _CHANNEL,
        _PERSON,
    )
    open, sends = False, True
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        code = str(arguments.get("code") or "").strip()
        if not code:
            raise missing(self.key, "code")
        person = person_of(self.key, context, arguments)
        valid_for = arguments.get("valid_for")
        expires = context.now + valid_for if isinstance(valid_for, dt.timedelta) else None
        text = await text_of(context, self.key, {"text": _offer(code, expires), **_given(arguments)}, person)
        channel = str(arguments.get("channel") or "") or None
        sent = await leave(context, Sending("coupon", text, person, Destination(channel)))
        if "refused" in sent:
            return sent
        issue = {"code": code, "person": str(person), "expires_at": expires}
        return {**sent, "code": code, "coupon": await self._issued(context, issue)}

    async def _issued(self, context: ActionContext, issue: Mapping[str, Any]) -> str | None:
        """The record of the issue, if coupons are kept."""
        entity = context.metadata.entities.get(COUPON)
        if entity is None:
            return None
        made = await records.create(
            context.session, context.metadata, context.caller, COUPON, _fitting(entity, issue), cause=context.cause
        )
        return str(made["id"])


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: arguments[name] for name in ("text", "template") if arguments.get(name)}


def _offer(code: str, expires: dt.datetime | None) -> str:
    until = f"，有效期至 {expires:%Y-%m-%d %H:%M}" if expires is not None else ""
    return f"送您一张优惠券：{code}{until}"


def _fitting(entity: Entity, issue: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the entity has fields for, a moment as its field takes it."""
    fitting: dict[str, Any] = {}
    for key, value in issue.items():
        field = entity.field(key)
        if field is not None and value is not None:
            moment = value.date() if isinstance(value, dt.datetime) and field.type == "date" else value
            fitting[key] = moment.isoformat() if isinstance(moment, dt.date) else moment
    return fitting


class CancelPending:
    """Takes back what is still to be sent or done for a person and a purpose (that of the rule, unless another is given)."""

    key = "cancel_pending"
    label = Text("取消待办的营销动作", "Cancel what is pending")
    parameters = (_PERSON, Parameter("purpose", TEXT, Text("用途", "Purpose")))
    open, sends = False, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        purpose = str(arguments.get("purpose") or context.purpose or "")
        if not purpose:
            raise missing(self.key, "purpose")
        person = person_of(self.key, context, arguments)
        return {"person": str(person), "purpose": purpose, **await cancel_pending(context.session, person, purpose)}


#: The actions of this module, for the list in backend/assembly.py.
MESSAGING_ACTIONS: tuple[Action, ...] = (Notify(), Send(), Reply(), SendCoupon(), CancelPending())

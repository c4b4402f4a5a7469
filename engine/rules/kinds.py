"""The kinds of events there are: what people say on channels, messages that were sent, records that changed, segments.

One place says which types the log keeps them under, what values they have, and what people may call them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.definitions import Entity, Option, Text
from engine.language import BOOLEAN, DATETIME, NUMBER, TEXT, Type, choice, record, record_type, reference
from engine.rules.model import CUSTOMER, PERSON, EventKind

#: What the log calls a channel's event once its person and sentiment are known; `data.type` says which it was.
UNDERSTOOD = "social.processed"
MESSAGE_SENT = "message.sent"
PRODUCT = "product"
#: Fields whose choices make events of their own: `order.paid` is an order whose status came to be `paid`.
STATUS_FIELDS = ("status", "stage")

_SENTIMENTS = (
    Option("positive", Text("正面", "Positive"), "green"),
    Option("neutral", Text("中性", "Neutral"), "grey"),
    Option("negative", Text("负面", "Negative"), "red"),
)
#: What happens on channels: label, and what else it is called.
SOCIAL_EVENTS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "post": (Text("社交.发帖", "social.post"), ("post.published", "帖子.发布", "社交.帖子")),
    "comment": (Text("社交.评论", "social.comment"), ("comment.created", "评论.创建")),
    "message": (Text("社交.私信", "social.message"), ("message.received", "私信.收到", "社交.消息")),
    "follow": (Text("社交.关注", "social.follow"), ("follow.added", "关注.新增")),
    "like": (Text("社交.点赞", "social.like"), ("note.liked", "笔记.点赞")),
    "share": (Text("社交.转发", "social.share"), ("note.shared", "笔记.转发")),
    "call": (Text("社交.来电", "social.call"), ("call.received", "电话.来电")),
    "mention": (Text("社交.提及", "social.mention"), ("mention.created", "提及.创建")),
    "review": (Text("社交.评价", "social.review"), ("review.created", "评价.创建")),
}
#: What happens to records, and what it is called in Chinese.
RECORD_EVENTS: Mapping[str, tuple[str, ...]] = {
    "created": ("创建", "新建"),
    "updated": ("更新", "修改"),
    "deleted": ("删除",),
    "restored": ("恢复",),
}


def social_type(entities: Iterable[str]) -> Type:
    """What rules read of an event of a channel."""
    fields = {
        "id": TEXT.named(Text("编号", "ID")),
        "type": TEXT.named(Text("类型", "Type")),
        "channel": TEXT.named(Text("渠道", "Channel")),
        "external_id": TEXT.named(Text("外部编号", "External ID")),
        "author": record(
            {"id": TEXT.named(Text("编号", "ID")), "name": TEXT.named(Text("姓名", "Name"))}, Text("作者", "Author")
        ),
        "person": reference(PERSON).named(Text("客户", "Person")),
        "thread": TEXT.named(Text("会话", "Thread")),
        "text": TEXT.named(Text("内容", "Text")),
        "target": TEXT.named(Text("对象", "Target")),
        "sentiment": choice(*_SENTIMENTS).named(Text("情绪", "Sentiment")),
        "sentiment_score": NUMBER.named(Text("情绪分", "Sentiment score")),
        "occurred_at": DATETIME.named(Text("时间", "Time")),
    }
    if PRODUCT in entities:
        fields["product"] = reference(PRODUCT).named(Text("产品", "Product"))
    return record(fields, Text("社交", "Social"))


MESSAGE_TYPE = record(
    {
        "id": TEXT.named(Text("编号", "ID")),
        "channel": TEXT.named(Text("渠道", "Channel")),
        "text": TEXT.named(Text("内容", "Text")),
        "person": reference(PERSON).named(Text("客户", "Person")),
        "thread": TEXT.named(Text("会话", "Thread")),
        "sent_at": DATETIME.named(Text("发送时间", "Sent at")),
        "automatic": BOOLEAN.named(Text("自动发送", "Automatic")),
    },
    Text("消息", "Message"),
)


def event_kinds(entities: Mapping[str, Entity]) -> dict[str, EventKind]:
    """Every kind of event of an installation with these entities."""
    social = social_type(entities)
    kinds = [
        EventKind(f"social.{key}", social, (UNDERSTOOD,), person=PERSON, label=label, names=names)
        for key, (label, names) in SOCIAL_EVENTS.items()
    ]
    sent = Text("消息.发出", MESSAGE_SENT)
    kinds.append(
        EventKind(MESSAGE_SENT, MESSAGE_TYPE, (MESSAGE_SENT,), person=PERSON, label=sent, names=("私信.发出",))
    )
    for entity in entities.values():
        kinds += _record_kinds(entity)
    return {kind.key: kind for kind in kinds}


def _record_kinds(entity: Entity) -> Iterator[EventKind]:
    plain = EventKind("", record_type(entity), (), entity=entity.key, person=_person_field(entity), label=Text("", ""))
    for happening, words in RECORD_EVENTS.items():
        key = f"{entity.key}.{happening}"
        first, *others = _names(entity, happening, words)
        yield replace(plain, key=key, logged=(key,), label=Text(first, key), names=tuple(others))
    written = (f"{entity.key}.created", f"{entity.key}.updated")
    for name in STATUS_FIELDS:
        field = entity.field(name)
        for option in field.options if field is not None and field.type in ("choice", "stage") else ():
            if option.key in RECORD_EVENTS:
                continue
            key = f"{entity.key}.{option.key}"
            first, *others = _names(entity, option.key, (option.label.zh, option.label.en.lower()))
            became = (name, option.key)
            yield replace(plain, key=key, logged=written, label=Text(first, key), names=tuple(others), became=became)


def _names(entity: Entity, key: str, words: tuple[str, ...]) -> Iterator[str]:
    """The event in words: first in Chinese, then everything else it may be called."""
    subjects = (entity.label.zh, entity.label.en.lower(), entity.key, *((CUSTOMER,) if entity.key == PERSON else ()))
    yield f"{entity.label.zh}.{words[0]}"
    for subject in subjects:
        for word in (*words, key):
            yield f"{subject}.{word}"


def _person_field(entity: Entity) -> str | None:
    """The field that says which person a record is about."""
    if entity.key == PERSON:
        return "id"
    field = entity.field(PERSON)
    if field is not None and field.type == "reference" and field.entity == PERSON:
        return PERSON
    references = [each.key for each in entity.fields if each.type == "reference" and each.entity == PERSON]
    return references[0] if len(references) == 1 else None


def names_always(entities: Mapping[str, Entity]) -> dict[str, Type]:
    """What every rule may name beside its event: the person, who in English is also the customer."""
    if PERSON not in entities:
        return {}
    person = reference(PERSON)
    named = {PERSON: person.named(entities[PERSON].label)}
    return named if CUSTOMER in entities else named | {CUSTOMER: person.named(Text("客户", "Customer"))}

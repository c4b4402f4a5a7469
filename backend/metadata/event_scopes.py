"""What a rule may name: the events of every entity and of the channels, and the person an event is about."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions import Entity, Option, Text
from engine.language import DATETIME, NUMBER, TEXT, Type, choice, list_of, record, record_type

#: What happens to a record; the event's values are the record's.
RECORD_EVENTS = ("created", "updated", "deleted", "restored")
#: What arrives through a channel.
SOCIAL_EVENTS = ("post", "comment", "message", "follow", "like", "share", "call")
#: The entity of the people behind identities; rules see it as `person`.
PERSON = "person"

SENTIMENTS = (
    Option("positive", Text("正面", "Positive"), "green"),
    Option("neutral", Text("中性", "Neutral"), "grey"),
    Option("negative", Text("负面", "Negative"), "red"),
)


def social_event() -> Type:
    """A social event as rules see it: the envelope and what the pipeline read from its text."""
    author = record({"id": TEXT.named(Text("编号", "ID")), "name": TEXT.named(Text("昵称", "Name"))})
    fields: Mapping[str, Type] = {
        "id": TEXT.named(Text("外部编号", "External ID")),
        "type": TEXT.named(Text("类型", "Type")),
        "channel": TEXT.named(Text("渠道", "Channel")),
        "text": TEXT.named(Text("内容", "Text")),
        "target": TEXT.named(Text("对象", "Target")),
        "author": author.named(Text("作者", "Author")),
        "occurred_at": DATETIME.named(Text("发生时间", "Occurred at")),
        "sentiment": choice(*SENTIMENTS).named(Text("情绪", "Sentiment")),
        "sentiment_score": NUMBER.named(Text("情绪分", "Sentiment score")),
        "sentiment_words": list_of(TEXT).named(Text("情绪词", "Sentiment words")),
    }
    return record(fields, Text("社交事件", "Social event"))


def event_types(entities: Mapping[str, Entity]) -> dict[str, Type]:
    """Event type to the record type of its values."""
    found = {f"social.{name}": social_event() for name in SOCIAL_EVENTS}
    for key, entity in entities.items():
        found |= {f"{key}.{event}": record_type(entity) for event in RECORD_EVENTS}
    return found


def global_types(entities: Mapping[str, Entity]) -> dict[str, Type]:
    """Names every rule may use: `person`, when there is such an entity."""
    person = entities.get(PERSON)
    return {PERSON: record_type(person)} if person else {}

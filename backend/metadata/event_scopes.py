"""What rules may name of each event type: the checker of rules and the pipeline read it here, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Mapping

from backend.metadata.snapshot import Metadata
from engine.definitions import Option, Text
from engine.language import DATETIME, NUMBER, TEXT, Type, choice, record, record_type, records_of, reference
from engine.rules import EventScopes

PERSON = "person"
RECORD_EVENTS = ("created", "updated", "deleted", "restored")
SOCIAL_EVENTS = ("post", "comment", "message", "follow", "like", "share", "call", "mention", "review")

_SENTIMENTS = (
    Option("positive", Text("正面", "Positive"), "green"),
    Option("neutral", Text("中性", "Neutral"), "grey"),
    Option("negative", Text("负面", "Negative"), "red"),
)

SOCIAL: Type = record(
    {
        "id": TEXT.named(Text("编号", "ID")),
        "type": TEXT.named(Text("类型", "Type")),
        "channel": TEXT.named(Text("渠道", "Channel")),
        "external_id": TEXT.named(Text("外部编号", "External ID")),
        "author": record(
            {"id": TEXT.named(Text("编号", "ID")), "name": TEXT.named(Text("姓名", "Name"))}, Text("作者", "Author")
        ),
        "text": TEXT.named(Text("内容", "Text")),
        "target": TEXT.named(Text("对象", "Target")),
        "sentiment": choice(*_SENTIMENTS).named(Text("情绪", "Sentiment")),
        "sentiment_score": NUMBER.named(Text("情绪分", "Sentiment score")),
        "occurred_at": DATETIME.named(Text("时间", "Time")),
    },
    Text("社交", "Social"),
)


def event_scopes(metadata: Metadata) -> EventScopes:
    """The record type of every event that a rule may wait for, and `person`."""
    events: dict[str, Type] = {f"social.{happening}": SOCIAL for happening in SOCIAL_EVENTS}
    for key, entity in metadata.entities.items():
        type = record_type(entity)
        events |= {f"{key}.{happening}": type for happening in RECORD_EVENTS}
    names: Mapping[str, Type] = {}
    if PERSON in metadata.entities:
        names = {PERSON: reference(PERSON).named(metadata.entities[PERSON].label)}
    return EventScopes(events, names, records_of(metadata.entities))

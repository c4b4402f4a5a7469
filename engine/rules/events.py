"""Event types as people write them: by key (`social.post`), or in Chinese (`社交.发帖`, `工单.创建`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.language import Type

_SOURCES: Mapping[str, str] = {"社交": "social", "任务": "task", "流程": "instance"}
_HAPPENINGS: Mapping[str, str] = {
    "创建": "created", "新建": "created", "更新": "updated", "修改": "updated", "删除": "deleted", "恢复": "restored",
    "发帖": "post", "帖子": "post", "评论": "comment", "私信": "message", "消息": "message", "关注": "follow",
    "点赞": "like", "转发": "share", "来电": "call", "完成": "completed",
}  # fmt: skip


def event_type(written: str, events: Mapping[str, Type], records: Mapping[str, Type]) -> str | None:
    """The event type that `written` names, if there is one."""
    if written in events:
        return written
    source, _, happening = written.rpartition(".")
    key = f"{_source(source, records)}.{_HAPPENINGS.get(happening, happening)}"
    return key if key in events else None


def _source(written: str, records: Mapping[str, Type]) -> str:
    if written in _SOURCES:
        return _SOURCES[written]
    return next(_labelled(written, records), written)


def _labelled(written: str, records: Mapping[str, Type]) -> Iterator[str]:
    for key, type in records.items():
        if type.label is not None and written.lower() in (type.label.zh, type.label.en.lower()):
            yield key

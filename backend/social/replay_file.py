"""Reading a CSV of posts to replay: `id,text[,author_id,author_name,type,occurred_offset_minutes,sentiment]`."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backend.errors import WeftError

DEFAULT_TYPE = "social.post"
#: What a sentiment column may say, and the reading it stands for.
_LABELS = {"1": "positive", "0": "negative", "positive": "positive", "negative": "negative", "neutral": "neutral"}
_QUALITIES = [
    "爱笑的",
    "早起的",
    "安静的",
    "迷路的",
    "晒太阳的",
    "追风的",
    "不加糖的",
    "住楼上的",
    "有点困的",
    "穿格子衫的",
    "路过的",
    "慢半拍的",
    "爱喝茶的",
    "会弹琴的",
    "骑车的",
    "看云的",
    "养猫的",
    "写诗的",
    "种花的",
    "赶地铁的",
]
_NOUNS = [
    "柠檬",
    "小鹿",
    "北风",
    "土豆",
    "橘子",
    "海豚",
    "松果",
    "面包",
    "雨伞",
    "石榴",
    "白杨",
    "蜗牛",
    "汽水",
    "星星",
    "南瓜",
    "灯塔",
    "豆浆",
    "云雀",
    "芒果",
    "毛线",
    "铅笔",
    "风筝",
    "茶壶",
    "麦子",
    "贝壳",
    "蓝莓",
    "屋顶",
    "口琴",
    "雪糕",
    "信箱",
]


class ReplayFileInvalid(WeftError):
    """The file cannot be replayed."""

    status, code = 422, "replay.file_invalid"
    zh, en = "无法回放 {file}：{reason_zh}", "Cannot replay {file}: {reason}"


@dataclass(frozen=True, slots=True)
class ReplayPost:
    """One post to send. `label` is the sentiment somebody gave it, if the file says."""

    id: str
    author_id: str
    author_name: str
    type: str
    text: str
    offset: float | None
    label: str | None


def default_posts() -> Path:
    """The posts that the template `scrm` brings."""
    return Path(__file__).parents[2] / "builtin_templates" / "scrm" / "samples" / "posts.csv"


def read_posts(file: Path, limit: int | None) -> list[ReplayPost]:
    """The first `limit` posts of the file. Raises ReplayFileInvalid."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = {"id", "text"} - set(rows.fieldnames or ())
            if missing:
                names = ", ".join(sorted(missing))
                raise ReplayFileInvalid(file=file, reason=f"no column {names}", reason_zh=f"缺少列 {names}")
            return [_post(file, number, row) for number, row in _first(rows, limit)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReplayFileInvalid(file=file, reason=str(error), reason_zh=str(error)) from error


def _first(rows: Iterator[dict[str, Any]], limit: int | None) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in enumerate(rows, start=2):
        if limit is not None and number - 2 >= limit:
            return
        yield number, row


def _post(file: Path, line: int, row: Mapping[str, str | None]) -> ReplayPost:
    id = (row.get("id") or "").strip()
    offset = (row.get("occurred_offset_minutes") or "").strip()
    if not id or row.get("text") is None:
        raise ReplayFileInvalid(
            file=file, reason=f"line {line} has no id or text", reason_zh=f"第 {line} 行缺少 id 或 text"
        )
    try:
        minutes = float(offset) if offset else None
    except ValueError as error:
        reason = f"line {line}: occurred_offset_minutes is no number"
        raise ReplayFileInvalid(
            file=file, reason=reason, reason_zh=f"第 {line} 行的 occurred_offset_minutes 不是数字"
        ) from error
    author_id, author_name = _author(id, (row.get("author_id") or "").strip(), (row.get("author_name") or "").strip())
    return ReplayPost(
        id=id,
        author_id=author_id,
        author_name=author_name,
        type=(row.get("type") or "").strip() or DEFAULT_TYPE,
        text=row["text"] or "",
        offset=minutes,
        label=_LABELS.get((row.get("sentiment") or "").strip().lower()),
    )


def _author(id: str, author_id: str, author_name: str) -> tuple[str, str]:
    """The author given, or a pseudonym made from the post's id: the same every time, with several posts to each."""
    if author_id:
        return author_id, author_name or author_id
    number = int.from_bytes(hashlib.sha256(id.encode()).digest()[:4]) % (len(_QUALITIES) * len(_NOUNS))
    quality, noun = divmod(number, len(_NOUNS))
    return f"replay_{number:04d}", author_name or _QUALITIES[quality] + _NOUNS[noun]


def envelopes(posts: Sequence[ReplayPost], now: datetime) -> list[dict[str, Any]]:
    """The posts as the endpoint takes them. Offsets count from the first; the last of them is set at `now`."""
    last = max((post.offset for post in posts if post.offset is not None), default=0.0)
    return [_envelope(post, now, last) for post in posts]


def _envelope(post: ReplayPost, now: datetime, last: float) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "external_id": post.id,
        "type": post.type,
        "author": {"id": post.author_id, "name": post.author_name},
        "text": post.text,
    }
    if post.offset is not None:
        envelope["occurred_at"] = (now - timedelta(minutes=last - post.offset)).isoformat()
    return envelope

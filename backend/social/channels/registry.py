"""The explicit list of channels. Where a platform publishes no push interface, the generic signed one is used, fed by an
authorised provider or an import; the note says so on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.social.channels.adapter import Adapter
from backend.social.channels.signed import SignedAdapter
from engine.definitions import Text

_SIGNED = SignedAdapter()
_PROVIDER = Text(
    "平台没有公开的推送接口，由授权服务商或导入程序按通用签名格式送入",
    "The platform publishes no push interface: an authorised provider or an import delivers in the generic signed form",
)
_GENERIC = Text("按通用签名格式送入", "Delivered in the generic signed form")


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One channel that an installation is given."""

    key: str
    label: Text
    adapter: Adapter
    note: Text


CHANNELS: Mapping[str, ChannelKind] = {
    kind.key: kind
    for kind in (
        ChannelKind("weibo", Text("微博", "Weibo"), _SIGNED, _GENERIC),
        ChannelKind("wechat", Text("微信", "WeChat"), _SIGNED, _GENERIC),
        ChannelKind("douyin", Text("抖音", "Douyin"), _SIGNED, _GENERIC),
        ChannelKind("xiaohongshu", Text("小红书", "Xiaohongshu"), _SIGNED, _PROVIDER),
        ChannelKind("phone", Text("电话", "Phone"), _SIGNED, _GENERIC),
        ChannelKind("web", Text("网站", "Web"), _SIGNED, _GENERIC),
    )
}

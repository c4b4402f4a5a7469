"""How problems speak of a flow's parts: nodes by their titles, edges by their ends, events by the words that business people use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.definitions import Edge, Node, Text

#: Kinds of events.
EVENT_WORDS: Mapping[str, Text] = {
    "message": Text("消息", "message"),
    "timer": Text("定时", "timer"),
    "signal": Text("信号", "signal"),
    "conditional": Text("条件", "conditional"),
    "error": Text("错误", "error"),
    "escalation": Text("升级", "escalation"),
    "compensation": Text("补偿", "compensation"),
    "cancel": Text("取消", "cancel"),
    "terminate": Text("终止", "terminate"),
    "link": Text("链接", "link"),
}


class Wording:
    """The names of the nodes and edges of one flow, as its drawing shows them; the id only where there is no title, or where several
    nodes have the same."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._often = {
            "zh": Counter(node.title.zh for node in nodes.values()),
            "en": Counter(node.title.en for node in nodes.values()),
        }

    def node(self, id: str) -> Text:
        """A node by its id; what is no node stays as it is."""
        node = self._nodes.get(id)
        if node is None:
            return Text(id, id)
        zh, en = node.title.zh or node.title.en, node.title.en or node.title.zh
        return Text(self._told(id, zh, "zh", "（", "）"), self._told(id, en, "en", " (", ")"))

    def _told(self, id: str, title: str, surface: str, left: str, right: str) -> str:
        if not title or title == id:
            return id
        return f"{title}{left}{id}{right}" if self._often[surface][title] > 1 else title

    def edge(self, edge: Edge) -> Text:
        """An edge by its label, else by what it leads from and to."""
        if edge.label is not None and (edge.label.zh or edge.label.en):
            return Text(edge.label.zh or edge.label.en, edge.label.en or edge.label.zh)
        source, target = self.node(edge.source), self.node(edge.target)
        return Text(f"{source.zh} → {target.zh}", f"{source.en} → {target.en}")


def kind(name: str) -> Text:
    """A kind of event; what is none stays as it is."""
    return EVENT_WORDS.get(name, Text(name, name))


def kinds(names: Sequence[str]) -> Text:
    """Several kinds, to choose from."""
    words = [kind(name) for name in names]
    return Text("、".join(each.zh for each in words), ", ".join(each.en for each in words))


def alternatives(names: Sequence[str]) -> Text:
    """Several names of which one will do."""
    return Text(" 或 ".join(names), " or ".join(names))

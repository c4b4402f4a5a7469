"""Flows for tests, written as documents in which titles, labels and ids of edges may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.definitions import Entity, Field, Flow, Text
from engine.definitions.codec import decode

INSTANCE = "00000000-0000-4000-8000-000000000001"
TICKET = Entity("ticket", Text("工单", "Ticket"), (Field("title", "text", Text("标题", "Title")),), "title")
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def flow_of(document: Mapping[str, Any]) -> Flow:
    """The flow of a document."""
    text = {"zh": "文", "en": "text"}
    nodes = [{"title": text, **node, "outcomes": _labelled(node.get("outcomes", []))} for node in document["nodes"]]
    nodes = [{k: v for k, v in node.items() if v != []} for node in nodes]
    edges = [
        {"id": f"e{i}", **edge} if isinstance(edge, dict) else {"id": f"e{i}", "source": edge[0], "target": edge[1]}
        for i, edge in enumerate(document["edges"])
    ]
    whole = {"kind": "flow", "key": "example", "label": text, "entity": "ticket"}
    found = decode(
        "flow",
        {**whole, **document, "nodes": nodes, "edges": edges, "variables": _labelled(document.get("variables", []))},
    )
    assert isinstance(found, Flow)
    return found


def _labelled(items: list[Any]) -> list[dict[str, Any]]:
    text = {"zh": "文", "en": "text"}
    return [{"label": text, **({"key": item} if isinstance(item, str) else item)} for item in items]

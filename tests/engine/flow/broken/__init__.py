"""A hundred broken flows: a good one (base.json) and a change to each (the other files), with what is told of it.

A change is a JSON merge patch over the flow, whose nodes, edges and variables stand under their ids there: null takes one away.
`"a -> b"` is an edge. `python -m tests.engine.flow.broken` writes anew what is told; every sentence must be read before it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Document = dict[str, Any]
_TEXT = {"zh": "文", "en": "text"}
_BASE: Document = json.loads((HERE / "base.json").read_text(encoding="utf-8"))
#: The definitions that the flow refers to.
AROUND: list[Document] = []


@dataclass(frozen=True)
class Broken:
    """A broken flow: the `code` told, the `node` marked (None: none), and what is `told`: reason and mending in both languages. One with
    the `severity` warning may be published all the same."""

    file: str
    name: str
    change: Mapping[str, Any]
    code: str
    node: str | None
    told: Mapping[str, str]
    severity: str = "error"

    @property
    def document(self) -> Document:
        """The broken flow."""
        return written(merged(_BASE["flow"], self.change))


def merged(target: Any, patch: Any) -> Any:
    """The target with a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    found = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def written(short: Mapping[str, Any]) -> Document:
    """The document of a flow whose parts stand under their ids; titles and labels may be left out."""
    nodes = [{"id": id, "title": {"zh": id, "en": id}, **node} for id, node in short["nodes"].items()]
    for node in nodes:
        if "outcomes" in node:
            node["outcomes"] = [{"label": _TEXT, **outcome} for outcome in node["outcomes"]]
    edges = [{"id": id, **_edge(edge)} for id, edge in short["edges"].items()]
    variables = [{"key": key, "label": _TEXT, **variable} for key, variable in short.get("variables", {}).items()]
    label = {"zh": short["key"], "en": short["key"]}
    return {"label": label, **short, "schema": 2, "nodes": nodes, "edges": edges, "variables": variables}


def _edge(edge: Any) -> Document:
    if isinstance(edge, str):
        source, target = edge.split(" -> ")
        return {"source": source, "target": target}
    return dict(edge)


def labelled(document: Document) -> Document:
    """A definition with the labels that were left out."""
    found = {"label": _TEXT, **document}
    for member in ("fields", "variables", "inputs", "outputs"):
        if member in found:
            found[member] = [{"label": _TEXT, **each} for each in found[member]]
    if "nodes" in found:
        found["nodes"] = [{"title": _TEXT, **each} for each in found["nodes"]]
        found["schema"] = 2
    return found


AROUND.extend(labelled(document) for document in _BASE["around"])
SHORT: Document = _BASE["flow"]
GOOD: Document = written(SHORT)


def cases() -> list[Broken]:
    """All of them, by file."""
    return [
        Broken(
            path.stem,
            each["name"],
            each["change"],
            each["code"],
            each.get("node"),
            each.get("told", {}),
            each.get("severity", "error"),
        )
        for path in sorted(HERE.glob("*.json"))
        if path.stem != "base"
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]

"""Small definitions for tests of metadata."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def label(text: str) -> Document:
    return {"zh": text, "en": text}


def field(key: str, type: str = "text", **settings: Any) -> Document:
    return {"key": key, "type": type, "label": label(key), **settings}


def entity(key: str = "order", fields: list[Document] | None = None, **members: Any) -> Document:
    fields = fields or [field("name"), field("amount", "money", currency="CNY")]
    return {"kind": "entity", "key": key, "label": label(key), "title": "name", "fields": fields, **members}


def view(
    key: str = "order_all", of: str = "order", columns: tuple[str, ...] = ("name", "amount"), **members: Any
) -> Document:
    return {"kind": "view", "key": key, "label": label(key), "entity": of, "columns": list(columns), **members}


def form(key: str = "order_form", of: str = "order", fields: tuple[str, ...] = ("name",), **members: Any) -> Document:
    items = [{"field": name} for name in fields]
    return {"kind": "form", "key": key, "label": label(key), "entity": of, "sections": [{"items": items}], **members}

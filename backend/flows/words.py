"""What people say with what they do: opinions and reasons."""

from __future__ import annotations

from backend.flows.beginning import require_storable


def said(words: str | None, path: str = "comment") -> str | None:
    """The words without the space around them; None for none. Raises Invalid for what cannot be stored."""
    require_storable({path: words}, path)
    return (words or "").strip() or None

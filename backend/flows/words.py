"""What people say with what they do: opinions and reasons."""

from __future__ import annotations

from backend.errors import Invalid
from backend.flows.beginning import require_storable

#: Characters of an opinion.
LONGEST = 5_000


def said(words: str | None, path: str = "comment") -> str | None:
    """The words without the space around them; None for none. Raises Invalid for what cannot be stored, or is too long."""
    require_storable({path: words}, path)
    if words is not None and len(words) > LONGEST:
        raise Invalid(path=path, reason=f"at most {LONGEST} characters")
    return (words or "").strip() or None

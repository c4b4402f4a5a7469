"""The metadata a request works with: one snapshot from beginning to end."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from backend.metadata.snapshot import Metadata


def get_metadata(request: Request) -> Metadata:
    """The current snapshot of the process."""
    snapshot: Metadata = request.app.state.metadata.current
    return snapshot


CurrentMetadata = Annotated[Metadata, Depends(get_metadata)]

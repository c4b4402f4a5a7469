"""The company over HTTP, with flows to be started with a form."""

from __future__ import annotations

from tests.backend.tasks.conftest import client, company, sign_in, temporal

__all__ = ["client", "company", "sign_in", "temporal"]

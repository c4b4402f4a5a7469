"""The company at work, signed in."""

from tests.backend.flows.conftest import client, company, temporal
from tests.backend.tasks.conftest import sign_in

__all__ = ["client", "company", "sign_in", "temporal"]

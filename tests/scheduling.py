"""What a run of several workers gives to whom: files, and whole folders whose tests share one running product; what takes longest first.

Without it pytest-xdist begins with the files of the most tests. The journeys, few and long, come last then, and each of their files starts
a product of its own, between those of other folders.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

#: Folders with one product for all of their tests.
_TOGETHER = ("tests/e2e/", "tests/attacks/", "tests/api/")
#: What begins, in this order. Workers that have done with it share the rest: thousands of tests that wait for nothing.
_FIRST = (*_TOGETHER, "tests/faults/", "tests/bench/", "tests/backend/cli/", "tests/scenarios/", "tests/backend/")


def scope_of(nodeid: str) -> str:
    """What goes to one worker: the folder of a shared product, else the file."""
    return next((folder for folder in _TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def rank_of(nodeid: str) -> int:
    """How early a test begins."""
    return next((rank for rank, folder in enumerate(_FIRST) if nodeid.startswith(folder)), len(_FIRST))


class Scheduling(LoadFileScheduling):
    """By product or file, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

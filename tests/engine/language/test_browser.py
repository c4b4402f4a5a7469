"""The browser has every function and operation that it should; what they give is tested by the vectors, in the front end."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest

from engine.language import FUNCTIONS
from tests.engine.language.vectors import CASES, checked

SCRIPTS = Path(__file__).parents[3] / "frontend" / "scripts"
#: Word lists are the server's: they are not sent to browsers.
SERVER_ONLY = frozenset({"keywords"})


@cache
def browser() -> dict[str, set[str]]:
    """The operations and functions of the browser."""
    ran = subprocess.run(
        ["node", str(SCRIPTS / "language-runner.mjs")],
        input='{"about": true}\n', capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return {kind: set(names) for kind, names in json.loads(ran.stdout).items()}


def test_functions_are_those_that_the_registry_gives_the_browser() -> None:
    assert browser()["functions"] == {function.key for function in FUNCTIONS if "browser" in function.targets}


@pytest.mark.parametrize("group", sorted({case.group for case in CASES}))
def test_operations_are_all_there(group: str) -> None:
    trees = [checked(case.text, case.scope).tree for case in CASES if case.group == group]
    assert {node.op for tree in trees for node in tree.walk()} <= browser()["operations"] | SERVER_ONLY

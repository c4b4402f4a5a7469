"""The locks: what runs in production comes from the runtime lock alone, and no lock names an address."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.product import ROOT

#: Loaded where they are installed, and not needed: the project itself, a start-up hook of the environment, Lark's extra.
_NOT_NEEDED = {"weft", "setuptools", "interegular"}
_PROCESSES = "import backend.main, backend.worker, backend.commands, backend.supervisor.up, backend.supervisor.prepare"
_LOADED = (
    f"{_PROCESSES}, importlib.metadata as m, json, sys\n"
    "packages = m.packages_distributions()\n"
    "print(json.dumps(sorted({d for name in list(sys.modules) for d in packages.get(name.partition('.')[0], [])})))"
)


def _names(lock: str) -> set[str]:
    """The normalised names of the packages a lock pins."""
    found = re.findall(r"^([A-Za-z0-9_.\-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def test_every_process_runs_on_the_runtime_lock_alone() -> None:
    """The environment of the tests has more; what a process loads must be in the lock that `make run` installs."""
    loaded = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    used = {re.sub(r"[-_.]+", "-", name).lower() for name in json.loads(loaded.stdout)}
    assert {"sqlalchemy", "fastapi", "greenlet"} <= used
    assert used - _NOT_NEEDED <= _names("requirements.lock")


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock", "frontend/package-lock.json"]
)
def test_locks_pin_by_hash_and_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "resolved" not in text
    assert not re.search(r"https?://[^\s\"]+\.(whl|tgz|tar\.gz)", text)
    if lock.endswith(".json"):
        packages = json.loads(text)["packages"]
        assert [name for name, package in packages.items() if name and not package.get("integrity")] == []
    else:
        pinned = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
        assert [entry.split("==")[0] for entry in pinned if "--hash=sha256:" not in entry] == []

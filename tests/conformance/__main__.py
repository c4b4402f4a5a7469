"""`python -m tests.conformance [FILE...]`: public cases in JSON files or cases of our own (`.case`); without files, all of our own.

One line for each case that fails, with the difference, and last `N passed, M failed`.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.conformance import simulated
from tests.conformance.script import CASES, failure_of_file

Verdict = tuple[str, str | None]


def main(arguments: list[str]) -> int:
    """Run the files; 1 when a case fails or nothing was run."""
    verdicts = [verdict for path in _files(arguments) for verdict in _verdicts(path)]
    failed = [f"{name}: {said}" for name, said in verdicts if said is not None]
    for line in failed:
        print(line)
    print(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not verdicts else 0


def _files(arguments: list[str]) -> list[Path]:
    named = [Path(argument) for argument in arguments]
    return [path for name in named or [CASES] for path in (sorted(name.rglob("*.case")) if name.is_dir() else [name])]


def _verdicts(path: Path) -> Iterator[Verdict]:
    if not path.exists():
        yield str(path), "there is no such file"
        return
    if path.suffix == ".case":
        yield str(path.stem), _guarded(failure_of_file, path)
        return
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        yield str(path), f"this is not JSON: {error}"
        return
    cases = document.get("cases", [document]) if isinstance(document, dict) else document
    for number, case in enumerate(cases):
        name = case.get("id", f"{path.name}[{number}]") if isinstance(case, dict) else f"{path.name}[{number}]"
        yield name, _guarded(simulated.failure, case)


def _guarded(failure: Callable[[Any], str | None], case: object) -> str | None:
    """A case that breaks the interpreter fails with the place where it broke."""
    try:
        return failure(case)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the verdict on this case
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Cases of our own: a file with a title, why it matters, a drawing, and steps. README.md beside this file is the reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.flow import Person
from tests.conformance.approving import person_of
from tests.conformance.drawing import drawn
from tests.conformance.expectations import check
from tests.conformance.host import Host, compiled
from tests.conformance.steps import take

CASES = Path(__file__).parent / "cases"
_SECTIONS = ("flow", "variables", "people", "new flow", "steps")


@dataclass
class Script:
    """A case as it stands in its file, by section."""

    title: str
    why: str
    sections: dict[str, list[str]] = field(default_factory=dict)

    def lines(self, section: str) -> list[str]:
        """The lines of a section; none where it is left out."""
        return self.sections.get(section, [])


def read(path: Path) -> Script:
    """The case in a file; raises ValueError for one without a title, a reason, a flow or steps."""
    title, *rest = path.read_text(encoding="utf-8").splitlines()
    script = Script(title.strip(), "")
    section: str | None = None
    for line in rest:
        if line.strip() in _SECTIONS and not line.startswith(" "):
            section = line.strip()
            script.sections[section] = []
        elif section is not None:
            script.sections[section] += [line.split(" # ")[0].rstrip()] if line.strip() else []
        else:
            script.why = f"{script.why} {line.strip()}".strip()
    if not (script.title and script.why and script.lines("flow") and script.lines("steps")):
        raise ValueError(f"{path.name}: a case has a title, a reason, a flow and steps")
    return script


def failure_of_file(path: Path) -> str | None:
    """What the case in a file expects and does not find."""
    return failure(read(path))


def failure(script: Script) -> str | None:
    """What a case expects and does not find, with the step; None when all is as expected."""
    variables = script.lines("variables")
    host = Host(compiled(drawn(_dedented(script.lines("flow")), variables)), _people(script.lines("people")))
    newer = script.lines("new flow")
    program = compiled(drawn(_dedented(newer), variables)) if newer else None
    for number, line in enumerate(script.lines("steps"), 1):
        action, _, expected = line.partition("=>")
        try:
            take(host, action.strip(), program)
            said = check(host, expected.strip())
        except (AssertionError, ValueError, KeyError, IndexError) as error:
            said = f"{type(error).__name__}: {error}"
        if said:
            return f"step {number} ({action.strip()}): {said}"
    return None


def _dedented(lines: Iterable[str]) -> list[str]:
    return [line.removeprefix("  ") for line in lines]


def _people(lines: Iterable[str]) -> dict[str, list[Person]]:
    """`A: ann bob` says who gets the tasks at A (`A:` nobody); ann otherwise."""
    said = (line.partition(":") for line in lines)
    return {node.strip(): [person_of(name) for name in names.split()] for node, _, names in said}

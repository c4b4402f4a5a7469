"""Writes into the files beside this what is told of each broken flow, as it is told now."""

from __future__ import annotations

import json

from tests.engine.flow.broken import HERE, Broken, cases
from tests.engine.flow.broken.judging import told


def main() -> None:
    """Write every file anew."""
    by_file: dict[str, list[Broken]] = {}
    for case in cases():
        by_file.setdefault(case.file, []).append(case)
    for file, found in by_file.items():
        lines = ",\n".join(_line(case) for case in found)
        (HERE / f"{file}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _line(case: Broken) -> str:
    problem = next((p for p in told(case.document) if (p.code, p.node) == (case.code, case.node)), None)
    if problem is None:
        print(f"{case.file}: {case.name}: told {[(p.code, p.node, p.path) for p in told(case.document)]}")
    members = {
        "name": case.name,
        "change": case.change,
        "code": case.code,
        **({"severity": case.severity} if case.severity != "error" else {}),
        **({"node": case.node} if case.node else {}),
        "told": case.told
        if problem is None or problem.mending is None
        else {
            "zh": f"{problem.message.zh}。{problem.mending.zh}。",
            "en": f"{problem.message.en}. {problem.mending.en}.",
        },
    }
    inner = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in members.items())
    return f"  {{\n{inner}\n  }}"


if __name__ == "__main__":
    main()

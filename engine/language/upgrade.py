"""Stored trees of earlier versions of the language, brought to the current one step by step.

A step is a pure function of the stored form; it is never changed once trees of its version may be stored somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Json = dict[str, object]


def upgrade(json: Mapping[str, object]) -> Json:
    """The stored tree in the current version. Raises ValueError when its version is missing or unknown."""
    version = json.get("v")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValueError("a stored expression names the version of the language it was written in")
    if not 1 <= version <= CURRENT:
        raise ValueError(f"version {version} of the language is unknown; this program reads versions 1 to {CURRENT}")
    upgraded = dict(json)
    for step in _STEPS[version - 1 :]:
        upgraded = step(upgraded)
    return {**upgraded, "v": CURRENT}


def _everywhere(change: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """`change` applied to every node, operands first."""

    def changed(node: Json) -> Json:
        args = node.get("args")
        if isinstance(args, list):
            node = {**node, "args": [changed(dict(arg)) if isinstance(arg, Mapping) else arg for arg in args]}
        return change(node)

    return changed


def _word_lists_are_operands(node: Json) -> Json:
    """1 -> 2: `contains_words` with the list's key became `contains_any` over `keywords`."""
    if node.get("op") != "contains_words":
        return node
    args = node.get("args")
    keywords: Json = {"op": "keywords", "type": "list:text", "value": node.get("value")}
    rest = {key: value for key, value in node.items() if key not in ("op", "args", "value")}
    return {**rest, "op": "contains_any", "args": [*(args if isinstance(args, list) else ()), keywords]}


#: Step n turns version n + 1 into version n + 2.
_STEPS: tuple[Callable[[Json], Json], ...] = (_everywhere(_word_lists_are_operands),)

CURRENT = len(_STEPS) + 1

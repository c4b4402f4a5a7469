"""Labels are only surface: when one changes, the texts of other definitions that were written with it are written with the new one.

An expression means what it meant under the old labels. Where its text would now mean something else, or nothing, the definition
is published along with the change, its text printed anew from the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from backend.metadata.expressions import Expression, expressions_of
from backend.metadata.snapshot import COLLECTIONS, Metadata
from backend.metadata.uses import Address
from engine.definitions.codec import decode, encode
from engine.language import print as print_tree

_CHINESE = re.compile("[一-鿿]")
#: Kinds whose labels, and those of what they hold, are names in texts.
_LABELLED = frozenset({"entity", "decision_table"})


def rewritten(before: Metadata, after: Metadata, changes: Mapping[Address, Any]) -> dict[Address, Any]:
    """The definitions beside `changes` whose texts must follow changed labels, as they must now be."""
    if not any(kind in _LABELLED and new is not None for (kind, _), new in changes.items()):
        return {}
    found: dict[Address, Any] = {}
    for kind in COLLECTIONS:
        for key, definition in after.of_kind(kind).items():
            texts = {} if (kind, key) in changes else dict(_texts(definition, before, after))
            if texts:
                found[kind, key] = _with_texts(kind, definition, texts)
    return found


def _texts(definition: Any, before: Metadata, after: Metadata) -> Iterator[tuple[str, str]]:
    """What the texts that no longer mean the same become, by path."""
    now = {expression.path: expression for expression in expressions_of(definition, after)}
    for expression in expressions_of(definition, before):
        again = now.get(expression.path)
        text = _followed(expression, again) if again is not None else None
        if text is not None:
            yield expression.path, text


def _followed(expression: Expression, again: Expression) -> str | None:
    """The text under the new labels; None when it means what it did, or cannot be said any more: a field that is gone is a problem
    of the definition, which its check tells."""
    meant = expression.checked()
    if meant is None:
        return None
    means = again.checked()
    if means is not None and means.tree == meant.tree:
        return None
    surface = "zh" if _CHINESE.search(expression.text) else "en"
    text = print_tree(meant.tree, surface, again.scope)  # type: ignore[arg-type]  # one of the two
    said = Expression(again.path, text, again.scope, template=again.template).checked()
    return text if said is not None and said.tree == meant.tree else None


def _with_texts(kind: str, definition: Any, texts: Mapping[str, str]) -> Any:
    document = deepcopy(encode(definition))
    for path, text in texts.items():
        *steps, last = path.removeprefix("/").split("/")
        place: Any = document
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = text
    return decode(kind, document)

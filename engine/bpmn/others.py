"""What other products say in extensions of theirs, where it is plain here; the extensions themselves are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.bpmn.reading import Place
from engine.bpmn.translating import translate
from engine.bpmn.vocabulary import MODEL, WEFT
from engine.bpmn.xml import Element

#: Attribute of an extension -> member of a loop, and whether it is a name.
_LOOPS = {
    "collection": ("collection", False),
    "elementVariable": ("element", True),
    "inputCollection": ("collection", False),
    "inputElement": ("element", True),
    "outputCollection": ("output_collection", True),
    "outputElement": ("output", False),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def loop_of(element: Element, place: Place) -> dict[str, Any]:
    """Collections of a multi-instance activity and the names of what is in them."""
    found: dict[str, Any] = {}
    for attribute, text in _extensions(element):
        member, is_name = _LOOPS.get(attribute, ("", False))
        ours = _translated(attribute, text, place) if member else None
        if ours is not None and (not is_name or _NAME.fullmatch(ours)):
            found[member] = ours
    return found


def correlation_of(message: Element, place: Place) -> str | None:
    """By which key an event knows that a message is for it."""
    found = (text for attribute, text in _extensions(message) if attribute == "correlationKey")
    text = next(found, None)
    return _translated("correlationKey", text, place) if text else None


def process_called(element: Element) -> str | None:
    """The process that a call activity starts, where it is not said as BPMN says it."""
    return next((text for attribute, text in _extensions(element) if attribute == "processId"), None)


def _translated(attribute: str, text: str, place: Place) -> str | None:
    ours = translate(text)
    if ours is not None:
        place.note("expression_translated", text=f"{attribute}={text}"[:200], ours=ours[:200])
    return ours


def _extensions(element: Element) -> Iterator[tuple[str, str]]:
    """Attributes of other products on an element of BPMN, and everything that they say inside of it."""
    inside = [each for extension in element.find(MODEL, "extensionElements") for each in extension.walk()]
    for each in (element, *inside):
        for key, text in each.attributes.items():
            prefix, _, name = key.rpartition(":")
            space = each.scope.get(prefix, "") if prefix else each.space
            if space not in (MODEL, WEFT):
                yield name, text

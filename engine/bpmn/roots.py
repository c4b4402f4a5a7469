"""Elements beside the processes that events refer to: messages, signals, errors and escalations, known here by name or code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.bpmn.vocabulary import MODEL, TECHNICAL, Vocabulary
from engine.bpmn.xml import Element, kept

#: The kinds of events that refer to one, and which of its attributes says what it is, the first that is there.
IDENTITIES: Mapping[str, tuple[str, ...]] = {
    "message": ("name",),
    "signal": ("name",),
    "error": ("errorCode", "name"),
    "escalation": ("escalationCode", "name"),
}


def identity(element: Element) -> str | None:
    """The name or code of a message, signal, error or escalation."""
    return next((element.attributes[name] for name in IDENTITIES[element.name] if element.attributes.get(name)), None)


def first_of(roots: Iterable[Element], kind: str, value: str) -> str | None:
    """The id of the first element of a kind with this name or code."""
    return next(
        (
            each.attributes["id"]
            for each in roots
            if each.is_a(MODEL, kind) and identity(each) == value and "id" in each.attributes
        ),
        None,
    )


def made_up(element: Element, scope: Mapping[str, str]) -> bool:
    """Whether it is as `Roots` makes them, so that nothing of it needs to be kept."""
    id, value = element.attributes.get("id", ""), identity(element)
    if not id.startswith(TECHNICAL) or value is None:
        return False
    words = Vocabulary.over(scope)
    return kept(element, scope) == kept(_make(words, element.name, id, value), words.scope)


def _make(words: Vocabulary, kind: str, id: str, value: str) -> Element:
    return words.model(kind, {"id": id, IDENTITIES[kind][0]: value})


@dataclass(slots=True)
class Roots:
    """What a file that is written has beside its processes: `elements` came with the flows, others are made when asked for."""

    words: Vocabulary
    elements: list[Element] = field(default_factory=list)
    _made: dict[tuple[str, str], Element] = field(default_factory=dict)

    def reference(self, kind: str, value: str, wanted: object = None) -> str:
        """The id of the element with this name or code; `wanted` is the one that the file meant, if it still is that."""
        meant = [each for each in self.elements if each.attributes.get("id") == wanted and each.is_a(MODEL, kind)]
        found = first_of(meant, kind, value) or first_of(self.elements, kind, value)
        if found is not None:
            return found
        id = f"{TECHNICAL}{kind}-{sum(1 for name, _ in self._made if name == kind) + 1}"
        return self._made.setdefault((kind, value), _make(self.words, kind, id, value)).attributes["id"]

    def all(self) -> list[Element]:
        """Everything, what was made last."""
        return [*self.elements, *self._made.values()]

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


def first_of_each(roots: Iterable[Element]) -> dict[tuple[str, str], str]:
    """By kind and name or code, the id of the first that has it."""
    found: dict[tuple[str, str], str] = {}
    for each in roots:
        if each.is_a(MODEL, *IDENTITIES) and "id" in each.attributes and (value := identity(each)) is not None:
            found.setdefault((each.name, value), each.attributes["id"])
    return found


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
    _made: list[Element] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)
    _first: dict[tuple[str, str], str] = field(init=False)
    _by_id: dict[str, Element] = field(init=False)

    def __post_init__(self) -> None:
        self._first = first_of_each(self.elements)
        self._by_id = {each.attributes["id"]: each for each in self.elements if "id" in each.attributes}

    def reference(self, kind: str, value: str, wanted: object = None) -> str:
        """The id of the element with this name or code; `wanted` is the one that the file meant, if it still is that."""
        meant = self._by_id.get(wanted) if isinstance(wanted, str) else None
        if meant is not None and meant.is_a(MODEL, kind) and identity(meant) == value:
            return meant.attributes["id"]
        if (kind, value) in self._first:
            return self._first[kind, value]
        self._counts[kind] = self._counts.get(kind, 0) + 1
        made = _make(self.words, kind, f"{TECHNICAL}{kind}-{self._counts[kind]}", value)
        self._made.append(made)
        self._first[kind, value] = made.attributes["id"]
        return made.attributes["id"]

    def all(self) -> list[Element]:
        """Everything, what was made last."""
        return [*self.elements, *self._made]

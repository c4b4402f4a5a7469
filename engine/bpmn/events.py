"""Event definitions, both ways: what each kind says in BPMN is one entry of KINDS, the rest is our extension of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn import members
from engine.bpmn.kept import ours_in, part, remains, restore
from engine.bpmn.others import correlation_of
from engine.bpmn.problems import WHATS
from engine.bpmn.reading import Place, put
from engine.bpmn.roots import identity
from engine.bpmn.vocabulary import MODEL, Vocabulary
from engine.bpmn.writing import Site
from engine.bpmn.xml import Element
from engine.definitions import EventDefinition

Document = dict[str, Any]
Reader = Callable[[Element, Document, Place, str], None]
Writer = Callable[[Element, Document, Site, str], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its element, and how its own members are read and written. The last argument is the place of its expressions."""

    tag: str
    read: Reader
    write: Writer


def read_events(element: Element, place: Place) -> list[Document]:
    """The event definitions of an event, taken out of it."""
    found = element.take(MODEL, *_TAGS) + _referred(element, place)
    return [_read(each, index, place) for index, each in enumerate(found)]


def write_events(events: list[Document], site: Site) -> list[Element]:
    """The event definitions as elements."""
    return [_write(dict(event), index, site) for index, event in enumerate(events)]


def _referred(element: Element, place: Place) -> list[Element]:
    """Definitions that stand beside the processes and are referred to; they come back inside the event."""
    found = []
    for reference in element.find(MODEL, "eventDefinitionRef"):
        root = place.source.root(reference.text.strip())
        if root is None or root.name not in _TAGS:
            place.note("reference_missing", text=reference.text.strip())
            continue
        element.take_one(MODEL, "eventDefinitionRef")
        found.append(Element(root.tag, dict(root.attributes), list(root.children), root.scope, root.line))
    return found


def _read(element: Element, index: int, place: Place) -> Document:
    kind = _TAGS[element.name]
    extension = ours_in(element, "event")
    document: Document = {"kind": kind, **(members.read(extension, EventDefinition) if extension else {})}
    inner = Place(place.reading, place.id)
    KINDS[kind].read(element, document, inner, str(index))
    what = inner.kept | remains(element, place.source.scope)
    if what:
        place.kept.setdefault("events", {})[str(index)] = what | {"kind": kind}
    return document


def _write(document: Document, index: int, site: Site) -> Element:
    kind = document.pop("kind")
    what = part(site.kept, "events", str(index))
    inner = Site(site.writing, site.ids, what if what.get("kind") == kind else {})
    element = site.words.model(KINDS[kind].tag)
    KINDS[kind].write(element, document, inner, str(index))
    return restore(site.words, element, inner.kept, _extension(site.words, document))


def _extension(words: Vocabulary, document: Document) -> Element | None:
    return members.write(words, "event", document, EventDefinition) if document else None


# -- messages, signals, errors, escalations


def read_reference(element: Element, kind: str, place: Place, attribute: str) -> str | None:
    """The name or code of what an attribute refers to; the attribute is taken where it could be read."""
    reference = element.attributes.get(attribute)
    root = place.source.root(reference) if reference else None
    if reference and root is None:
        place.note("reference_missing", text=reference)
    value = identity(root) if root is not None and root.is_a(MODEL, kind) else None
    if value is None:
        return None
    del element.attributes[attribute]
    if root is not None and place.source.first[kind, value] != root.attributes["id"]:
        place.kept["ref"] = root.attributes["id"]
    return value


def _reader_of(kind: str, member: str) -> Reader:
    def read(element: Element, document: Document, place: Place, _: str) -> None:
        root = place.source.root(element.attributes.get(f"{kind}Ref", ""))
        value = read_reference(element, kind, place, f"{kind}Ref")
        put(document, member, value)
        if kind == "message" and root is not None and "correlation" not in document:
            put(document, "correlation", correlation_of(root, place))
        if value is None and member not in document and kind in ("message", "signal"):
            place.note("name_missing", what=WHATS[kind])

    return read


def _writer_of(kind: str, member: str) -> Writer:
    def write(element: Element, document: Document, site: Site, _: str) -> None:
        if document.get(member):
            wanted = site.kept.get("ref")
            element.attributes[f"{kind}Ref"] = site.writing.roots.reference(kind, document.pop(member), wanted)

    return write


# -- links


def _read_link(element: Element, document: Document, place: Place, _: str) -> None:
    put(document, "name", element.pop("name") or None)
    if "name" not in document:
        place.note("name_missing", what=WHATS["link"])


def _write_link(element: Element, document: Document, _: Site, __: str) -> None:
    element.attributes["name"] = document.pop("name") if document.get("name") else ""


# -- timers

_TIMES = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}


def _read_timer(element: Element, document: Document, place: Place, _: str) -> None:
    found = element.take_one(MODEL, *_TIMES)
    member = _TIMES[found.name] if found is not None else ""
    text = place.expression(found, f"timer.{member}")
    if text is not None:
        document["timer"] = {member: text}
    elif "timer" not in document:
        place.note("expression_missing", what=WHATS["timer"])


def _write_timer(element: Element, document: Document, site: Site, _: str) -> None:
    """Only a timer that says one thing is one in BPMN."""
    timer = document.get("timer") or {}
    for tag, member in _TIMES.items():
        written = site.expression(tag, timer.get(member), f"timer.{member}") if len(timer) <= 1 else None
        if written is not None:
            element.children.append(written)
            document.pop("timer", None)


# -- conditions


def _read_condition(element: Element, document: Document, place: Place, _: str) -> None:
    found = element.take_one(MODEL, "condition")
    if found is not None and (found.attributes or found.children):
        put(document, "condition", place.expression(found, "condition"))
    if "condition" not in document:
        place.note("expression_missing", what=WHATS["condition"])


def _write_condition(element: Element, document: Document, site: Site, _: str) -> None:
    written = site.expression("condition", document.pop("condition", None), "condition")
    element.children.append(written or site.words.model("condition"))


# -- compensation


def _read_compensation(element: Element, document: Document, place: Place, _: str) -> None:
    activity = element.pop("activityRef")
    put(document, "activity", place.node(activity) if activity else None)
    if element.attributes.get("waitForCompletion") == "true":
        del element.attributes["waitForCompletion"]
    elif "waitForCompletion" in element.attributes:
        place.note("attribute_kept", text="waitForCompletion=false")


def _write_compensation(element: Element, document: Document, site: Site, _: str) -> None:
    if document.get("activity") in site.ids:
        element.attributes["activityRef"] = site.ids[document.pop("activity")]


def _nothing(element: Element, document: Document, place: Any, _: str) -> None:
    """Cancel and terminate say no more than what they are."""


KINDS: Mapping[str, Kind] = {
    "message": Kind("messageEventDefinition", _reader_of("message", "name"), _writer_of("message", "name")),
    "timer": Kind("timerEventDefinition", _read_timer, _write_timer),
    "signal": Kind("signalEventDefinition", _reader_of("signal", "name"), _writer_of("signal", "name")),
    "conditional": Kind("conditionalEventDefinition", _read_condition, _write_condition),
    "error": Kind("errorEventDefinition", _reader_of("error", "code"), _writer_of("error", "code")),
    "escalation": Kind("escalationEventDefinition", _reader_of("escalation", "code"), _writer_of("escalation", "code")),
    "compensation": Kind("compensateEventDefinition", _read_compensation, _write_compensation),
    "cancel": Kind("cancelEventDefinition", _nothing, _nothing),
    "terminate": Kind("terminateEventDefinition", _nothing, _nothing),
    "link": Kind("linkEventDefinition", _read_link, _write_link),
}
_TAGS = {kind.tag: name for name, kind in KINDS.items()}

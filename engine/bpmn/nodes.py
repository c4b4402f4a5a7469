"""Nodes and edges, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import members
from engine.bpmn.kept import ours_in, part, remains, restore
from engine.bpmn.parts import parts_of
from engine.bpmn.reading import Place, put
from engine.bpmn.saying import notes_of
from engine.bpmn.vocabulary import MODEL, TAGS, TECHNICAL, WEFT
from engine.bpmn.writing import Site
from engine.bpmn.xml import Element, fragment
from engine.definitions import Edge, Node

Document = dict[str, Any]


def type_of(element: Element) -> str:
    """The type of node that an element is without our extension."""
    if element.name == "subProcess" and element.attributes.get("triggeredByEvent") == "true":
        return "event_sub_process"
    return TAGS[element.name][0]


def read_node(element: Element, parent: str | None, place: Place) -> Document:
    """The document of a node; what is left of the element is kept."""
    extension = ours_in(element, "node")
    ours = members.read(extension, Node) if extension is not None else {}
    document: Document = {"type": type_of(element), **ours, "id": place.id}
    put(document, "parent", parent)
    _read_title(element, document, "title", place)
    document.setdefault("title", {"zh": "", "en": ""})
    read_documentation(element, document, "documentation", place)
    default = element.pop("default")
    if default:
        place.reading.defaults.add(place.reading.edges.get(default, default))
    element.take(MODEL, "incoming", "outgoing")
    for each in parts_of(element.name):
        each.read(element, document, place)
    if element.name == "boundaryEvent":
        _read_handler(document, place)
    _say(element, document, place)
    place.kept.update(remains(element, place.source.scope))
    return document


def write_node(document: Document, element: Element, site: Site) -> None:
    """Fill an element with what a node says; what BPMN has no place for is our extension."""
    del document["id"]
    if document.get("parent") in site.ids:
        del document["parent"]
    site.writing.put_text(element, document, "title", empty=True)
    write_documentation(element, document, "documentation", site)
    for each in parts_of(element.name):
        each.write(document, element, site)
    if document["type"] == type_of(element):
        del document["type"]
    restore(site.words, element, site.kept, members.write(site.words, "node", document, Node))


def read_edge(element: Element, place: Place) -> Document:
    """The document of a sequence flow."""
    extension = ours_in(element, "edge")
    document: Document = members.read(extension, Edge) if extension is not None else {}
    document["id"] = place.id
    document["source"] = place.node(element.pop("sourceRef") or "")
    document["target"] = place.node(element.pop("targetRef") or "")
    put(document, "when", place.expression(element.take_one(MODEL, "conditionExpression"), "when"))
    if place.id in place.reading.defaults or element.pop_qualified(WEFT, "default") is not None:
        document["default"] = True
    _read_title(element, document, "label", place)
    place.reading.notes += notes_of(element, place.reading.key, place.id)
    place.kept.update(remains(element, place.source.scope))
    return document


def write_edge(document: Document, element: Element, site: Site, is_default: bool) -> None:
    """Fill a sequence flow; `is_default` when its source names it."""
    for member, attribute in (("source", "sourceRef"), ("target", "targetRef")):
        element.attributes[attribute] = site.ids.get(document[member], document[member])
        del document[member]
    del document["id"]
    if document.pop("default", False) and not is_default:
        element.attributes[site.words.weft("default")] = "true"
    condition = site.expression("conditionExpression", document.pop("when", None), "when")
    element.children.extend([condition] if condition is not None else [])
    site.writing.put_text(element, document, "label")
    restore(site.words, element, site.kept, members.write(site.words, "edge", document, Edge))


def read_documentation(element: Element, document: Document, member: str, place: Place) -> None:
    """The first documentation that says something; our extension may have it in the other language."""
    found = next((each for each in element.find(MODEL, "documentation") if each.text.strip()), None)
    if found is None:
        return
    element.children = [child for child in element.children if child is not found]
    if found.attributes or found.elements:
        place.keep_text(member, found.text, found)
    ours = document.get(member)
    second = (ours["en"] if place.source.locale == "zh" else ours["zh"]) if ours else None
    text = place.source.both(found.text, second)
    document[member] = {"zh": text.zh, "en": text.en}


def write_documentation(element: Element, document: Document, member: str, site: Site) -> None:
    """The file's language in BPMN's element; our extension keeps both where they differ."""
    text = document.get(member)
    first, second = site.writing.split(text) if text else ("", "")
    if not first.strip():
        return
    was = part(site.kept, "texts", member)
    unchanged = was.get("ours") == first
    element.children.append(
        fragment(str(was.get("xml")), site.words.scope) if unchanged else site.words.model("documentation", None, first)
    )
    if first == second:
        del document[member]


def _read_title(element: Element, document: Document, member: str, place: Place) -> None:
    text = place.source.text(element)
    if text is not None:
        document[member] = {"zh": text.zh, "en": text.en}


def _read_handler(document: Document, place: Place) -> None:
    """The activity that a compensation event on a boundary runs is said by an association."""
    handler, association = place.reading.handlers.get(place.id, (None, None))
    event = _compensation(document)
    if event is None or association is None or "handler" in event:
        return
    event["handler"] = handler
    for attribute in ("sourceRef", "targetRef", "associationDirection"):
        association.pop(attribute)
    if association.attributes.get("id", "").startswith(TECHNICAL):
        association.pop("id")
    what = remains(association, place.source.scope)
    if what:
        place.kept["association"] = what


def take_handler(document: Document, site: Site) -> str | None:
    """The activity that a boundary event runs for compensation, when an association can say so."""
    event = _compensation(document)
    if event is None or document["type"] != "boundary_event" or event.get("handler") not in site.ids:
        return None
    document["events"] = [
        {name: value for name, value in each.items() if each is not event or name != "handler"}
        for each in document["events"]
    ]
    return str(event["handler"])


def write_association(source: str, handler: str, site: Site) -> Element:
    """The line from a compensation event to what it runs."""
    attributes = {"sourceRef": source, "targetRef": site.ids[handler], "associationDirection": "One"}
    found = restore(site.words, site.words.model("association"), part(site.kept, "association"))
    found.attributes |= attributes
    if "id" not in found.attributes:
        found.attributes = {"id": site.writing.names.take(f"{TECHNICAL}association-{source}")} | found.attributes
    return found


def _compensation(document: Document) -> Document | None:
    """The first compensation event of a node."""
    return next((event for event in document.get("events", ()) if event["kind"] == "compensation"), None)


#: Type -> members of which it needs one, and what is said where it has none.
_MISSING: Mapping[str, tuple[tuple[str, ...], str]] = {
    "service_task": (("action",), "action_missing"),
    "rule_task": (("decision", "rules"), "decision_missing"),
}


def _say(element: Element, document: Document, place: Place) -> None:
    """What the node lacks so far, and what of it is kept."""
    members, code = _MISSING.get(document["type"], ((), ""))
    if members and not any(document.get(member) for member in members):
        place.note(code)
    if document["type"] == "user_task" and "assignment" not in document:
        place.note("assignment_missing")
    place.reading.notes += notes_of(element, place.reading.key, place.id)

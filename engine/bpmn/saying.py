"""What is said about the parts of a file that are kept and not executed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.bpmn.problems import Note, note
from engine.bpmn.vocabulary import INSTANCE, MODEL, WEFT
from engine.bpmn.xml import Element

#: Drawn or referred to, with no effect of their own; nobody misses that they are not executed.
_SILENT = {
    "documentation", "extensionElements", "association", "textAnnotation", "group", "text", "category", "incoming", "outgoing",
    "inputSet", "outputSet", "itemDefinition", "message", "signal", "error", "escalation", "import", "extension", "relationship",
    "messageEventDefinition", "signalEventDefinition", "timerEventDefinition", "errorEventDefinition",
    "escalationEventDefinition", "conditionalEventDefinition", "compensateEventDefinition", "linkEventDefinition",
    "cancelEventDefinition", "terminateEventDefinition", "categoryValueRef",
}  # fmt: skip
_DATA = {
    "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "dataInput", "dataOutput", "property",
    "ioSpecification", "dataInputAssociation", "dataOutputAssociation",
}  # fmt: skip
#: Attributes that say what is the case anyway.
_USUAL = {
    "implementation": {"##unspecified", "##WebService", "##Other", ""},
    "startQuantity": {"1"},
    "completionQuantity": {"1"},
    "instantiate": {"false"},
    "isImmediate": {"true", "false"},
    "eventGatewayType": {"Exclusive"},
    "isClosed": {"false"},
    "behavior": {"All"},
    "method": {"##Compensate"},
    "scriptFormat": {""},
}
_SILENT_ATTRIBUTES = {"id", "gatewayDirection", "processType", "isExecutable", "messageRef", "textFormat", "name"}

Say = Callable[[str, str | None, str], None]


def kept_of(element: Element) -> Iterator[tuple[str, str | None, str]]:
    """Code, id and name of everything in an element that nobody took and that somebody may expect to work."""
    yield from _attributes(element)
    for child in element.elements:
        if child.space == MODEL:
            yield from _child(child)
    vendors = [child for child in _extensions(element) if child.space != WEFT]
    if vendors:
        yield "extension_kept", None, ", ".join(dict.fromkeys(child.tag for child in vendors))


def notes_of(element: Element, flow: str | None, fallback: str | None) -> list[Note]:
    """Notes on what is kept of an element, about what has an id by that and else about `fallback`."""
    return [note(code, flow, id or fallback, text=text[:200]) for code, id, text in kept_of(element)]


def _attributes(element: Element) -> Iterator[tuple[str, str | None, str]]:
    vendors = []
    for key, value in element.attributes.items():
        prefix = key.rpartition(":")[0]
        if prefix:
            if prefix not in ("xmlns", "xml") and element.scope.get(prefix) not in (INSTANCE, WEFT):
                vendors.append(key)
        elif key not in _SILENT_ATTRIBUTES and key != "xmlns" and value not in _USUAL.get(key, ()):
            yield "attribute_kept", None, f"{key}={value}"
    if vendors:
        yield "extension_kept", None, ", ".join(vendors)


def _child(child: Element) -> Iterator[tuple[str, str | None, str]]:
    id, name = child.attributes.get("id"), child.attributes.get("name") or child.name
    if child.name == "laneSet":
        for lane in child.walk():
            if lane.is_a(MODEL, "lane"):
                yield "lane_kept", lane.attributes.get("id"), lane.attributes.get("name") or lane.name
    elif child.name == "script":
        yield "script_kept", None, child.text.strip()[:80]
    elif child.name in _DATA:
        yield "data_kept", id if "Association" not in child.name else None, name
    elif child.name not in _SILENT:
        yield "element_kept", None, name if name == child.name else f"{child.name} {name}"


def _extensions(element: Element) -> list[Element]:
    return [child for each in element.find(MODEL, "extensionElements") for child in each.elements]

"""What each type of node says in elements and attributes of BPMN, both ways.

A part takes what it understands out of the element into the document of the node, or out of the document into the element. What
is left of the element is kept; what is left of the document is our extension.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn import loops, members
from engine.bpmn.events import read_events, read_reference, write_events
from engine.bpmn.kept import ours_in
from engine.bpmn.others import process_called
from engine.bpmn.problems import WHATS
from engine.bpmn.reading import Place, put
from engine.bpmn.vocabulary import ACTIVITIES, EVENTS, MODEL, WEFT
from engine.bpmn.writing import Site
from engine.bpmn.xml import Element
from engine.definitions import AdHoc, Call

Document = dict[str, Any]


#: Takes from the element, and from the document.
Read = Callable[[Element, Document, Place], None]
Write = Callable[[Document, Element, Site], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that elements say, read and written."""

    read: Read
    write: Write


# -- events


def _read_event(element: Element, document: Document, place: Place) -> None:
    events = read_events(element, place)
    if document["type"] == "wait_for_record" and _only_condition(events):
        put(document, "condition", events[0].get("condition"))
    elif events:
        document["events"] = events
    if element.pop("parallelMultiple") == "true":
        document["parallel_multiple"] = True


def _only_condition(events: list[Document]) -> bool:
    return len(events) == 1 and events[0].keys() <= {"kind", "condition"}


def _write_event(document: Document, element: Element, site: Site) -> None:
    events = document.pop("events", [])
    if document["type"] == "wait_for_record" and not events and "condition" in document:
        events = [{"kind": "conditional", "condition": document.pop("condition")}]
    elif document["type"] == "wait_for_record" and _only_condition(events):
        document["events"], events = events, []  # so that it is not taken for the node's own condition
    element.children.extend(write_events(events, site))
    if document.get("parallel_multiple") and element.name in _CATCHING:
        element.attributes["parallelMultiple"] = "true"
        del document["parallel_multiple"]


_CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")


def _read_interrupting(attribute: str) -> Read:
    def read(element: Element, document: Document, _: Place) -> None:
        if element.pop(attribute) == "false":
            document["interrupting"] = False

    return read


def _write_interrupting(attribute: str) -> Write:
    def write(document: Document, element: Element, _: Site) -> None:
        if document.pop("interrupting", True) is False:
            element.attributes[attribute] = "false"

    return write


def _read_attachment(element: Element, document: Document, place: Place) -> None:
    host = element.pop("attachedToRef")
    put(document, "attached_to", place.node(host) if host else None)


def _write_attachment(document: Document, element: Element, site: Site) -> None:
    if document.get("attached_to") in site.ids:
        element.attributes["attachedToRef"] = site.ids[document.pop("attached_to")]


# -- activities


def _read_activity(element: Element, document: Document, place: Place) -> None:
    if element.pop("isForCompensation") == "true":
        document["for_compensation"] = True
    loops.read(element, document, place)


def _write_activity(document: Document, element: Element, site: Site) -> None:
    if document.pop("for_compensation", False):
        element.attributes["isForCompensation"] = "true"
    loops.write(document, element, site)


def _read_message(element: Element, document: Document, place: Place) -> None:
    """A task that sends or receives names its message itself."""
    name = read_reference(element, "message", place, "messageRef")
    events = document.get("events") or ([{"kind": "message"}] if name is not None else [])
    if name is not None:
        events[0]["name"] = name
    if events:
        document["events"] = events
    elif document["type"] == "receive_task":
        place.note("name_missing", what=WHATS["message"])


def _write_message(document: Document, element: Element, site: Site) -> None:
    events = [dict(event) for event in document.get("events", ())]
    if not events or events[0]["kind"] != "message" or not events[0].get("name"):
        return
    name = events[0].pop("name")
    element.attributes["messageRef"] = site.writing.roots.reference("message", name, site.kept.get("ref"))
    document["events"] = events
    if events == [{"kind": "message"}]:
        del document["events"]


def _read_call(element: Element, document: Document, place: Place) -> None:
    extension = ours_in(element, "call")
    call = members.read(extension, Call) if extension is not None else {}
    called = element.attributes.get("calledElement") or (process_called(element) if extension is None else None)
    flow = _flow_called(called, place) if called else None
    if flow is not None:
        element.pop("calledElement")
        call["flow"] = flow
    elif not call:
        place.note("call_missing")
    if call or extension is not None:
        document["call"] = call


def _flow_called(called: str, place: Place) -> str | None:
    keys = place.source.keys
    found = keys.get(called) or keys.get(called.rpartition(":")[2])
    if found is None and re.fullmatch(r"[a-z][a-z0-9_]{0,59}", called):
        place.note("call_outside", text=called)
        return called
    return found


def _write_call(document: Document, element: Element, site: Site) -> None:
    call = document.pop("call", None)
    if call is None:
        return
    rest = dict(call)
    flow = rest.get("flow")
    if flow and re.fullmatch(r"[a-z][a-z0-9_]{0,59}", flow):
        element.attributes["calledElement"] = site.writing.processes.get(rest.pop("flow"), flow)
    if rest or not flow:
        _extend(element, site, members.write(site.words, "call", rest, Call))


def _read_ad_hoc(element: Element, document: Document, place: Place) -> None:
    if element.pop_qualified(WEFT, "open") is not None:
        return
    extension = ours_in(element, "ad_hoc")
    found = members.read(extension, AdHoc) if extension is not None else {}
    if element.pop("ordering") == "Sequential":
        found["ordering"] = "sequential"
    if element.pop("cancelRemainingInstances") == "false":
        found["cancel_remaining"] = False
    condition = element.take_one(MODEL, "completionCondition")
    put(found, "completion", place.expression(condition, "ad_hoc.completion"))
    document["ad_hoc"] = found


def _write_ad_hoc(document: Document, element: Element, site: Site) -> None:
    found = document.pop("ad_hoc", None)
    if found is None:
        element.attributes[site.words.weft("open")] = "true"
        return
    rest = dict(found)
    element.attributes["ordering"] = "Sequential" if rest.pop("ordering", "parallel") == "sequential" else "Parallel"
    if rest.pop("cancel_remaining", True) is False:
        element.attributes["cancelRemainingInstances"] = "false"
    condition = site.expression("completionCondition", rest.pop("completion", None), "ad_hoc.completion")
    element.children.extend([condition] if condition is not None else [])
    if rest:
        _extend(element, site, members.write(site.words, "ad_hoc", rest, AdHoc))


def _read_sub_process(element: Element, _: Document, __: Place) -> None:
    """Which kind of sub-process it is has been read with its type."""
    element.pop("triggeredByEvent")


def _write_sub_process(document: Document, element: Element, _: Site) -> None:
    if document["type"] == "event_sub_process":
        element.attributes["triggeredByEvent"] = "true"


# -- gateways

_REQUIRED = re.compile(r"\s*=?\s*(?:\$\{)?\s*activationCount\s*>=\s*([1-9]\d{0,5})\s*\}?\s*")


def _read_required(element: Element, document: Document, place: Place) -> None:
    """How many must arrive, where the condition says that; any other is kept and said."""
    for condition in element.find(MODEL, "activationCondition"):
        found = _REQUIRED.fullmatch(condition.text)
        if found is None:
            place.note("required_missing")
            return
        document["required"] = int(found[1])
        element.take_one(MODEL, "activationCondition")


def _write_required(document: Document, element: Element, site: Site) -> None:
    if document.get("required") is not None:
        count = document.pop("required")
        element.children.append(site.words.model("activationCondition", None, f"activationCount >= {count}"))


# -- which element says what


def _extend(element: Element, site: Site, extension: Element) -> None:
    element.children.append(site.words.model("extensionElements"))
    element.elements[-1].children.append(extension)


_EVENT = Part(_read_event, _write_event)
_ACTIVITY = Part(_read_activity, _write_activity)
_MESSAGE = Part(_read_message, _write_message)
_SUB_PROCESS = Part(_read_sub_process, _write_sub_process)

_MORE: Mapping[str, tuple[Part, ...]] = {
    "startEvent": (Part(_read_interrupting("isInterrupting"), _write_interrupting("isInterrupting")),),
    "boundaryEvent": (
        Part(_read_interrupting("cancelActivity"), _write_interrupting("cancelActivity")),
        Part(_read_attachment, _write_attachment),
    ),
    "sendTask": (_MESSAGE,),
    "receiveTask": (_MESSAGE,),
    "callActivity": (Part(_read_call, _write_call),),
    "subProcess": (_SUB_PROCESS,),
    "adHocSubProcess": (Part(_read_ad_hoc, _write_ad_hoc),),
    "complexGateway": (Part(_read_required, _write_required),),
}


def parts_of(tag: str) -> tuple[Part, ...]:
    """The parts of an element."""
    first = (_EVENT,) if tag in EVENTS else (_ACTIVITY,) if tag in ACTIVITIES else ()
    return first + _MORE.get(tag, ())

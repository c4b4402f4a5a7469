"""The names of BPMN 2.0 XML: its namespaces, and which element each type of node is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.xml import Element

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
#: What a flow says and BPMN has no element for.
WEFT = "urn:weft:bpmn:1"
#: The language of expressions that are the product's own.
LANGUAGE = "urn:weft:expression:1"
#: Ids made up while exporting begin so; they are not kept when the file comes back.
TECHNICAL = "weft-"

#: What we say of a whole file.
ROOT = {"id": f"{TECHNICAL}definitions", "targetNamespace": "urn:weft:flows"}

_PREFIXES = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": BOUNDS, "di": LINES, "xsi": INSTANCE, "weft": WEFT}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Makes elements with the prefixes of one file."""

    scope: Mapping[str, str]

    @staticmethod
    def over(kept: Mapping[str, str]) -> Vocabulary:
        """The prefixes that a file came with, and ours for what it did not name."""
        scope = dict(kept)
        for prefix, uri in _PREFIXES.items():
            if uri not in scope.values():
                scope[prefix if prefix not in scope else f"{prefix}1"] = uri
        return Vocabulary(scope)

    def name(self, space: str, name: str, *, attribute: bool = False) -> str:
        """A name with the prefix of its namespace; the default namespace is none of an attribute's."""
        prefix = next(p for p, uri in self.scope.items() if uri == space and (p or not attribute))
        return f"{prefix}:{name}" if prefix else name

    def make(self, space: str, name: str, attributes: Mapping[str, str | None] | None = None) -> Element:
        """An element; attributes that are None are left out."""
        given = {key: value for key, value in (attributes or {}).items() if value is not None}
        return Element(self.name(space, name), given, scope=self.scope)

    def model(self, name: str, attributes: Mapping[str, str | None] | None = None, text: str | None = None) -> Element:
        """An element of BPMN."""
        element = self.make(MODEL, name, attributes)
        if text:
            element.children.append(text)
        return element

    def weft(self, name: str) -> str:
        """The name of one of our attributes on an element of BPMN."""
        return self.name(WEFT, name, attribute=True)


#: Types of nodes by the element that they are; the first of several is what the element means without our extension.
TAGS: Mapping[str, tuple[str, ...]] = {
    "task": ("task", "jump"),
    "userTask": ("user_task", "initiator", "approval", "handle"),
    "serviceTask": ("service_task", "create_record", "update_record", "find_record", "set_tag"),
    "sendTask": ("send_task", "notify", "cc"),
    "receiveTask": ("receive_task",),
    "scriptTask": ("script_task",),
    "businessRuleTask": ("rule_task", "call_rule"),
    "manualTask": ("manual_task",),
    "callActivity": ("call_activity",),
    "exclusiveGateway": ("exclusive_gateway",),
    "parallelGateway": ("parallel_gateway",),
    "inclusiveGateway": ("inclusive_gateway",),
    "eventBasedGateway": ("event_based_gateway",),
    "complexGateway": ("complex_gateway",),
    "subProcess": ("sub_process", "event_sub_process"),
    "transaction": ("transaction",),
    "adHocSubProcess": ("ad_hoc_sub_process",),
    "startEvent": ("start_event",),
    "endEvent": ("end_event",),
    "intermediateCatchEvent": ("intermediate_catch_event", "delay", "wait_for_record"),
    "intermediateThrowEvent": ("intermediate_throw_event",),
    "boundaryEvent": ("boundary_event",),
}

TAG_OF: Mapping[str, str] = {type: tag for tag, types in TAGS.items() for type in types}

SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
GATEWAYS = tuple(tag for tag in TAGS if tag.endswith("Gateway"))
ACTIVITIES = tuple(tag for tag in TAGS if tag not in EVENTS and tag not in GATEWAYS)
#: What names the one of its edges that is taken when no condition holds.
DECIDING = (*ACTIVITIES, "exclusiveGateway", "inclusiveGateway", "complexGateway")

#: The order in which the schema of BPMN wants the children of an element; what is not named stands where flow elements do.
_ORDER = (
    ("documentation",),
    ("extensionElements",),
    ("auditing", "monitoring"),
    ("categoryValueRef",),
    ("incoming",),
    ("outgoing",),
    ("supportedInterfaceRef", "ioBinding"),
    ("ioSpecification",),
    ("property", "dataInput", "dataOutput"),
    ("dataInputAssociation",),
    ("dataOutputAssociation",),
    ("inputSet", "outputSet"),
    ("resourceRole", "performer", "humanPerformer", "potentialOwner"),
    ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    ("laneSet",),
    ("*",),
    ("association", "group", "textAnnotation"),
    ("completionCondition", "conditionExpression", "activationCondition", "script"),
    ("correlationSubscription",),
    ("supports",),
)
_RANK = {name: rank for rank, names in enumerate(_ORDER) for name in names}


def in_order(element: Element) -> Element:
    """The children of an element in the order that the schema of BPMN wants; equals stay as they are."""
    process = element.is_a(MODEL, "process")
    after = _RANK["association"] + 0.5

    def rank(child: Element | str) -> float:
        name = child.name if isinstance(child, Element) and child.space == MODEL else "*"
        place = _RANK.get(name, _RANK["*"])
        return after if process and place == _RANK["performer"] else place

    element.children.sort(key=rank)
    return element

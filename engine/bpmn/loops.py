"""How often an activity runs, both ways: BPMN's loop characteristics, with what BPMN leaves to products as our extension."""

from __future__ import annotations

from typing import Any

from engine.bpmn import members
from engine.bpmn.kept import ours_in, part, remains, restore
from engine.bpmn.others import loop_of
from engine.bpmn.reading import Place, put
from engine.bpmn.vocabulary import MODEL
from engine.bpmn.writing import Site
from engine.bpmn.xml import Element
from engine.definitions import Loop

Document = dict[str, Any]

_STANDARD, _MULTI = "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"


def read(element: Element, document: Document, place: Place) -> None:
    """Take the loop characteristics of an activity."""
    found = element.take_one(MODEL, _STANDARD, _MULTI)
    if found is None:
        return
    extension = ours_in(found, "loop")
    loop = members.read(extension, Loop) if extension is not None else loop_of(found, place)
    if found.name == _STANDARD:
        _read_standard(found, loop, place)
    else:
        _read_multi(found, loop, place)
    document["loop"] = loop
    what = remains(found, place.source.scope)
    if what:
        place.kept["loop"] = what


def write(document: Document, element: Element, site: Site) -> None:
    """Give an activity its loop characteristics."""
    loop = document.pop("loop", None)
    if loop is None:
        return
    rest = dict(loop)
    standard = rest.pop("kind") == "standard"
    made = site.words.model(_STANDARD if standard else _MULTI)
    if standard:
        _write_standard(made, rest, site)
    else:
        _write_multi(made, rest, loop["kind"], site)
    extension = members.write(site.words, "loop", rest, Loop) if rest else None
    element.children.append(restore(site.words, made, part(site.kept, "loop"), extension))


def _read_standard(element: Element, loop: Document, place: Place) -> None:
    loop["kind"] = "standard"
    if _flag(element, "testBefore"):
        loop["test_before"] = True
    maximum = element.attributes.get("loopMaximum", "")
    if maximum.isdecimal() and int(maximum) > 0:
        loop["maximum"] = int(element.attributes.pop("loopMaximum"))
    put(loop, "condition", place.expression(element.take_one(MODEL, "loopCondition"), "loop.condition"))


def _write_standard(element: Element, loop: Document, site: Site) -> None:
    if loop.pop("test_before", False):
        element.attributes["testBefore"] = "true"
    if loop.get("maximum") is not None:
        element.attributes["loopMaximum"] = str(loop.pop("maximum"))
    _append(element, site.expression("loopCondition", loop.pop("condition", None), "loop.condition"))


def _read_multi(element: Element, loop: Document, place: Place) -> None:
    loop["kind"] = "sequential" if _flag(element, "isSequential") else "parallel"
    if element.attributes.get("behavior") == "All":
        del element.attributes["behavior"]
    put(loop, "cardinality", place.expression(element.take_one(MODEL, "loopCardinality"), "loop.cardinality"))
    put(loop, "completion", place.expression(element.take_one(MODEL, "completionCondition"), "loop.completion"))


def _write_multi(element: Element, loop: Document, kind: str, site: Site) -> None:
    if kind == "sequential":
        element.attributes["isSequential"] = "true"
    _append(element, site.expression("loopCardinality", loop.pop("cardinality", None), "loop.cardinality"))
    _append(element, site.expression("completionCondition", loop.pop("completion", None), "loop.completion"))


def _flag(element: Element, attribute: str) -> bool:
    return element.pop(attribute) in ("true", "1")


def _append(element: Element, child: Element | None) -> None:
    if child is not None:
        element.children.append(child)

"""What a file says and a flow has no member for: taken from elements while reading, put back while writing.

It stands in `Flow.extensions["bpmn"]` as JSON: `namespaces` by prefix; `definitions`, the attributes of the root; `roots`,
elements beside the processes; `collaborations`; `process`, `nodes` and `edges` by id, each with its `id` in the file where that is
another, `attributes`, `rest` (children), `extension` (of other products) and `texts` (expressions as they were written); and
`diagrams`. Elements are texts of XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.vocabulary import MODEL, WEFT, Vocabulary, in_order
from engine.bpmn.xml import Element, fragment, kept

Kept = dict[str, Any]
EXTENSION = "bpmn"


def remains(element: Element, scope: Mapping[str, str]) -> Kept:
    """What nobody took out of an element."""
    extensions = [child for each in element.take(MODEL, "extensionElements") for child in each.elements]
    found = {
        "attributes": _attributes(element, scope),
        "rest": [kept(child, scope) for child in element.elements],
        "extension": [kept(child, scope) for child in extensions if child.space != WEFT],
    }
    return {name: value for name, value in found.items() if value}


def restore(words: Vocabulary, element: Element, what: Mapping[str, Any], ours: Element | None = None) -> Element:
    """Put back what was kept; `ours` is our own extension of the element."""
    for name, value in _mapping(what.get("attributes")).items():
        element.attributes.setdefault(name, str(value))
    extension = [child for each in element.take(MODEL, "extensionElements") for child in each.elements]
    extension += [fragment(str(text), words.scope) for text in what.get("extension", ())]
    if ours is not None and (ours.attributes or ours.children):
        extension.insert(0, ours)
    if extension:
        element.children.append(words.model("extensionElements"))
        element.elements[-1].children.extend(extension)
    element.children.extend(fragment(str(text), words.scope) for text in what.get("rest", ()))
    return in_order(element)


def of_flow(extensions: Mapping[str, Any]) -> Kept:
    """What a flow keeps of the file that it came from."""
    return dict(_mapping(extensions.get(EXTENSION)))


def part(what: Mapping[str, Any], *names: str) -> Kept:
    """A part of what is kept, empty when there is none."""
    for name in names:
        what = _mapping(what.get(name))
    return dict(what)


def ours_in(element: Element, name: str) -> Element | None:
    """Our own extension of an element."""
    for extension in element.find(MODEL, "extensionElements"):
        for child in extension.find(WEFT, name):
            return child
    return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _attributes(element: Element, scope: Mapping[str, str]) -> dict[str, str]:
    """Attributes that are left, with the declarations of their prefixes where the root of the file has none."""
    found = {key: value for key, value in element.attributes.items() if not _declares(key)}
    for key in list(found):
        prefix = key.rpartition(":")[0]
        if prefix and scope.get(prefix) != element.scope.get(prefix) and prefix != "xml":
            found[f"xmlns:{prefix}"] = element.scope[prefix]
    return found


def _declares(key: str) -> bool:
    return key == "xmlns" or key.startswith("xmlns:")

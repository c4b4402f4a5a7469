"""Members of definitions that BPMN has no place for, as elements of our own namespace: the same code for all, by their types.

A scalar is an attribute, a dataclass an element, a tuple the element repeated, a mapping an element per entry with its `key`,
anything else JSON. Whether the values make sense is for the schema of definitions to say.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.bpmn.problems import BpmnError
from engine.bpmn.vocabulary import WEFT, Vocabulary
from engine.bpmn.xml import Element

Document = dict[str, Any]

_SCALARS = (str, int, float, bool)


def write(words: Vocabulary, name: str, document: Mapping[str, Any], kind: Any) -> Element:
    """The members in `document`, which is the JSON of a `kind` or of a part of one."""
    element = words.make(WEFT, name)
    for member, value in document.items():
        if value is not None:
            _write_member(words, element, member, value, _hints(kind)[member])
    return element


def read(element: Element, kind: Any) -> Document:
    """The members that `write` wrote."""
    document: Document = {}
    for attribute, text in element.attributes.items():
        hint = _hints(kind).get(attribute)
        if hint is not None:
            document[attribute] = _scalar(element, attribute, text, hint)
    for child in element.elements:
        hint = _hints(kind).get(child.name)
        if child.space == WEFT and hint is not None:
            _read_member(document, child, hint)
    for member in _lists(kind):
        document.setdefault(member, [])
    return document


def _write_member(words: Vocabulary, element: Element, member: str, value: Any, hint: Any) -> None:
    if hint in _SCALARS:
        element.attributes[member] = json.dumps(value) if isinstance(value, bool) else str(value)
    elif is_dataclass(hint):
        element.children.append(write(words, member, value, hint))
    elif get_origin(hint) is tuple:
        for item in value:
            _write_item(words, element, member, item, get_args(hint)[0])
    elif _is_mapping(hint):
        for key, entry in value.items():
            element.children.append(_with_text(words.make(WEFT, member, {"key": key}), entry))
    else:
        element.children.append(_with_text(words.make(WEFT, member), json.dumps(value, ensure_ascii=False)))


def _write_item(words: Vocabulary, element: Element, member: str, item: Any, hint: Any) -> None:
    child = write(words, member, item, hint) if is_dataclass(hint) else _with_text(words.make(WEFT, member), item)
    element.children.append(child)


def _read_member(document: Document, child: Element, hint: Any) -> None:
    if is_dataclass(hint):
        document[child.name] = read(child, hint)
    elif get_origin(hint) is tuple:
        item = get_args(hint)[0]
        document.setdefault(child.name, []).append(read(child, item) if is_dataclass(item) else child.text)
    elif _is_mapping(hint):
        document.setdefault(child.name, {})[child.attributes.get("key", "")] = child.text
    else:
        document[child.name] = _json(child)


def _with_text(element: Element, text: str) -> Element:
    if text:
        element.children.append(text)
    return element


def _scalar(element: Element, attribute: str, text: str, hint: Any) -> Any:
    if hint is str:
        return text
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BpmnError("bpmn.bad_value", element.line, what=attribute, text=text[:80]) from error
    return value


def _json(element: Element) -> Any:
    try:
        return json.loads(element.text)
    except ValueError as error:
        raise BpmnError("bpmn.bad_value", element.line, what=element.name, text=element.text[:80]) from error


def _is_mapping(hint: Any) -> bool:
    """Whether it is a mapping to texts; others are JSON."""
    origin = get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping) and get_args(hint)[1] is str


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """The types of the members of a dataclass, without `| None`."""
    hints = get_type_hints(kind)
    return {each.name: _required(hints[each.name]) for each in fields(kind)}


@cache
def _lists(kind: Any) -> tuple[str, ...]:
    """The lists that a document must have, which have no element when they are empty."""
    needed = (each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING)
    return tuple(name for name in needed if get_origin(_hints(kind)[name]) is tuple)


def _required(hint: Any) -> Any:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    return next(arg for arg in get_args(hint) if arg is not type(None))

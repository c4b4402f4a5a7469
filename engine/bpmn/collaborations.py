"""Pools and message flows: kept with every flow of a file, and written so that they hold together when not all of them are.

A participant whose process is not in the file becomes a black box, and a message flow to a node that is not there ends at its
participant; both remember what they were about in attributes of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.bpmn.kept import Kept
from engine.bpmn.problems import Note, note
from engine.bpmn.vocabulary import MODEL, WEFT, Vocabulary
from engine.bpmn.xml import Element, fragment, kept

_ENDS = ("sourceRef", "targetRef")


def read_collaborations(
    elements: Iterable[Element], processes: Mapping[str, Collection[str]], scope: Mapping[str, str]
) -> list[Kept]:
    """What is kept of collaborations. `processes` are the ids of everything in each process."""
    return [_read(each, processes, scope) for each in elements]


def message_flow_notes(collaborations: Iterable[Element]) -> list[Note]:
    """That message flows are not executed."""
    flows = [flow for each in collaborations for flow in each.find(MODEL, "messageFlow")]
    return [
        note("message_flow_kept", None, flow.attributes.get("id"), text=flow.attributes.get("name") or "messageFlow")
        for flow in flows
    ]


def participant_names(collaborations: Iterable[Element]) -> dict[str, str]:
    """Names of participants by the process that is theirs."""
    found = [each for collaboration in collaborations for each in collaboration.find(MODEL, "participant")]
    return {
        _local(each.attributes.get("processRef", "")): each.attributes["name"]
        for each in found
        if each.attributes.get("name")
    }


def write_collaborations(words: Vocabulary, found: Iterable[Kept], known: Collection[str]) -> list[Element]:
    """The collaborations of a file, each once. `known` are the ids of everything in its processes."""
    seen, elements = set[str](), []
    for each in found:
        if str(each.get("xml")) not in seen:
            seen.add(str(each.get("xml")))
            elements.append(_write(words, each, known))
    return elements


def _read(element: Element, processes: Mapping[str, Collection[str]], scope: Mapping[str, str]) -> Kept:
    owners: dict[str, str] = {}
    by_process: dict[str, str] = {}
    for participant in element.find(MODEL, "participant"):
        _remember(participant, "processRef")
        process = _local(participant.attributes.get("processRef", ""))
        by_process.setdefault(process, participant.attributes.get("id", ""))
    inside = {id: by_process[process] for process, ids in processes.items() if process in by_process for id in ids}
    for flow in element.find(MODEL, "messageFlow"):
        for end in _ENDS:
            at = _local(flow.attributes.get(end, ""))
            _remember(flow, end)
            id = _local(flow.attributes.get(end, ""))
            if id != at or id in inside:
                owners[id] = at if id != at else inside[id]
    return {"xml": kept(element, scope), "owners": owners} if owners else {"xml": kept(element, scope)}


def _remember(element: Element, attribute: str) -> None:
    """What a reference was before a part of the file was left out."""
    ours = Vocabulary(element.scope).weft(attribute) if WEFT in element.scope.values() else ""
    if attribute in element.attributes and ours in element.attributes:
        element.attributes[attribute] = element.attributes.pop(ours)
    else:
        _rename(element, ours, attribute)


def _rename(element: Element, old: str, new: str) -> None:
    """Another name for an attribute, in its place."""
    element.attributes = {new if key == old else key: value for key, value in element.attributes.items()}


def _write(words: Vocabulary, what: Kept, known: Collection[str]) -> Element:
    element = fragment(str(what.get("xml")), words.scope)
    owners = what.get("owners") or {}
    for participant in element.find(MODEL, "participant"):
        process = participant.attributes.get("processRef")
        if process is not None and _local(process) not in known:
            _rename(participant, "processRef", words.weft("processRef"))
    for flow in element.find(MODEL, "messageFlow"):
        for end in _ENDS:
            id = _local(flow.attributes.get(end, ""))
            if id not in known and id in owners:
                flow.attributes[words.weft(end)] = flow.attributes[end]
                flow.attributes[end] = str(owners[id])
    return element


def _local(reference: str) -> str:
    return reference.rpartition(":")[2]

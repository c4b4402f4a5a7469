"""A BPMN 2.0 file as flows: one for each process that has something to execute, and notes on what is only kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn import members
from engine.bpmn.collaborations import message_flow_notes, participant_names, read_collaborations
from engine.bpmn.diagrams import Drawn, read_diagrams
from engine.bpmn.kept import EXTENSION, Kept, ours_in, remains
from engine.bpmn.nodes import read_documentation, read_edge, read_node, type_of
from engine.bpmn.problems import BpmnError, Note, note
from engine.bpmn.reading import Ids, Place, Reading, Source, own_id
from engine.bpmn.roots import IDENTITIES, first_of_each, made_up
from engine.bpmn.saying import notes_of
from engine.bpmn.vocabulary import DIAGRAM, MODEL, ROOT, SUB_PROCESSES, TAGS, TECHNICAL, WEFT, Vocabulary
from engine.bpmn.xml import Element, kept, read
from engine.definitions import Flow
from engine.definitions.codec import decode_checked, problems

Document = dict[str, Any]
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: Every flow keeps what the file says beside the processes.
_MOST_PROCESSES = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """The flows of a file, in its order, and what is said about it."""

    flows: tuple[Flow, ...]
    notes: tuple[Note, ...]


def import_bpmn(xml: bytes, entity: str = "", keys: Mapping[str, str] | None = None) -> Imported:
    """Read a file. `entity` is what flows are about that do not say it themselves; `keys` are others for the keys that they would
    get. Raises BpmnError."""
    root = read(xml)
    if not root.is_a(MODEL, "definitions"):
        raise BpmnError("bpmn.not_bpmn", root.line, found=root.tag)
    return _File(root, keys or {}).imported(entity)


class _File:
    """A file being taken apart."""

    def __init__(self, root: Element, keys: Mapping[str, str]) -> None:
        self._root = root
        self._whole = root.find(MODEL, "process")
        self._processes = [each for each in self._whole if any(child.is_a(MODEL, *TAGS) for child in each.elements)]
        if not self._processes:
            raise BpmnError("bpmn.no_process", root.line)
        if len(self._whole) > _MOST_PROCESSES:
            raise BpmnError("bpmn.too_large", root.line, what=f"{_MOST_PROCESSES} processes")
        self._collaborations = root.find(MODEL, "collaboration")
        self._names = participant_names(self._collaborations)
        self._ids = {each: _ids_in(each) for each in self._whole}
        self._keys = [keys.get(key, key) for key in self._find_keys()]
        repeated = next((key for key in self._keys if self._keys.count(key) > 1), None)
        if repeated is not None:
            raise BpmnError("bpmn.repeated_key", root.line, key=repeated)
        self._roots = [
            each
            for each in root.elements
            if each not in self._processes and each not in self._collaborations and each.space != DIAGRAM
        ]
        self._source = self._find_source()

    def imported(self, entity: str) -> Imported:
        shared, notes = self._shared()
        flows = []
        for process, key in zip(self._processes, self._keys, strict=True):
            reading = Reading(self._source, key)
            document = self._read(process, reading, shared)
            document["entity"] = document.get("entity") or entity
            flows.append(_decoded(document, process))
            notes += reading.notes
        return Imported(tuple(flows), tuple(notes))

    def _find_keys(self) -> list[str]:
        found: list[str] = []
        for process in self._processes:
            flow = ours_in(process, "flow")
            given = flow.attributes.get("key", "") if flow is not None else ""
            name = process.attributes.get("name") or self._names.get(process.attributes.get("id", ""), "")
            key = given if _KEY.fullmatch(given) else _slug(name) or _slug(process.attributes.get("id", "")) or "flow"
            count = 2
            while key in found:
                key, count = f"{key.rstrip('0123456789').rstrip('_')[:55]}_{count}", count + 1
            found.append(key)
        return found

    def _find_source(self) -> Source:
        root = self._root
        ids = [each.attributes.get("id", "") for each in self._processes]
        return Source(
            root.scope,
            root.pop_qualified(WEFT, "locale") or "zh",
            {each.attributes["id"]: each for each in self._roots if "id" in each.attributes},
            first_of_each(self._roots),
            {id: key for id, key in zip(ids, self._keys, strict=True) if id},
        )

    def _shared(self) -> tuple[Kept, list[Note]]:
        """What every flow of the file keeps: the root's attributes and what stands beside the processes."""
        root, scope = self._root, self._source.scope
        notes = message_flow_notes(self._collaborations) + self._root_notes()
        by_process = {each.attributes.get("id", ""): self._ids[each] for each in self._whole}
        definitions = Element(root.tag, dict(root.attributes), [], root.scope, root.line)
        for attribute in ("exporter", "exporterVersion"):
            definitions.pop(attribute)
        for attribute, value in ROOT.items():
            if definitions.attributes.get(attribute) == value:
                definitions.pop(attribute)
        usual = Vocabulary.over({}).scope
        prefixes = Vocabulary.over({prefix: uri for prefix, uri in scope.items() if prefix != "xml"}).scope
        found = {
            "namespaces": prefixes if prefixes != usual else {},
            "definitions": remains(definitions, scope).get("attributes"),
            "roots": [kept(each, scope) for each in self._roots if not self._is_made_up(each)],
            "collaborations": read_collaborations(self._collaborations, by_process, scope),
        }
        return {name: value for name, value in found.items() if value}, notes

    def _is_made_up(self, element: Element) -> bool:
        return element.space == MODEL and element.name in IDENTITIES and made_up(element, self._source.scope)

    def _root_notes(self) -> list[Note]:
        found = []
        for each in self._roots:
            around = Element("", {}, [each], self._source.scope)
            if each.is_a(MODEL, "process"):
                text = each.attributes.get("name") or each.attributes.get("id") or each.name
                found.append(note("not_a_process", None, each.attributes.get("id"), text=text))
            elif each.space == MODEL:
                found += notes_of(around, None, each.attributes.get("id"))
        return found

    # -- a process

    def _read(self, process: Element, reading: Reading, shared: Kept) -> Document:
        extension, order = ours_in(process, "flow"), ours_in(process, "order")
        document: Document = members.read(extension, Flow) if extension is not None else {}
        document["key"] = reading.key
        collected = _Collected(process, reading)
        nodes = collected.nodes()
        edges = collected.edges()
        if order is not None:
            _sort(nodes, order.attributes.get("nodes", ""))
            _sort(edges, order.attributes.get("edges", ""))
        own = self._process_members(process, document, reading)
        document |= {"nodes": nodes, "edges": edges}
        drawn = Drawn(self._source.scope, collected.types(), reading.nodes, collected.lines())
        others = {id for each in self._whole if each is not process for id in self._ids[each]}
        diagrams = self._root.find(DIAGRAM, "BPMNDiagram")
        document["layout"], drawings = read_diagrams(diagrams, drawn, others, self._ids[process])
        found = shared | {
            "process": own,
            "nodes": {id: what for id, what in reading.kept_nodes.items() if what},
            "edges": {id: what for id, what in reading.kept_edges.items() if what},
            "diagrams": drawings,
        }
        found = {name: value for name, value in found.items() if value}
        if found:
            document["extensions"] = {**document.get("extensions", {}), EXTENSION: found}
        return document

    def _process_members(self, process: Element, document: Document, reading: Reading) -> Kept:
        """The flow's own members, and what is kept of the process."""
        place = Place(reading, reading.key)
        written = process.attributes.get("id", "")
        text = self._source.text(process)
        if text is not None:
            document["label"] = {"zh": text.zh, "en": text.en}
        elif "label" not in document:
            name = self._names.get(written) or self._root.attributes.get("name") or reading.key
            document["label"] = {"zh": name, "en": name}
        read_documentation(process, document, "description", place)
        if process.attributes.get("isExecutable") == "true":
            process.pop("isExecutable")
        reading.notes += notes_of(process, reading.key, None)
        process.pop("id")
        kept_id = {"id": written} if written and written != reading.key and not written.startswith(TECHNICAL) else {}
        return kept_id | place.kept | remains(process, self._source.scope)


class _Collected:
    """Nodes and edges of a process with all its sub-processes, taken out of it."""

    def __init__(self, process: Element, reading: Reading) -> None:
        self._reading = reading
        self._nodes: list[tuple[Element, Place, str | None]] = []
        self._edges: list[tuple[Element, Place]] = []
        self._associations: list[tuple[Element, Element]] = []
        self._lines: dict[str, tuple[str, str]] = {}
        self._ids = (Ids(), Ids())
        self._by_id: dict[str, Element] = {}
        self._collect(process, None)
        self._find_handlers()

    def nodes(self) -> list[Document]:
        found = [read_node(element, parent, place) for element, place, parent in self._nodes]
        self._reading.kept_nodes |= {place.id: place.kept for _, place, _ in self._nodes}
        return found

    def edges(self) -> list[Document]:
        found = [read_edge(element, place) for element, place in self._edges]
        self._reading.kept_edges |= {place.id: place.kept for _, place in self._edges}
        return found

    def types(self) -> dict[str, str]:
        """Types as they are drawn, by the ids of the file."""
        return {id: type_of(element) for id, element in self._by_id.items()}

    def lines(self) -> dict[str, tuple[str, str]]:
        """Both ends of what is drawn as a line, by the ids of the file."""
        return self._lines

    def _collect(self, container: Element, parent: str | None) -> None:
        for child in container.elements:
            if child.is_a(MODEL, "sequenceFlow"):
                self._collect_edge(child)
            elif child.is_a(MODEL, "association"):
                self._associations.append((child, container))
            elif child.is_a(MODEL, *TAGS):
                self._collect_node(child, parent)
        gone = {element for element, *_ in (*self._nodes, *self._edges)}
        container.children = [child for child in container.children if child not in gone]

    def _collect_node(self, element: Element, parent: str | None) -> None:
        written = element.attributes.get("id")
        found, other = own_id(element, self._ids[0], f"node_{len(self._nodes) + 1}")
        if written is not None:
            self._reading.nodes[written] = found
            self._by_id[written] = element
        place = Place(self._reading, found, {"id": other} if other else {})
        self._nodes.append((element, place, parent))
        if element.name in SUB_PROCESSES:
            self._collect(element, found)

    def _collect_edge(self, element: Element) -> None:
        if not element.attributes.get("sourceRef") or not element.attributes.get("targetRef"):
            text = element.attributes.get("id", "sequenceFlow")
            self._reading.notes.append(note("edge_dangling", self._reading.key, text, text=text))
            return
        written = element.attributes.get("id")
        found, other = own_id(element, self._ids[1], f"edge_{len(self._edges) + 1}")
        if written is not None:
            self._reading.edges[written] = found
            self._lines[written] = (_local(element.attributes["sourceRef"]), _local(element.attributes["targetRef"]))
        self._edges.append((element, Place(self._reading, found, {"id": other} if other else {})))

    def _find_handlers(self) -> None:
        """Associations that lead from a compensation event on a boundary to what it runs."""
        for association, container in self._associations:
            source, target = (_local(association.attributes.get(end, "")) for end in ("sourceRef", "targetRef"))
            event = self._by_id.get(source)
            compensates = event is not None and event.name == "boundaryEvent"
            if (
                compensates
                and event is not None
                and event.find(MODEL, "compensateEventDefinition")
                and target in self._reading.nodes
            ):
                boundary = self._reading.nodes[source]
                if boundary not in self._reading.handlers:
                    self._reading.handlers[boundary] = (self._reading.nodes[target], association)
                    container.children = [child for child in container.children if child is not association]
                    self._lines[association.attributes.get("id", "")] = (source, target)


def _decoded(document: Document, process: Element) -> Flow:
    found = problems("flow", document)
    if found:
        raise BpmnError("bpmn.not_a_flow", process.line, where=found[0].path, reason=found[0].message)
    flow: Flow = decode_checked("flow", document)
    return flow


def _sort(documents: list[Document], order: str) -> None:
    """The order that the flow had; what was added meanwhile comes last."""
    ranks = {id: rank for rank, id in enumerate(order.split())}
    documents.sort(key=lambda document: ranks.get(document["id"], len(ranks)))


def _slug(name: str) -> str:
    if not name.isascii():
        return ""
    found = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return (found if found[:1].isalpha() else f"flow_{found}")[:60].rstrip("_") if found else ""


def _ids_in(process: Element) -> set[str]:
    return {each.attributes["id"] for each in process.walk() if "id" in each.attributes}


def _local(reference: str) -> str:
    return reference.rpartition(":")[2]

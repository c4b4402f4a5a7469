"""Flows as a BPMN 2.0 file with a drawing; what BPMN cannot say is our extension, and what came with a file goes back into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn import members
from engine.bpmn.arranging import arrange
from engine.bpmn.collaborations import write_collaborations
from engine.bpmn.diagrams import Drawing, Drawn, write_diagrams
from engine.bpmn.kept import EXTENSION, Kept, of_flow, part, restore
from engine.bpmn.nodes import take_handler, write_association, write_documentation, write_edge, write_node
from engine.bpmn.problems import BpmnError
from engine.bpmn.reading import Ids
from engine.bpmn.roots import Roots
from engine.bpmn.vocabulary import DECIDING, MODEL, ROOT, TAG_OF, WEFT, Vocabulary, in_order
from engine.bpmn.writing import Site, Writing
from engine.bpmn.xml import Element, document, fragment
from engine.definitions import Flow
from engine.definitions.codec import encode

Document = dict[str, Any]


def export_bpmn(flows: Flow | Sequence[Flow], locale: str = "zh") -> bytes:
    """One file with a process for each flow; names are in the language of `locale`, the other one is our extension.

    Flows that came from one file go back into one: with its prefixes, pools and drawings. Raises BpmnError when what was kept of
    a file has been broken meanwhile.
    """
    given = [flows] if isinstance(flows, Flow) else list(flows)
    return document(_File(given, "zh" if locale.startswith("zh") else "en").root())


class _File:
    """A file being put together."""

    def __init__(self, flows: Sequence[Flow], locale: str) -> None:
        self._flows = flows
        self._kept = [of_flow(flow.extensions) for flow in flows]
        namespaces: dict[str, str] = {}
        for each in self._kept:
            for prefix, uri in part(each, "namespaces").items():
                if namespaces.setdefault(prefix, str(uri)) != uri:
                    raise BpmnError("bpmn.several_files", None, prefix=prefix)
        words = Vocabulary.over(namespaces)
        self._writing = Writing(words, locale, Roots(words, self._kept_roots(words)))
        self._processes = self._prepare()

    def root(self) -> Element:
        words = self._writing.words
        root = words.model("definitions")
        for each in self._kept:
            root.attributes |= {name: str(value) for name, value in part(each, "definitions").items()}
        root.attributes = (
            {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in words.scope.items()}
            | ROOT
            | root.attributes
            | {"exporter": "Weft", words.weft("locale"): self._writing.locale}
        )
        body = [process.element() for process in self._processes]
        body = [*self._writing.roots.all(), *body]
        known = {each.attributes["id"] for element in body for each in element.walk() if "id" in each.attributes}
        for process in self._processes:
            process.prune(known)
        kept = [what for each in self._kept for what in each.get("collaborations", ())]
        collaborations = write_collaborations(words, kept, known)
        known |= {each.attributes["id"] for part in collaborations for each in part.walk() if "id" in each.attributes}
        first = [each for each in body if each.is_a(MODEL, "import", "extension")]
        last = [each for each in body if each.is_a(MODEL, "relationship")]
        middle = [each for each in body if each not in first and each not in last]
        whole = collaborations[0].attributes.get("id") if len(self._flows) == 1 and collaborations else None
        drawings = [process.drawing(whole) for process in self._processes]
        root.children += [*first, *middle, *collaborations, *write_diagrams(words, drawings, known), *last]
        return root

    def _kept_roots(self, words: Vocabulary) -> list[Element]:
        """What stands beside the processes, each once although every flow of the file has it."""
        texts = dict.fromkeys(str(text) for each in self._kept for text in each.get("roots", ()))
        return [fragment(text, words.scope) for text in texts]

    def _prepare(self) -> list[_Process]:
        """Ids first: what was kept has its own, then come nodes, edges and processes."""
        names = self._writing.names
        for each in self._kept:
            names.reserve(
                _texts_in({name: each.get(name) for name in ("roots", "collaborations", "process", "nodes", "edges")})
            )
        found = [_Process(self._writing, flow, kept) for flow, kept in zip(self._flows, self._kept, strict=True)]
        for process in found:
            process.name_nodes()
        for process in found:
            process.name_edges()
        for process in found:
            process.id = names.take(process.flow.key, part(process.kept, "process").get("id"))
            self._writing.processes[process.flow.key] = process.id
        return found


@dataclass(slots=True)
class _Process:
    """One flow that becomes a process."""

    writing: Writing
    flow: Flow
    kept: Kept
    id: str = ""
    nodes: dict[str, str] = field(default_factory=dict)
    edges: dict[str, str] = field(default_factory=dict)
    _elements: dict[str, Element] = field(default_factory=dict)
    _parents: dict[str, str | None] = field(init=False)
    _associations: dict[str, tuple[str, str]] = field(default_factory=dict)
    _root: Element = field(init=False)

    def __post_init__(self) -> None:
        self._parents = {node.id: node.parent for node in self.flow.nodes}

    def name_nodes(self) -> None:
        """Ids for the nodes."""
        for node in self.flow.nodes:
            self.nodes[node.id] = self.writing.names.take(node.id, part(self.kept, "nodes", node.id).get("id"))

    def name_edges(self) -> None:
        """Ids for the edges."""
        for edge in self.flow.edges:
            self.edges[edge.id] = self.writing.names.take(edge.id, part(self.kept, "edges", edge.id).get("id"))

    def element(self) -> Element:
        """The process with everything in it."""
        words = self.writing.words
        flow = {name: value for name, value in encode(self.flow).items() if name not in ("kind", "layout")}
        process = words.model("process", {"id": self.id, "isExecutable": "true"})
        self._root = process
        site = Site(self.writing, self.nodes, part(self.kept, "process"))
        process.attributes |= {key: str(value) for key, value in part(self.kept, "process", "attributes").items()}
        nodes, edges = flow.pop("nodes"), flow.pop("edges")
        self._add_nodes(nodes)
        self._add_edges(edges)
        self.writing.put_text(process, flow, "label")
        write_documentation(process, flow, "description", site)
        extensions = {name: value for name, value in flow.pop("extensions", {}).items() if name != EXTENSION}
        if extensions:
            flow["extensions"] = extensions
        restore(words, process, site.kept, members.write(words, "flow", flow, Flow))
        self._add_order()
        for each in [process, *self._elements.values()]:
            in_order(each)
        return process

    def prune(self, known: set[str]) -> None:
        """References in what was kept to what is not there any more."""
        for each in list(self._root.walk()):
            each.children = [child for child in each.children if not _dangles(child, known)]

    def drawing(self, whole: str | None) -> tuple[Drawing, list[Kept], str]:
        """How the flow is drawn, what was kept of its drawings, and the element that a drawing of its own is of."""
        lines = {
            self.edges[edge.id]: (self.nodes.get(edge.source, ""), self.nodes.get(edge.target, ""))
            for edge in self.flow.edges
        }
        types = {self.nodes[node.id]: node.type for node in self.flow.nodes}
        ids = {written: id for id, written in self.nodes.items()}
        drawn = Drawn(self.writing.words.scope, types, ids, lines | self._associations)
        layout = encode(self.flow).get("layout", {})
        return (
            Drawing(self.writing.words, drawn, arrange(self.flow), layout),
            list(self.kept.get("diagrams", ())),
            whole or self.id,
        )

    def _add_nodes(self, nodes: list[Document]) -> None:
        for node in nodes:
            self._elements[node["id"]] = self._tagged(TAG_OF[node["type"]], self.nodes[node["id"]], node["id"])
        for edge in self.flow.edges:
            for end, name in ((edge.source, "outgoing"), (edge.target, "incoming")):
                if end in self._elements:
                    self._elements[end].children.append(self.writing.words.model(name, None, self.edges[edge.id]))
        defaults = {edge.source: edge.id for edge in reversed(self.flow.edges) if edge.default}
        for node in nodes:
            id, parent = node["id"], self._container(node["id"])
            element = self._elements[id]
            site = Site(self.writing, self.nodes, part(self.kept, "nodes", id))
            if id in defaults and self._decides(id):
                element.attributes["default"] = self.edges[defaults[id]]
            handler = take_handler(node, site)
            write_node(node, element, site)
            parent.children.append(element)
            if handler is not None:
                self._associate(id, handler, parent, site)

    def _associate(self, id: str, handler: str, parent: Element, site: Site) -> None:
        association = write_association(self.nodes[id], handler, site)
        parent.children.append(association)
        self._associations[association.attributes["id"]] = (self.nodes[id], self.nodes[handler])

    def _add_edges(self, edges: list[Document]) -> None:
        named = set[str]()
        for edge in edges:
            id, source = edge["id"], edge["source"]
            element = self._tagged("sequenceFlow", self.edges[id], id)
            first = bool(edge.get("default")) and source not in named and self._decides(source)
            if first:
                named.add(source)
            container = self._container(source) if source in self._elements else self._root
            write_edge(edge, element, Site(self.writing, self.nodes, part(self.kept, "edges", id)), first)
            container.children.append(element)

    def _decides(self, node: str) -> bool:
        """Whether BPMN lets this node name its default edge."""
        return node in self._elements and self._elements[node].name in DECIDING

    def _container(self, node: str) -> Element:
        """The sub-process that a node is in, or the process."""
        return self._elements.get(self._parents.get(node) or "", self._root)

    def _tagged(self, tag: str, id: str, ours: str) -> Element:
        """An element with its id; ours beside it where reading would not find it again."""
        found = self.writing.words.model(tag, {"id": id})
        if Ids().fit(id) != ours:
            found.attributes[self.writing.words.weft("id")] = ours
        return found

    def _add_order(self) -> None:
        """The order of nodes and edges, where sub-processes made it another."""
        order = {
            "nodes": _other_order([node.id for node in self.flow.nodes], self._written("nodes")),
            "edges": _other_order([edge.id for edge in self.flow.edges], self._written("edges")),
        }
        if any(order.values()):
            element = self.writing.words.make(WEFT, "order", order)
            extension = self._root.find(MODEL, "extensionElements")[0]
            extension.children.insert(1, element)

    def _written(self, what: str) -> list[str]:
        ids = {written: id for id, written in getattr(self, what).items()}
        tags = {"sequenceFlow"} if what == "edges" else set(TAG_OF.values())
        found = [each for each in self._root.walk() if each.space == MODEL and each.name in tags]
        return [ids[each.attributes["id"]] for each in found if each.attributes.get("id") in ids]


def _other_order(wanted: list[str], written: list[str]) -> str | None:
    return None if wanted == written else " ".join(wanted)


def _dangles(child: Element | str, known: set[str]) -> bool:
    """Whether something that was kept refers to what is gone."""
    if isinstance(child, str) or child.space != MODEL:
        return False
    if child.name == "flowNodeRef":
        return child.text.strip() not in known
    if child.name == "association":
        return not {child.attributes.get(end, "").rpartition(":")[2] for end in ("sourceRef", "targetRef")} <= known
    return False


def _texts_in(value: object) -> list[str]:
    """Every text of XML in what was kept."""
    if isinstance(value, str):
        return [value] if value.startswith("<") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for each in inner for text in _texts_in(each)]

"""What is known while a file is read: the file, the flow that is made of a process, and the node or edge at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.kept import Kept
from engine.bpmn.problems import Note, note
from engine.bpmn.translating import translate
from engine.bpmn.vocabulary import INSTANCE, LANGUAGE, TECHNICAL, WEFT
from engine.bpmn.xml import Element, kept
from engine.definitions import Text

#: What ids of nodes and edges look like.
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
#: Times that read the same everywhere: a length of time, a moment, a repetition.
ISO = re.compile(
    r"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
    r"|\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?"
    r"|R\d*/[^\s/]+"
)
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `roots` are the elements beside the processes by id, `first` the first of each message, signal, error and escalation
    by kind and name, `keys` the flows by the id of their process."""

    scope: Mapping[str, str]
    locale: str
    roots: Mapping[str, Element]
    first: Mapping[tuple[str, str], str]
    keys: Mapping[str, str]

    def root(self, reference: str) -> Element | None:
        """The element that a reference names."""
        return self.roots.get(reference) or self.roots.get(reference.rpartition(":")[2])

    def text(self, element: Element) -> Text | None:
        """The name of an element in both languages."""
        first = element.pop("name") or ""
        second = element.pop_qualified(WEFT, "name")
        return self.both(first, second) if first else None

    def both(self, first: str, second: str | None) -> Text:
        """A text of which the file has the one language and our extension perhaps the other."""
        other = first if second is None else second
        return Text(first, other) if self.locale == "zh" else Text(other, first)


@dataclass(slots=True)
class Reading:
    """A process that becomes a flow. `nodes` and `edges` are the ids here by those in the file; `handlers` what compensates, by the
    boundary event, with the association that says so."""

    source: Source
    key: str
    nodes: dict[str, str] = field(default_factory=dict)
    edges: dict[str, str] = field(default_factory=dict)
    handlers: dict[str, tuple[str, Element]] = field(default_factory=dict)
    defaults: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    kept_nodes: dict[str, Kept] = field(default_factory=dict)
    kept_edges: dict[str, Kept] = field(default_factory=dict)


@dataclass(slots=True)
class Place:
    """The node or edge at hand, and what is kept of it."""

    reading: Reading
    id: str
    kept: Kept = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The file."""
        return self.reading.source

    def note(self, code: str, **params: str | Text) -> None:
        """Say something about it."""
        self.reading.notes.append(note(code, self.reading.key, self.id, **params))

    def node(self, reference: str) -> str:
        """The id here of a node that the file refers to."""
        nodes = self.reading.nodes
        return nodes.get(reference) or nodes.get(reference.rpartition(":")[2]) or reference

    def expression(self, element: Element | None, name: str) -> str | None:
        """An expression in our language; one of another is kept as it was written, under `name`, and said."""
        if element is None:
            return None
        if element.attributes.get("language") == LANGUAGE:
            return element.text
        ours = self._foreign(element.text.strip())
        if ours is None or not _plain(element, ours):
            self.keep_text(name, ours or "", element)
        return ours

    def keep_text(self, name: str, ours: str, element: Element) -> None:
        """Keep how a text was written, for as long as it is not changed here."""
        self.kept.setdefault("texts", {})[name] = {"ours": ours, "xml": kept(element, self.source.scope)}

    def _foreign(self, text: str) -> str | None:
        if not text or ISO.fullmatch(text):
            return text or None
        ours = translate(text)
        if ours is None:
            self.note("expression_kept", text=text[:200])
        elif ours != text:
            self.note("expression_translated", text=text[:200], ours=ours[:200])
        return (ours or text)[:_LONGEST]


def _plain(element: Element, ours: str) -> bool:
    """Whether it is written as we would write it."""
    kind = {key for key in element.attributes if element.scope.get(key.rpartition(":")[0]) == INSTANCE}
    return bool(ISO.fullmatch(ours)) and element.text == ours and set(element.attributes) <= kind


class Ids:
    """Ids of our form for those of a file, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def fit(self, wanted: str) -> str:
        """`wanted`, or what comes nearest to it."""
        found = wanted if _ID.fullmatch(wanted) else _nearest(wanted)
        first, count = found, 1
        while found in self._taken:
            count += 1
            found = f"{first[:90]}_{count}"
        self._taken.add(found)
        return found


def _nearest(wanted: str) -> str:
    found = re.sub(r"[^A-Za-z0-9_.-]", "_", wanted)[:99]
    return found if re.match(r"[A-Za-z_]", found) else f"_{found}"


def own_id(element: Element, ids: Ids, fallback: str) -> tuple[str, str | None]:
    """The id of an element here, and the one in the file where that is another and not made up by us."""
    written, ours = element.pop("id"), element.pop_qualified(WEFT, "id")
    found = ids.fit(ours or written or fallback)
    technical = written is None or written == found or written.startswith(TECHNICAL)
    return found, None if technical else written


def put(document: dict[str, Any], member: str, value: Any) -> None:
    """Set a member unless there is nothing to say."""
    if value is not None:
        document[member] = value

"""What is known while a file is written: its prefixes, its ids, the elements that events refer to, and the node or edge at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.kept import Kept, part
from engine.bpmn.reading import ISO
from engine.bpmn.roots import Roots
from engine.bpmn.vocabulary import INSTANCE, LANGUAGE, TECHNICAL, Vocabulary
from engine.bpmn.xml import Element, fragment

_IDS_IN_TEXT = re.compile(r"""\bid="([^"]*)\"""")


class Names:
    """Ids of a file: each once, whatever it names."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._reserved: set[str] = set()

    def reserve(self, texts: Iterable[str]) -> None:
        """The ids that are in elements that were kept."""
        for text in texts:
            self._reserved.update(_IDS_IN_TEXT.findall(text))

    def take(self, wanted: str, kept: object = None) -> str:
        """The id that something had in its file, or `wanted`, or a technical id where that is taken."""
        found, count = wanted, 1
        if isinstance(kept, str) and kept and kept not in self._taken:
            found = kept
        else:
            while found in self._taken or found in self._reserved:
                found = f"{TECHNICAL}{wanted}" if count == 1 else f"{TECHNICAL}{wanted}-{count}"
                count += 1
        self._taken.add(found)
        return found


@dataclass(slots=True)
class Writing:
    """A file that is made. `processes` are the ids of the processes by the key of their flow."""

    words: Vocabulary
    locale: str
    roots: Roots
    names: Names = field(default_factory=Names)
    processes: dict[str, str] = field(default_factory=dict)

    def put_text(self, element: Element, document: dict[str, Any], member: str, empty: bool = False) -> None:
        """A name: the one language is BPMN's attribute, the other, where it differs, ours. Without the first it stays a member;
        `empty` when no name at all means the empty one."""
        text = document.get(member)
        if text is None:
            return
        first, second = self.split(text)
        if first:
            element.attributes["name"] = first
            if second != first:
                element.attributes[self.words.weft("name")] = second
        if first or (empty and not second):
            del document[member]

    def split(self, text: Mapping[str, str]) -> tuple[str, str]:
        """A text in the file's language, and in the other."""
        return (text["zh"], text["en"]) if self.locale == "zh" else (text["en"], text["zh"])


@dataclass(slots=True)
class Site:
    """The node or edge at hand: `ids` are the file's ids of the flow's nodes."""

    writing: Writing
    ids: Mapping[str, str]
    kept: Kept

    @property
    def words(self) -> Vocabulary:
        """The names of the file."""
        return self.writing.words

    def expression(self, tag: str, text: str | None, name: str) -> Element | None:
        """An expression: as it was written, be it in another language or empty, where that is unchanged, or in ours."""
        was = part(self.kept, "texts", name)
        if was.get("ours") == (text or ""):
            return fragment(str(was.get("xml")), self.words.scope)
        if text is None:
            return None
        kind = {self.words.name(INSTANCE, "type", attribute=True): self._formal()}
        language = {} if ISO.fullmatch(text) else {"language": LANGUAGE}
        return self.words.model(tag, kind | language, text)

    def _formal(self) -> str:
        """The type of a formal expression, as a value: it has the prefix of the model."""
        return self.words.model("tFormalExpression").tag

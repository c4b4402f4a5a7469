"""XML read and written as it stands: names keep their prefixes, so that what is only kept comes out as it went in.

Reading is expat's, with everything refused that a process definition never needs and an attack does: document types (and with them
every entity), and sizes and depths beyond the limits. Whoever reads an element takes attributes and children out of it; what
nobody took is what is kept.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from engine.bpmn.problems import BpmnError

MAX_BYTES = 16_000_000
MAX_ELEMENTS = 60_000
MAX_DEPTH = 100

_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
#: Encodings of several bytes a character that expat does not read; they are turned into UTF-8 first.
_MULTI_BYTE = {"gb18030", "gbk", "gb2312", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"}
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True, eq=False)
class Element:
    """One element. `tag` and the names of `attributes` are as written, `space` and `name` what the tag means; `scope` the
    namespaces by prefix where it stands. Texts between child elements are kept only where they are more than blanks."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)
    scope: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    @property
    def name(self) -> str:
        """The tag without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def space(self) -> str:
        """The namespace of the tag."""
        return self.scope.get(self.tag.rpartition(":")[0], "")

    @property
    def elements(self) -> list[Element]:
        """The child elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """All the text in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def is_a(self, space: str, *names: str) -> bool:
        """Whether it is one of these elements of a namespace."""
        return self.space == space and (not names or self.name in names)

    def find(self, space: str, *names: str) -> list[Element]:
        """The child elements with one of these names."""
        return [child for child in self.elements if child.is_a(space, *names)]

    def take(self, space: str, *names: str) -> list[Element]:
        """The child elements with one of these names; they are its children no longer."""
        found = self.find(space, *names)
        if found:
            gone = set[Element | str](found)
            self.children = [child for child in self.children if child not in gone]
        return found

    def take_one(self, space: str, *names: str) -> Element | None:
        """The first child element of these names, taken."""
        found = self.find(space, *names)
        if not found:
            return None
        self.children = [child for child in self.children if child is not found[0]]
        return found[0]

    def pop(self, attribute: str) -> str | None:
        """An attribute without a prefix, taken."""
        return self.attributes.pop(attribute, None)

    def pop_qualified(self, space: str, attribute: str) -> str | None:
        """An attribute of a namespace, taken."""
        for key in self.attributes:
            prefix, _, name = key.rpartition(":")
            if name == attribute and prefix and self.scope.get(prefix) == space:
                return self.attributes.pop(key)
        return None

    def walk(self) -> Iterator[Element]:
        """This element and everything in it, in the order of the file."""
        yield self
        for child in self.elements:
            yield from child.walk()


def read(data: bytes) -> Element:
    """The root element of a file. Raises BpmnError with the line."""
    if len(data) > MAX_BYTES:
        raise BpmnError("bpmn.too_large", None, what=f"{MAX_BYTES // 1_000_000} MB")
    builder = _Builder()
    encoding = _multi_byte(data)
    parser = builder.parser("utf-8" if encoding else None)
    try:
        parser.Parse(data.decode(encoding).encode() if encoding else data, True)
    except expat.ExpatError as error:
        raise BpmnError("bpmn.malformed", error.lineno, reason=expat.ErrorString(error.code)) from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows, or text that is not in it
        raise BpmnError("bpmn.malformed", 1, reason=str(error)) from error
    if builder.root is None:
        raise BpmnError("bpmn.malformed", 1, reason="no element found")
    return builder.root


def fragment(text: str, scope: Mapping[str, str]) -> Element:
    """An element that was kept as text, with the namespaces of the file it came from."""
    declared = "".join(f" {_declaration(prefix)}={_quoted(uri)}" for prefix, uri in scope.items())
    try:
        children = read(f"<kept{declared}>{text}</kept>".encode()).elements
    except BpmnError as error:
        raise BpmnError("bpmn.kept_broken", None, reason=str(error.params.get("reason", error.code))) from error
    if len(children) != 1:
        raise BpmnError("bpmn.kept_broken", None, reason=text[:80])
    return children[0]


def kept(element: Element, scope: Mapping[str, str]) -> str:
    """An element as text that `fragment` reads, given the namespaces of the file's root."""
    local = {
        _declaration(prefix): uri
        for prefix, uri in element.scope.items()
        if scope.get(prefix) != uri and prefix not in _XML
    }
    return "".join(_written(element, local, None))


def document(root: Element) -> bytes:
    """A file: indented, in UTF-8."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_written(root, {}, 0)) + "\n").encode()


class _Builder:
    """Expat's events made into elements."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self._parser = expat.ParserCreate()

    def parser(self, encoding: str | None) -> expat.XMLParserType:
        """A parser that reports to this builder; `encoding` overrides what the file declares."""
        self._parser = expat.ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        return self._parser

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            deep = len(self._open) >= MAX_DEPTH
            raise BpmnError("bpmn.too_large", line, what=f"{MAX_DEPTH} levels" if deep else f"{MAX_ELEMENTS} elements")
        around = self._open[-1].scope if self._open else _XML
        element = Element(tag, attributes, scope=_scope(around, attributes), line=line)
        _check_prefixes(element)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        texts = [child for child in element.children if isinstance(child, str)]
        if len(texts) != len(element.children) and not "".join(texts).strip():
            element.children = list(element.elements)

    def _text(self, text: str) -> None:
        self._open[-1].children.append(text)

    def _doctype(self, *_: object) -> NoReturn:
        raise BpmnError("bpmn.doctype", self._parser.CurrentLineNumber)


def _scope(around: Mapping[str, str], attributes: Mapping[str, str]) -> Mapping[str, str]:
    declared = {
        key.partition(":")[2]: uri for key, uri in attributes.items() if key == "xmlns" or key.startswith("xmlns:")
    }
    return {**around, **declared} if declared else around


def _check_prefixes(element: Element) -> None:
    for key in (element.tag, *element.attributes):
        prefix = key.rpartition(":")[0]
        if prefix and prefix != "xmlns" and prefix not in element.scope:
            raise BpmnError("bpmn.malformed", element.line, reason=f"unbound prefix {prefix}")


def _multi_byte(data: bytes) -> str | None:
    """The declared encoding when expat cannot read it and Python can, e.g. GB18030."""
    declared = _DECLARED.match(data)
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared[1].decode()).name
    except LookupError:
        return None
    return name if name in _MULTI_BYTE else None


# -- writing


def _declaration(prefix: str) -> str:
    return f"xmlns:{prefix}" if prefix else "xmlns"


def _written(element: Element, more: Mapping[str, str], indent: int | None) -> Iterator[str]:
    """`indent` is the depth, or None for one line. Texts are never indented: blanks in them count."""
    attributes = {**more, **element.attributes}
    yield f"<{element.tag}" + "".join(f" {key}={_quoted(value)}" for key, value in attributes.items())
    if not element.children:
        yield "/>"
        return
    yield ">"
    inside = None if indent is None or len(element.elements) != len(element.children) else indent + 1
    for child in element.children:
        if inside is not None:
            yield "\n" + "  " * inside
        yield from [_escaped(child)] if isinstance(child, str) else _written(child, {}, inside)
    if inside is not None:
        yield "\n" + "  " * (inside - 1)
    yield f"</{element.tag}>"


def _escaped(text: str) -> str:
    text = _ILLEGAL.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(value: str) -> str:
    text = _escaped(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{text}"'

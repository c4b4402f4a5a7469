"""Hostile and broken files are refused with their line; what is kept comes out as it went in."""

from __future__ import annotations

import pytest

from engine.bpmn import BpmnError, import_bpmn
from engine.bpmn.xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, document, fragment, kept, read

_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<definitions>&lol2;</definitions>"""
_FILE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""
_PARAMETER = b"""<!DOCTYPE a SYSTEM "http://localhost/evil.dtd"><a/>"""


def _refusal(data: bytes) -> tuple[str, int | None]:
    with pytest.raises(BpmnError) as raised:
        import_bpmn(data)
    return raised.value.code, raised.value.line


@pytest.mark.parametrize(("data", "line"), [(_BOMB, 2), (_FILE, 1), (_PARAMETER, 1)])
def test_document_types_are_refused_before_anything_of_them_is_read(data: bytes, line: int) -> None:
    assert _refusal(data) == ("bpmn.doctype", line)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"no xml", 1),
        (b"<a>\n<b>\n</a>", 3),
        (b"<a>&undefined;</a>", 1),
        (b"<a x='1' x='2'/>", 1),
        (b"<a>\n<b:c/></a>", 2),
        (b"<a>\x00</a>", 1),
        (b"\xff\xfe\xff", 1),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', 1),
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_line(data: bytes, line: int) -> None:
    assert _refusal(data) == ("bpmn.malformed", line)


def test_sizes_and_depths_have_limits() -> None:
    assert _refusal(b"<a>" * (MAX_DEPTH + 1)) == ("bpmn.too_large", 1)
    assert _refusal(b"<a>" + b"<b/>" * MAX_ELEMENTS) == ("bpmn.too_large", 1)
    assert _refusal(b" " * (MAX_BYTES + 1)) == ("bpmn.too_large", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "gbk", "big5", "iso-8859-1"])
def test_encodings_that_are_declared_are_read(encoding: str) -> None:
    name = "Prüfung" if encoding == "iso-8859-1" else "流程"
    text = f'<?xml version="1.0" encoding="{encoding}"?><a name="{name}"/>'
    assert read(text.encode(encoding)).attributes["name"] == name


def test_what_is_kept_comes_out_as_it_went_in() -> None:
    text = '<x:a xmlns:x="urn:x" y="&lt;&quot;&#10;&#9;">a &amp; b<x:b/> c\n</x:a>'
    root = read(f'<root xmlns:z="urn:z">{text}</root>'.encode())
    (element,) = root.elements
    assert kept(element, root.scope) == text
    assert kept(fragment(text, root.scope), root.scope) == text


def test_prefixes_of_elements_around_are_kept_too() -> None:
    root = read(b'<root><a xmlns:x="urn:x"><x:b/></a></root>')
    text = kept(root.elements[0].elements[0], root.scope)
    assert text == '<x:b xmlns:x="urn:x"/>'


def test_indentation_leaves_texts_alone() -> None:
    root = read(b"<a><b> x\n y </b><c>1<d/>2</c><e><f/></e></a>")
    again = read(document(root))
    assert again.elements[0].text == " x\n y "
    assert kept(again, {}) == kept(root, {})


def test_characters_that_xml_cannot_hold_are_marked() -> None:
    root = read(b"<a/>")
    root.attributes["x"] = "a\x00b\x0b"
    assert read(document(root)).attributes["x"] == "a\ufffdb\ufffd"

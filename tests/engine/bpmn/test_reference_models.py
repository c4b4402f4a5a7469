"""The 21 reference models of the OMG's Model Interchange Working Group, which lie beside the checkout: read, written, read again.

Where they are not, only a warning is left of this file.
"""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.bpmn import Imported, export_bpmn, import_bpmn
from engine.bpmn.vocabulary import DIAGRAM, MODEL, TAGS
from tests.conftest import SHARED

_FOLDER = SHARED / "conformance" / "miwg"
_FILES = sorted(_FOLDER.glob("*.bpmn"))

#: Processes, nodes, edges, shapes and lines of each file.
_COUNTS = {
    "A.1.0": (1, 5, 4, 5, 4),
    "A.2.0": (1, 8, 9, 8, 9),
    "A.2.1": (1, 8, 11, 8, 11),
    "A.3.0": (1, 10, 8, 10, 8),
    "A.4.0": (2, 17, 13, 20, 15),
    "A.4.1": (2, 17, 13, 22, 15),
    "B.1.0": (4, 29, 26, 37, 31),
    "B.2.0": (4, 94, 85, 102, 89),
    "C.1.0": (2, 21, 20, 27, 25),
    "C.1.1": (1, 10, 10, 13, 13),
    "C.2.0": (4, 29, 25, 35, 30),
    "C.3.0": (1, 14, 15, 14, 15),
    "C.4.0": (4, 40, 41, 53, 54),
    "C.5.0": (2, 37, 40, 50, 65),
    "C.6.0": (1, 40, 32, 42, 36),
    "C.7.0": (1, 11, 12, 19, 18),
    "C.8.0": (1, 18, 16, 24, 22),
    "C.8.1": (1, 18, 16, 25, 22),
    "C.9.0": (1, 25, 21, 26, 21),
    "C.9.1": (1, 10, 7, 11, 7),
    "C.9.2": (1, 20, 12, 21, 12),
}


def _imported(path: Path) -> Imported:
    return import_bpmn(path.read_bytes(), "ticket")


def _elements(data: bytes) -> Counter[str]:
    """How often each element of BPMN and of its drawings is in a file, told by another reader than ours."""
    spaces = (f"{{{MODEL}}}", f"{{{DIAGRAM}}}")
    return Counter(
        each.tag
        for each in ElementTree.fromstring(data).iter()
        if isinstance(each.tag, str) and each.tag.startswith(spaces)
    )


def test_the_models_are_there() -> None:
    if not _FILES:
        warnings.warn(f"no reference models in {_FOLDER}: nothing of them is tested", stacklevel=1)
    else:
        assert {path.stem for path in _FILES} >= set(_COUNTS)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_a_model_is_the_same_after_it_was_written(path: Path) -> None:
    first = _imported(path)
    again = import_bpmn(export_bpmn(first.flows), "ticket")
    assert again.flows == first.flows


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_each_flow_of_a_model_is_the_same_when_it_is_written_alone(path: Path) -> None:
    for flow in _imported(path).flows:
        assert import_bpmn(export_bpmn(flow)).flows == (flow,)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_nothing_is_lost(path: Path) -> None:
    """Every element is in the written file as often. References between nodes and edges are all written, also where a file left
    them out; B.1.0 and B.2.0 have a process of three nodes and two edges without a drawing, which gets one."""
    before, after = _elements(path.read_bytes()), _elements(export_bpmn(_imported(path).flows))
    for name in ("incoming", "outgoing", "extensionElements"):
        for each in (before, after):
            each.pop(f"{{{MODEL}}}{name}", None)
    drawn = {"BPMNDiagram": 1, "BPMNPlane": 1, "BPMNShape": 3, "BPMNEdge": 2} if path.stem in ("B.1.0", "B.2.0") else {}
    assert after - before == Counter({f"{{{DIAGRAM}}}{name}": count for name, count in drawn.items()})
    assert not before - after


@pytest.mark.parametrize("path", [path for path in _FILES if path.stem in _COUNTS], ids=lambda path: path.stem)
def test_everything_is_found(path: Path) -> None:
    flows, written = _imported(path).flows, _elements(export_bpmn(_imported(path).flows))
    nodes, edges = sum(len(flow.nodes) for flow in flows), sum(len(flow.edges) for flow in flows)
    shapes, lines = written[f"{{{DIAGRAM}}}BPMNShape"], written[f"{{{DIAGRAM}}}BPMNEdge"]
    assert (len(flows), nodes, edges, shapes, lines) == _COUNTS[path.stem]
    assert (nodes, edges) == _by_hand(path)


def _by_hand(path: Path) -> tuple[int, int]:
    found = _elements(path.read_bytes())
    return sum(found[f"{{{MODEL}}}{tag}"] for tag in TAGS), found[f"{{{MODEL}}}sequenceFlow"]

"""BPMN 2.0 XML: import and export of flows, with their drawings.

found = import_bpmn(data, entity="ticket")     # .flows, and .notes on what is kept and not executed
export_bpmn(flow, locale="en")                  # a file; what BPMN cannot say is in a namespace of ours
"""

from engine.bpmn.exporting import export_bpmn
from engine.bpmn.importing import Imported, import_bpmn
from engine.bpmn.problems import BpmnError, Note

__all__ = ["BpmnError", "Imported", "Note", "export_bpmn", "import_bpmn"]

"""What people define: frozen dataclasses for every kind of definition."""

from engine.definitions.calendar import BusinessCalendar, Holiday, Quiet, Workday
from engine.definitions.decision_table import DecisionTable, TableInput, TableOutput, TableRow
from engine.definitions.entity import SYSTEM_FIELDS, Check, Entity, Field, Option, UniqueKey
from engine.definitions.flow import (
    AdHoc,
    Assignment,
    Call,
    Candidate,
    Chain,
    Edge,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Outcome,
    Overdue,
    Position,
    Timer,
    Variable,
    Vote,
)
from engine.definitions.form import Form, FormItem, Section
from engine.definitions.role import ACTIONS, FIELD_RIGHTS, PERMISSIONS, SCOPES, Grant, Role
from engine.definitions.rule import Expected, ExpectedAction, Given, Rule, RuleTest, WordList
from engine.definitions.segment import Segment
from engine.definitions.text import Text
from engine.definitions.view import View

__all__ = [
    "ACTIONS",
    "FIELD_RIGHTS",
    "PERMISSIONS",
    "SCOPES",
    "SYSTEM_FIELDS",
    "AdHoc",
    "Assignment",
    "BusinessCalendar",
    "Call",
    "Candidate",
    "Chain",
    "Check",
    "DecisionTable",
    "Edge",
    "Entity",
    "EventDefinition",
    "Expected",
    "ExpectedAction",
    "Field",
    "Flow",
    "Form",
    "FormItem",
    "Given",
    "Grant",
    "Holiday",
    "Loop",
    "Node",
    "Option",
    "Outcome",
    "Overdue",
    "Position",
    "Quiet",
    "Role",
    "Rule",
    "RuleTest",
    "Section",
    "Segment",
    "TableInput",
    "TableOutput",
    "TableRow",
    "Text",
    "Timer",
    "UniqueKey",
    "Variable",
    "View",
    "Vote",
    "WordList",
    "Workday",
]

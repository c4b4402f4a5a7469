"""Why a file is no BPMN that can be read or written, and what is said about the parts of one that nothing here executes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.definitions import Text


class BpmnError(Exception):
    """A file that is refused whole. `code` is stable (`bpmn.malformed`); `line` is where, when it is known."""

    def __init__(self, code: str, line: int | None = None, **params: Any) -> None:
        self.code = code
        self.line = line
        self.params = params
        super().__init__(f"{code} (line {line}): {params}")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that came with the file and is not executed, or was read otherwise than it was written.

    `element` is the id in the flow (a node or edge) or, for what is only kept, the id in the file; `flow` the key of the flow, None
    for what belongs to the whole file.
    """

    code: str
    flow: str | None
    element: str | None
    message: Text


#: code -> what it says; `{...}` are parameters of the note.
_TEXTS = {
    "expression_kept": (
        "表达式“{text}”不是本系统的语言，已原样保留，改写之前不会执行",
        "The expression “{text}” is not in this system's language; it is kept as it is and not executed until rewritten",
    ),
    "expression_translated": (
        "表达式“{text}”已译为“{ours}”，请确认其中的名称",
        "The expression “{text}” was translated to “{ours}”; make sure that its names exist here",
    ),
    "expression_missing": ("{what}没有写明，需要补上", "{what} is not stated; it must be added"),
    "reference_missing": ("引用的“{text}”在文件中不存在", "“{text}” is referred to and is not in the file"),
    "name_missing": ("事件没有指明{what}，需要补上", "The event does not name its {what}; it must be added"),
    "script_kept": (
        "脚本（{text}）只保留，不执行；请改写为赋值",
        "The script ({text}) is kept and not executed; write it as assignments",
    ),
    "action_missing": ("服务任务还没有动作，需要选择", "The service task has no action yet; choose one"),
    "assignment_missing": (
        "还没有人处理此任务，需要指定办理人；文件里的资源分配只保留",
        "Nobody gets this task yet; name who does. Resources stated in the file are only kept",
    ),
    "decision_missing": ("规则任务还没有决策表，需要选择", "The rule task has no decision table yet; choose one"),
    "call_missing": ("调用活动没有指明流程，需要补上", "The call activity names no flow; add one"),
    "call_outside": (
        "调用的“{text}”不在此文件中，需要先有这个流程",
        "“{text}”, which is called, is not in this file; that flow must exist first",
    ),
    "required_missing": (
        "复杂网关的激活条件需要改写为“几条到达即可”",
        "Write the activation condition of the complex gateway as how many must arrive",
    ),
    "attribute_kept": ("“{text}”只保留，不执行", "“{text}” is kept and not executed"),
    "data_kept": ("数据“{text}”只保留在文件中，不执行", "The data “{text}” stays in the file and is not executed"),
    "lane_kept": ("泳道“{text}”只保留，不分配任务", "The lane “{text}” is kept and assigns no tasks"),
    "message_flow_kept": (
        "消息流“{text}”只保留；消息按名称和关联键送达",
        "The message flow “{text}” is kept; messages are delivered by name and correlation key",
    ),
    "element_kept": ("“{text}”只保留，不执行", "“{text}” is kept and not executed"),
    "extension_kept": (
        "其他产品的扩展“{text}”只保留，不执行",
        "The extension “{text}” of another product is kept and not executed",
    ),
    "edge_dangling": (
        "连线“{text}”的两端不都是此流程的节点，只保留",
        "The sequence flow “{text}” does not connect two nodes of this flow; it is only kept",
    ),
    "not_a_process": (
        "“{text}”没有节点，不是可执行的流程，只保留",
        "“{text}” has no nodes to execute; it is only kept",
    ),
}

#: What the file may leave out, in both languages.
WHATS = {
    "message": Text("消息", "message"),
    "signal": Text("信号", "signal"),
    "error": Text("错误", "error"),
    "escalation": Text("升级", "escalation"),
    "link": Text("链接", "link"),
    "condition": Text("条件", "The condition"),
    "timer": Text("时间", "The time"),
}


def note(code: str, flow: str | None, element: str | None, **params: str | Text) -> Note:
    """A note with its text in both languages."""
    zh, en = _TEXTS[code]
    chinese = {name: value.zh if isinstance(value, Text) else value for name, value in params.items()}
    english = {name: value.en if isinstance(value, Text) else value for name, value in params.items()}
    return Note(code, flow, element, Text(zh.format(**chinese), en.format(**english)))

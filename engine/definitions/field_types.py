"""The field types there are, what they are called, and which settings each one needs or takes.

How a type is stored, validated and filtered is the records' business; their registry has an object for each of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.definitions.text import Text


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field type. `needs` are settings that must be given, `takes` those that may be; `scalar` fits in a sub-table."""

    key: str
    label: Text
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    scalar: bool = True


#: Settings that belong to some types only; every other member of a field goes with every type.
TYPE_SETTINGS = ("options", "transitions", "entity", "currency", "scale", "max_length", "pattern", "fields")

FIELD_TYPES: Mapping[str, FieldType] = {
    type.key: type
    for type in (
        FieldType("text", Text("文本", "Text"), takes=("max_length",)),
        FieldType("long_text", Text("长文本", "Long text"), takes=("max_length",)),
        FieldType("number", Text("数字", "Number"), takes=("scale",)),
        FieldType("money", Text("金额", "Money"), takes=("currency", "scale")),
        FieldType("boolean", Text("是/否", "Yes or no")),
        FieldType("date", Text("日期", "Date")),
        FieldType("datetime", Text("日期时间", "Date and time")),
        FieldType("choice", Text("单选", "Choice"), needs=("options",)),
        FieldType("multi_choice", Text("多选", "Multiple choice"), needs=("options",)),
        FieldType("stage", Text("阶段", "Stage"), needs=("options",), takes=("transitions",)),
        FieldType("reference", Text("关联记录", "Reference"), needs=("entity",)),
        FieldType("user", Text("人员", "User")),
        FieldType("department", Text("部门", "Department")),
        FieldType("phone", Text("电话", "Phone")),
        FieldType("email", Text("邮箱", "E-mail")),
        FieldType("tags", Text("标签", "Tags")),
        FieldType("auto_number", Text("自动编号", "Automatic number"), needs=("pattern",), scalar=False),
        FieldType("sub_table", Text("子表", "Sub-table"), needs=("fields",), scalar=False),
    )
}

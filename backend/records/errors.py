"""What can be refused about records, and the texts of what can be wrong with one field.

| status | code | when |
| --- | --- | --- |
| 422 | `record.invalid` | values refused; `problems` lists each field with a code of FIELD_TEXTS |
| 409 | `record.version` | somebody changed the record meanwhile; says who, when and which fields |
| 422 | `record.version_required` | a change without the version that it was made to |
| 409 | `record.not_unique` | a value that must be unique is taken; `problems` names the fields |
| 409 | `record.exists` | a record with this id is there already |
| 409 | `record.not_in_trash` | restore of a record that is not in the trash |
| 422 | `filter.invalid`, `sort.invalid`, `columns.invalid`, `cursor.invalid`, `search.invalid` | a list's parameters |
| 404 | `not_found` | no such record, or none that this caller may see |
| 403 | `forbidden` | visible, but not to be changed by this caller |
| 403 | `record.outside_grant` | a new record that meets no condition of the caller's grants |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.errors import Conflict, Forbidden, Invalid
from engine.definitions import Text


class RecordInvalid(Invalid):
    """Values of a record are refused; `problems` says each."""

    code = "record.invalid"
    zh, en = "有 {count} 处需要修改", "{count} values need attention"


class RecordConflict(Conflict):
    """The record is not at the version that was edited."""

    code = "record.version"
    zh = "{who}在您编辑期间修改了这条记录（{fields}），请刷新后重试"
    en = "{who} changed this record meanwhile ({fields}); reload and try again"


class VersionRequired(Invalid):
    """A change that does not say what it was made to: it could write over what somebody else has written meanwhile."""

    code = "record.version_required"
    zh = "请带上您所修改的版本 version:它在读取记录的答复里"
    en = "Send the `version` that you changed: it is in the answer that gave you the record"


class RecordNotUnique(Conflict):
    """Another record has the same value in a field that must be unique."""

    code = "record.not_unique"
    zh, en = "已有记录的 {fields} 相同", "Another record has the same {fields}"


class OutsideGrant(Forbidden):
    """The caller may create such records, but not this one: it meets the condition of none of their grants."""

    code = "record.outside_grant"
    zh = "您的角色只能新建符合授权条件的{zh}，这一条不符合"
    en = "Your roles let you create only such {en} as meet the condition of a grant; this one does not"


class RecordExists(Conflict):
    """The id is taken."""

    code = "record.exists"
    zh, en = "编号 {id} 的记录已存在", "A record with the id {id} exists already"


class NotInTrash(Conflict):
    """Only what is in the trash can be restored."""

    code = "record.not_in_trash"
    zh, en = "这条记录不在回收站", "This record is not in the trash"


class FilterInvalid(Invalid):
    """The filter is no condition over the fields this caller may read."""

    code = "filter.invalid"
    zh, en = "筛选条件有误：{zh}", "The filter is not valid: {en}"


class SortInvalid(Invalid):
    """There is nothing to sort by under that name."""

    code = "sort.invalid"
    zh, en = "不能按“{field}”排序", "Records cannot be sorted by “{field}”"


class ColumnsInvalid(Invalid):
    """There is no such column for this caller."""

    code = "columns.invalid"
    zh, en = "没有叫“{field}”的列", "There is no column “{field}”"


class CursorInvalid(Invalid):
    """The cursor was not given out for this list."""

    code = "cursor.invalid"
    zh, en = "翻页位置无效，请从第一页开始", "The page cursor does not belong to this list; start at the first page"


class SearchInvalid(Invalid):
    """A search that cannot be made."""

    code = "search.invalid"
    zh, en = "搜索内容太长或含有无效字符", "The search text is too long or holds characters that cannot be stored"


FIELD_TEXTS: Mapping[str, Text] = {
    "field.required": Text("必填", "is required"),
    "field.unknown": Text("没有这个字段", "no such field"),
    "field.read_only": Text("不能修改", "cannot be changed"),
    "field.hidden": Text("在这一步不可见，不能填写", "is hidden here and takes no value"),
    "field.masked": Text("在这一步已脱敏，不能修改", "is masked here and cannot be changed"),
    "field.row_added": Text("在这一步不能新增行", "takes no new rows here"),
    "field.row_removed": Text("在这一步不能删除行", "must keep its rows here"),
    "field.row_repeated": Text("同一行出现了两次", "has the same row twice"),
    "field.type": Text("应为{expected}", "must be {expected}"),
    "field.too_long": Text("最多 {limit} 个字符", "at most {limit} characters"),
    "field.too_many": Text("最多 {limit} 项", "at most {limit} items"),
    "field.characters": Text("含有无法保存的字符", "holds characters that cannot be stored"),
    "field.range": Text("超出允许的范围", "is outside the allowed range"),
    "field.format": Text("格式不对，例如 {example}", "has the wrong form; for example {example}"),
    "field.zone": Text("缺少时区，例如 {example}", "needs a time zone; for example {example}"),
    "field.currency": Text("币种应为 {currency}", "must be in {currency}"),
    "field.option": Text("没有“{value}”这个选项", "“{value}” is not one of the options"),
    "field.transition": Text("不能从“{old}”直接变为“{new}”", "cannot go from “{old}” to “{new}”"),
    "field.reference": Text("引用的对象不存在，或您无权查看", "refers to nothing that you can see"),
    "field.changed": Text(
        "{who}已把它改为“{value}”，您的内容还没有提交",
        "{who} changed it to “{value}” meanwhile; yours is not submitted yet",
    ),
    "field.not_unique": Text("已有相同的值", "is taken"),
    "check": Text("{zh}", "{en}"),
}


class FieldError(ValueError):
    """One value refused: a code of FIELD_TEXTS and its parameters; `path` is the place within the value."""

    def __init__(self, code: str, *, path: str = "", suggestion: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code, self.path, self.suggestion, self.params = code, path, suggestion, params


def field_problem(field: str, error: FieldError) -> dict[str, Any]:
    """A refused value as it stands in `problems`."""
    return problem(field, error.code, path=error.path, suggestion=error.suggestion, **error.params)


def problem(
    field: str | None, code: str, *, path: str = "", suggestion: str | None = None, **params: Any
) -> dict[str, Any]:
    """A problem of one field (None: of the record as a whole). A parameter that is a Text is put in by language."""
    text = FIELD_TEXTS[code]
    return {
        "field": field,
        "path": f"/{field}{path}" if field else "",
        "code": code,
        "message": {
            "zh": text.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in params.items()}),
            "en": text.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in params.items()}),
        },
        "suggestion": suggestion,
        "params": {k: v.en if isinstance(v, Text) else str(v) for k, v in params.items()},
    }


def invalid(problems: list[dict[str, Any]]) -> RecordInvalid:
    """The refusal that carries these problems."""
    return RecordInvalid(count=len(problems), problems=problems, path=problems[0]["path"] or None)

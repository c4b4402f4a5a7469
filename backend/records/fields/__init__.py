"""The registry of field types: one object per type; adding one is adding a class and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from backend.records.fields.base import FieldType
from backend.records.fields.choices import ChoiceType, MultiChoiceType, StageType, TagsType
from backend.records.fields.links import DepartmentType, ReferenceType, UserType
from backend.records.fields.numbers import BooleanType, MoneyType, NumberType
from backend.records.fields.sub_tables import SubTableType
from backend.records.fields.texts import AutoNumberType, EmailType, LongTextType, PhoneType, TextType
from backend.records.fields.times import DateTimeType, DateType
from engine.definitions import SYSTEM_FIELDS, Entity, Field
from engine.definitions import Text as Label

FIELD_TYPES: Mapping[str, FieldType] = {
    type.key: type
    for type in (
        TextType(),
        LongTextType(),
        NumberType(),
        MoneyType(),
        BooleanType(),
        DateType(),
        DateTimeType(),
        ChoiceType(),
        MultiChoiceType(),
        StageType(),
        ReferenceType(),
        UserType(),
        DepartmentType(),
        PhoneType(),
        EmailType(),
        TagsType(),
        AutoNumberType(),
        SubTableType(),
    )
}

_LABELS: Mapping[str, Label] = {
    "version": Label("版本", "Version"),
    "created_at": Label("创建时间", "Created at"),
    "created_by": Label("创建人", "Created by"),
    "updated_at": Label("更新时间", "Updated at"),
    "updated_by": Label("更新人", "Updated by"),
    "owner": Label("负责人", "Owner"),
    "department": Label("所属部门", "Department"),
}

#: The system columns a record's JSON shows after its id, as fields; the trash mark is not one of them.
SYSTEM: Mapping[str, Field] = {key: Field(key, SYSTEM_FIELDS[key], label) for key, label in _LABELS.items()}


def type_of(field: Field) -> FieldType:
    """The field's type."""
    return FIELD_TYPES[field.type]


def field_of(entity: Entity, key: str) -> Field | None:
    """The field or system column of `entity` with this key, or None; `id` and the trash mark are none."""
    return entity.field(key) or SYSTEM.get(key)


__all__ = ["FIELD_TYPES", "SYSTEM", "FieldType", "field_of", "type_of"]

"""API shapes of administration."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LabelBody(_Strict):
    """A text in both languages."""

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class NewUser(_Strict):
    """A user to be made."""

    email: str = Field(max_length=320)
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(max_length=1000)
    position: str = Field("", max_length=100)
    department_id: UUID | None = None
    superior_id: UUID | None = None
    locale: Literal["zh", "en"] = "zh"
    is_admin: bool = False
    roles: list[str] = Field(default_factory=list, max_length=100)


class UserChange(_Strict):
    """What changes of a user; absent members stay."""

    name: str | None = Field(None, min_length=1, max_length=100)
    position: str | None = Field(None, max_length=100)
    department_id: UUID | None = None
    superior_id: UUID | None = None
    locale: Literal["zh", "en"] | None = None
    is_admin: bool | None = None
    active: bool | None = None


class NewPassword(_Strict):
    """A password set by an administrator."""

    password: str = Field(max_length=1000)


class UserRoles(_Strict):
    """All roles of a user."""

    roles: list[str] = Field(max_length=100)


class NewDepartment(_Strict):
    """A department to be made below `parent_id`, or at the root."""

    key: str = Field(max_length=60)
    label: LabelBody
    parent_id: UUID | None = None
    head_id: UUID | None = None


class DepartmentChange(_Strict):
    """What changes of a department; absent members stay."""

    label: LabelBody | None = None
    parent_id: UUID | None = None
    head_id: UUID | None = None


class NewApiKey(_Strict):
    """A key that acts as `user_id` (the caller if absent), narrowed to `roles`; on that user's tasks only with `tasks`."""

    name: str = Field(min_length=1, max_length=100)
    user_id: UUID | None = None
    roles: list[str] = Field(min_length=1, max_length=100)
    tasks: bool = False

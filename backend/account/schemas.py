"""API shapes of one's own account."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Login(BaseModel):
    """E-mail and password."""

    model_config = ConfigDict(extra="forbid")
    # PostgreSQL cannot hold U+0000.
    email: str = Field(max_length=320, pattern=r"^[^\x00]*$")
    password: str = Field(max_length=1000)


class PasswordChange(BaseModel):
    """The password now and the one to come."""

    model_config = ConfigDict(extra="forbid")
    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


class AccountChange(BaseModel):
    """What somebody may change of themselves; absent members stay."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=100)
    locale: Literal["zh", "en"] | None = None
    password: PasswordChange | None = None

"""Who asks. Every function that reaches data takes a caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody signed in, a program with a key, or the system itself.

    `roles` are keys of role definitions; `department_ids` is the caller's department and all below it. `tasks` says whether
    the caller may see and decide the tasks of `user_id`, and read its notices: a person may, a key when it was made for that.
    """

    user_id: UUID | None
    name: str
    email: str = ""
    roles: frozenset[str] = frozenset()
    department_id: UUID | None = None
    department_ids: tuple[UUID, ...] = ()
    is_admin: bool = False
    kind: Literal["user", "api_key", "system"] = "user"
    locale: str = "zh"
    tasks: bool = True

    @property
    def unrestricted(self) -> bool:
        """Whether no grant is asked for: the system, and administrators."""
        return self.kind == "system" or self.is_admin

    def stands_for(self, user_id: UUID | None) -> bool:
        """Whether the caller has what is a person's own without any role: what they started. A key has it only together with their
        tasks."""
        return self.tasks and self.user_id is not None and self.user_id == user_id


#: Weft itself: the pipeline, flows and the installer act as it.
SYSTEM = Caller(user_id=None, name="Weft", kind="system", is_admin=True, locale="en")

"""Which database errors pass by themselves, so that the same work may be tried again as it is."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

#: Deadlock, serialization, a lock not given in time; the server stopping or starting, out of connections or of disk.
_PASSING = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57P05", "53100", "53300"})
_CONNECTION = "08"


class Overtaken(Exception):
    """Another worker did the same meanwhile: what was begun is undone, and looked at again."""


def passes(error: BaseException) -> bool:
    """Whether the database, not the work, is at fault. A statement too large or too slow stays so however often it is tried."""
    if isinstance(error, Overtaken):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)  # the driver's own: the connection was lost, or never made
    return state in _PASSING or state.startswith(_CONNECTION)

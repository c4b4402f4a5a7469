"""The database: engine and unit of work, declarative base, embedded server, migrations."""

from backend.db.base import Base, uuid7
from backend.db.session import Database, Session, let_go

__all__ = ["Base", "Database", "Session", "let_go", "uuid7"]

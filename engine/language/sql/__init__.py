"""The SQL back end: a typed tree as a SQLAlchemy Core expression, everything bound. The only package that knows SQLAlchemy."""

from engine.language.sql.columns import column_type
from engine.language.sql.translator import Translator

__all__ = ["Translator", "column_type"]

"""Names in the schema: made from keys alone, so that adding a definition never renames what is there."""

from __future__ import annotations

from collections.abc import Collection

from engine.definitions.text import plural

#: Types and root fields that are Weft's own; an entity of the same key steps aside.
OWN_TYPES = frozenset(
    {"Query", "Mutation", "User", "Department", "Money", "Label", "Task", "Instance", "JSON", "Date", "DateTime"}
    | {"ID", "Id", "String", "Int", "Float", "Boolean", "Json", "Datetime", "Subscription"}
)
#: What the types around a record's are called by (`TicketPage`, `CreateTicket`, `TicketItemsRow`), and stepping aside itself.
_AROUND_BEFORE = ("Create", "Update", "Task", "Instance")
_AROUND_AFTER = ("Page", "Row", "Input", "Record")
OWN_FIELDS = frozenset(
    {"task", "tasks", "instance", "instances", "me", "instance_prediction", "flow_prediction"}
    | {"task_agents", "task_handover", "task_handovers"}
)


def type_name(key: str) -> str:
    """`knowledge_article` is `KnowledgeArticle`."""
    name = "".join(part[:1].upper() + part[1:] for part in key.split("_"))
    taken = name in OWN_TYPES or name.startswith(_AROUND_BEFORE) or name.endswith(_AROUND_AFTER)
    return f"{name}Record" if taken else name


def one(key: str) -> str:
    """The root field for one record."""
    return f"{key}_record" if key in OWN_FIELDS or plural(key) in OWN_FIELDS else key


def many(key: str) -> str:
    """The root field for the list."""
    name = one(key)
    return plural(name) if plural(name) != name else f"{name}_list"


def backward(entity: str, field: str, target: str) -> str:
    """The list, on `target`, of records of `entity` whose `field` points at it: `tickets`, or `tickets_by_reporter`."""
    return many(entity) if field == target else f"{many(entity)}_by_{field}"


def free(name: str, taken: Collection[str]) -> str:
    """`name`, or with underscores behind it until nobody else has it."""
    while name in taken:
        name += "_"
    return name

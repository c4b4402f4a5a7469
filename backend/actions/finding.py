"""The action that finds a record by its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.access.caller import SYSTEM
from backend.actions.action import Action, ActionArgument, ActionContext, Parameter, Result, missing
from backend.actions.arguments import fields_of
from backend.identity.directory import company_directory
from backend.records.hosted import looked_up
from backend.records.reading import reader_for
from engine.definitions import Text
from engine.language import TEXT
from engine.language.lookups import Question
from engine.language.scopes import record_type
from engine.language.values import normalise


class FindRecord:
    """Finds the first record of an entity whose fields are what the further arguments say. The result has `found`, and where there is
    one `record_id` and `record` with its fields."""

    key = "find_record"
    label = Text("查找记录", "Find record")
    parameters = (Parameter("entity", TEXT, Text("实体", "Entity"), required=True),)
    open, sends = True, False
    changes_records = False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        key = str(arguments.get("entity") or "")
        if not key:
            raise missing(self.key, "entity")
        entity = context.metadata.entity(key)
        wanted = fields_of(arguments, "entity")
        types = record_type(entity).fields
        unknown = next((name for name in wanted if name not in types), None)
        if unknown is not None or not wanted:
            raise _unfit(entity.key, unknown)
        question = Question(entity.key, tuple(sorted((n, normalise(types[n], v)) for n, v in wanted.items())))
        directory = await company_directory(context.session)
        found = (await looked_up(context.session, reader_for(context.metadata, SYSTEM), directory, [question], {}))[
            question
        ]
        if found is None:
            return {"found": False, "record": None}
        return {"found": True, "entity": entity.key, "record_id": str(found["id"]), "record": dict(found)}


def _unfit(entity: str, field: str | None) -> ActionArgument:
    if field is None:
        return ActionArgument(
            key=FindRecord.key, reason="say by which fields", reason_zh="请写明按哪些字段查找", path="entity"
        )
    return ActionArgument(
        key=FindRecord.key,
        reason=f"{entity} has no field {field}",
        reason_zh=f"{entity} 没有字段 {field}",
        path=field,
    )


#: For the list of all actions in backend/assembly.py.
FINDING_ACTIONS: tuple[Action, ...] = (FindRecord(),)

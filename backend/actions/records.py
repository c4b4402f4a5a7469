"""Actions that write records of any entity, and those on the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.actions.action import ActionContext, Parameter, Result, missing
from backend.actions.arguments import fields_of, person_of, record_of, texts
from backend.records import service as records
from engine.definitions import Text
from engine.language import TEXT, list_of, reference

PERSON = "person"
_PERSON = Parameter("person", reference(PERSON), Text("客户", "Person"))
_TAGS = Parameter("tags", list_of(TEXT), Text("标签", "Tags"), required=True)


class CreateRecord:
    """Makes a record of any entity; further arguments are its fields."""

    key = "create_record"
    label = Text("新建记录", "Create record")
    parameters = (Parameter("entity", TEXT, Text("实体", "Entity"), required=True),)
    open, sends = True, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity = str(arguments.get("entity") or "")
        if not entity:
            raise missing(self.key, "entity")
        data = fields_of(arguments, "entity")
        made = await records.create(
            context.session, context.metadata, context.caller, entity, data, cause=context.cause
        )
        return {"entity": entity, "record_id": str(made["id"]), "title": made.get("_title")}


class UpdateRecord:
    """Changes a record: the one given, else the one the rule or flow is about."""

    key = "update_record"
    label = Text("修改记录", "Update record")
    parameters = (
        Parameter("entity", TEXT, Text("实体", "Entity")),
        Parameter("record", reference(None), Text("记录", "Record")),
    )
    open, sends = True, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity, record = await record_of(self.key, context, arguments)
        data = fields_of(arguments, "entity", "record")
        await records.update(
            context.session, context.metadata, context.caller, entity, record, data, version=None, cause=context.cause
        )
        return {"entity": entity, "record_id": str(record), "fields": sorted(data)}


class SetPerson:
    """Changes fields of the person."""

    key = "set_person"
    label = Text("更新客户资料", "Set person's fields")
    parameters = (_PERSON,)
    open, sends = True, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        person = person_of(self.key, context, arguments)
        data = fields_of(arguments, "person")
        await records.update(
            context.session, context.metadata, context.caller, PERSON, person, data, version=None, cause=context.cause
        )
        return {"person": str(person), "fields": sorted(data)}


async def _retag(context: ActionContext, key: str, arguments: Mapping[str, Any], *, add: bool) -> Result:
    person = person_of(key, context, arguments)
    tags = texts(arguments.get("tags"))
    if not tags:
        raise missing(key, "tags")

    def changed(row: Mapping[str, Any]) -> dict[str, Any]:
        before: list[str] = list(row.get("tags") or [])
        return {"tags": list(dict.fromkeys(before + tags)) if add else [tag for tag in before if tag not in tags]}

    await records.update(
        context.session, context.metadata, context.caller, PERSON, person, changed, version=None, cause=context.cause
    )
    return {"person": str(person), "tags": tags}


class Tag:
    """Adds tags to the person; those already there stay."""

    key = "tag"
    label = Text("打标签", "Tag")
    parameters = (_TAGS, _PERSON)
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        return await _retag(context, self.key, arguments, add=True)


class Untag:
    """Takes tags off the person."""

    key = "untag"
    label = Text("去标签", "Untag")
    parameters = (_TAGS, _PERSON)
    open, sends = False, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        return await _retag(context, self.key, arguments, add=False)


#: The actions of this module, for the list in backend/assembly.py.
RECORD_ACTIONS = (CreateRecord(), UpdateRecord(), SetPerson(), Tag(), Untag())

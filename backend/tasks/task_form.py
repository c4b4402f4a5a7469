"""The form of one task: in the version it was opened with, under the rights of its node, over its record as it is now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.access.caller import SYSTEM, Caller
from backend.errors import Forbidden, NotFound
from backend.flows.errors import Relayed
from backend.metadata.snapshot import Metadata
from backend.metadata.store import MetadataStore
from backend.records import service as records
from backend.records.errors import problem
from backend.tasks import drafts
from backend.tasks.forms import CompiledForm, TaskForm, accept, compile_form, conditions_at, form_at, refuse
from backend.tasks.models import Task
from backend.tasks.presenting import presented, shown_changes, shown_value
from engine.definitions import Form

_FORMS_KEPT = 300
#: Lines of the record's history beside a task.
_HISTORY = 20
#: Compiled forms by definition and entities, both kept so that their id() stays theirs.
_compiled: OrderedDict[tuple[int, int], tuple[Any, Any, CompiledForm]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may be written of what somebody sent on a form, over which version of the record (None: whatever there is)."""

    form: TaskForm | None
    data: dict[str, Any]
    record_version: int | None

    def refusal(self, error: Relayed) -> Relayed:
        """A refusal of the writing as its sender may read it: what others wrote meanwhile into rows has columns hidden from them."""
        body = error.to_json()["error"]
        if self.form is None or "problems" not in body:
            return error
        problems = [self._problem(self.form, each) for each in body["problems"] or ()]
        return Relayed(error.status, {**body, "problems": problems})

    def _problem(self, form: TaskForm, told: dict[str, Any]) -> dict[str, Any]:
        key = str(told.get("field"))
        if key not in form.rights.rows or "new" not in told:
            return told
        return {**told, "new": shown_value(form, key, told["new"])}


async def form_of(session: AsyncSession, store: MetadataStore, task: Task, *, acting: bool) -> TaskForm | None:
    """The form of a task for somebody who has something to decide in it (`acting`), or only looks."""
    if task.form is None:
        return None
    if task.form_version is None:
        form: Form = store.current.form(task.form)
    else:
        form = await store.definition(session, "form", task.form, task.form_version)
    return form_at(_compile(form, store.current), task.rights, acting=acting)


def _compile(form: Form, metadata: Metadata) -> CompiledForm:
    address = (id(form), id(metadata.entities))
    if address not in _compiled:
        _compiled[address] = (form, metadata.entities, compile_form(form, metadata))
        while len(_compiled) > _FORMS_KEPT:
            _compiled.popitem(last=False)
    return _compiled[address][2]


async def record_of(session: AsyncSession, metadata: Metadata, reader: Caller, task: Task) -> dict[str, Any]:
    """The record a task is about, as far as the reader may see it; {} when there is none for them."""
    if task.record_id is None:
        return {}
    try:
        return await records.get(session, metadata, reader, task.entity, task.record_id)
    except (NotFound, Forbidden):
        return {}


async def form_json(
    session: AsyncSession, store: MetadataStore, caller: Caller, task: Task, *, takes_part: bool, acting: bool
) -> dict[str, Any]:
    """The members of a task's detail that are about its form and its record, for one reader.

    The form gives its values to whoever has a part, whatever their role; others see what their role lets them see of it.
    """
    reader, metadata = SYSTEM if takes_part else caller, store.current
    form = await form_of(session, store, task, acting=acting)
    record = await record_of(session, metadata, reader, task)
    found: dict[str, Any] = {"form": None, "fields": None, "values": {}, "rights": {}, "history": [], "draft": None}
    if acting and caller.user_id is not None:
        found["draft"] = await drafts.read(session, task.id, caller.user_id, form)
    if form is not None:
        conditions = await conditions_at(session, metadata, caller, form, record, clock.now())
        history = await _history(session, metadata, reader, task, form) if record else []
        found |= {**presented(form, record, conditions), "history": history}
    return {**found, "record_version": record.get("version")}


async def _history(
    session: AsyncSession, metadata: Metadata, reader: Caller, task: Task, form: TaskForm
) -> list[dict[str, Any]]:
    """What happened to the record, the newest first, as far as the form's reader gets it."""
    assert task.record_id is not None, "asked for a record that was found"
    fields = {item.field for item in form.form.items if form.rights.shown(item.field)}
    page = await records.history_json(
        session, metadata, reader, task.entity, task.record_id, limit=_HISTORY, fields=fields
    )
    lines: list[dict[str, Any]] = orjson.loads(page)["items"]
    narrowed = [{**line, "changes": shown_changes(form, line["changes"])} for line in lines]
    return [line for line in narrowed if line["changes"] or not line["type"].endswith(".updated")]


async def accepted(
    session: AsyncSession,
    store: MetadataStore,
    caller: Caller,
    task: Task,
    data: Mapping[str, Any],
    record_version: int | None,
    *,
    complete: bool,
) -> Accepted:
    """The values to write. Raises InvalidData with each field's problem."""
    form = await form_of(session, store, task, acting=True)
    if form is None:
        refuse([problem(key[:100], "field.unknown") for key in data])
        return Accepted(None, {}, record_version)
    record = await record_of(session, store.current, SYSTEM, task)
    taken, problems = await accept(
        session, store.current, caller, form, record, data, complete=complete, now=clock.now()
    )
    refuse(problems)
    return Accepted(form, taken, _version(form, record, taken, record_version))


def _version(form: TaskForm, record: Mapping[str, Any], data: Mapping[str, Any], given: int | None) -> int | None:
    """The version that is written over. Rows into which kept values were put are of the record as it is now: what somebody writes
    until they are stored must not be lost with them."""
    now = record.get("version")
    if given is not None and now is not None:
        return min(given, int(now))
    merged = any(key in data and not rows.whole for key, rows in form.rights.rows.items())
    return now if merged and given is None else given

"""Flows from BPMN files into drafts and back: what the engine reads and writes, with the refusals of a request.

| status | code | when |
| --- | --- | --- |
| 422 | `bpmn.malformed` | no XML; `line` says where |
| 422 | `bpmn.doctype` | a document type, and with it entities, is never read |
| 413 | `bpmn.too_large` | too many bytes, elements or levels |
| 422 | `bpmn.not_bpmn` | XML of another kind |
| 422 | `bpmn.no_process` | no process with anything to execute |
| 422 | `bpmn.repeated_key` | two flows of the file would have the same key |
| 422 | `bpmn.bad_value` | a value of our extension that is none |
| 422 | `bpmn.not_a_flow` | what the file or the draft says has not the form of a flow |
| 422 | `bpmn.kept_broken` | what was kept of a file has been changed so that it is no XML |
| 422 | `bpmn.several_files` | flows of several files, with different prefixes, in one |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from backend.access.caller import Caller
from backend.errors import Invalid, NotFound
from backend.metadata import repository, service
from backend.metadata.service import Publishing
from engine.bpmn import BpmnError, Imported, Note, export_bpmn, import_bpmn
from engine.definitions.codec import KINDS, InvalidDocument, decode, encode
from engine.definitions.schemas import nearest


class BpmnRefused(Invalid):
    """A file that cannot be read, or a flow that cannot be written as one."""

    code = "bpmn.malformed"
    zh, en = "第 {line} 行不是正确的 XML：{reason}", "Line {line} is not well-formed XML: {reason}"


class DocumentType(BpmnRefused):
    """Entities are how XML is made to attack its reader."""

    code = "bpmn.doctype"
    zh, en = "第 {line} 行：不接受带 DOCTYPE 的文件", "Line {line}: files with a DOCTYPE are not accepted"


class TooLarge(BpmnRefused):
    """Beyond what any process needs."""

    status: ClassVar[int] = 413
    code = "bpmn.too_large"
    zh, en = "文件太大：最多 {what}", "The file is too large: at most {what}"


class NotBpmn(BpmnRefused):
    """XML, but no definitions of BPMN 2.0."""

    code = "bpmn.not_bpmn"
    zh, en = "这不是 BPMN 2.0 文件：根元素是 {found}", "This is no BPMN 2.0 file: its root element is {found}"


class NoProcess(BpmnRefused):
    """Only pools, or nothing at all."""

    code = "bpmn.no_process"
    zh, en = "文件里没有可执行的流程", "The file has no process with anything to execute"


class RepeatedKey(BpmnRefused):
    """One would overwrite the other."""

    code = "bpmn.repeated_key"
    zh, en = "两个流程的键都是“{key}”", "Two flows have the key “{key}”"


class BadValue(BpmnRefused):
    """Our own extension with a value of another type."""

    code = "bpmn.bad_value"
    zh, en = "第 {line} 行：{what} 的值“{text}”无效", "Line {line}: “{text}” is no value of {what}"


class NotAFlow(BpmnRefused):
    """Readable, but not what a flow may be."""

    code = "bpmn.not_a_flow"
    zh, en = "不是有效的流程（{where}）：{reason}", "Not a valid flow ({where}): {reason}"


class KeptBroken(BpmnRefused):
    """Somebody edited what was kept of a file."""

    code = "bpmn.kept_broken"
    zh, en = "保留的 BPMN 内容已损坏：{reason}", "What was kept of the BPMN file is broken: {reason}"


class SeveralFiles(BpmnRefused):
    """Each file has its own meaning of a prefix."""

    code = "bpmn.several_files"
    zh, en = (
        "来自不同文件的流程不能写进一个文件（前缀 {prefix}）",
        "Flows of different files do not go into one (prefix {prefix})",
    )


_REFUSALS: Mapping[str, type[BpmnRefused]] = {
    each.code: each
    for each in (
        BpmnRefused,
        DocumentType,
        TooLarge,
        NotBpmn,
        NoProcess,
        RepeatedKey,
        BadValue,
        NotAFlow,
        KeptBroken,
        SeveralFiles,
    )
}


async def read_file(data: bytes, entity: str, keys: Mapping[str, str]) -> Imported:
    """The flows of a file, about `entity` where they do not say; `keys` instead of those that they would get."""
    try:
        return await run_in_threadpool(import_bpmn, data, entity, keys)
    except BpmnError as error:
        raise _refused(error) from error


async def save(session: AsyncSession, publishing: Publishing, caller: Caller, imported: Imported) -> None:
    """Every flow of a file as a draft."""
    for flow in imported.flows:
        await service.save_draft(session, publishing, caller, "flow", flow.key, encode(flow))


async def imported_json(session: AsyncSession, imported: Imported, *, saved: bool) -> dict[str, Any]:
    """The answer: documents, which of their keys are taken, and the notes."""
    taken = {row.key for row in await repository.current(session) if row.kind == "flow"}
    flows = [{"key": flow.key, "exists": flow.key in taken, "document": encode(flow)} for flow in imported.flows]
    return {"flows": flows, "notes": [_note(each) for each in imported.notes], "saved": saved}


async def write_file(session: AsyncSession, publishing: Publishing, key: str, *, draft: bool, locale: str) -> bytes:
    """A flow as a file: what is published, or with `draft` what is being edited where somebody does."""
    document = await _document(session, publishing, key, draft)
    try:
        return await run_in_threadpool(lambda: export_bpmn(decode("flow", document), locale))
    except InvalidDocument as error:
        first = error.problems[0]
        raise NotAFlow(path=first.path, where=first.path, reason=first.message) from error
    except BpmnError as error:
        raise _refused(error) from error


async def _document(session: AsyncSession, publishing: Publishing, key: str, draft: bool) -> dict[str, Any]:
    edit = await repository.draft(session, "flow", key) if draft else None
    if edit is not None and edit.content is not None:
        return edit.content
    published = publishing.store.current.flows.get(key)
    if published is None:
        names = publishing.store.current.of_kind("flow")
        raise NotFound(what=KINDS["flow"].label, key=key, suggestion=nearest(key, names))
    return encode(published)


def _note(note: Note) -> dict[str, Any]:
    message = {"zh": note.message.zh, "en": note.message.en}
    return {"code": note.code, "flow": note.flow, "element": note.element, "message": message}


def _refused(error: BpmnError) -> BpmnRefused:
    return _REFUSALS[error.code](line=error.line or 1, **error.params)

"""Actions of customer service: opening a ticket and drafting a knowledge article from one.

They know the entities `ticket`, `product` and `knowledge_article` of the CRM template by key, and fill only those fields
that the installation's own definition of the entity has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PgUUID

from backend.actions.action import ActionContext, Parameter, Result, missing
from backend.actions.arguments import fields_of, id_of, to_input
from backend.records import service as records
from engine.definitions import Entity, Text
from engine.language import TEXT, choice, reference

TICKET, PRODUCT, ARTICLE = "ticket", "product", "knowledge_article"
_TITLE_LENGTH = 120

#: The product whose name, or longest keyword, occurs in a text; the longest match wins.
_NAMED_PRODUCT = """
SELECT id FROM (
    SELECT p.id, word FROM data.product p, unnest(coalesce({keywords}, '{{}}'::text[]) || ARRAY[p.name]) AS word
    WHERE p.deleted_at IS NULL
) AS named
WHERE word <> '' AND position(lower(word) in lower(:text)) > 0
ORDER BY length(word) DESC, id LIMIT 1
"""


class CreateTicket:
    """Opens a ticket for the person, from what they wrote. Without `product`, one named in the text is taken."""

    key = "create_ticket"
    label = Text("创建工单", "Create ticket")
    parameters = (
        Parameter("title", TEXT, Text("标题", "Title"), required=True),
        Parameter("priority", choice(), Text("优先级", "Priority")),
        Parameter("product", reference(PRODUCT), Text("产品", "Product")),
        Parameter("category", choice(), Text("类别", "Category")),
        Parameter("description", TEXT, Text("描述", "Description")),
        Parameter("person", reference("person"), Text("客户", "Person")),
    )
    open, sends = True, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity = context.metadata.entity(TICKET)
        title = str(arguments.get("title") or "").strip()
        if not title:
            raise missing(self.key, "title")
        data = await self._from_event(context, entity) | fields_of(arguments)
        data["title"] = title[:_TITLE_LENGTH]
        made = await records.create(
            context.session, context.metadata, context.caller, TICKET, data, cause=context.cause
        )
        return {
            "entity": TICKET,
            "record_id": str(made["id"]),
            "title": made.get("_title"),
            "number": made.get("number"),
        }

    async def _from_event(self, context: ActionContext, entity: Entity) -> dict[str, Any]:
        event = context.event or {}
        said = str(event.get("text") or "")
        values: dict[str, Any] = {
            "person": str(context.person_id) if context.person_id else None,
            "channel": _option(entity, "channel", event.get("channel")),
            "description": said,
            "source_text": said,
            "product": await named_product(context, said) if entity.field("product") and said else None,
        }
        return {key: value for key, value in values.items() if value and entity.field(key)}


class DraftArticle:
    """Drafts a knowledge article; what is not given is put together from the ticket the flow is about."""

    key = "draft_article"
    label = Text("起草知识文章", "Draft article")
    parameters = (
        Parameter("title", TEXT, Text("标题", "Title")),
        Parameter("body", TEXT, Text("正文", "Body")),
        Parameter("product", reference(PRODUCT), Text("产品", "Product")),
        Parameter("ticket", reference(TICKET), Text("工单", "Ticket")),
    )
    open, sends = True, False

    async def run(self, context: ActionContext, arguments: Mapping[str, Any]) -> Result:
        entity = context.metadata.entity(ARTICLE)
        ticket_id = id_of(arguments.get("ticket")) or (context.record_id if context.entity == TICKET else None)
        drafted = await self._from_ticket(context, ticket_id) if ticket_id else {}
        given = {key: to_input(value) for key, value in arguments.items() if value not in (None, "")}
        data = {key: value for key, value in (drafted | given).items() if entity.field(key)}
        if not data.get("title"):
            raise missing(self.key, "title")
        made = await records.create(
            context.session, context.metadata, context.caller, ARTICLE, data, cause=context.cause
        )
        return {"article": str(made["id"]), "title": made.get("_title")}

    async def _from_ticket(self, context: ActionContext, ticket_id: UUID) -> dict[str, Any]:
        ticket = await records.get(context.session, context.metadata, context.caller, TICKET, ticket_id)
        entity = context.metadata.entity(TICKET)
        parts = []
        for key in ("description", "quality_finding", "repair_plan", "reply_text"):
            field = entity.field(key)
            if field is not None and ticket.get(key):
                parts.append(f"## {field.label.zh} / {field.label.en}\n\n{ticket[key]}")
        return {
            "title": f"案例：{ticket.get('title') or ticket.get('_title') or ''}"[:_TITLE_LENGTH],
            "body": "\n\n".join(parts),
            "product": ticket.get("product"),
            "ticket": str(ticket_id),
        }


async def named_product(context: ActionContext, said: str) -> str | None:
    """The id of the product that a text names, by name or keyword, if the installation has products."""
    product = context.metadata.entities.get(PRODUCT)
    if product is None or product.field("name") is None:
        return None
    keywords = "p.keywords" if product.field("keywords") else "NULL::text[]"
    statement = text(_NAMED_PRODUCT.format(keywords=keywords)).bindparams(bindparam("text", said))
    found = (await context.session.execute(statement.columns(id=PgUUID(as_uuid=True)))).scalar_one_or_none()
    return str(found) if found else None


def _option(entity: Entity, key: str, value: Any) -> str | None:
    field = entity.field(key)
    if field is None or not value:
        return None
    if field.options and value not in {option.key for option in field.options}:
        return "other" if "other" in {option.key for option in field.options} else None
    return str(value)


#: The actions of this module, for the list in backend/assembly.py.
SERVICE_DESK_ACTIONS = (CreateTicket(), DraftArticle())

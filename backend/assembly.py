"""Puts one process together: every service that the API and the worker share, made once from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from temporalio.client import Client

from backend.actions.action import Action
from backend.actions.finding import FINDING_ACTIONS
from backend.actions.ownership import OWNERSHIP_ACTIONS
from backend.actions.records import RECORD_ACTIONS
from backend.actions.registry import ActionRegistry
from backend.actions.segments import SEGMENT_ACTIONS
from backend.actions.service_desk import SERVICE_DESK_ACTIONS
from backend.automation.calling import AUTOMATION_ACTIONS
from backend.automation.pipeline import Pipeline
from backend.automation.runtime import RuleRuntime
from backend.connecting import actions as connecting
from backend.connecting.actions import CONNECTING_ACTIONS
from backend.db import Database
from backend.events.notify import Listener
from backend.events.outbox import Handler
from backend.flows import hosting
from backend.flows.actions import ACTIONS as FLOW_ACTIONS
from backend.handover import running as handover
from backend.messaging import notices
from backend.messaging import service as messaging
from backend.messaging.actions import MESSAGING_ACTIONS
from backend.metadata.service import Publishing
from backend.metadata.store import MetadataStore
from backend.records.ddl import DDL
from backend.settings import Settings
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage
from backend.tasks.actions import TASK_ACTIONS

#: Every action that rules and flows may call.
ACTIONS: tuple[Action, ...] = (
    *RECORD_ACTIONS,
    *FINDING_ACTIONS,
    *OWNERSHIP_ACTIONS,
    *SEGMENT_ACTIONS,
    *SERVICE_DESK_ACTIONS,
    *MESSAGING_ACTIONS,
    *CONNECTING_ACTIONS,
    *FLOW_ACTIONS,
    *TASK_ACTIONS,
    *AUTOMATION_ACTIONS,
)


@dataclass
class Services:
    """What a process works with."""

    settings: Settings
    database: Database
    listener: Listener
    metadata: MetadataStore
    actions: ActionRegistry
    publishing: Publishing
    pipeline: Pipeline
    rules: RuleRuntime
    _temporal: Client | None = None
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def temporal(self) -> Client:
        """The Temporal client, made on first use; it connects at its first call and again when the server comes back."""
        async with self._connecting:
            if self._temporal is None:
                self._temporal = await hosting.connect(self.settings, lazy=True)
            return self._temporal

    def outbox_handlers(self) -> Mapping[str, Handler]:
        """Who carries out each kind of effect outside the database."""
        return {
            **hosting.outbox_handlers(self),
            **messaging.outbox_handlers(self.database, self.metadata),
            **notices.outbox_handlers(self.database, self.settings.address),
            **handover.outbox_handlers(self),
            **connecting.outbox_handlers(),
        }

    async def close(self) -> None:
        await self.database.close()


def build_services(settings: Settings, limits: Mapping[str, str] | None = None) -> Services:
    """The services over `settings.database_url`, each connection held to `limits`; nothing is connected yet."""
    database = Database(settings.database_url, limits=limits)
    metadata = MetadataStore(database)
    actions = ActionRegistry(ACTIONS)
    return Services(
        settings=settings,
        database=database,
        listener=Listener(settings.database_url),
        metadata=metadata,
        actions=actions,
        publishing=Publishing(metadata, DDL(), actions.signatures()),
        pipeline=Pipeline(metadata, SocialStage(WordListReader())),
        rules=RuleRuntime(metadata, actions),
    )

"""Every system table, imported in one place so that migrations and tests see them all."""

import backend.agents.models
import backend.auth.models
import backend.automation.models
import backend.events.models
import backend.flows.models
import backend.identity.models
import backend.messaging.models
import backend.metadata.models
import backend.records.models
import backend.social.models
import backend.start_forms.models
import backend.tasks.models  # noqa: F401
from backend.db.base import Base

metadata = Base.metadata

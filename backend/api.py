"""The whole HTTP surface: every feature's router in one list, in the order of the documentation."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from backend import pages, probes, reference
from backend.account.routes import router as account
from backend.administration.routes import router as administration
from backend.agents.routes import router as agents
from backend.analytics.routes import router as analytics
from backend.automation.routes import router as automation
from backend.failures import install_handlers
from backend.flows.operating_routes import router as operating
from backend.flows.prediction_routes import router as predicting
from backend.flows.returning_routes import router as returning
from backend.flows.routes import router as flows
from backend.graphql.routes import router as graphql
from backend.handover.routes import router as handover
from backend.http import Gate
from backend.live.routes import router as live
from backend.messaging.notice_settings import router as notice_settings
from backend.messaging.routes import router as messaging
from backend.metadata.bpmn_routes import router as bpmn
from backend.metadata.flow_writing_routes import router as flow_writing
from backend.metadata.routes import router as metadata
from backend.metadata.tryout_routes import router as tryout
from backend.records.language import router as language
from backend.records.routes import router as records
from backend.records.segment_routes import router as segments
from backend.settings import Settings
from backend.social.routes import router as social
from backend.start_forms.routes import router as start_forms
from backend.tasks.attachment_routes import LARGER_BODIES
from backend.tasks.attachment_routes import router as attachments
from backend.tasks.form_routes import router as task_forms
from backend.tasks.routes import router as tasks

#: Every feature's routes; their addresses begin with /api.
ROUTERS: tuple[APIRouter, ...] = (
    account,
    administration,
    metadata,
    tryout,
    bpmn,
    flow_writing,
    language,
    records,
    segments,
    flows,
    returning,
    operating,
    predicting,
    start_forms,
    tasks,
    task_forms,
    attachments,
    agents,
    handover,
    social,
    automation,
    messaging,
    notice_settings,
    analytics,
    live,
    graphql,
)


def build_app(settings: Settings) -> FastAPI:
    """The application without its services; backend.main gives it those and its lifetime."""
    app = FastAPI(
        title="Weft",
        version="0.1.0",
        description="Business processes, forms and social CRM. Sign in with a session cookie or `Authorization: Bearer weft_…`.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(Gate, larger=LARGER_BODIES)
    install_handlers(app)
    app.include_router(probes.router)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(reference.router)
    app.include_router(pages.build_router(settings))
    return app

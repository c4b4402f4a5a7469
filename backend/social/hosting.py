"""What a process needs to run the pipeline: built here, run by backend/worker.py."""

from __future__ import annotations

from backend.actions.registry import ActionRegistry
from backend.automation.pipeline import Pipeline
from backend.metadata.store import MetadataStore
from backend.social.sentiment import WordListReader
from backend.social.understanding import SocialStage


def build_pipeline(store: MetadataStore, actions: ActionRegistry, timezone: str) -> Pipeline:
    """The pipeline over the log; `run_consumer(database, listener, pipeline.consumer(), stop)` runs it."""
    return Pipeline(store, actions, SocialStage(WordListReader.shipped()), timezone)

"""Histories that earlier versions wrote replay: instances that run today go on under this code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from engine.host.worker import sandbox
from engine.host.workflow import FlowInstance
from tests.engine.host.record import HISTORIES, SCENES
from tests.product import ROOT

RECORDED = sorted(HISTORIES.glob("*.json"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(f"instance:{path.stem}", path.read_text())
    await Replayer(workflows=[FlowInstance], workflow_runner=sandbox()).replay_workflow(history)


def test_every_scene_is_recorded_and_says_nothing_of_where() -> None:
    assert set(SCENES) <= {path.stem for path in RECORDED}
    for path in RECORDED:
        text = path.read_text()
        assert not re.search(r"/(home|root|tmp|Users)/", text)
        assert str(ROOT) not in text
        assert {event["eventType"] for event in json.loads(text)["events"]}

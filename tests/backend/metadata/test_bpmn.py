"""BPMN files over HTTP: read without saving, saved as drafts under other keys, published, written again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from backend.access.caller import Caller
from backend.auth.dependencies import get_caller
from backend.db import Database, uuid7
from backend.main import create_app
from backend.settings import Settings
from tests.backend.metadata.documents import entity

ADMIN = Caller(uuid7(), "admin", is_admin=True)
NOBODY = Caller(uuid7(), "nobody")
FILE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x">
  <process id="Process_1" name="Order approval">
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>
    <intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
    <endEvent id="end"/>
    <dataObject id="paper" name="Paper"/>
  </process>
</definitions>"""


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> AsyncIterator[FastAPI]:
    app = create_app(Settings(database_url=database.url, home=tmp_path, secret="s" * 32, temporal_address="x:1"))
    app.dependency_overrides[get_caller] = lambda: ADMIN
    await app.state.services.metadata.load()
    yield app
    await app.state.services.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://weft/api") as client:
        await client.put("/definitions/entity/order", json={"content": entity()})
        assert (await client.post("/publish", json={})).json()["published"]
        yield client


async def _import(client: httpx.AsyncClient, text: str = FILE, **query: str) -> httpx.Response:
    headers = {"Content-Type": "application/xml"}
    return await client.post("/flows/import", content=text.encode(), params=query, headers=headers)


async def test_a_file_is_read_and_nothing_saved(client: httpx.AsyncClient) -> None:
    body = (await _import(client, entity="order")).json()
    assert [(flow["key"], flow["exists"]) for flow in body["flows"]] == [("order_approval", False)]
    assert body["flows"][0]["document"]["entity"] == "order"
    (note,) = body["notes"]
    assert (note["code"], note["flow"], note["element"]) == ("data_kept", "order_approval", "paper")
    assert "Paper" in note["message"]["zh"]
    assert "Paper" in note["message"]["en"]
    assert not body["saved"]
    assert (await client.get("/definitions/flow/order_approval")).status_code == 404


async def test_a_file_is_saved_under_another_key_published_and_written(client: httpx.AsyncClient) -> None:
    body = (await _import(client, entity="order", key="order_approval:approval", save="true")).json()
    assert body["saved"]
    draft = (await client.get("/definitions/flow/approval")).json()
    assert draft["draft"] == body["flows"][0]["document"]
    assert [problem for problem in draft["problems"] if problem["severity"] == "error"] == []
    assert (await client.get("/flows/approval/bpmn")).status_code == 404
    edited = await client.get("/flows/approval/bpmn", params={"draft": "true"})
    assert (await client.post("/publish", json={})).json()["published"]
    answer = await client.get("/flows/approval/bpmn", params={"locale": "en"})
    assert answer.headers["content-disposition"] == 'attachment; filename="approval.bpmn"'
    assert answer.headers["content-type"].startswith("application/xml")
    assert 'name="Paper"' in answer.text
    again = (await _import(client, answer.text)).json()["flows"][0]
    assert (again["key"], again["exists"]) == ("approval", True)
    assert again["document"] == (await _import(client, edited.text)).json()["flows"][0]["document"]


async def test_a_file_is_refused_with_its_line(client: httpx.AsyncClient) -> None:
    answer = await _import(client, FILE.replace("</process>", ""))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "bpmn.malformed")
    assert error["params"]["line"] == "11"


async def test_what_is_kept_and_broken_by_hand_is_refused(client: httpx.AsyncClient) -> None:
    document = (await _import(client, entity="order")).json()["flows"][0]["document"]
    document["extensions"]["bpmn"]["process"]["rest"] = ["<unclosed>"]
    await client.put("/definitions/flow/order_approval", json={"content": document})
    answer = await client.get("/flows/order_approval/bpmn", params={"draft": "true"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bpmn.kept_broken")


async def test_only_who_may_build_reads_and_writes_files(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.dependency_overrides[get_caller] = lambda: NOBODY
    assert (await _import(client)).status_code == 403
    assert (await client.get("/flows/order_approval/bpmn")).status_code == 403


async def test_keys_are_given_in_pairs(client: httpx.AsyncClient) -> None:
    answer = await _import(client, key="no pair")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")

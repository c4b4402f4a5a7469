"""Payloads in Temporal: packed when large, unreadable to everybody without the key, readable through a change of keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from engine.host.codec import PACKED, SEALED, Unreadable, data_converter
from tests.engine.host.conftest import Stage, on_stage
from tests.engine.host.flows import found_then_decided

OLD, NEW = ("old", "an-old-secret-of-length"), ("new", "a-new-secret-of-length")
SECRET = "王五的电话是 13800000001"


@pytest.fixture
async def sealed(temporal: WorkflowEnvironment) -> AsyncIterator[Stage]:
    address = temporal.client.service_client.config.target_host
    async with on_stage(await Client.connect(address, data_converter=data_converter([NEW, OLD]))) as stage:
        yield stage


async def test_the_history_of_a_sealed_instance_says_nothing(sealed: Stage) -> None:
    def fail(_: object) -> None:
        raise ValueError(f"find.broken: {SECRET}")

    sealed.ledger.actions["find_record"] = lambda _: {"title": SECRET}
    id = await sealed.start(found_then_decided(), found=SECRET)
    await sealed.decide(id, "ask", found=SECRET)
    sealed.ledger.actions["find_record"] = fail
    with pytest.raises(Exception, match="nothing_to_retry"):
        await sealed.command(id, kind="retry", variables={"found": SECRET})
    await sealed.decide(id, "decide", found=SECRET)
    assert sealed.row(id).loaded().variables["found"] == SECRET
    written = (await sealed.handle(id).fetch_history()).to_json()
    raw = b"".join(event.SerializeToString() for event in (await sealed.handle(id).fetch_history()).events)
    for plain in (SECRET, "13800000001", "find_record", "nothing_to_retry {"):
        assert plain not in written
        assert plain.encode() not in raw


async def test_a_key_is_changed_while_payloads_of_the_old_one_are_about() -> None:
    before, during, after = data_converter([OLD]), data_converter([NEW, OLD]), data_converter([NEW])
    [written] = await before.encode([SECRET])
    assert written.metadata["encoding"] == SEALED
    assert await during.decode([written]) == [SECRET]
    [again] = await during.encode([SECRET])
    assert (again.metadata["weft-key"], await after.decode([again])) == (b"new", [SECRET])
    with pytest.raises(Unreadable, match="'old'"):
        await after.decode([written])
    with pytest.raises(Unreadable):
        await data_converter([("old", "a-different-secret-altogether")]).decode([written])


async def test_what_was_written_without_a_key_stays_readable() -> None:
    [plain] = await data_converter().encode([SECRET])
    assert await data_converter([NEW]).decode([plain]) == [SECRET]


async def test_large_payloads_are_packed() -> None:
    large = {"program": ["the same again"] * 10_000}
    [written] = await data_converter().encode([large])
    assert written.metadata["encoding"] == PACKED
    assert len(written.data) < 10_000
    for keys in ([], [NEW]):
        converter = data_converter(keys)
        assert await converter.decode(await converter.encode([large])) == [large]

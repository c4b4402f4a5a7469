"""Messages and signals between instances: one receiver, correlation keys, buffering, start events, and what rules send."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend import clock
from backend.events.log import Cause
from backend.flows.beginning import DEEPEST
from backend.flows.errors import FlowInvalid
from backend.flows.immediate import begin
from backend.flows.messages import Message, Posted, Shouted, broadcast, lock, post
from tests.backend.flows.company import AGENT, Company
from tests.backend.flows.drawing import counting, flow, message, node, signal, variable
from tests.backend.flows.test_signals import act

_VARIABLES = [variable("order"), variable("said"), variable("count", "number")]
#: Back to the node `on` for ever, as nothing is said.
_MORE = node("more", "xor")
_AGAIN = ('more -> [said = "enough"] end', "more -> [*] on")


def waiting(**event: Any) -> dict[str, Any]:
    """Waits for the payment of its order."""
    paid = {"correlation": "order", "outputs": {"said": "said"}, **event}
    return flow(
        "waiting",
        [node("paid", "catch", events=message("paid", **paid)), node("fine", "end", outcome="paid")],
        "start -> paid -> fine",
        variables=_VARIABLES,
    )


async def send(company: Company, name: str, correlation: str = "", *, depth: int = 0, **payload: Any) -> Posted:
    services = company.services
    async with services.database.transaction() as session:
        metadata = services.metadata.current
        start = partial(begin, session, metadata, services.actions)
        await lock(session, [(name, correlation)])
        sent = Message(str(uuid4()), name, correlation, payload, Cause(depth=depth))
        return await post(session, metadata, start, sent, clock.now())


async def shout(company: Company, name: str, **payload: Any) -> Shouted:
    services = company.services
    async with services.database.transaction() as session:
        metadata = services.metadata.current
        start = partial(begin, session, metadata, services.actions)
        return await broadcast(session, metadata, start, str(uuid4()), name, payload, Message("", "").cause)


async def over(company: Company, id: UUID) -> Mapping[str, Any]:
    async def ended() -> bool:
        return bool((await company.instance(id))["ended_at"])

    await company.settled(ended)
    return await company.instance(id)


async def stands(company: Company, id: UUID, node: str) -> None:
    async def there() -> bool:
        return node in {token["node_id"] for token in (await company.instance(id))["tokens"]}

    await company.settled(there)


async def left(company: Company) -> tuple[int, int]:
    """How many subscriptions and messages there are."""
    statement = "SELECT (SELECT count(*) FROM weft.flow_subscription), (SELECT count(*) FROM weft.flow_message)"
    async with company.services.database.transaction() as session:
        row = (await session.execute(text(statement))).one()
        return row[0], row[1]


async def test_a_message_goes_to_the_one_with_its_key(company: Company) -> None:
    await company.publish(waiting())
    ticket = await company.ticket()
    ids = {order: await company.start("waiting", ticket, order=order) for order in ("A", "B")}
    for id in ids.values():
        await stands(company, id, "paid")
    token = (await company.instance(ids["A"]))["tokens"][0]
    assert (token["waiting_for"], token["detail"]["name"], token["detail"]["correlation"]) == ("message", "paid", "A")
    assert (await send(company, "paid", "B", said="thanks")).outcome == "delivered"
    shown = await over(company, ids["B"])
    assert (shown["outcome"], shown["variables"]["said"]) == ("paid", "thanks")
    assert (await company.instance(ids["A"]))["status"] == "running"
    assert await left(company) == (1, 0)


async def test_a_message_waits_for_a_receiver_who_comes_later(company: Company) -> None:
    await company.publish(waiting())
    assert (await send(company, "paid", "A", said="early")).outcome == "waiting"
    assert (await send(company, "paid", "A", said="earlier")).outcome == "waiting"
    id = await company.start("waiting", await company.ticket(), order="A")
    assert (await over(company, id))["variables"]["said"] == "early"
    assert await left(company) == (0, 1)
    second = await company.start("waiting", await company.ticket(), order="A")
    assert (await over(company, second))["variables"]["said"] == "earlier"
    assert await left(company) == (0, 0)


async def test_messages_and_those_who_wait_do_not_miss_each_other(company: Company) -> None:
    """Sent while the instances are on their way to wait: before, at the same time, or after."""
    await company.publish(waiting())
    ticket, keys = await company.ticket(), [f"K{number}" for number in range(6)]

    async def late(key: str, pause: float) -> None:
        await asyncio.sleep(pause)
        await send(company, "paid", key, said=key)

    starts = [company.start("waiting", ticket, order=key) for key in keys]
    sends = [late(key, 0.05 * number) for number, key in enumerate(keys)]
    ids = (await asyncio.gather(*starts, *sends))[: len(keys)]
    for key, id in zip(keys, ids, strict=True):
        assert id is not None
        assert (await over(company, id))["variables"]["said"] == key
    assert await left(company) == (0, 0)


async def test_what_two_wait_for_only_the_first_gets(company: Company) -> None:
    await company.publish(waiting())
    ids = [await company.start("waiting", await company.ticket(), order="A") for _ in range(2)]
    for id in ids:
        await stands(company, id, "paid")
    found = {(await send(company, "paid", "A", said=str(n))).instance for n in range(2)}
    assert found == set(ids)
    said = {(await over(company, id))["variables"]["said"] for id in ids}
    assert said == {"0", "1"}


async def test_one_that_comes_too_late_finds_another(company: Company) -> None:
    """The receiver goes another way before the message reaches it: whoever waits next gets it."""
    racing = flow(
        "racing",
        [
            node("work", "task"),
            node("stop", "boundary", attached_to="work", events=message("paid")),
            node("stopped", "end", outcome="stopped"),
        ],
        "start -> work -> end",
        "stop -> stopped",
    )
    await company.publish(racing)
    first = await company.start("racing", await company.ticket())
    await stands(company, first, "work")
    assert (await send(company, "paid")).instance == first
    # Before the outbox has given it the message, it goes on.
    await company.decide(AGENT, first, "work", "done")
    second = await company.start("racing", await company.ticket())
    assert (await over(company, second))["outcome"] == "stopped"
    assert (await company.instance(first))["outcome"] is None
    assert await left(company) == (0, 0)


async def test_a_subscription_that_stays_takes_one_message_after_another(company: Company) -> None:
    await company.publish(counting(message("more")))
    for _ in range(3):
        await send(company, "more")
    id = await company.start("counting", await company.ticket())

    async def counted() -> bool:
        return bool((await company.instance(id))["variables"]["count"] == 3)

    await company.settled(counted)
    await company.decide(AGENT, id, "work", "done")
    assert await left(company) == (0, 0)


async def test_a_message_starts_the_flow_that_waits_for_it(company: Company) -> None:
    starting = flow(
        "starting",
        [node("ordered", "start", events=message("ordered", outputs={"order": "number"})), node("work", "task")],
        "ordered -> work -> end",
        variables=_VARIABLES,
    )
    await company.publish(starting)
    ticket = await company.ticket()
    sent = await send(company, "ordered", number="A1", record=str(ticket))
    assert sent.outcome == "started"
    assert sent.instance is not None
    await stands(company, sent.instance, "work")
    shown = await company.instance(sent.instance)
    assert (shown["variables"]["order"], shown["record_id"]) == ("A1", str(ticket))
    with pytest.raises(FlowInvalid):
        await company.start("starting", ticket)


async def test_instances_send_one_another_messages(company: Company) -> None:
    """Two departments: one asks and waits, the other is started by the question and answers."""
    asking = flow(
        "asking",
        [
            node("ask", "throw", events=message("question", correlation="order", arguments={"order": "order"})),
            node("answer", "catch", events=message("answer", correlation="order", outputs={"said": "said"})),
        ],
        "start -> ask -> answer -> end",
        variables=_VARIABLES,
    )
    answering = flow(
        "answering",
        [
            node("asked", "start", events=message("question", outputs={"order": "order"})),
            node("say", "end", events=message("answer", correlation="order", arguments={"said": '"yes " + order'})),
        ],
        "asked -> say",
        variables=_VARIABLES,
    )
    await company.publish(answering)
    await company.publish(asking)
    id = await company.start("asking", await company.ticket(), order="A7")
    assert (await over(company, id))["variables"]["said"] == "yes A7"
    assert await left(company) == (0, 0)


async def test_a_signal_reaches_all_and_starts_those_that_it_starts(company: Company) -> None:
    listening = flow(
        "listening",
        [node("heard", "catch", events=signal("sale", outputs={"said": "what"}))],
        "start -> heard -> end",
        variables=_VARIABLES,
    )
    opened = flow(
        "opened", [node("heard", "start", events=signal("sale")), node("work", "task")], "heard -> work -> end"
    )
    await company.publish(listening)
    await company.publish(opened)
    ids = [await company.start("listening", await company.ticket()) for _ in range(2)]
    for id in ids:
        await stands(company, id, "heard")
    shouted = await shout(company, "sale", what="shoes")
    told, started = shouted.told, shouted.started
    assert (set(told), len(started)) == (set(ids), 1)
    for id in ids:
        assert (await over(company, id))["variables"]["said"] == "shoes"
    await stands(company, started[0], "work")


async def test_a_flow_that_cannot_be_started_keeps_a_signal_from_nobody(company: Company) -> None:
    listening = flow(
        "listening",
        [node("heard", "catch", events=signal("sale", outputs={"said": "what"}))],
        "start -> heard -> end",
        variables=_VARIABLES,
    )
    await company.publish(listening)
    await company.publish(flow("opened", [node("heard", "start", events=signal("sale"))], "heard -> end"))
    id = await company.start("listening", await company.ticket())
    await stands(company, id, "heard")
    shouted = await shout(company, "sale", what="shoes", record=str(uuid4()))
    assert (shouted.told, shouted.started, [*shouted.failed]) == ([id], [], ["opened"])
    assert (await over(company, id))["variables"]["said"] == "shoes"


async def test_what_a_rule_signals_reaches_the_node_that_waits(company: Company) -> None:
    await company.publish(waiting())
    ticket = await company.ticket()
    id = await company.start("waiting", ticket, order="A")
    await stands(company, id, "paid")
    await act(company, "signal_flow", ticket, signal="paid", said="by a rule")
    assert (await over(company, id))["variables"]["said"] == "by a rule"


async def test_flows_that_start_one_another_without_end_are_stopped(company: Company) -> None:
    """Each starts the other by a message: after a while one cannot be started any more, and its history says so."""
    for one, other in (("ping", "pong"), ("pong", "ping")):
        nodes = [node("on", "start", events=message(one)), node("throw", "throw", events=message(other))]
        await company.publish(flow(one, nodes, "on -> throw -> end"))
    await send(company, "ping")
    failed = text("SELECT count(*) FROM weft.instance_history WHERE type = 'throw_failed'")

    async def stopped() -> bool:
        return bool(await company.scalar(failed))

    await company.settled(stopped, 60)
    count = text("SELECT count(*) FROM weft.instance")
    begun = await company.scalar(count)
    assert begun <= DEEPEST + 1
    assert await company.scalar(text("SELECT count(*) FROM weft.instance WHERE ended_at IS NULL")) == 0


async def test_instances_that_answer_one_another_without_end_are_stopped(company: Company) -> None:
    """Neither ends: their messages lengthen the chain of causes until one is not passed on, and the history says so."""
    for one, other in (("ping", "pong"), ("pong", "ping")):
        nodes = [node("on", "catch", events=message(one)), node("throw", "throw", events=message(other)), _MORE]
        await company.publish(flow(one, nodes, "start -> on -> throw -> more", *_AGAIN, variables=_VARIABLES))
    ids = [await company.start(each, await company.ticket()) for each in ("ping", "pong")]
    for id in ids:
        await stands(company, id, "on")
    await send(company, "ping", depth=DEEPEST - 12)
    failed = text("SELECT count(*) FROM weft.instance_history WHERE type = 'throw_failed'")

    async def stopped() -> bool:
        return bool(await company.scalar(failed))

    await company.settled(stopped, 60)
    assert await company.scalar(text("SELECT max(depth) FROM weft.instance")) == DEEPEST + 1


async def test_a_chain_of_causes_is_no_longer_than_what_led_to_the_step(company: Company) -> None:
    """What an instance was told before lengthens nothing; what its clock does belongs to what just happened, unless it really waited."""
    timer = [{"kind": "timer", "timer": {"duration": "PT2S"}}]
    nodes = [node("on", "catch", events=message("on")), node("wait", "catch", events=timer), _MORE]
    await company.publish(flow("patient", nodes, "start -> on -> wait -> more", *_AGAIN, variables=_VARIABLES))
    id = await company.start("patient", await company.ticket())
    await stands(company, id, "on")

    async def depth_of() -> Any:
        return await company.scalar(text("SELECT depth FROM weft.instance WHERE id = :id"), id=id)

    async def happens(depth: int, *, quiet: bool = False) -> list[int]:
        depths = []
        await send(company, "on", depth=depth)
        await stands(company, id, "wait")
        depths.append(await depth_of())
        if quiet:
            await company.scalar(text("UPDATE weft.instance_history SET at = at - interval '1 hour' RETURNING 1"))
        await stands(company, id, "on")
        return [*depths, await depth_of()]

    assert await happens(7) == [8, 8]
    assert await happens(0) == [1, 1]
    assert await happens(7, quiet=True) == [8, 1]

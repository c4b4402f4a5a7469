"""Flows that call flows: results and errors come back, cancelling goes down, and what is called is bound to a version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.flows import service
from tests.backend.flows.company import ADMIN, AGENT, Company
from tests.backend.flows.drawing import flow, node, variable


def caller(**call: Any) -> dict[str, Any]:
    return flow(
        "caller",
        [
            node("sub", "call", call={"flow": "called", **call}),
            node("fails", "boundary", attached_to="sub", events=[{"kind": "error", "code": "stock"}]),
            node(
                "warns",
                "boundary",
                attached_to="sub",
                interrupting=False,
                events=[{"kind": "escalation", "code": "slow"}],
            ),
            node("fine", "end", outcome="fine"),
            node("failed", "end", outcome="failed"),
            node("told", "end", outcome="told"),
        ],
        "start -> sub -> fine",
        "fails -> failed",
        "warns -> told",
        variables=[variable("amount", "number"), variable("answer")],
    )


def called(*rest: str, extra: tuple[dict[str, Any], ...] = (), reply: str = "ok") -> dict[str, Any]:
    say = [] if rest else [node("say", "script", assign={"reply": f'"{reply}"'})]
    return flow(
        "called",
        [node("work", "task"), *say, *extra],
        *(rest or ("start -> work -> say -> end",)),
        variables=[variable("n", "number"), variable("reply")],
    )


async def child_of(company: Company, parent: UUID) -> dict[str, Any]:
    """The instance that another has called, once it runs."""

    async def runs() -> bool:
        children = (await company.instance(parent))["children"]
        return bool(children) and children[0]["status"] != "starting"

    await company.settled(runs)
    (child,) = (await company.instance(parent))["children"]
    return await company.instance(UUID(child["id"]))


async def comes_to(company: Company, id: UUID, **members: Any) -> dict[str, Any]:
    """The instance once it shows these members."""

    async def shows() -> bool:
        shown = await company.instance(id)
        return all(shown[name] == value for name, value in members.items())

    await company.settled(shows)
    return await company.instance(id)


async def both(company: Company, first: dict[str, Any], second: dict[str, Any]) -> UUID:
    """Publish what is called and its caller, and start that."""
    await company.publish(first)
    await company.publish(second)
    return await company.start("caller", await company.ticket(), amount=7)


async def test_what_is_called_gives_its_results_back(company: Company) -> None:
    id = await both(company, called(), caller(inputs={"n": "amount"}, outputs={"answer": "reply"}))
    child = await child_of(company, id)
    assert (child["flow"], child["variables"]["n"], child["status"]) == ("called", 7, "running")
    assert child["parent"]["id"] == str(id)
    token = (await company.instance(id))["tokens"][0]
    assert (token["waiting_for"], token["detail"]["instance"]["id"]) == ("child", child["id"])
    await company.decide(AGENT, UUID(child["id"]), "work", "done")
    shown = await comes_to(company, id, status="completed")
    assert (shown["outcome"], shown["variables"]["answer"]) == ("fine", "ok")


async def test_its_error_is_caught_by_the_caller(company: Company) -> None:
    broken = called(
        "start -> work -> out",
        extra=(node("out", "end", events=[{"kind": "error", "code": "stock"}]),),
    )
    id = await both(company, broken, caller())
    child = await child_of(company, id)
    await company.decide(AGENT, UUID(child["id"]), "work", "done")
    await comes_to(company, id, outcome="failed")
    assert (await child_of(company, id))["status"] == "failed"


async def test_its_escalation_reaches_the_caller_and_both_go_on(company: Company) -> None:
    slow = called(
        "start -> warn -> work -> end",
        extra=(node("warn", "throw", events=[{"kind": "escalation", "code": "slow"}]),),
    )
    id = await both(company, slow, caller())
    child = await child_of(company, id)

    async def told() -> bool:
        return "told" in {line["node_id"] for line in (await company.instance(id))["history"]}

    await company.settled(told)
    assert (await company.instance(id))["status"] == "running"
    await company.decide(AGENT, UUID(child["id"]), "work", "done")
    await comes_to(company, id, status="completed")


async def test_cancelling_the_caller_ends_what_it_called(company: Company) -> None:
    id = await both(company, called(), caller())
    child, services = UUID((await child_of(company, id))["id"]), company.services
    async with services.database.transaction() as session:
        operator, metadata = await company.caller(ADMIN), services.metadata.current
        await service.cancel(session, metadata, operator, company.host, id, "cancel-the-caller", "")
    await comes_to(company, child, status="cancelled")
    assert not await company.has_open(child, "work")


async def test_cancelling_what_was_called_is_an_incident_of_the_caller(company: Company) -> None:
    id = await both(company, called(), caller())
    child, services = UUID((await child_of(company, id))["id"]), company.services
    async with services.database.transaction() as session:
        operator, metadata = await company.caller(ADMIN), services.metadata.current
        await service.cancel(session, metadata, operator, company.host, child, "cancel-the-called", "")
    assert (await comes_to(company, id, status="failed"))["incident"]["node_id"] == "sub"


async def test_a_deployment_binding_keeps_the_version_of_then(company: Company) -> None:
    await company.publish(called(reply="old"))
    await company.publish(caller(binding="deployment", outputs={"answer": "reply"}))
    await company.publish(called(reply="new"))
    id = await company.start("caller", await company.ticket(), amount=1)
    await company.decide(AGENT, UUID((await child_of(company, id))["id"]), "work", "done")
    assert (await comes_to(company, id, status="completed"))["variables"]["answer"] == "old"


async def test_the_flow_to_call_may_be_computed_and_one_that_is_not_there_is_an_incident(company: Company) -> None:
    await company.publish(called())
    await company.publish(
        flow(
            "computed",
            [node("sub", "call", call={"flow_expression": "answer"})],
            "start -> sub -> end",
            variables=[variable("answer")],
        )
    )
    ticket = await company.ticket()
    id = await company.start("computed", ticket, answer="called")
    assert (await child_of(company, id))["flow"] == "called"
    lost = await company.start("computed", ticket, answer="nowhere")
    assert (await comes_to(company, lost, status="failed"))["incident"]["node_id"] == "sub"


async def test_calls_one_after_another_are_no_chain_of_causes(company: Company) -> None:
    """Each comes back to where it was called: the thirtieth could be started like the first, and rules hear what the caller writes."""
    await company.publish(
        flow(
            "called",
            [node("say", "script", assign={"reply": '"ok"'})],
            "start -> say -> end",
            variables=[variable("reply")],
        )
    )
    each = node("sub", "call", call={"flow": "called"}, loop={"kind": "sequential", "cardinality": "3"})
    await company.publish(flow("caller", [each], "start -> sub -> end"))
    id = await company.start("caller", await company.ticket())
    shown = await comes_to(company, id, status="completed")
    assert len(shown["children"]) == 3
    depth = text("SELECT max(depth) FROM weft.instance WHERE flow = 'caller'")
    assert await company.scalar(depth) == 0

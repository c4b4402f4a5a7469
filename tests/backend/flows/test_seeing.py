"""What operators see: the history of a long run page by page, what the process itself listens for, and incidents in the order that they press."""

from __future__ import annotations

from typing import Any

from tests.backend.flows.company import ADMIN, AGENT, Company
from tests.backend.flows.drawing import flow, node, signal
from tests.backend.flows.test_operating import choosing, order, stopped
from tests.backend.tasks.conftest import SignIn, sign_in

__all__ = ["sign_in"]


def listening() -> dict[str, Any]:
    """A task, and a signal that the whole process waits for."""
    return flow(
        "listening",
        [
            node("work", "task"),
            node("stop", "event_sub_process"),
            node("called", "start_event", parent="stop", events=signal("off")),
            node("off", "end_event", parent="stop"),
        ],
        "start -> work -> end",
        "called -> off",
    )


def unclaimed() -> dict[str, Any]:
    """A task that nobody fits."""
    gone = {"mode": "any", "candidates": [{"user": "gone@weft.local"}]}
    return flow("unclaimed", [node("work", "task", assignment=gone)], "start -> work -> end")


async def test_history_comes_in_pages_and_the_trail_whole(company: Company, sign_in: SignIn) -> None:
    await company.publish(listening())
    id = await company.start("listening", await company.ticket())
    await company.settled(lambda: company.has_open(id, "work"))
    await company.decide(AGENT, id, "work", "done")
    http = await sign_in(ADMIN)
    shown = (await http.get(f"/instances/{id}")).json()
    assert shown["history_next"] is None
    assert {"node_entered", "node_left"} <= {line["type"] for line in shown["history"]}
    entered = [line for line in shown["trail"] if line["type"] == "node_entered"]
    assert [(line["node_id"], line["data"].get("edge")) for line in entered] == [
        (line["node_id"], line["data"].get("edge")) for line in shown["history"] if line["type"] == "node_entered"
    ]
    found: list[Any] = []
    before: int | None = None
    for _ in range(len(shown["history"]) + 1):
        asked: dict[str, str | int] = {"limit": 2, "steps": "true"}
        if before is not None:
            asked["before"] = before
        page = (await http.get(f"/instances/{id}/history", params=asked)).json()
        found = page["items"] + found
        before = page["next"]
        if before is None:
            break
    assert found == shown["history"]
    plain = (await http.get(f"/instances/{id}/history")).json()["items"]
    assert plain == [line for line in found if line["type"] not in ("node_entered", "node_left")]


async def test_what_the_process_listens_for_is_shown_and_can_be_let_happen(company: Company, sign_in: SignIn) -> None:
    await company.publish(listening())
    id = await company.start("listening", await company.ticket())
    await company.settled(lambda: company.has_open(id, "work"))
    http = await sign_in(ADMIN)
    (listener,) = (await http.get(f"/instances/{id}")).json()["listeners"]
    assert (listener["node"], listener["kind"], listener["name"]) == ("called", "signal", "off")
    asked = order(node_id=listener["node"], scope=listener["scope"])
    assert (await http.post(f"/instances/{id}/trigger", json=asked)).status_code == 200
    shown = (await http.get(f"/instances/{id}")).json()
    assert (shown["status"], shown["listeners"]) == ("completed", [])


async def test_what_cannot_go_on_comes_first_and_the_counts_stay(company: Company, sign_in: SignIn) -> None:
    await company.publish(choosing())
    await company.publish(unclaimed())
    stuck = await stopped(company, "up", "down")
    lonely = [await company.start("unclaimed", await company.ticket()) for _ in range(2)]
    for id in lonely:
        await company.settled(lambda id=id: company.has_open(id, "work"))  # type: ignore[misc]  # the default binds it
    http = await sign_in(ADMIN)
    seen: list[str] = []
    after = None
    for _ in range(4):
        asked = {"limit": 1} | ({"after": after} if after else {})
        page = (await http.get("/incidents", params=asked)).json()
        (item,) = page["items"]
        seen.append(item["instance_id"])
        assert page["counts"] == {"action_failed": 2, "nobody_found": 2}
        assert item["since"]
        after = page["next"]
    assert after is None
    assert seen == [str(id) for id in [*reversed(stuck), *reversed(lonely)]]
    only = (await http.get("/incidents", params={"code": "nobody_found"})).json()
    assert [item["code"] for item in only["items"]] == ["nobody_found"] * 2
    assert only["counts"] == {"action_failed": 2, "nobody_found": 2}

"""Operations on tasks over HTTP: what is allowed is offered, what is not is refused with a code, and each is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, OTHER_AGENT, QUALITY, SERVICE, Company
from tests.backend.tasks.approving import AGREE, BACK, REFUSE, Approving, code, flow, people, step
from tests.backend.tasks.conftest import SignIn


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


async def test_people_are_brought_in_and_the_page_says_who_did_what(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(company, sign_in, flow("board", step("board", AGENT, LEAD, mode="all")), ADMIN)
    task = await run.task(AGENT)
    assert task["progress"] == {"mode": "all", "agreed": 0, "refused": 0, "abstained": 0, "left": 2, "needed": None}
    assert {
        "decide",
        "add_before",
        "add_after",
        "add_alongside",
        "transfer",
        "delegate",
        "urge",
        "consult",
        "cc",
    } == set(task["allowed"])
    quality, finance, service = [await run.id(each) for each in (QUALITY, FINANCE, SERVICE)]
    added = await run.do(AGENT, "add_before", users=[quality], comment="请先看质量")
    assert (added.status_code, added.json()["status"]) == (200, "open"), added.text
    assert [each["part"] for each in await run.tasks(QUALITY)] == ["before"]
    assert await run.tasks(AGENT) == [], "it is the other's turn"
    assert code(await run.decide(AGENT, task=task["id"])) == (409, "task.not_yet")
    shown = (await (await run.http(AGENT)).get(f"/tasks/{task['id']}")).json()
    assert [(each["user"]["name"], each["kind"], each["status"], each["parent"]) for each in shown["items"]] == [
        ("王伟", "assignee", "waiting", None),
        ("李娜", "assignee", "open", None),
        ("陈杰", "before", "open", 1),
    ]
    brought = shown["items"][-1]
    assert (brought["question"], brought["asked_by"]["name"]) == ("请先看质量", "王伟")
    assert ("remove" in shown["allowed"], shown["removable"]) == (True, [3])
    assert code(await run.do(QUALITY, "add_after", users=[quality])) == (409, "task.already_in")
    assert (await run.decide(QUALITY, comment="质量没问题")).status_code == 200
    assert (await run.do(AGENT, "consult", users=[finance], comment="预算够吗?")).status_code == 200
    assert (await run.do(AGENT, "cc", users=[service])).status_code == 200
    asked = await run.task(FINANCE, "cc")
    assert (asked["part"], asked["allowed"], asked["can_act"]) == ("consult", ["advise"], False)
    question = next(each for each in asked["items"] if each["kind"] == "consult")
    assert (question["question"], question["asked_by"]["name"]) == ("预算够吗?", "王伟")
    assert code(await run.decide(FINANCE, task=task["id"])) == (403, "task.not_yours")
    assert code(await run.do(FINANCE, "advise", task=task["id"])) == (422, "task.comment_required")
    assert (await run.do(FINANCE, "advise", task=task["id"], comment="够")).status_code == 200
    assert code(await run.do(FINANCE, "advise", task=task["id"], comment="够")) == (409, "task.already_handled")
    copied = await run.task(SERVICE, "cc")
    assert copied["allowed"] == ["read"]
    assert (await run.do(SERVICE, "read", task=task["id"])).status_code == 200
    assert code(await run.do(AGENT, "read", task=task["id"])) == (403, "task.not_yours")
    assert (await run.decide(AGENT)).json()["status"] == "open"
    last = await run.decide(LEAD)
    assert (last.json()["status"], last.json()["instance_status"]) == ("completed", "completed")
    done = (await (await run.http(ADMIN)).get(f"/tasks/{task['id']}")).json()
    assert [(each["user"]["name"], each["sign"], each["comment"]) for each in done["decisions"]] == [
        ("陈杰", "agree", "质量没问题"),
        ("王伟", "agree", None),
        ("李娜", "agree", None),
    ]
    changes = [line["data"] for line in (await run.shown(ADMIN))["history"] if line["type"] == "task_changed"]
    assert [each["operation"] for each in changes] == ["add_before", "consult", "cc", "advise", "read"]
    assert changes[0]["comment"] == "请先看质量"


async def test_handing_on_merging_and_taking_away(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(
        company, sign_in, flow("board", step("board", AGENT, LEAD, QUALITY, mode="all")), ADMIN
    )
    task = (await run.task(AGENT))["id"]
    lead, other, finance, agent = [await run.id(each) for each in (LEAD, OTHER_AGENT, FINANCE, AGENT)]
    assert (await run.do(AGENT, "add_alongside", users=[other, finance])).status_code == 200
    number = next(i["item"] for i in (await run.task(AGENT))["items"] if i["user"]["id"] == other)
    assert code(await run.do(LEAD, "remove", item=number)) == (409, "task.not_removable")
    assert (await run.do(AGENT, "remove", item=number)).status_code == 200
    assert await run.tasks(OTHER_AGENT) == []
    assert code(await (await run.http(OTHER_AGENT)).get(f"/tasks/{task}")) == (403, "task.not_yours")
    assert code(await run.do(OTHER_AGENT, "urge", task=task)) == (403, "task.not_yours")
    assert (await run.do(AGENT, "transfer", users=[lead])).status_code == 200
    assert (await (await run.http(AGENT)).get(f"/tasks/{task}")).json()["allowed"] == []
    assert code(await run.do(AGENT, "transfer", task=task, users=[finance])) == (403, "task.not_yours")
    assert (await run.do(LEAD, "delegate", users=[agent], comment="你先看")).status_code == 200
    assert code(await run.decide(LEAD, task=task)) == (409, "task.not_yet")
    assert (await run.decide(AGENT, comment="看过了")).json()["status"] == "open"
    for who in (LEAD, QUALITY, FINANCE):
        assert (await run.decide(who)).status_code == 200
    assert (await run.shown(ADMIN))["status"] == "completed"


async def test_refusals_of_operations(company: Company, sign_in: SignIn) -> None:
    group = flow("group", step("group", AGENT, LEAD, mode="claim", operations=["transfer"]))
    run = await Approving.started(company, sign_in, group, ADMIN)
    task = (await run.task(AGENT))["id"]
    finance, agent = await run.id(FINANCE), await run.id(AGENT)
    refused: list[tuple[str, str, dict[str, Any], tuple[int, str]]] = [
        (AGENT, "add_before", {"users": [finance]}, (409, "task.not_allowed")),
        (AGENT, "consult", {"users": [finance]}, (409, "task.not_allowed")),
        (AGENT, "escalate", {"users": [finance]}, (409, "task.not_allowed")),
        (AGENT, "reassign", {"users": [finance]}, (409, "task.not_allowed")),
        (AGENT, "nonsense", {}, (409, "task.not_allowed")),
        (AGENT, "transfer", {"users": []}, (422, "task.users_invalid")),
        (AGENT, "transfer", {"users": [str(uuid4())]}, (422, "task.users_invalid")),
        (AGENT, "transfer", {"users": [agent]}, (409, "task.already_in")),
        (AGENT, "release", {}, (409, "task.not_claimed")),
        (AGENT, "cc", {"users": []}, (422, "task.users_invalid")),
        (FINANCE, "transfer", {"users": [agent]}, (403, "task.not_yours")),
        (FINANCE, "urge", {}, (403, "task.not_yours")),
        (FINANCE, "cc", {"users": [agent]}, (403, "task.not_yours")),
    ]
    for who, operation, body, expected in refused:
        assert code(await run.do(who, operation, task=task, **body)) == expected, (who, operation)
    said = await run.do(AGENT, "transfer", users=[agent])
    assert said.json()["error"]["message"]["zh"].startswith("王伟")
    claim = {"command_id": str(uuid4())}
    first = await run.do(AGENT, "claim", **claim)
    assert first.status_code == 200
    assert (await run.do(AGENT, "claim", **claim)).json() == first.json(), "the same click"
    late = await run.do(LEAD, "claim", task=task)
    assert (*code(late), late.json()["error"]["params"]["by"]) == (409, "task.already_handled", "王伟")
    assert (await run.task(AGENT))["claimed_by"]["name"] == "王伟"
    assert await run.tasks(LEAD) == []
    assert code(await run.do(LEAD, "release", task=task)) == (409, "task.not_claimed")
    assert (await run.do(AGENT, "release")).status_code == 200
    assert len(await run.tasks(LEAD)) == 1
    assert (await run.do(ADMIN, "urge", task=task)).status_code == 200, "whoever started it"
    shown = (await (await run.http(ADMIN)).get(f"/tasks/{task}")).json()
    assert ("urge" in shown["allowed"], [each["name"] for each in shown["urged"]["reminded"]]) == (
        False, ["李娜", "王伟"],
    )  # fmt: skip
    refused_until = await run.do(ADMIN, "urge", task=task)
    assert code(refused_until) == (409, "task.urged_recently")
    assert moment(shown["urged"]["again"]) == moment(refused_until.json()["error"]["params"]["again"])
    assert (await run.task(AGENT))["urged"]["reminded"] == shown["urged"]["reminded"], "they may ask each other"
    assert (await run.shown(ADMIN))["allowed"]["urged"] == shown["urged"]
    past = text("UPDATE weft.task SET urged_at = urged_at - interval '31 minutes' WHERE id = :id RETURNING 1")
    await company.scalar(past, id=UUID(task))
    shown = (await (await run.http(ADMIN)).get(f"/tasks/{task}")).json()
    assert ("urge" in shown["allowed"], shown["urged"]) == (True, None)
    told = text("SELECT count(*) FROM weft.notification WHERE text ->> 'zh' LIKE '催办%'")
    assert await company.scalar(told) == 2


async def test_whoever_asked_is_not_made_to_approve_it_where_another_does(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(company, sign_in, flow("own", step("own", AGENT, own="superior")), ADMIN)
    asker = [await run.id(ADMIN)]
    for operation in ("transfer", "add_alongside"):
        assert code(await run.do(AGENT, operation, users=asker)) == (422, "task.users_invalid"), operation
    assert (await run.do(AGENT, "delegate", users=asker)).status_code == 200, "it comes back to be decided"


async def test_a_group_has_its_task_again_when_whoever_took_it_abstains(company: Company, sign_in: SignIn) -> None:
    abstain = {"key": "abstain", "label": {"zh": "弃权", "en": "Abstain"}, "kind": "abstain"}
    group = step("group", AGENT, LEAD, mode="claim", outcomes=(AGREE, REFUSE, abstain))
    run = await Approving.started(company, sign_in, flow("group", group), ADMIN)
    assert (await run.do(AGENT, "claim")).status_code == 200
    assert (await run.decide(AGENT, "abstain")).json()["status"] == "open"
    task = await run.task(LEAD)
    assert (task["claimed_by"], "claim" in task["allowed"]) == (None, True)
    assert (await run.do(LEAD, "claim")).status_code == 200
    assert (await run.decide(LEAD)).json()["status"] == "completed"


async def test_several_tasks_are_decided_at_once(company: Company, sign_in: SignIn) -> None:
    document = flow("simple", step("simple", AGENT))
    run = await Approving.started(company, sign_in, document, ADMIN)
    others = [await Approving.started(company, sign_in, document, ADMIN) for _ in range(2)]
    tasks = [(await each.tasks(AGENT))[0] for each in (run, *others)]
    assert [each["approve"]["key"] for each in tasks] == ["agree"] * 3
    decisions = [
        {"task": each["id"], "command_id": str(uuid4()), "outcome": outcome}
        for each, outcome in zip(tasks, ("agree", "refuse", "agree"), strict=True)
    ]
    http = await run.http(AGENT)
    results = (await http.post("/tasks/complete", json={"decisions": decisions})).json()["results"]
    assert [each["ok"] for each in results] == [True, False, True]
    assert results[1]["error"]["code"] == "task.comment_required"
    again = (await http.post("/tasks/complete", json={"decisions": decisions})).json()["results"]
    assert again == results, "the same clicks"


async def test_sending_back_to_where_the_person_chooses(company: Company, sign_in: SignIn) -> None:
    document = flow(
        "two", step("first", AGENT), step("second", LEAD), step("third", QUALITY, outcomes=(AGREE, REFUSE, BACK))
    )
    run = await Approving.started(company, sign_in, document, ADMIN)
    for who in (AGENT, LEAD):
        assert (await run.decide(who)).status_code == 200
    task = await run.task(QUALITY)
    back = next(each for each in task["outcomes"] if each["key"] == "back")
    assert [each["node_id"] for each in back["targets"]] == ["second", "first"]
    assert "targets" not in next(each for each in task["outcomes"] if each["key"] == "agree")
    assert code(await run.decide(QUALITY, "back")) == (422, "task.target_unknown")
    assert code(await run.decide(QUALITY, "agree", target="first")) == (422, "task.target_unknown")
    assert code(await run.decide(QUALITY, "back", target="third")) == (409, "flow.send_back_impossible")
    assert code(await run.decide(QUALITY, "agree", chosen={"first": [await run.id(LEAD)]})) == (
        422,
        "task.users_invalid",
    )
    assert (await run.decide(QUALITY, "back", target="first")).status_code == 200
    assert (await run.task(AGENT))["round"] == 2


async def test_nobody_is_left_of_a_vote_that_a_veto_ended(company: Company, sign_in: SignIn) -> None:
    vetoing = step("vote", AGENT, LEAD, QUALITY, mode="vote", vote={"pass_at": "2/3", "veto": people(LEAD)})
    run = await Approving.started(company, sign_in, flow("vetoed", vetoing), ADMIN)
    assert (await run.task(LEAD))["progress"]["left"] == 3
    assert (await run.decide(LEAD, "refuse", comment="不行")).json()["status"] == "completed"
    progress = (await run.task(LEAD, "done"))["progress"]
    assert (progress["refused"], progress["left"]) == (1, 0)


async def test_nobody_waits_for_whoever_is_only_to_know(company: Company, sign_in: SignIn) -> None:
    run = await Approving.started(company, sign_in, flow("copied", step("copied", AGENT)), ADMIN)
    lead, quality = await run.id(LEAD), await run.id(QUALITY)
    assert (await run.do(AGENT, "cc", users=[lead])).status_code == 200
    assert (await run.do(AGENT, "consult", users=[quality])).status_code == 200
    (token,) = (await run.shown(ADMIN))["tokens"]
    assert [each["name"] for each in token["detail"]["people"]] == ["王伟"]

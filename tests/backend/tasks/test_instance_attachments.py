"""Files on the page of a run: those of its tasks and those of the run itself; who sees them, who attaches, and until when they go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend.tasks.files import MOST_BYTES, MOST_FILES
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, OTHER_AGENT, QUALITY, SERVICE, Company
from tests.backend.tasks.approving import Approving, code, flow, step
from tests.backend.tasks.attaching import PDF, attach_to_run, attached, fetch, made, page, take_away
from tests.backend.tasks.conftest import SignIn


@pytest.fixture
async def run(company: Company, sign_in: SignIn) -> Approving:
    """赵磊 has started it; 王伟 or 张敏 decides, then 李娜."""
    document = flow("files", step("first", AGENT, OTHER_AGENT), step("second", LEAD))
    run = await Approving.started(company, sign_in, document, ADMIN)
    owned = text("UPDATE weft.instance SET initiator_id = :user WHERE id = :id RETURNING 1")
    await company.scalar(owned, user=UUID(await run.id(SERVICE)), id=run.instance)
    return run


@pytest.fixture
async def task(run: Approving) -> str:
    return str((await run.tasks(AGENT))[0]["id"])


async def names(run: Approving, who: str) -> list[tuple[str, str | None]]:
    """What the page of the run shows: each file with the step it was attached at."""
    shown = await run.shown(who)
    return [(each["name"], each["task"] and each["task"]["node_id"]) for each in shown["attachments"]]


async def end(run: Approving) -> None:
    """An operator ends it."""
    answer = await run.order(ADMIN, "cancel", reason="重复发起")
    assert answer.status_code == 200, answer.text
    over = text("SELECT ended_at IS NOT NULL FROM weft.instance WHERE id = :id")
    await run.company.settled(lambda: run.company.scalar(over, id=run.instance))


async def test_the_page_of_a_run_shows_the_files_of_all_its_tasks(run: Approving, task: str) -> None:
    file = await attached(run, AGENT, task, name="报价.pdf")
    await run.decide(AGENT)
    await run.company.settled(lambda: run.company.has_open(run.instance, "second"))
    later = str((await run.tasks(LEAD))[0]["id"])
    await attached(run, LEAD, later, name="批复.pdf")
    for who in (SERVICE, AGENT, LEAD, ADMIN):
        assert await names(run, who) == [("报价.pdf", "first"), ("批复.pdf", "second")]
    first, second = (await run.shown(LEAD))["attachments"]
    assert (first["size"], first["media_type"], first["by"]["name"]) == (len(PDF), "application/pdf", "王伟")
    assert (first["url"], first["task"]["id"], first["task"]["title"]["zh"]) == (file["url"], task, "first")
    assert (first["removable"], second["removable"]) == (False, True)


async def test_whoever_only_sees_the_record_sees_no_files(run: Approving, task: str) -> None:
    await attached(run, AGENT, task)
    made(await attach_to_run(run, SERVICE))
    shown = await run.shown(QUALITY)
    assert (shown["attachments"], shown["may_attach"]) == ([], False)


async def test_who_was_taken_away_sees_no_files_any_more(run: Approving, task: str) -> None:
    await run.do(AGENT, "add_alongside", users=[await run.id(FINANCE)])
    file = made(await attach_to_run(run, SERVICE))
    assert await names(run, FINANCE) == [("合同.pdf", None)]
    (theirs,) = [each["item"] for each in (await page(run, AGENT, task))["items"] if each["user"]["name"] == "孙丽"]
    assert (await run.do(AGENT, "remove", item=theirs)).status_code == 200
    assert (await run.shown(FINANCE)).get("attachments", []) == []
    assert code(await fetch(run, FINANCE, file)) == (404, "not_found")


async def test_the_initiator_attaches_to_the_run_and_all_its_tasks_show_it(run: Approving, task: str) -> None:
    assert (await run.shown(SERVICE))["may_attach"]
    file = made(await attach_to_run(run, SERVICE))
    (listed,) = (await page(run, AGENT, task))["attachments"]
    assert (listed["name"], listed["by"]["name"], listed["task"], listed["removable"]) == (
        "合同.pdf",
        "赵磊",
        None,
        False,
    )
    assert await names(run, AGENT) == [("合同.pdf", None)]
    assert (await fetch(run, AGENT, file)).content == PDF
    await run.decide(AGENT)
    await run.company.settled(lambda: run.company.has_open(run.instance, "second"))
    assert [each["id"] for each in (await run.task(LEAD))["attachments"]] == [file["id"]]
    assert (await run.shown(SERVICE))["may_attach"]
    made(await attach_to_run(run, SERVICE, name="补充.pdf"))
    assert await names(run, LEAD) == [("合同.pdf", None), ("补充.pdf", None)]


async def test_nobody_else_attaches_to_the_run(run: Approving) -> None:
    """Not even those who decide in it, who have their task for that, nor operators."""
    for who in (AGENT, ADMIN, QUALITY):
        assert code(await attach_to_run(run, who)) == (403, "attachment.not_initiator")
        assert not (await run.shown(who))["may_attach"]
    assert await names(run, SERVICE) == []


async def test_a_run_that_one_may_not_see_is_not_there(run: Approving) -> None:
    http = await run.http(SERVICE)
    wish = {"name": "a.txt", "command_id": str(uuid4())}
    assert code(await http.post(f"/instances/{uuid4()}/attachments", params=wish, content=b"x")) == (404, "not_found")
    unseen = text("UPDATE weft.instance SET record_id = NULL WHERE id = :id RETURNING 1")
    await run.company.scalar(unseen, id=run.instance)
    assert code(await attach_to_run(run, QUALITY)) == (404, "not_found")


async def test_nothing_is_attached_to_a_run_that_is_over(run: Approving) -> None:
    file = made(await attach_to_run(run, SERVICE))
    await end(run)
    shown = await run.shown(SERVICE)
    assert (shown["may_attach"], shown["attachments"][0]["removable"]) == (False, False)
    assert code(await attach_to_run(run, SERVICE)) == (409, "flow.instance_ended")
    assert code(await take_away(run, SERVICE, file)) == (409, "flow.instance_ended")
    assert (await fetch(run, AGENT, file)).content == PDF


async def test_what_ended_while_it_arrived_is_not_attached_to(run: Approving) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield PDF
        await end(run)
        yield PDF

    assert code(await attach_to_run(run, SERVICE, content=slowly())) == (409, "flow.instance_ended")
    assert await names(run, SERVICE) == []


async def test_a_file_of_the_run_goes_until_somebody_has_decided_by_it(run: Approving) -> None:
    first, kept = [made(await attach_to_run(run, SERVICE, name=name)) for name in ("错的.pdf", "对的.pdf")]
    assert code(await take_away(run, AGENT, first)) == (403, "attachment.not_yours")
    assert [each["removable"] for each in (await run.shown(SERVICE))["attachments"]] == [True, True]
    assert (await take_away(run, SERVICE, first)).status_code == 204
    assert code(await take_away(run, SERVICE, first)) == (404, "not_found")
    assert await names(run, AGENT) == [("对的.pdf", None)]
    await run.decide(AGENT)
    await run.company.settled(lambda: run.company.has_open(run.instance, "second"))
    assert not (await run.shown(SERVICE))["attachments"][0]["removable"]
    refused = await take_away(run, SERVICE, kept)
    assert (code(refused), refused.json()["error"]["params"]["by"]) == ((409, "task.already_handled"), "王伟")
    late = made(await attach_to_run(run, SERVICE, name="后补.pdf"))
    assert (await take_away(run, SERVICE, late)).status_code == 204


async def test_the_same_wish_again_is_the_same_file(run: Approving) -> None:
    wish = {"command_id": str(uuid4())}
    first, second = [made(await attach_to_run(run, SERVICE, **wish)) for _ in range(2)]
    assert first == second
    assert len(await names(run, SERVICE)) == 1
    assert first["task_id"] is None


async def test_a_run_holds_only_so_many_of_its_own(run: Approving, task: str) -> None:
    for number in range(MOST_FILES):
        made(await attach_to_run(run, SERVICE, content=b"x", name=f"{number}.txt"))
    assert code(await attach_to_run(run, SERVICE)) == (409, "attachment.too_many")
    await attached(run, AGENT, task)


async def test_what_is_too_large_is_refused(run: Approving) -> None:
    assert code(await attach_to_run(run, SERVICE, content=bytes(MOST_BYTES + 1))) == (413, "attachment.too_large")
    made(await attach_to_run(run, SERVICE, content=bytes(MOST_BYTES)))


async def test_it_is_written_down_and_told_without_its_name(run: Approving) -> None:
    file = made(await attach_to_run(run, SERVICE))
    await take_away(run, SERVICE, file)
    lines = [each for each in (await run.shown(AGENT))["history"] if each["type"] in ("attached", "detached")]
    assert [(each["type"], each["actor"]["name"], each["data"]["name"], each["node_id"]) for each in lines] == [
        ("attached", "赵磊", "合同.pdf", None),
        ("detached", "赵磊", "合同.pdf", None),
    ]
    assert "合同" not in (await (await run.http(QUALITY)).get(f"/instances/{run.instance}/history")).text
    told = text("SELECT string_agg(type, ' ' ORDER BY id) FROM weft.event WHERE type ~ 'tached$' AND subject_id = :id")
    assert await run.company.scalar(told, id=run.instance) == "instance.attached instance.detached"
    named = text("SELECT count(*) FROM weft.event WHERE type ~ 'tached$' AND data::text LIKE '%合同%'")
    assert await run.company.scalar(named) == 0


async def test_a_key_that_was_not_made_for_tasks_gets_no_files(run: Approving) -> None:
    """Not even one that sees every run."""
    made(await attach_to_run(run, SERVICE))
    role = {"kind": "role", "key": "watcher", "label": {"zh": "看", "en": "Watch"}, "permissions": ["operate"]}
    await run.company.publish(role, "role")
    http = await run.http(ADMIN)
    answer = await http.post("/api-keys", json={"name": "ERP", "roles": ["watcher"], "user_id": await run.id(ADMIN)})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    wish = {"name": "a.txt", "command_id": str(uuid4())}
    sent = await http.post(f"/instances/{run.instance}/attachments", params=wish, content=b"x", headers=headers)
    assert code(sent) == (403, "forbidden")
    seen = (await http.get(f"/instances/{run.instance}", headers=headers)).json()
    assert (seen["attachments"], seen["may_attach"]) == ([], False)

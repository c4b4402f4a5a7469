"""Files of tasks and runs by GraphQL: to whom REST gives them and to nobody else, and those of a whole page in one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from backend import clock
from backend.events.log import Cause
from backend.graphql.context import MAX_STATEMENTS
from backend.tasks.alone import NewTask, open_alone
from tests.backend.agents.approval import approval, signing, task_of
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, QUALITY, Company
from tests.backend.flows.conftest import client, company, temporal
from tests.backend.graphql.conftest import Browser, statements
from tests.backend.graphql.people import People, people

__all__ = ["client", "company", "people", "temporal"]
FILES = "attachments { id name size media_type url by { name } at task { id node_id title { zh } } removable }"
TASK = f"query ($id: ID!) {{ task(id: $id) {{ may_attach {FILES} }} }}"
RUN = f"query ($id: ID!) {{ instance(id: $id) {{ may_attach {FILES} }} }}"
BOX = f"query ($box: String!) {{ tasks(box: $box) {{ items {{ id {FILES} }} }} }}"
RUNS = f"{{ instances {{ items {{ id {FILES} }} }} }}"


async def attach(browser: Browser, place: str, name: str = "合同.pdf") -> dict[str, Any]:
    query = {"name": name, "command_id": str(uuid4())}
    sent = await browser.client.post(f"/api/{place}/attachments", params=query, content=b"%PDF-1.7")
    assert sent.status_code == 201, sent.text
    found: dict[str, Any] = sent.json()
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [each["name"] for each in found["attachments"]]


async def owned(company: Company, instance: UUID, email: str) -> None:
    """Somebody started the run."""
    user = (await company.caller(email)).user_id
    statement = text("UPDATE weft.instance SET initiator_id = :user WHERE id = :id RETURNING 1")
    await company.scalar(statement, user=user, id=instance)


async def test_a_task_and_its_run_show_what_rest_shows(company: Company, people: People) -> None:
    wang, sun = await people(AGENT), await people(FINANCE)
    instance, task = await signing(company, AGENT, LEAD)
    await owned(company, instance, FINANCE)
    await attach(wang, f"tasks/{task}")
    await attach(sun, f"instances/{instance}", "补充.pdf")
    first, second = (await wang.data(TASK, id=task))["task"]["attachments"]
    assert (first["name"], first["size"], first["media_type"]) == ("合同.pdf", 8, "application/octet-stream")
    assert (first["by"], first["removable"], first["url"]) == (
        {"name": "王伟"},
        True,
        f"/api/attachments/{first['id']}",
    )
    assert first["task"] == {"id": task, "node_id": "sign", "title": {"zh": "签字"}}
    assert (second["name"], second["task"], second["removable"]) == ("补充.pdf", None, False)
    assert (await wang.client.get(first["url"])).content == b"%PDF-1.7"
    rest = (await wang.client.get(f"/api/tasks/{task}")).json()
    assert [each["id"] for each in rest["attachments"]] == [first["id"], second["id"]]
    run = (await sun.data(RUN, id=str(instance)))["instance"]
    assert ([each["removable"] for each in run["attachments"]], run["may_attach"]) == ([False, True], True)
    assert (await wang.data(RUN, id=str(instance)))["instance"]["may_attach"] is False
    assert (await wang.data(TASK, id=task))["task"]["may_attach"] is True


async def test_lists_show_those_of_each(company: Company, people: People) -> None:
    wang, admin = await people(AGENT), await people(ADMIN)
    instance, task = await signing(company, AGENT)
    await attach(wang, f"tasks/{task}")
    _, other = await signing(company, flow=approval(AGENT))
    (one,) = [each for each in (await wang.data(BOX, box="todo"))["tasks"]["items"] if each["id"] == task]
    (bare,) = [each for each in (await wang.data(BOX, box="todo"))["tasks"]["items"] if each["id"] == other]
    assert (names(one), names(bare)) == (["合同.pdf"], [])
    for reader in (wang, admin):
        runs = {each["id"]: names(each) for each in (await reader.data(RUNS))["instances"]["items"]}
        assert runs[str(instance)] == ["合同.pdf"]
        assert sum(map(len, runs.values())) == 1


async def test_a_task_that_stands_alone_has_its_own(company: Company, people: People) -> None:
    wang = await people(AGENT)
    ticket, user = await company.ticket(), (await company.caller(AGENT)).user_id
    assert user is not None
    async with company.services.database.transaction() as session:
        new = NewTask({"zh": "回电", "en": "Call back"}, "ticket", ticket)
        alone = str(await open_alone(session, new, [user], clock.now(), Cause()))
    await attach(wang, f"tasks/{alone}", "录音.mp3")
    (listed,) = (await wang.data(BOX, box="todo"))["tasks"]["items"]
    assert names(listed) == names((await wang.data(TASK, id=alone))["task"]) == ["录音.mp3"]


async def test_whoever_only_sees_the_record_or_nothing_gets_none(company: Company, people: People) -> None:
    wang, chen = await people(AGENT), await people(QUALITY)
    instance, task = await signing(company, AGENT)
    await attach(wang, f"tasks/{task}")
    seen = (await chen.data(RUN, id=str(instance)))["instance"]
    assert (seen["attachments"], seen["may_attach"]) == ([], False)
    assert await chen.code(TASK, id=task) == "task.not_yours"
    assert (await chen.data(RUNS))["instances"]["items"] == []
    await company.scalar(text("UPDATE weft.instance SET record_id = NULL WHERE id = :id RETURNING 1"), id=instance)
    unseen = await chen.ask(RUN, id=str(instance))
    assert unseen["errors"][0]["extensions"]["code"] == "not_found"
    assert "合同" not in str(unseen)


async def test_a_draft_that_is_left_of_a_part_that_was_taken_away_shows_none(company: Company, people: People) -> None:
    """The box of drafts still names the task; its page is refused, and so are the files."""
    wang, chen = await people(AGENT), await people(QUALITY)
    _, task = await signing(company, AGENT, QUALITY)
    await attach(wang, f"tasks/{task}")
    kept = await chen.client.put(f"/api/tasks/{task}/draft", json={"data": {}, "comment": "想一想"})
    assert kept.status_code == 200, kept.text
    assert [names(each) for each in (await chen.data(BOX, box="drafts"))["tasks"]["items"]] == [["合同.pdf"]]
    gone = text("UPDATE weft.task_item SET status = 'removed' WHERE task_id = :task AND user_id = :user RETURNING 1")
    await company.scalar(gone, task=UUID(task), user=(await company.caller(QUALITY)).user_id)
    assert [names(each) for each in (await chen.data(BOX, box="drafts"))["tasks"]["items"]] == [[]]
    assert await chen.code(TASK, id=task) == "task.not_yours"


async def test_a_key_that_was_not_made_for_tasks_gets_none(company: Company, people: People) -> None:
    """Not even where its user sees every run."""
    wang, admin = await people(AGENT), await people(ADMIN)
    instance, task = await signing(company, AGENT)
    await attach(wang, f"tasks/{task}")
    role = {"kind": "role", "key": "watcher", "label": {"zh": "看", "en": "Watch"}, "permissions": ["operate"]}
    await company.publish(role, "role")
    user = (await company.caller(ADMIN)).user_id
    made = await admin.client.post("/api/api-keys", json={"name": "ERP", "roles": ["watcher"], "user_id": str(user)})
    assert made.status_code == 201, made.text
    key = Browser(wang.app)
    key.client.headers["Authorization"] = f"Bearer {made.json()['token']}"
    assert (await key.data(RUN, id=str(instance)))["instance"]["attachments"] == []
    runs = (await key.data(RUNS))["instances"]["items"]
    assert [(each["id"], each["attachments"]) for each in runs] == [(str(instance), [])]
    await key.client.aclose()


async def test_a_page_takes_one_statement_for_all_files(company: Company, people: People) -> None:
    wang = await people(AGENT)
    await signing(company, AGENT)
    counts = []
    for _ in range(2):
        for query, given in ((BOX, {"box": "todo"}), (RUNS, {})):
            with statements(wang.app) as seen:
                await wang.data(query, **given)
            counts.append((len(seen), sum("task_attachment" in each for each in seen)))
        for _ in range(3):
            instance = await company.start("signing", await company.ticket())
            await company.settled(lambda instance=instance: company.has_open(instance, "sign"))
            await attach(wang, f"tasks/{await task_of(company, instance, 'sign')}")
    assert counts[:2] == counts[2:]
    assert {files for _, files in counts} == {1}


async def test_the_files_of_a_page_are_counted_as_a_statement(company: Company, people: People) -> None:
    wang = await people(AGENT)
    await signing(company, AGENT)
    bare = "".join(f"a{n}: tasks {{ items {{ id }} }} " for n in range(MAX_STATEMENTS))
    assert len(await wang.data(f"{{ {bare} }}")) == MAX_STATEMENTS
    assert await wang.code(f"{{ {bare.replace('{ id }', '{ attachments { id } }')} }}") == "graphql.too_large"

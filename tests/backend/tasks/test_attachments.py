"""Files attached to tasks over HTTP: who may, what is refused, who gets them, and what is kept of those that were taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend import clock
from backend.events.log import Cause
from backend.tasks.alone import NewTask, open_alone
from backend.tasks.files import MOST_BYTES, MOST_FILES, AttachmentNameInvalid, file_name, headers_of
from tests.backend.flows.company import ADMIN, AGENT, FINANCE, LEAD, OTHER_AGENT, QUALITY, SERVICE, Company
from tests.backend.tasks.approving import Approving, code, flow, step
from tests.backend.tasks.attaching import PDF, attach, attached, fetch, page
from tests.backend.tasks.conftest import SignIn


@pytest.fixture
async def run(company: Company, sign_in: SignIn) -> Approving:
    """An administrator has started it; 王伟 or 张敏 decides, then 李娜."""
    document = flow("files", step("first", AGENT, OTHER_AGENT), step("second", LEAD))
    return await Approving.started(company, sign_in, document, ADMIN)


@pytest.fixture
async def task(run: Approving) -> str:
    return str((await run.tasks(AGENT))[0]["id"])


async def test_a_file_is_on_every_page_of_its_instance_and_comes_back_as_it_was(run: Approving, task: str) -> None:
    file = await attached(run, AGENT, task)
    shown = await page(run, OTHER_AGENT, task)
    (listed,) = shown["attachments"]
    assert (listed["name"], listed["size"], listed["by"]["name"]) == ("合同.pdf", len(PDF), "王伟")
    assert (listed["url"], listed["removable"], shown["may_attach"]) == (file["url"], False, True)
    assert (await page(run, AGENT, task))["attachments"][0]["removable"]
    await run.decide(AGENT)
    await run.company.settled(lambda: run.company.has_open(run.instance, "second"))
    (later,) = (await run.task(LEAD))["attachments"]
    assert later == listed
    answer = await fetch(run, LEAD, file)
    assert (answer.status_code, answer.content) == (200, PDF)
    kept = text("SELECT sha256 FROM weft.task_attachment WHERE id = :id")
    assert await run.company.scalar(kept, id=UUID(file["id"])) == sha256(PDF).hexdigest()


async def test_it_is_saved_and_never_shown_or_cached(run: Approving, task: str) -> None:
    answer = await fetch(run, AGENT, await attached(run, AGENT, task, name='合同 "终稿"%.pdf'))
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    disposition = headers["content-disposition"]
    assert disposition.startswith('attachment; filename="__ ____')
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == '合同 "终稿"%.pdf'


@pytest.mark.parametrize("type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/html;x", "nonsense", ""])
def test_what_a_browser_could_run_is_given_out_as_bytes(type: str) -> None:
    assert headers_of("a.html", type)["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\wang\\合同.pdf", "合同.pdf"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\0\u200b 报价 .xlsx. ", "报价 .xlsx"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize("given", ["", "..", "../", " . ", "\u202e", "x" * 201])
def test_a_name_of_nothing_is_refused(given: str) -> None:
    with pytest.raises(AttachmentNameInvalid):
        file_name(given)


async def test_a_name_that_is_none_and_a_file_with_nothing_in_it_are_refused(run: Approving, task: str) -> None:
    assert code(await attach(run, AGENT, task, name="..")) == (422, "attachment.name_invalid")
    assert code(await attach(run, AGENT, task, content=b"")) == (422, "attachment.empty")
    assert (await page(run, AGENT, task))["attachments"] == []


async def test_what_is_too_large_is_refused_before_it_is_there(run: Approving, task: str) -> None:
    """Also where nobody said how much it would be; and the rest is not read."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 3 * MOST_BYTES:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    assert code(await attach(run, AGENT, task, content=endless())) == (413, "attachment.too_large")
    assert MOST_BYTES < sent <= MOST_BYTES + 2 * 1024 * 1024
    assert code(await attach(run, AGENT, task, content=bytes(MOST_BYTES + 1))) == (413, "attachment.too_large")
    assert (await attach(run, AGENT, task, content=bytes(MOST_BYTES))).status_code == 201
    assert len((await page(run, AGENT, task))["attachments"]) == 1


async def test_other_requests_stay_as_short_as_they_were(run: Approving, task: str) -> None:
    http = await run.http(AGENT)
    answer = await http.post(f"/tasks/{task}/operations", content=bytes(9 * 1024 * 1024))
    assert code(answer) == (413, "request.too_large")


async def test_a_task_holds_only_so_many(run: Approving, task: str) -> None:
    files = [await attached(run, AGENT, task, name=f"{number}.pdf") for number in range(MOST_FILES)]
    assert code(await attach(run, AGENT, task)) == (409, "attachment.too_many")
    assert (await (await run.http(AGENT)).delete(f"/attachments/{files[3]['id']}")).status_code == 204
    assert (await attach(run, AGENT, task)).status_code == 201


async def test_the_same_wish_again_is_the_same_file(run: Approving, task: str) -> None:
    wish = {"command_id": str(uuid4())}
    first, second = [await attached(run, AGENT, task, **wish) for _ in range(2)]
    assert first == second
    assert len((await page(run, AGENT, task))["attachments"]) == 1
    assert code(await attach(run, OTHER_AGENT, task, **wish)) == (409, "command.id_reused")


async def test_who_has_nothing_to_do_with_it_neither_attaches_nor_reads(run: Approving, task: str) -> None:
    file = await attached(run, AGENT, task)
    assert code(await attach(run, QUALITY, task)) == (403, "task.not_yours")
    assert code(await fetch(run, QUALITY, file)) == (404, "not_found")
    assert code(await (await run.http(QUALITY)).delete(f"/attachments/{file['id']}")) == (404, "not_found")
    assert code(await fetch(run, AGENT, {"id": uuid4()})) == (404, "not_found")


async def test_whoever_only_sees_the_record_does_not_read_it(run: Approving, task: str) -> None:
    """They see how the instance goes, and none of the words in it."""
    file = await attached(run, AGENT, task)
    http = await run.http(QUALITY)
    assert (await http.get(f"/instances/{run.instance}")).status_code == 200
    assert "合同" not in (await http.get(f"/instances/{run.instance}/history")).text
    assert code(await fetch(run, QUALITY, file)) == (404, "not_found")


async def test_who_was_taken_away_from_it_does_not_read_it_any_more(run: Approving, task: str) -> None:
    await run.do(AGENT, "add_alongside", users=[await run.id(SERVICE)])
    file = await attached(run, SERVICE, task)
    assert (await fetch(run, SERVICE, file)).status_code == 200
    (theirs,) = [each["item"] for each in (await page(run, AGENT, task))["items"] if each["user"]["name"] == "赵磊"]
    assert (await run.do(AGENT, "remove", item=theirs)).status_code == 200
    assert code(await fetch(run, SERVICE, file)) == (404, "not_found")
    assert code(await attach(run, SERVICE, task)) == (403, "task.not_yours")
    assert code(await (await run.http(SERVICE)).delete(f"/attachments/{file['id']}")) == (404, "not_found")


async def test_copies_read_it_and_consulted_people_attach(run: Approving, task: str) -> None:
    await run.do(AGENT, "cc", users=[await run.id(FINANCE)])
    await run.do(AGENT, "consult", users=[await run.id(SERVICE)])
    file = await attached(run, SERVICE, task)
    assert (await page(run, SERVICE, task))["may_attach"]
    assert (await fetch(run, FINANCE, file)).status_code == 200
    assert not (await page(run, FINANCE, task))["may_attach"]
    assert code(await attach(run, FINANCE, task)) == (403, "task.not_yours")
    assert (await run.do(SERVICE, "advise", task, comment="可以")).status_code == 200
    assert code(await attach(run, SERVICE, task)) == (403, "task.not_yours")


async def test_the_initiator_attaches_while_it_is_open(run: Approving, task: str) -> None:
    assert (await page(run, ADMIN, task))["may_attach"]
    file = await attached(run, ADMIN, task)
    await run.decide(AGENT)
    assert not (await page(run, ADMIN, task))["may_attach"]
    assert code(await attach(run, ADMIN, task)) == (409, "task.already_handled")
    assert code(await attach(run, AGENT, task)) == (409, "task.already_handled")
    gone = await (await run.http(ADMIN)).delete(f"/attachments/{file['id']}")
    assert code(gone) == (409, "task.already_handled")
    assert (await fetch(run, AGENT, file)).content == PDF


async def test_what_was_decided_while_it_arrived_is_not_attached_to(run: Approving, task: str) -> None:
    """The file was begun in time; it is not there in the end."""

    async def slowly() -> AsyncIterator[bytes]:
        yield PDF
        assert (await run.decide(OTHER_AGENT, task=task)).status_code == 200
        yield PDF

    assert code(await attach(run, AGENT, task, content=slowly())) == (409, "task.already_handled")
    assert (await page(run, AGENT, task))["attachments"] == []


async def test_only_who_attached_it_takes_it_away_and_nothing_of_it_is_left(run: Approving, task: str) -> None:
    file = await attached(run, AGENT, task)
    url = f"/attachments/{file['id']}"
    for other in (OTHER_AGENT, ADMIN):
        assert code(await (await run.http(other)).delete(url)) == (403, "attachment.not_yours")
    assert (await (await run.http(AGENT)).delete(url)).status_code == 204
    assert code(await (await run.http(AGENT)).delete(url)) == (404, "not_found")
    assert code(await fetch(run, AGENT, file)) == (404, "not_found")
    assert (await page(run, AGENT, task))["attachments"] == []
    left = text("SELECT length(content) FROM weft.task_attachment WHERE id = :id AND removed_at IS NOT NULL")
    assert await run.company.scalar(left, id=UUID(file["id"])) == 0


async def test_it_is_written_down_and_told_without_its_name(run: Approving, task: str) -> None:
    file = await attached(run, AGENT, task)
    await (await run.http(AGENT)).delete(f"/attachments/{file['id']}")
    history = [each for each in (await run.shown(AGENT))["history"] if each["type"] in ("attached", "detached")]
    assert [(each["type"], each["actor"]["name"], each["data"]["name"]) for each in history] == [
        ("attached", "王伟", "合同.pdf"),
        ("detached", "王伟", "合同.pdf"),
    ]
    told = text(
        "SELECT string_agg(type || (data ->> 'attachment'), ' ' ORDER BY id) FROM weft.event WHERE type ~ 'tached$'"
    )
    assert await run.company.scalar(told) == f"task.attached{file['id']} task.detached{file['id']}"
    named = text("SELECT count(*) FROM weft.event WHERE type ~ 'tached$' AND data::text LIKE '%合同%'")
    assert await run.company.scalar(named) == 0


async def test_a_key_that_was_not_made_for_tasks_is_refused(run: Approving, task: str) -> None:
    file = await attached(run, AGENT, task)
    made = {"name": "ERP", "roles": ["cs_agent"], "user_id": await run.id(AGENT)}
    token = (await (await run.http(ADMIN)).post("/api-keys", json=made)).json()["token"]
    http = await run.http(AGENT)
    headers = {"Authorization": f"Bearer {token}"}
    wish = {"name": "a.txt", "command_id": str(uuid4())}
    for answer in (
        await http.post(f"/tasks/{task}/attachments", params=wish, content=b"x", headers=headers),
        await http.get(f"/attachments/{file['id']}", headers=headers),
        await http.delete(f"/attachments/{file['id']}", headers=headers),
    ):
        assert code(answer) == (403, "forbidden")


async def test_a_task_that_stands_alone_has_files_of_its_own(run: Approving) -> None:
    ticket = await run.company.ticket()
    async with run.company.services.database.transaction() as session:
        new = NewTask({"zh": "回电", "en": "Call back"}, "ticket", ticket)
        people = [UUID(await run.id(AGENT))]
        alone = str(await open_alone(session, new, people, clock.now(), Cause()))
    file = await attached(run, AGENT, alone)
    assert [each["id"] for each in (await page(run, AGENT, alone))["attachments"]] == [file["id"]]
    assert (await fetch(run, AGENT, file)).content == PDF
    assert code(await fetch(run, LEAD, file)) == (404, "not_found")

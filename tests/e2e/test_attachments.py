"""Files in the browser: whoever started a run attaches on its page, the approver gets it at the task, and each sees what the other adds."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, Locator, expect

from tests.e2e.pictures.flows import ADMIN, CHEN, LI, flow, people, step
from tests.e2e.reader import TWO_READERS, Reader
from tests.product import Product
from tests.story import task_of


def _started(product: Product) -> tuple[str, str]:
    """A run, and the task in it that waits for 李娜."""
    document = flow("赔付审批", "Compensation", step("lead", "主管审批", "A lead approves", people(LI)))
    key, title = document["key"], f"地板泡水 {uuid4().hex[:6]}"
    with closing(product.client(ADMIN)) as admin, closing(product.client(LI)) as lead:
        admin.put(f"/api/definitions/flow/{key}", json={"content": document}).raise_for_status()
        admin.post("/api/publish", json={"keys": [{"kind": "flow", "key": key}]}).raise_for_status()
        record = admin.post("/api/records/ticket", json={"title": title, "priority": "normal"}).json()["id"]
        run = admin.post(f"/api/flows/{key}/instances", json={"record_id": record}).json()["id"]
        return str(run), str(task_of(lead, "lead", title)["id"])


def _files(reader: Reader) -> Locator:
    return reader.page.get_by_role("region", name=reader.say("附件", "Attachments"), exact=True)


def _attach(reader: Reader, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    _files(reader).locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # a TypedDict by its members
    expect(_files(reader).get_by_role("link", name=name)).to_be_visible()


@TWO_READERS
def test_files_of_a_run(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    run, task = _started(product)
    photo, quote = "现场照片.pdf", "维修报价.pdf"
    with (
        Reader(browser, product, ADMIN, language, size) as admin,
        Reader(browser, product, LI, language, size) as lead,
        Reader(browser, product, CHEN, language, size) as other,
    ):
        admin.open(f"/instances/{run}")
        _attach(admin, photo, b"%PDF-photo")
        lead.open(f"/tasks/{task}")
        link = _files(lead).get_by_role("link", name=photo)
        with lead.page.expect_download() as download:
            link.click()
        assert Path(download.value.path()).read_bytes() == b"%PDF-photo"
        assert download.value.suggested_filename == photo
        _attach(lead, quote, b"%PDF-quote")
        step_list = _files(admin).get_by_role("list", name=admin.say("主管审批", "A lead approves"))
        expect(step_list.get_by_role("link", name=quote)).to_be_visible()
        expect(_files(admin).get_by_role("button", name=admin.say(f"移除 {photo}", f"Remove {photo}"))).to_be_visible()
        expect(_files(admin).get_by_role("button", name=admin.say(f"移除 {quote}", f"Remove {quote}"))).to_have_count(0)
        _files(admin).scroll_into_view_if_needed()
        admin.look("run-attachments")
        other.open(f"/instances/{run}")
        expect(other.page.get_by_role("region", name=other.say("经过", "History"), exact=True)).to_be_visible()
        expect(_files(other)).to_have_count(0)

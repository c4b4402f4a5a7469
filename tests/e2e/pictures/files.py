"""Files at a task and at the whole run."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.pictures.album import Album
from tests.e2e.pictures.flows import ADMIN, LI, SUN, flow, people, step


def _attach(album: Album, who: str, place: str, name: str, kilobytes: int) -> None:
    wish = {"name": name, "command_id": str(uuid4())}
    answer = album.client(who).post(f"/api/{place}/attachments", params=wish, content=bytes(kilobytes * 1024))
    assert answer.status_code == 201, answer.text


def attached(album: Album) -> None:
    """What the initiator gave to the run, and a lead at her task; and all of it by step on the page of the run."""
    steps = flow(
        "赔付审批",
        "Compensation",
        step("lead", "主管审批", "A lead approves", people(LI)),
        step("money", "财务审批", "Finance", people(SUN)),
    )
    album.publish(steps)
    id, title = album.start(steps, "地板泡水赔付", "A soaked floor")
    _attach(album, ADMIN, f"instances/{id}", album.say("现场照片.jpg", "The floor.jpg"), 2460)
    task = album.waits(LI, "lead", title)
    _attach(album, LI, f"tasks/{task}", album.say("维修报价.pdf", "Quote of the repair.pdf"), 184)
    album.decide(LI, task, "agree")
    heading = album.say("附件", "Attachments")
    reader = album.look_at(SUN, album.waits(SUN, "money", title))
    region = reader.page.get_by_role("region", name=heading, exact=True)
    expect(region.get_by_role("link")).to_have_count(2)
    album.take("attachments", reader.page, region)
    reader = album.reader(ADMIN)
    reader.open(f"/instances/{id}")
    region = reader.page.get_by_role("region", name=heading, exact=True)
    expect(region.get_by_role("list")).to_have_count(2)
    region.scroll_into_view_if_needed()
    album.take("attachments-run", reader.page, region, margin=0)


SCENES = [attached]

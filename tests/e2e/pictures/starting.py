"""Starting a flow with its form."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.pictures.album import PAGE, Album
from tests.e2e.pictures.flows import ADMIN
from tests.e2e.start_flow import publish, request_flow, request_form


def start(album: Album) -> None:
    """A request half filled in, with who comes next."""
    key = f"shown_{uuid4().hex[:6]}"
    whole = request_flow(key)
    whole["label"] = {"zh": "领料申请", "en": "Parts request"}
    publish(album.client(), request_form(key), whole)
    reader = album.reader(ADMIN)
    reader.page.set_viewport_size({"width": PAGE, "height": 1_000})
    reader.open(f"/start/{key}")
    expect(reader.page.get_by_text("李娜").first).to_be_visible()
    reader.fill(title=album.say("洗衣机门封", "A door seal"))
    reader.choose("severity", album.say("轻微", "Minor"))
    reader.page.wait_for_timeout(2_500)
    album.take("start", reader.page, reader.page.locator("article"))


SCENES = (start,)

"""Where pictures are kept, and what a scene needs to come about: flows published, runs started, people who act and look."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.pictures.flows import ADMIN
from tests.e2e.reader import Reader
from tests.product import ROOT, Product
from tests.story import task_of

PICTURES = ROOT / "docs" / "pictures" / "approvals"
#: Tall, so that what is cut out stands in the window as a whole.
WINDOW = (1180, 1500)
#: Of a task alone: a window in which lines do not run far beyond what they say.
PAGE = 720
MARGIN = 10
#: Bytes of one picture; more than that and it shows too much.
MOST = 60_000


class Album:
    """The pictures of one language, `NAME.LANGUAGE.png`, and the people who look."""

    def __init__(self, browser: Browser, product: Product, language: str) -> None:
        self.browser, self.product, self.language = browser, product, language
        self.taken: list[str] = []
        self._open = ExitStack()
        self._readers: dict[str, Reader] = {}
        self._clients: dict[str, httpx.Client] = {}

    def __enter__(self) -> Album:
        PICTURES.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def reader(self, who: str) -> Reader:
        """Somebody with a browser of their own, for all scenes."""
        if who not in self._readers:
            reader = Reader(self.browser, self.product, who, self.language, WINDOW)
            self._readers[who] = self._open.enter_context(reader)
        self._readers[who].page.set_viewport_size({"width": WINDOW[0], "height": WINDOW[1]})
        return self._readers[who]

    def forget(self) -> None:
        """After a scene that failed: keep what everybody sees, and begin with new browsers."""
        for reader in self._readers.values():
            reader.keep(f"picture-failed-{reader.who.partition('@')[0]}")
        self._readers.clear()

    def client(self, who: str = ADMIN) -> httpx.Client:
        if who not in self._clients:
            self._clients[who] = self.product.client(who)
        return self._clients[who]

    def id_of(self, who: str) -> str:
        return str(self.client(who).get("/api/me").json()["user"]["id"])

    # -- what is to be seen

    def publish(self, flow: dict[str, Any]) -> str:
        """The key of the flow."""
        key: str = flow["key"]
        saved = self.client().put(f"/api/definitions/flow/{key}", json={"content": flow}).json()
        assert [one for one in saved["problems"] if one["severity"] == "error"] == [], saved["problems"]
        published = self.client().post("/api/publish", json={"keys": [{"kind": "flow", "key": key}]})
        assert published.json().get("published"), published.text
        return key

    def start(self, flow: dict[str, Any], zh: str, en: str, who: str = ADMIN) -> tuple[str, str]:
        """A run of a flow about a ticket with this title; its id, and the title, which is nobody else's."""
        title = f"{self.say(zh, en)} #{uuid4().hex[:4]}"
        ticket = {"title": title, "priority": "normal"}
        record = self.client().post("/api/records/ticket", json=ticket).json()
        path = f"/api/flows/{flow['key']}/instances"
        answer = self.client(who).post(path, json={"record_id": record["id"]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"]), title

    def waits(self, who: str, node: str, title: str) -> str:
        """The id of a task, as soon as it waits for somebody."""
        return str(task_of(self.client(who), node, title)["id"])

    def decide(self, who: str, task: str, outcome: str, zh: str = "", en: str = "") -> None:
        self.decide_with(who, task, {"outcome": outcome, "comment": self.say(zh, en), "data": {}})

    def decide_with(self, who: str, task: str, body: dict[str, Any]) -> None:
        """With what a form asks for."""
        self._post(who, f"/api/tasks/{task}/complete", **body)

    def act(self, who: str, task: str, operation: str, *users: str, comment: str = "") -> None:
        names = {"users": [self.id_of(user) for user in users]} if users else {}
        said = {"comment": comment} if comment else {}
        self._post(who, f"/api/tasks/{task}/operations", operation=operation, **names, **said)

    def _post(self, who: str, path: str, **body: Any) -> None:
        answer = self.client(who).post(path, json=body | {"command_id": str(uuid4())})
        assert answer.status_code == 200, answer.text

    # -- looking

    def look_at(self, who: str, task: str) -> Reader:
        """Somebody in front of a task."""
        reader = self.reader(who)
        reader.page.set_viewport_size({"width": PAGE, "height": WINDOW[1]})
        reader.open(f"/tasks/{task}")
        expect(reader.page.locator("article")).to_be_visible()
        return reader

    def take(self, name: str, page: Page, *shown: Locator, margin: int = MARGIN, height: int = WINDOW[1]) -> None:
        """Keep the part of a page that these things stand in; of what goes on below for long, `height`."""
        page.evaluate("document.fonts.ready.then(() => true)")
        # What had the pointer or is still coming in would be another picture each time.
        page.wait_for_timeout(350)
        boxes = [one.bounding_box() for one in shown]
        found = [box for box in boxes if box is not None]
        assert None not in boxes, f"{name}: not to be seen"
        left = max(min(box["x"] for box in found) - margin, 0)
        top = max(min(box["y"] for box in found) - margin, 0)
        right = min(max(box["x"] + box["width"] for box in found) + margin, WINDOW[0])
        bottom = min(max(box["y"] + box["height"] for box in found) + margin, WINDOW[1], top + height)
        path = PICTURES / f"{name}.{self.language}.png"
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        page.screenshot(path=path, clip=clip, animations="disabled")  # type: ignore[arg-type]  # a TypedDict by its members
        assert Path(path).stat().st_size <= MOST, f"{path} is too large"
        self.taken.append(name)

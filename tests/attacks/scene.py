"""The running product with the flows to attack in it: who has which part, what is secret, and what a request has changed."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from tests.attacks.definitions import FLOWS, FORM
from tests.product import Product
from tests.story import CHEN, LI, LIU, SUN, WANG, ZHAO, ZHOU, until

ADMIN = "admin@weft.local"
#: Somebody of the company without any role.
STRANGER = "stranger@weft.local"
#: Values that only whoever may read them can know. Nobody else's answer may hold them in any form.
SECRETS = {"compensation": "7431.55", "source_text": "深夜来电 9137", "price": "88.31", "parts_total": "264.93"}
#: Everything that a refused request may not change, as one text.
_STATE = """
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT 'event ' || count(*) AS line FROM weft.event
    UNION ALL SELECT concat_ws(' ', 'task', id, status, outcome, claimed, urged_at) FROM weft.task
    UNION ALL SELECT concat_ws(' ', 'item', id, user_id, kind, status, outcome, sign, comment, md5(signature), owner_id, asked_by)
        FROM weft.task_item
    UNION ALL SELECT concat_ws(' ', 'instance', id, status, sequence, voided_at) FROM weft.instance
    UNION ALL SELECT concat_ws(' ', 'draft', task_id, user_id, data, comment, outcome) FROM weft.task_draft
    UNION ALL SELECT concat_ws(' ', 'start draft', id, user_id, flow, data) FROM weft.start_draft
    UNION ALL SELECT concat_ws(' ', 'agent', id, revoked_at) FROM weft.standing_agent
    UNION ALL SELECT concat_ws(' ', 'handover', id, status) FROM weft.handover
    UNION ALL SELECT concat_ws(' ', 'ticket', t.id, t.version, md5(t::text)) FROM data.ticket t
    UNION ALL SELECT concat_ws(' ', 'row', r.id, md5(r::text)) FROM data.ticket__items r
) AS lines
"""


class Scene:
    """People signed in, and what the placeholders of the table stand for."""

    def __init__(self, product: Product, stack: ExitStack) -> None:
        self.product = product
        people = (ADMIN, WANG, CHEN, ZHAO, SUN, LI, ZHOU, LIU)
        self.clients = {who: product.client(who) for who in people}
        stranger = {"email": STRANGER, "name": "路人", "password": product.password}
        self._good(self.admin.post("/api/users", json=stranger))
        self.clients[STRANGER] = product.client(STRANGER)
        for client in self.clients.values():
            stack.callback(client.close)
        self.names: dict[str, str] = {"used": str(uuid4()), "blank": signature(drawn=False), "long": "x" * 5_001}
        drawn = base64.b64decode(signature().partition(",")[2])
        self.names["png_and_more"] = "data:image/png;base64," + base64.b64encode(drawn + b"<script>").decode()
        users = {user["email"]: user["id"] for user in self.admin.get("/api/users").json()["items"]}
        self.names |= {email.partition("@")[0].partition(".")[0]: id for email, id in users.items()}
        self._publish()

    @property
    def admin(self) -> httpx.Client:
        return self.clients[ADMIN]

    # -- what is there

    def _publish(self) -> None:
        for document in (FORM, *FLOWS):
            address = f"/api/definitions/{document['kind']}/{document['key']}"
            self._good(self.admin.put(address, json={"content": document}))
        keys = [{"kind": each["kind"], "key": each["key"]} for each in (FORM, *FLOWS)]
        self._good(self.admin.post("/api/publish", json={"keys": keys}))

    def _good(self, answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def started(self, flow: str, who: str, ticket: str) -> tuple[str, str]:
        """An instance and its task in somebody's inbox."""
        started = self._good(self.admin.post(f"/api/flows/{flow}/instances", json={"record_id": ticket}))

        def opened() -> str | None:
            items = self.clients[who].get("/api/tasks", params={"limit": 200}).json()["items"]
            return next((item["id"] for item in items if item["instance_id"] == started["id"]), None)

        return started["id"], until(opened, f"the task of {flow}")

    def ticket(self, **data: Any) -> dict[str, Any]:
        given = {
            "title": "漏水",
            "source_text": SECRETS["source_text"],
            "compensation": SECRETS["compensation"],
            "items": [{"part": "门封", "quantity": 3, "price": SECRETS["price"]}],
            **data,
        }
        made: dict[str, Any] = self._good(self.admin.post("/api/records/ticket", json=given))
        return made

    def make_fields(self) -> None:
        """A task under rights: Chen's, copied to Li, started by the administrator. One more that was decided."""
        ticket = self.ticket()
        self.names |= {"ticket": ticket["id"], "row": ticket["items"][0]["id"]}
        self.names["instance"], self.names["task"] = self.started("trial_fields", CHEN, ticket["id"])
        ended, done = self.started("trial_fields", CHEN, self.ticket()["id"])
        self.names |= {"ended": ended, "done": done}
        self.complete(CHEN, done, "ok", data={"severity": "minor"}, command_id=self.names["used"])

    def make_board(self) -> None:
        """Wang and Sun sign together. Wang brought in Zhou and a stranger, and took the stranger away again; Sun handed on
        to Zhao."""
        self.names["board_instance"], board = self.started("trial_board", WANG, self.ticket()["id"])
        self.names["board"] = board
        self.operate(WANG, board, "add_alongside", users=[self.names["zhou"], self.names["stranger"]])
        self.operate(WANG, board, "remove", item=self.item(board, "stranger"))
        self.operate(SUN, board, "transfer", users=[self.names["zhao"]])
        self.operate(WANG, board, "consult", users=[self.names["li"]])
        self.names |= {f"item_of_{who}": str(self.item(board, who)) for who in ("wang", "zhou", "zhao")}

    def make_turns(self) -> None:
        """First Wang, then Zhao; and a group of Wang and Sun, from which Wang has taken the task."""
        self.names["turns_instance"], self.names["turns"] = self.started("trial_turns", WANG, self.ticket()["id"])
        self.names["group_instance"], self.names["group"] = self.started("trial_group", WANG, self.ticket()["id"])
        self.operate(WANG, self.names["group"], "claim")

    def make_key(self) -> None:
        """A key without its user's tasks."""
        key = {"name": "ERP", "roles": ["quality_engineer"], "user_id": self.names["chen"]}
        self.names["key"] = self._good(self.admin.post("/api/api-keys", json=key))["token"]

    def item(self, task: str, who: str) -> int:
        """The number of somebody's latest part in a task."""
        items = self._good(self.admin.get(f"/api/tasks/{task}"))["items"]
        return int([item["item"] for item in items if item["user"]["id"] == self.names[who]][-1])

    # -- what is done

    def complete(self, who: str, task: str, outcome: str, **more: Any) -> Any:
        """Decide, and mean it."""
        body = {"outcome": outcome, "command_id": str(uuid4()), **more}
        return self._good(self.clients[who].post(f"/api/tasks/{task}/complete", json=body))

    def operate(self, who: str, task: str, operation: str, **more: Any) -> Any:
        """Do something else than deciding."""
        body = {"operation": operation, "command_id": str(uuid4()), **more}
        return self._good(self.clients[who].post(f"/api/tasks/{task}/operations", json=body))

    def name(self, name: str) -> str:
        """What a placeholder stands for; what it is about is made when it is first asked for. `fresh` is a new id each time."""
        if name == "fresh":
            return str(uuid4())
        if name not in self.names:
            made_by = next(make for names, make in _MADE_BY.items() if name in names)
            made_by(self)
        return self.names[name]

    def filled(self, value: Any) -> Any:
        """`value` with its placeholders filled in."""
        if isinstance(value, str):
            return _PLACEHOLDER.sub(lambda found: self.name(found[1]), value)
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return value

    def state(self) -> str:
        """What a refused request must leave as it is."""
        with psycopg.connect(self.product.database_url) as connection:
            row = connection.execute(_STATE).fetchone()
        assert row is not None
        return str(row[0])


_PLACEHOLDER = re.compile(r"\{(\w+)\}")
#: Who makes what a placeholder stands for, where it is not there from the beginning.
_MADE_BY: dict[tuple[str, ...], Callable[[Scene], None]] = {
    ("ticket", "row", "instance", "task", "ended", "done"): Scene.make_fields,
    ("board_instance", "board", "item_of_wang", "item_of_zhou", "item_of_zhao"): Scene.make_board,
    ("turns_instance", "turns", "group_instance", "group"): Scene.make_turns,
    ("key",): Scene.make_key,
}


def signature(width: int = 40, height: int = 20, *, drawn: bool = True) -> str:
    """The data address of a small picture with a line on it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    ink, paper = b"\0\0\0\xff", b"\0\0\0\0"
    lines = (b"\0" + b"".join(ink if drawn and x == 2 * y else paper for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(lines))) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + parts).decode()


def graphql(client: httpx.Client, query: str) -> dict[str, Any]:
    """The answer of GraphQL."""
    found: dict[str, Any] = json.loads(client.post("/graphql", json={"query": query}).content)
    return found

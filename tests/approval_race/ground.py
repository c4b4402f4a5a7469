"""The product with its co-signers signed in: PostgreSQL, Temporal, a worker, and two API processes that share the people between them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from backend.auth.secrets import new_token, token_hash
from tests.bench.figures import scratch
from tests.bench.flows_company import ENTITY, ROLE, Json, edge, entity, field, flow, label, node, role, write_app
from tests.product import ROOT, Product, free_port

#: By flow, how its one task is signed.
MODES: dict[str, Json] = {
    "all": {"mode": "all"},
    "any": {"mode": "any"},
    "vote": {"mode": "vote", "vote": {"pass_at": "1/2"}},
    "claim": {"mode": "claim"},
}
_OUTCOMES = [
    {"key": "agree", "label": label("agree")},
    {"key": "refuse", "label": label("refuse"), "kind": "refuse"},
]


@dataclass(frozen=True)
class Racer:
    """A co-signer: who they are, and how they reach the product."""

    id: str
    name: str
    url: str
    cookies: dict[str, str]
    csrf: str


@dataclass(frozen=True)
class Ground:
    """What a race needs."""

    product: Product
    racers: list[Racer]


@contextmanager
def ground(people: int) -> Iterator[Ground]:
    """Everything running and everybody signed in; all of it gone afterwards."""
    with scratch() as folder:
        app = write_app(folder / "works", _documents(), people)
        product = Product(folder / "home", WEFT_TEMPLATES=str(app), WEFT_SAMPLE_DATA="true")
        try:
            product.start()
            with _second_api(product, folder) as url:
                yield Ground(product, _signed_in(product.database_url, (product.url, url)))
        finally:
            product.stop()


def _documents() -> list[Json]:
    task: dict[str, Any] = {"outcomes": _OUTCOMES}
    flows = [
        flow(
            key,
            ENTITY,
            [
                node("start", "start_event"),
                node("sign", "user_task", assignment={"candidates": [{"role": ROLE}], **mode}, **task),
                node("which", "exclusive_gateway"),
                node("agreed", "end_event", outcome="agreed"),
                node("refused", "end_event", outcome="refused"),
            ],
            [
                edge("start", "sign"),
                edge("sign", "which"),
                edge("which", "agreed", when='outcome = "agree"'),
                edge("which", "refused", default=True),
            ],
        )
        for key, mode in MODES.items()
    ]
    return [entity(ENTITY, field("name", required=True)), role(ROLE, ENTITY), *flows]


@contextmanager
def _second_api(product: Product, folder: Path) -> Iterator[str]:
    """Another API process over the same servers, as a second machine would have it."""
    environment = Path(f"/proc/{product.pid('api')}/environ").read_bytes().split(b"\0")
    variables = dict(each.split(b"=", 1) for each in environment if b"=" in each)
    port = free_port()
    variables[b"WEFT_PORT"] = str(port).encode()
    with (folder / "second.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "api"],
            cwd=ROOT,
            env={os.fsdecode(name): os.fsdecode(value) for name, value in variables.items()},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait_ready(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.1)
    raise AssertionError("the second API process did not get ready")


def _signed_in(database_url: str, urls: tuple[str, ...]) -> list[Racer]:
    """Sessions for all, as signing in makes them; two hundred passwords would only be hashed for nothing."""
    expires = datetime.now(UTC) + timedelta(hours=1)
    found: list[Racer] = []
    with psycopg.connect(database_url) as connection:
        users = connection.execute('SELECT id, name FROM weft."user" WHERE NOT is_admin ORDER BY email').fetchall()
        for number, (id, name) in enumerate(users):
            token, csrf = new_token(), new_token()
            connection.execute(
                "INSERT INTO weft.session (token_hash, user_id, csrf, expires_at, user_agent) VALUES (%s, %s, %s, %s, '')",
                (token_hash(token), id, csrf, expires),
            )
            cookies = {"weft_session": token, "weft_csrf": csrf}
            found.append(Racer(str(id), name, urls[number % len(urls)], cookies, csrf))
    return found

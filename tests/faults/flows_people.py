"""The people of the fault run: they take tasks from their inboxes and decide them over HTTP, repeating what was not answered.

What they were told is written into a ledger, which knows nothing of the product but its answers.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.faults.flows_company import note
from tests.product import Product

#: Answers that say nothing about what happened: the same command is given again.
_UNANSWERED = frozenset({502, 503, 504})
#: Somebody else was faster, or the same person elsewhere.
_TOO_LATE = frozenset({"task.already_handled", "flow.instance_ended"})
#: How often an answered command is given again, to see that it is answered the same.
_AGAIN = 0.05
#: People look at the newest of their tasks, so that they meet.
_LOOKED_AT = 40
_PAUSE = (0.05, 0.3)


@dataclass(frozen=True, slots=True)
class Action:
    """One decision as its person sees it: `answer` is None when somebody else was faster."""

    command: str
    task: str
    node: str
    person: str
    attempts: int
    seconds: float
    answer: dict[str, Any] | None


@dataclass
class Ledger:
    """What people were told, and what they did not understand."""

    goal: int
    actions: list[Action] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, action: Action) -> None:
        with self._lock:
            self.actions.append(action)

    def wonder(self, surprise: str) -> None:
        with self._lock:
            self.surprises.append(surprise)

    @property
    def done(self) -> list[Action]:
        """What was answered with yes."""
        with self._lock:
            return [each for each in self.actions if each.answer is not None]

    @property
    def is_full(self) -> bool:
        return len(self.done) >= self.goal


class Person:
    """Works until the ledger is full or `stop` is set."""

    def __init__(self, product: Product, email: str, ledger: Ledger, stop: threading.Event, seed: int) -> None:
        self._client = product.client(email)
        self._email = email
        self._ledger = ledger
        self._stopped = stop
        self._chance = random.Random(seed)

    def work(self) -> None:
        try:
            while not self._stopped.is_set() and not self._ledger.is_full:
                task = self._choose()
                if task is not None:
                    self._decide(task)
                self._stopped.wait(self._chance.uniform(*_PAUSE))
        finally:
            self._client.close()

    def _choose(self) -> dict[str, Any] | None:
        """One of the tasks to do; None when there is none, or nobody answers."""
        answer = self._ask("GET", "/api/tasks", params={"box": "todo", "limit": _LOOKED_AT})
        if answer is None or answer.status_code != 200:
            self._wonder_at(answer, "the inbox")
            return None
        items: Sequence[dict[str, Any]] = answer.json()["items"]
        return self._chance.choice(items) if items else None

    def _decide(self, task: dict[str, Any]) -> None:
        command, begun, attempts = uuid4().hex, time.monotonic(), 0
        path = f"/api/tasks/{task['id']}/complete"
        body = {"outcome": "done", "command_id": command, "data": {note(task["node_id"]): command}}
        while not self._stopped.is_set():
            attempts += 1
            answer = self._ask("POST", path, json=body)
            if answer is not None and answer.status_code not in _UNANSWERED:
                break
            self._stopped.wait(self._chance.uniform(0.2, 0.6))
        else:
            self._ledger.wonder(f"{path} was not answered before the end ({attempts} attempts)")
            return
        said = answer.json() if answer.status_code == 200 else None
        if said is None and answer.json()["error"]["code"] not in _TOO_LATE:
            self._wonder_at(answer, f"{task['node_id']} {task['id']}")
        seconds = time.monotonic() - begun
        self._ledger.write(Action(command, task["id"], task["node_id"], self._email, attempts, seconds, said))
        if said is not None and self._chance.random() < _AGAIN:
            self._repeat(path, body, said)

    def _repeat(self, path: str, body: dict[str, Any], said: dict[str, Any]) -> None:
        """A second click: the same answer."""
        answer = self._ask("POST", path, json=body)
        if answer is None or answer.status_code in _UNANSWERED:
            return
        if answer.status_code != 200 or answer.json() != said:
            self._ledger.wonder(f"{path} was answered {said}, and then {answer.text}")

    def _ask(self, method: str, path: str, **members: Any) -> httpx.Response | None:
        """The answer, or None when there is none."""
        try:
            return self._client.request(method, path, **members)
        except httpx.TransportError:
            return None

    def _wonder_at(self, answer: httpx.Response | None, what: str) -> None:
        if answer is not None and answer.status_code not in _UNANSWERED:
            self._ledger.wonder(f"{what}: {answer.status_code} {answer.text[:300]}")

"""Each attack of the table over HTTP: refused with its code, and nothing has changed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.attacks.scene import Scene
from tests.attacks.table import ATTACKS, KEY, Attack


def asked(scene: Scene, attack: Attack) -> httpx.Response:
    method, path, body = attack.method, scene.filled(attack.path), scene.filled(attack.body)
    if isinstance(body, dict) and isinstance(body.get("item"), str):
        body["item"] = int(body["item"])
    if attack.who != KEY:
        sent: Any = {"content": json.dumps(body).encode(), "headers": {"Content-Type": "application/json"}}
        return scene.clients[attack.who].request(method, path, **(sent if body is not None else {}))
    headers = {"Authorization": f"Bearer {scene.name('key')}"}
    return httpx.request(method, scene.product.url + path, json=body, headers=headers, timeout=30)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refused(scene: Scene, attack: Attack) -> None:
    scene.filled([attack.path, attack.body])
    before = scene.state()
    answer = asked(scene, attack)
    assert answer.status_code == attack.status, answer.text
    error = answer.json()["error"]
    assert error["code"] == attack.code, answer.text
    if attack.problems:
        assert tuple((each["path"], each["code"]) for each in error["problems"]) == attack.problems
    assert scene.state() == before, "a refused request has changed something"

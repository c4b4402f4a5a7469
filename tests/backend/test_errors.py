"""What an error says stands in each language, what it names too."""

from __future__ import annotations

from backend.errors import NotFound
from engine.definitions import Text


def test_what_is_not_found_is_named_in_each_language() -> None:
    error = NotFound(what=Text("流程", "flow"), key="nope").to_json()["error"]
    assert error["message"] == {"zh": "找不到流程：nope", "en": "No flow nope"}
    assert error["params"] == {"what": "flow", "key": "nope"}


def test_what_is_named_by_one_text_stands_as_it_is() -> None:
    error = NotFound(what="task", key="7").to_json()["error"]
    assert error["message"] == {"zh": "找不到task：7", "en": "No task 7"}

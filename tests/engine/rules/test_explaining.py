"""Why a rule fires on an event, and why not."""

from __future__ import annotations

import datetime as dt

from engine.rules.explaining import Why, why
from engine.rules.history import Occurrence
from tests.engine.rules.programs import SCOPES
from tests.engine.rules.timelines import BEN, at, event, simulation, update

VIP = (
    'rule vip when social.comment as c where text contains "bad"'
    ' if customer.level = "vip" and count(social.comment within 1 hour by customer) >= 2'
    ' then tag("x") limit 1 per customer per 1 hour end'
)


def _asked(rule: str, occurrences: list[Occurrence], about: int, until: dt.datetime | None = None) -> Why:
    made = simulation(rule)
    made.play(occurrences, until)
    return why(made, next(iter(made.rules)), occurrences[about].id)


def _held(found: Why) -> list[bool | None]:
    return [step.holds for step in found.steps]


def test_another_kind_of_event() -> None:
    found = _asked(VIP, [event(at(0), "social.post")], 0)
    assert not found.fires
    assert [step.reasons[0].en for step in found.steps] == [
        "The rule waits for social.comment; the event is social.post"
    ]


def test_events_are_called_what_rules_call_them_in_each_language() -> None:
    made, came = simulation(VIP), event(at(0), "social.post")
    made.play([came])
    (reason,) = why(made, "vip", came.id, SCOPES.events).steps[0].reasons
    assert reason.zh == "规则等待 社交.评论，这个事件是 社交.发帖"
    assert reason.en == "The rule waits for social.comment; the event is social.post"


def test_the_condition_on_the_event_with_its_parts() -> None:
    found = _asked(VIP, [event(at(0), "social.comment", text="good")], 0)
    last = found.steps[-1]
    assert (found.fires, last.holds, last.text) == (False, False, 'text contains "bad"')
    assert [(part.text, part.value, part.holds) for part in last.parts] == [
        ('text contains "bad"', False, False),
        ("text", "good", None),
    ]
    assert VIP[last.parts[1].start : last.parts[1].end] == "text"
    assert last.reasons


def test_what_was_counted_is_told() -> None:
    found = _asked(VIP, [event(at(0), "social.comment", text="bad")], 0)
    last = found.steps[-1]
    assert last.holds is False
    assert any(reason.en == "count(social.comment) counted 1 events and gave 1" for reason in last.reasons)


def test_a_condition_on_the_person() -> None:
    found = _asked(VIP, [event(at(n), "social.comment", BEN, text="bad") for n in range(2)], 1)
    shown = {part.text: (part.value, part.holds) for part in found.steps[-1].parts}
    assert shown["customer.level"] == ("normal", None)
    assert shown['customer.level = "vip"'] == (False, False)


def test_it_fires_and_then_a_limit_holds_it_back() -> None:
    comments = [event(at(n), "social.comment", text="bad") for n in range(3)]
    assert _asked(VIP, comments, 1).fires
    last = _asked(VIP, comments, 2)
    assert not last.fires
    assert last.steps[-1].title.en == "Limits"
    assert last.steps[-1].holds is False


SEQUENCE = (
    'rule pair when social.post as p followed_by social.comment where text = p.text within 1 hour then tag("x") end'
)


def test_sequences_tell_what_is_missing() -> None:
    post, comment = event(at(0), "social.post", text="t"), event(at(5), "social.comment", text="t")
    assert _asked(SEQUENCE, [post], 0).steps[-1].reasons[0].en == "No event followed that completes the sequence"
    assert _asked(SEQUENCE, [comment], 0).steps[-1].reasons[0].en.startswith("No earlier event goes with it")
    assert _asked(SEQUENCE, [post, comment], 0).fires
    assert _asked(SEQUENCE, [post, comment], 1).fires


ABSENCE = 'rule silent when social.post as p without social.comment where text = p.text within 1 hour then tag("x") end'


def test_absences_tell_what_followed() -> None:
    post, comment = event(at(0), "social.post", text="t"), event(at(5), "social.comment", text="t")
    assert _asked(ABSENCE, [post], 0, at(60)).fires
    assert "not over before" in _asked(ABSENCE, [post], 0, at(59)).steps[-1].reasons[0].en
    followed = _asked(ABSENCE, [post, comment], 0, at(60))
    assert f"Event #{comment.id} came" in followed.steps[-1].reasons[0].en


def test_changes() -> None:
    rule = 'rule up when person.level changes to "vip" then tag("x") end'
    assert _asked(rule, [update(at(0), "person", BEN, level=("a", "vip"))], 0).fires
    other = _asked(rule, [update(at(0), "person", BEN, name=("a", "b"))], 0)
    assert other.steps[-1].reasons[0].en == "level did not change"

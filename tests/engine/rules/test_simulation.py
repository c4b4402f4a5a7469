"""What rules mean over a timeline: each trigger, each clause."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from engine.language import Calendar
from engine.rules.outcomes import Facts
from engine.rules.simulation import Simulation
from tests.engine.rules.programs import compiled
from tests.engine.rules.timelines import (
    ANNA,
    BEGINS,
    BEN,
    ZONE,
    at,
    entered,
    event,
    played,
    simulation,
    told,
    update,
)

VIP = 'rule vip when social.comment as c where text contains "bad" if customer.level = "vip" then tag("x") end'


def test_an_event_fires_where_its_conditions_hold() -> None:
    found = played(
        VIP,
        [
            event(at(0), "social.comment", text="bad"),
            event(at(1), "social.comment", text="good"),
            event(at(2), "social.comment", BEN, text="bad"),
            event(at(3), "social.post", text="bad"),
        ],
    )
    assert told(found) == ["23 09:00 vip then fired: tag"]
    assert found[0].cause.startswith("event:")
    assert found[0].person == "anna"
    assert found[0].actions[0].arguments["tags"] == ("x",)


def test_branches_in_order() -> None:
    rule = (
        'rule branches when social.comment as c if c.sentiment = "negative" then tag("a")'
        ' else if c.sentiment = "neutral" then tag("b") else tag("c") end'
    )
    moods = ["negative", "neutral", "positive"]
    found = played(rule, [event(at(n), "social.comment", sentiment=mood) for n, mood in enumerate(moods)])
    assert [each.branch for each in found] == ["then", "else_if_1", "else"]


def test_a_window_counts_with_its_event_and_by_key() -> None:
    rule = 'rule likes when social.like if count(social.like within 1 hour by customer) >= 3 then tag("x") end'
    likes = [event(at(minute), "social.like") for minute in (0, 10, 59, 60, 130)]
    others = [event(at(minute), "social.like", BEN) for minute in (5, 15)]
    found = played(rule, sorted([*likes, *others], key=lambda each: each.at))
    assert told(found) == ["23 09:59 likes then fired: tag", "23 10:00 likes then fired: tag"]
    assert [each.windows[0].count for each in found] == [3, 3]
    assert found[1].windows[0].events == (likes[1].id, likes[2].id, likes[3].id)


def test_sum_over_money_of_other_events() -> None:
    rule = (
        "rule big when social.comment as c if sum(amount: order.paid within 30 days by customer) > 100 CNY"
        ' then tag("x") end'
    )
    paid = [event(at(n), "order.paid", customer="anna", amount=amount) for n, amount in enumerate(("60.00", "40.00"))]
    comments = [event(at(5), "social.comment"), event(at(7), "social.comment")]
    more = event(at(6), "order.paid", customer="anna", amount="0.01")
    found = played(rule, [*paid, comments[0], more, comments[1]])
    assert told(found) == ["23 09:07 big then fired: tag"]
    assert found[0].windows[0].value == Decimal("100.01")


SEQUENCE = (
    "rule churn when social.message as m followed_by social.message where author.id = m.author.id"
    ' and text contains any of keywords("defects") within 2 hours then tag("x") end'
)


def _message(minute: float, author: str, text: str = "") -> object:
    return event(at(minute), "social.message", author={"id": author}, text=text)


def test_a_sequence_fires_at_its_last_event_and_takes_the_latest_before() -> None:
    first, second = _message(0, "a"), _message(10, "a")
    other, last = _message(15, "b"), _message(20, "a", "it does leak")
    found = played(SEQUENCE, [first, second, other, last])  # type: ignore[list-item]  # occurrences
    assert told(found) == ["23 09:20 churn then fired: tag"]
    assert set(found[0].events.values()) == {second.id, last.id}  # type: ignore[attr-defined]


def test_a_sequence_tells_the_words_that_it_found_in_either_event() -> None:
    rule = """rule churn when social.message as m where text contains any of keywords("products")
      followed_by social.message as n where n.text contains any of keywords("defects") within 2 hours then tag("x") end"""
    (found,) = played(rule, [_message(0, "a", "洗衣机"), _message(1, "a", "漏水了")])  # type: ignore[list-item]  # occurrences
    assert (found.trace['keywords("products")'], found.trace['keywords("defects")']) == (["洗衣机"], ["漏水"])


def test_an_event_is_taken_by_the_first_that_follows_it() -> None:
    rule = (
        'rule pair when social.post as p followed_by social.comment where text = p.text within 1 hour then tag("x") end'
    )
    events = [
        event(at(n), kind, text="t") for n, kind in enumerate(["social.post", "social.comment", "social.comment"])
    ]
    assert told(played(rule, events)) == ["23 09:01 pair then fired: tag"]


def test_three_events_in_order() -> None:
    rule = (
        "rule three when social.post as p followed_by social.comment as c where text = p.text within 1 hour"
        ' followed_by social.like where target = p.text within 1 hour then tag("x") end'
    )
    found = played(
        rule,
        [
            event(at(0), "social.post", text="t"),
            event(at(30), "social.like", target="t"),
            event(at(50), "social.comment", text="t"),
            event(at(100), "social.like", target="t"),
            event(at(101), "social.like", target="t"),
        ],
    )
    assert told(found) == ["23 10:40 three then fired: tag"]
    assert len(found[0].events) == 3


ABSENCE = (
    "rule quiet when order.paid as o without order.paid where customer = o.customer within 7 days"
    ' if o.amount >= 100 CNY then tag("x") end'
)


def test_an_absence_fires_when_the_time_is_over() -> None:
    found = played(
        ABSENCE,
        [
            event(at(0), "order.paid", customer="anna", amount="100"),
            event(at(1), "order.paid", BEN, customer="ben", amount="99"),
            event(at("10:00", 25), "order.paid", customer="anna", amount="200"),
        ],
        at("10:00", 30) + dt.timedelta(days=10),
    )
    assert [(each.at, each.cause.split(":")[0]) for each in found] == [
        (at("10:00", 25) + dt.timedelta(days=7), "deadline")
    ]


def test_what_comes_just_in_time_or_just_too_late() -> None:
    first = event(at(0), "order.paid", customer="anna", amount="100")
    week = dt.timedelta(days=7)
    just = event(at(0) + week, "order.paid", customer="anna", amount="1")
    late = event(at(0) + week + dt.timedelta(seconds=1), "order.paid", customer="anna", amount="1")
    assert played(ABSENCE, [first, just], at(0) + week) == ()
    assert told(played(ABSENCE, [first, late], at(0) + week)) == ["30 09:00 quiet then fired: tag"]


def test_a_late_event_retracts_what_fired_for_its_absence() -> None:
    made = simulation(ABSENCE)
    made.play([event(at(0), "order.paid", customer="anna", amount="100")], at("12:00", 30))
    assert told(made.outcomes) == ["30 09:00 quiet then fired: tag"]
    late = event(at("12:00", 25), "order.paid", customer="anna", amount="1")
    made.feed(late)
    assert told(made.outcomes) == ["30 09:00 quiet then retracted: tag"]
    assert made.outcomes[0].retracted_by == late.id


def test_business_time_of_an_absence() -> None:
    rule = (
        'rule slow calendar "office" when social.message as m without message.sent where thread = m.thread'
        ' within 15 business minutes then tag("x") end'
    )
    friday = at("17:50", 27)
    found = played(
        rule, [event(friday, "social.message", thread="t")], at("12:00", 30), calendars={"office": Calendar()}
    )
    assert [each.at for each in found] == [at("09:05", 30)]
    answered = event(at("09:05", 30), "message.sent", thread="t")
    message = event(friday, "social.message", thread="t")
    assert played(rule, [message, answered], at("12:00", 30), calendars={"office": Calendar()}) == ()


def test_a_calendar_without_hours_fails_and_says_so() -> None:
    rule = 'rule slow when social.message as m without message.sent within 15 business minutes then tag("x") end'
    found = played(rule, [event(at(0), "social.message")], at(60), calendar=Calendar(week={}))
    assert [(each.status, each.error) for each in found] == [("failed", "no_such_time")]


def test_a_schedule_goes_through_its_records() -> None:
    rule = 'rule morning every 1 day at 09:00 for each customer where level = "vip" then send("hi {customer.name}") end'
    found = played(rule, [], at("09:00", 25), records={"person": [BEN, ANNA]})
    assert told(found) == [f"{day} 09:00 morning then fired: send" for day in (23, 24, 25)]
    assert found[0].actions[0].arguments == {"text": "hi Anna"}
    assert found[0].cause == "schedule:2026-11-23T01:00:00+00:00:anna"


def test_a_change_fires_on_the_edge() -> None:
    rule = 'rule up when person.level changes from "normal" to "vip" then tag("x") end'
    changes = [("normal", "vip"), ("svip", "vip"), ("normal", "svip"), ("vip", "vip")]
    found = played(rule, [update(at(n), "person", ANNA, level=change) for n, change in enumerate(changes)])
    assert told(found) == ["23 09:00 up then fired: tag"]
    anyhow = 'rule up when person.level changes then tag("x") end'
    assert len(played(anyhow, [update(at(0), "person", ANNA, level=("a", "b"), name=("A", "B"))])) == 1
    assert played(anyhow, [update(at(0), "person", ANNA, name=("A", "B"))]) == ()


def test_segments_entered_and_left() -> None:
    enters = 'rule dormant when enters segment "dormant_vip" if person.level = "vip" then tag("x") end'
    leaves = 'rule awake when exits segment "dormant_vip" then tag("y") end'
    found = played(
        [enters, leaves],
        [
            entered(at(0), "dormant_vip", ANNA),
            entered(at(1), "other", ANNA),
            entered(at(2), "dormant_vip", ANNA, "segment.left"),
        ],
    )
    assert told(found) == ["23 09:00 dormant then fired: tag", "23 09:02 awake then fired: tag"]


WATCH = (
    "rule crisis watch count(social.mention where sentiment_score < -0.3 within 10 minutes by product) >= 3"
    ' for each product every 1 minute then start_flow("crisis", product: product) end'
)


def test_a_watch_fires_when_its_condition_becomes_true() -> None:
    mentions = [
        event(at(minute), "social.mention", product="p1", sentiment_score="-0.5") for minute in (0, 1, 2, 30, 31, 32)
    ]
    other = [event(at(minute), "social.mention", product="p2", sentiment_score="-0.5") for minute in (0, 1)]
    occurrences = sorted([*mentions, *other], key=lambda each: each.at)
    found = played(WATCH, occurrences, at(60), records={"product": [{"id": "p1", "name": "P"}, {"id": "p2"}]})
    assert [(each.at, each.cause.rpartition(":")[2]) for each in found] == [(at(2), "p1"), (at(32), "p1")]


def test_limits_hold_back_and_say_so() -> None:
    rule = 'rule often when social.comment then tag("x") limit 2 per customer per 1 hour once per event.text end'
    texts = ["a", "b", "a", "c", "c"]
    found = played(rule, [event(at(n * 20), "social.comment", text=text) for n, text in enumerate(texts)])
    assert [each.status for each in found] == ["fired", "fired", "limited", "fired", "limited"]
    assert [each.held_by for each in found if each.held_by] == ["often:limit:anna", "often:once:c"]


def test_a_limit_is_per_subject() -> None:
    rule = 'rule often when social.comment then tag("x") limit 1 per customer per 1 hour end'
    found = played(rule, [event(at(n), "social.comment", person) for n, person in enumerate([ANNA, BEN, ANNA])])
    assert [each.status for each in found] == ["fired", "fired", "limited"]


def test_a_record_is_counted_by_its_id() -> None:
    rule = 'rule r when order.paid as o then tag("x") once per o end'
    orders = [event(at(n), "order.paid") for n in range(3)]
    paid = [
        replace(each, kinds={"order.paid": {"person": "anna", "id": id}})
        for each, id in zip(orders, "aba", strict=True)
    ]
    assert [each.status for each in played(rule, paid)] == ["fired", "fired", "limited"]


def test_stop_keeps_lower_priorities_from_firing() -> None:
    rules = [
        'rule low when social.comment then tag("l") end',
        'rule same priority 5 when social.comment then tag("s") end',
        'rule high priority 5 when social.comment as c if c.text = "x" then tag("h") stop end',
    ]
    found = played(rules, [event(at(0), "social.comment", text="x"), event(at(1), "social.comment", text="y")])
    assert [each.rule for each in found] == ["high", "same", "same", "low"]


def test_a_limited_rule_stops_others_and_absences_wait_all_the_same() -> None:
    rules = [
        'rule high priority 9 when social.comment then tag("h") stop limit 1 per customer per 1 hour end',
        'rule low when social.comment then tag("l") end',
        'rule wait when social.comment without social.like within 1 hour then tag("w") end',
    ]
    found = played(rules, [event(at(0), "social.comment"), event(at(1), "social.comment")], at(120))
    assert [(each.rule, each.status) for each in found] == [
        ("high", "fired"),
        ("high", "limited"),
        ("wait", "fired"),
        ("wait", "fired"),
    ]


def test_a_rule_is_valid_on_its_days_only() -> None:
    rule = 'rule days valid from 2026-11-24 to 2026-11-24 when social.comment then tag("x") end'
    found = played(rule, [event(at("12:00", day), "social.comment") for day in (23, 24, 25)])
    assert [each.at.day for each in found] == [24]


AFTER = (
    'rule nudge purpose marketing when social.comment then send("hello")'
    ' after 24 hours if message.read_at is not empty do send("again") after 1 hour do tag("z") end end end'
)


def test_what_is_left_for_later_asks_whether_the_message_was_read() -> None:
    comment = event(at(0), "social.comment")
    assert told(played(AFTER, [comment], at("12:00", 25))) == ["23 09:00 nudge then fired: send"]
    read = event(at("20:00", 23), "message.read")
    found = played(AFTER, [comment, read], at("12:00", 25))
    assert told(found) == [
        "23 09:00 nudge then fired: send",
        "24 09:00 nudge then.1 fired: send",
        "24 10:00 nudge then.1.1 fired: tag",
    ]
    assert found[2].cause == f"after:after:event:{comment.id}:then.1:then.1.1"


def test_later_blocks_see_the_person_as_they_are_then() -> None:
    rule = 'rule later when social.comment then after 1 hour if person.level = "svip" do tag("{person.name}") end end'
    better = {**ANNA, "level": "svip", "name": "Anna B."}
    found = played(rule, [event(at(0), "social.comment"), update(at(5), "person", better)], at(120))
    assert [each.actions[0].arguments["tags"] for each in found if each.actions] == [("Anna B.",)]
    assert told(played(rule, [event(at(0), "social.comment")], at(120))) == ["23 09:00 later then fired: "]


def test_consent_is_asked_for_a_purpose() -> None:
    rule = 'rule sale purpose marketing when social.comment then send("sale") tag("x") end'
    found = played(rule, [event(at(0), "social.comment"), event(at(1), "social.comment", BEN)])
    assert told(found) == ["23 09:00 sale then fired: send, tag", "23 09:01 sale then fired: send!consent.missing, tag"]
    unknown = played(rule, [event(at(0), "social.comment")], consents=frozenset())
    assert unknown[0].actions[0].refused == "consent.unknown"
    off = played(rule, [event(at(0), "social.comment")], off=frozenset({"marketing"}))
    assert off[0].actions[0].refused == "purpose.off"


def test_withdrawn_consent_cancels_what_is_pending() -> None:
    rule = 'rule later purpose marketing when social.comment then after 1 hour do send("x") end end'
    withdrawn = update(at(5), "person", {**ANNA, "marketing_consent": False}, marketing_consent=(True, False))
    assert told(played(rule, [event(at(0), "social.comment"), withdrawn], at(120))) == ["23 09:00 later then fired: "]


def test_quiet_hours_delay_what_is_sent() -> None:
    rule = 'rule night when social.comment then send("x") tag("y") quiet "night" end'
    morning = at("08:00", 24)
    found = played(rule, [event(at("23:00"), "social.comment")], quiet_until=lambda _name, _moment: morning)
    assert [deed.quiet_until for deed in found[0].actions] == [morning, None]


def test_shares_are_the_same_every_time() -> None:
    rule = 'rule half when social.comment then split per customer 50% A: tag("a") 50% B: tag("b") end end'
    people = [{"id": f"p{n}"} for n in range(40)]
    found = played(rule, [event(at(n), "social.comment", person) for n, person in enumerate([*people, *people])])
    shares = [each.shares["then.0"] for each in found]
    assert shares[:40] == shares[40:]
    assert set(shares) == {"A", "B"}


def test_the_clock_does_not_matter_for_what_is_due() -> None:
    """Deadlines handled long after they were due see their own time."""
    rule = compiled(
        'rule late when social.post as p without social.comment within 1 hour if p.text = "x" then tag("x") end'
    )
    made = Simulation([rule], Facts(ZONE), BEGINS)
    made.feed(event(at(0), "social.post", text="x"))
    made.feed(event(at(500), "social.comment"))
    made.advance(at(1000))
    assert [each.at for each in made.outcomes] == [at(60)]

"""Whether everything happened exactly once: the ledger of answers, and what the flow must come to, against the database.

Every question is asked of the tables in SQL; nothing of the product's code is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.faults.flows_company import CHILD, ENTITY, FLOW, ONCE, PARTS, REPEATS, note
from tests.faults.flows_people import Ledger
from tests.faults.flows_service import Book

#: What is counted -> a query that gives a key and how often it is there; what every action leaves, then what every task does.
_COUNTED: Mapping[str, str] = {
    "the answer that is kept": "SELECT id, 1 FROM weft.command WHERE actor_id IS NOT NULL AND answer ? 'task_id'",
    "the decision in the history": """
        SELECT data ->> 'task' || ' ' || actor_id, count(*) FROM weft.instance_history WHERE type = 'task_decided' GROUP BY 1""",
    "the end of the task in the history": """
        SELECT data ->> 'task', count(*) FROM weft.instance_history WHERE type = 'task_completed' GROUP BY 1""",
    "the event of its end": "SELECT subject_id::text, count(*) FROM weft.event WHERE type = 'task.completed' GROUP BY 1",
    "the part that was done": """
        SELECT task_id::text || ' ' || user_id, count(*) FROM weft.task_item WHERE status = 'done' GROUP BY 1""",
    "the task": """
        SELECT t.id::text || ' ' || t.closed_by, 1 FROM weft.task t WHERE t.status = 'completed' AND t.outcome = 'done'""",
    "the beginning of the task in the history": """
        SELECT data ->> 'task', count(*) FROM weft.instance_history WHERE type = 'task_opened' GROUP BY 1""",
    "the event of its beginning": "SELECT subject_id::text, count(*) FROM weft.event WHERE type = 'task.opened' GROUP BY 1",
}
_OF_ACTIONS = 6
#: Each must find nothing, at any time.
_NEVER: Mapping[str, str] = {
    "a task that was decided in two steps": """
        SELECT instance_id, data ->> 'task' FROM weft.instance_history WHERE type = 'task_decided'
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "incidents": "SELECT instance_id, node_id, data FROM weft.instance_history WHERE type = 'incident'",
    "effects that failed": "SELECT kind, key, last_error FROM weft.outbox WHERE status = 'failed'",
    "notices told twice": "SELECT key, user_id FROM weft.notification GROUP BY 1, 2 HAVING count(*) > 1",
}
#: Nor these, once everything is over.
_NOTHING: Mapping[str, str] = {
    **_NEVER,
    "instances that have not ended": "SELECT id, status FROM weft.instance WHERE status <> 'completed'",
    "open tasks": "SELECT id FROM weft.task WHERE status = 'open'",
    "effects that wait": "SELECT kind, key, last_error FROM weft.outbox WHERE status = 'pending'",
    "what is still waited for": "SELECT instance_id, name FROM weft.flow_subscription",
    "messages that nobody got": "SELECT name, correlation FROM weft.flow_message",
}


@dataclass
class Verdict:
    """What is missing, and what is there too often."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.doubled and not self.wrong

    def count(self, what: str, expected: Iterable[str], found: Mapping[str, int]) -> None:
        """Each of `expected` must be found once, and nothing else."""
        wanted = Counter(expected)
        for key in wanted.keys() | found.keys():
            self.compare(f"{what} {key}", wanted[key], found.get(key, 0))

    def compare(self, what: str, expected: int, found: int) -> None:
        if found < expected:
            self.lost.append(f"{what}: {found} instead of {expected}")
        elif found > expected:
            self.doubled.append(f"{what}: {found} instead of {expected}")


def verdict(url: str, ledger: Ledger, book: Book, rounds: Mapping[str, int]) -> Verdict:
    """The books of the run; `rounds` is how often each instance was to come to `check`."""
    found = Verdict(wrong=list(ledger.surprises))
    finished = ledger.is_full
    with psycopg.connect(url, autocommit=True) as connection:
        people = {email: str(id) for id, email in connection.execute('SELECT id, email FROM weft."user"').fetchall()}
        _actions(found, connection, ledger, people, finished=finished)
        _records_of_actions(found, connection, ledger)
        if finished:
            _instances(found, connection, rounds)
            _records(found, connection, book, rounds)
        for what, question in (_NOTHING if finished else _NEVER).items():
            rows = connection.execute(question).fetchall()
            found.wrong += [f"{what}: {row}" for row in rows[:5]]
    return found


def _actions(
    found: Verdict, connection: psycopg.Connection[Any], ledger: Ledger, people: Mapping[str, str], *, finished: bool
) -> None:
    """Every place where an action leaves something has it once, and has nothing that nobody was told of. Tasks that are open were
    opened too: their beginnings are only counted once everything is over."""
    done = ledger.done
    tasks = [each.task for each in done]
    parts = [f"{each.task} {people[each.person]}" for each in done]
    expected = dict.fromkeys(_COUNTED, tasks) | {
        "the answer that is kept": [each.command for each in done],
        "the decision in the history": parts,
        "the part that was done": parts,
        "the task": parts,
    }
    for what, question in _COUNTED.items() if finished else list(_COUNTED.items())[:_OF_ACTIONS]:
        found.count(what, expected[what], dict(connection.execute(question).fetchall()))


def _records_of_actions(found: Verdict, connection: psycopg.Connection[Any], ledger: Ledger) -> None:
    """Each action wrote its command id into the record, once: the log of changes knows; a refused one never did."""
    question = "SELECT c ->> 1, count(*) FROM (%s) AS changes(c) WHERE c ->> 1 IS NOT NULL GROUP BY 1"
    fields = " UNION ALL ".join(
        f"SELECT data -> 'changes' -> '{note(part)}' FROM weft.event WHERE type = '{ENTITY}.updated'" for part in PARTS
    )
    written = dict(connection.execute(question % fields).fetchall())
    found.count("what the form wrote", [each.command for each in ledger.done], written)


def _instances(found: Verdict, connection: psycopg.Connection[Any], rounds: Mapping[str, int]) -> None:
    """Each instance has come to each of its tasks as often as it should, its child once."""
    question = """
        SELECT COALESCE(i.parent_instance_id, i.id)::text || ' ' || t.node_id, count(*)
        FROM weft.task t JOIN weft.instance i ON i.id = t.instance_id GROUP BY 1"""
    expected = [f"{id} {node}" for id, times in rounds.items() for node in (*ONCE, *["check"] * times)]
    found.count("the task of a node", expected, dict(connection.execute(question).fetchall()))
    started = "SELECT COALESCE(parent_instance_id, id)::text || ' ' || flow, count(*) FROM weft.instance GROUP BY 1"
    instances = [f"{id} {flow}" for id in rounds for flow in (FLOW, CHILD)]
    found.count("the instance", instances, dict(connection.execute(started).fetchall()))
    once = ("started", "completed")
    said = f"""
        SELECT h.instance_id || ' ' || h.type, count(*) FROM weft.instance_history h JOIN weft.instance i ON i.id = h.instance_id
        WHERE h.type IN {once} AND i.flow = '{FLOW}' GROUP BY 1"""
    found.count(
        "in the history", [f"{id} {type}" for id in rounds for type in once], dict(connection.execute(said).fetchall())
    )
    heard = """
        SELECT instance_id || ' ' || node_id, count(*) FROM weft.instance_history
        WHERE type = 'node_left' AND node_id IN ('hear', 'pause', 'inspection', 'reserve', 'join') GROUP BY 1"""
    nodes = [f"{id} {node}" for id in rounds for node in ("hear", "pause", "inspection", "reserve", "join")]
    found.count("the way through", nodes, dict(connection.execute(heard).fetchall()))


def _records(found: Verdict, connection: psycopg.Connection[Any], book: Book, rounds: Mapping[str, int]) -> None:
    """The records add up: rounds, repetitions of the timer, the partner's name, the receipt of the outside system."""
    question = f"""
        SELECT i.id::text, r.counted, r.ticks, r.heard = r.partner, r.receipt,
            (SELECT count(*) FROM weft.instance_history h
             WHERE h.instance_id = i.id AND h.type = 'node_left' AND h.node_id = 'tick')
        FROM weft.instance i JOIN data.{ENTITY} r ON r.id = i.record_id WHERE i.flow = '{FLOW}'"""
    receipts: Counter[str] = Counter()
    for id, counted, ticks, heard, receipt, ticked in connection.execute(question).fetchall():
        found.compare(f"rounds counted by {id}", rounds.get(id, 0), int(counted or 0))
        found.compare(f"repetitions of the timer of {id}", ticked, int(ticks or 0))
        found.compare(f"repetitions of the timer of {id} at most", min(ticked, REPEATS), ticked)
        found.wrong += [] if heard else [f"{id} has not heard its partner"]
        receipts[str(receipt)] += 1
    found.count("the receipt", book.receipts.values(), receipts)
    found.wrong += [f"a call without a key: {count}" for key, count in book.calls.items() if not key]


def show(found: Verdict, most: int = 10) -> Iterator[str]:
    """The first few of each kind."""
    for title, lines in (("wrong", found.wrong), ("lost", found.lost), ("doubled", found.doubled)):
        for line in lines[:most]:
            yield f"  {title}: {line}"

"""Keeping the books: questions to the database whose answers show that nothing was lost and nothing done twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from tests.product import Product

#: Each must find nothing, whatever happened. The rows it finds are the proof of the contrary.
BOOKS: Mapping[str, str] = {
    "posts delivered twice": """
        SELECT channel, external_id FROM weft.event WHERE channel IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1""",
    "posts that were not understood": """
        SELECT e.id FROM weft.event e LEFT JOIN weft.social_post p ON p.event_id = e.id
        WHERE e.type LIKE 'social.%' AND e.channel IS NOT NULL AND p.event_id IS NULL""",
    "posts understood twice": """
        SELECT data ->> 'event_id' FROM weft.event WHERE type = 'social.processed' GROUP BY 1 HAVING count(*) > 1""",
    "authors that are nobody": """
        SELECT p.event_id FROM weft.social_post p
        LEFT JOIN weft.identity i ON i.channel = p.channel AND i.external_id = p.author_id AND i.person_id = p.person_id
        LEFT JOIN data.person r ON r.id = p.person_id WHERE i.person_id IS NULL OR r.id IS NULL""",
    "persons made for nobody": """
        SELECT e.subject_id FROM weft.event e
        WHERE e.type = 'person.created' AND e.actor_kind <> 'user' AND e.causation_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM weft.identity i WHERE i.person_id = e.subject_id)""",
    "firings of one rule on one post": """
        SELECT event_id, rule FROM weft.rule_firing WHERE cause LIKE 'event:%' GROUP BY 1, 2 HAVING count(*) > 1""",
    "failed firings": "SELECT rule, error FROM weft.rule_firing WHERE status = 'failed'",
    "instances that no firing started, or the other way round": """
        SELECT i.id, f.id FROM weft.instance i
        FULL JOIN (
            SELECT f.id, (a -> 'result' ->> 'instance_id')::uuid AS instance
            FROM weft.rule_firing f, jsonb_array_elements(f.actions) a
            WHERE f.status = 'done' AND a ->> 'action' = 'start_flow'
        ) f ON f.instance = i.id
        WHERE i.id IS NULL OR f.id IS NULL""",
    "instances that did not begin": "SELECT id FROM weft.instance WHERE status = 'starting'",
    "failed instances": """
        SELECT id, incident FROM weft.instance WHERE status = 'failed' OR jsonb_typeof(incident) <> 'null'""",
    "running instances without exactly one open task a token": """
        SELECT i.id, i.status, jsonb_array_length(i.tokens), count(t.id) FROM weft.instance i
        LEFT JOIN weft.task t ON t.instance_id = i.id AND t.status = 'open'
        WHERE i.status = 'running' GROUP BY i.id HAVING count(t.id) <> jsonb_array_length(i.tokens)""",
    "tasks that nobody has": """
        SELECT t.id FROM weft.task t WHERE NOT EXISTS (SELECT FROM weft.task_item i WHERE i.task_id = t.id)""",
    "tasks opened twice": """
        SELECT instance_id, node_id, round FROM weft.task GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "tickets that a firing made and nobody finds": """
        SELECT f.id FROM weft.rule_firing f, jsonb_array_elements(f.actions) a
        WHERE f.status = 'done' AND a ->> 'action' = 'create_ticket'
          AND NOT EXISTS (SELECT FROM data.ticket t WHERE t.id = (a -> 'result' ->> 'record_id')::uuid)""",
    "effects that failed": "SELECT kind, key, last_error FROM weft.outbox WHERE status = 'failed'",
    "messages sent twice": "SELECT key FROM weft.sent_message GROUP BY key HAVING count(*) > 1",
}


def mistakes(product: Product) -> dict[str, list[Any]]:
    """What is wrong in the books, by name."""
    with psycopg.connect(product.database_url) as connection:
        found = {name: connection.execute(question).fetchall()[:5] for name, question in BOOKS.items()}
    return {name: rows for name, rows in found.items() if rows}


def number(product: Product, question: str, *values: Any) -> int:
    """The number that a question answers."""
    with psycopg.connect(product.database_url) as connection:
        row = connection.execute(question, values).fetchone()
    assert row is not None
    return int(row[0])


def at_rest(product: Product) -> bool:
    """Whether everything accepted is processed and every effect done."""
    return not number(
        product,
        """SELECT (SELECT count(*) FROM weft.outbox WHERE status = 'pending')
            + (SELECT count(*) FROM weft.event e LEFT JOIN weft.social_post p ON p.event_id = e.id
               WHERE e.type LIKE 'social.%%' AND e.channel IS NOT NULL AND p.event_id IS NULL)
            + (SELECT count(*) FROM weft.instance WHERE status = 'starting')""",
    )

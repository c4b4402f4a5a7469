"""Migrations make exactly the tables of the models, and never look at what users defined."""

from __future__ import annotations

import json
from uuid import uuid4

import psycopg
from alembic import command

from backend.db import Database
from backend.db.migrate import alembic_config, migrate


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_a_second_migration_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    command.check(alembic_config(database_url))


def test_user_defined_tables_are_not_migrations_business(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE data.anything (id int)")
    command.check(alembic_config(database_url))


def test_going_down_and_up_again(database_url: str) -> None:
    config = alembic_config(database_url)
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    command.check(config)


def test_parts_that_were_open_get_the_numbers_that_their_flow_knows_them_by(database_url: str) -> None:
    config = alembic_config(database_url)
    instance, task, first, second = (str(uuid4()) for _ in range(4))
    state = {"tasks": [{"id": task, "items": [{"user": first, "outcome": "agree"}, {"user": second}]}]}
    command.downgrade(config, "0007")
    with psycopg.connect(database_url) as connection:
        for id in (first, second):
            connection.execute('INSERT INTO weft."user" (id, email, name) VALUES (%s, %s, %s)', (id, id, id))
        connection.execute(
            "INSERT INTO weft.instance (id, flow, flow_version, entity, state) VALUES (%s, 'f', 1, 'e', %s)",
            (instance, json.dumps(state)),
        )
        connection.execute(
            "INSERT INTO weft.task (id, instance_id, node_id, title, outcomes, entity) VALUES (%s, %s, 'n', '{}', '[]', 'e')",
            (task, instance),
        )
        for id in (second, first):  # whoever has decided lies behind the others
            connection.execute(
                "INSERT INTO weft.task_item (task_id, user_id, kind) VALUES (%s, %s, 'assignee')", (task, id)
            )
    command.upgrade(config, "head")
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT item, user_id::text FROM weft.task_item ORDER BY item").fetchall()
    assert found == [(1, first), (2, second)]


def test_files_of_a_run_are_those_of_its_latest_task_for_an_older_product(database_url: str) -> None:
    config = alembic_config(database_url)
    user, run, bare, task, early = (str(uuid4()) for _ in range(5))
    file = "INSERT INTO weft.task_attachment (id, task_id, instance_id, name, media_type, size, sha256, content, uploaded_by)"
    with psycopg.connect(database_url) as connection:
        connection.execute('INSERT INTO weft."user" (id, email, name) VALUES (%s, %s, %s)', (user, user, user))
        for id in (run, bare):
            connection.execute(
                "INSERT INTO weft.instance (id, flow, flow_version, entity) VALUES (%s, 'f', 1, 'e')", (id,)
            )
        for id, opened in ((early, "2026-11-01"), (task, "2026-11-02")):
            connection.execute(
                "INSERT INTO weft.task (id, instance_id, node_id, title, outcomes, entity, opened_at)"
                " VALUES (%s, %s, 'n', '{}', '[]', 'e', %s)",
                (id, run, opened),
            )
        for at, instance in ((early, run), (None, run), (None, bare)):
            values = (str(uuid4()), at, instance, user)
            connection.execute(f"{file} VALUES (%s, %s, %s, 'a.txt', 'text/plain', 1, '', 'x', %s)", values)
    command.downgrade(config, "0010")
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT task_id::text FROM weft.task_attachment").fetchall()
    assert sorted(found) == sorted([(early,), (task,)])
    command.upgrade(config, "head")
    command.check(config)
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM weft.instance WHERE id = %s", (run,))
        assert connection.execute("SELECT count(*) FROM weft.task_attachment").fetchone() == (0,)


async def test_a_unit_of_work_commits_whole_or_not_at_all(database: Database) -> None:
    async def insert(key: str, fail: bool) -> None:
        async with database.transaction() as session:
            connection = await session.connection()
            await connection.exec_driver_sql(
                f"INSERT INTO weft.app (key, version, label) VALUES ('{key}', '1', '{{}}')"
            )
            if fail:
                raise ValueError

    await insert("kept", False)
    try:
        await insert("lost", True)
    except ValueError:
        pass
    else:
        raise AssertionError("the error must reach the caller")
    async with database.engine.connect() as connection:
        keys = (await connection.exec_driver_sql("SELECT key FROM weft.app")).scalars().all()
    assert keys == ["kept"]

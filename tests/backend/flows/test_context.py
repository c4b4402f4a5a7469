"""What expressions of flows and forms read behind references."""

from __future__ import annotations

from backend.flows.context import expand
from tests.backend.records.conftest import World, world

__all__ = ["world"]


async def test_the_department_of_a_person_is_read_as_far_as_paths_go(world: World) -> None:
    owner = str(world.users["agent"])
    paths = [("owner", "department", "key"), ("owner", "name")]
    async with world.database.transaction() as session:
        read = await expand(session, world.metadata, "ticket", {"owner": owner}, paths)
        near = await expand(session, world.metadata, "ticket", {"owner": owner}, [("owner", "department")])
    assert (read["owner"]["name"], read["owner"]["department"]["key"]) == ("agent", "night")
    assert near["owner"]["department"] == str(world.departments["night"])

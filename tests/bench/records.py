"""A list of a hundred tickets with every column, out of five thousand: through the service and through HTTP, against SQL by hand.

The SQL by hand makes the same JSON (money, titles of what is referred to) with joins, through psycopg async with a pool and
a transaction, as the service has them. Every round asks all of them once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import orjson
import psycopg
from psycopg_pool import AsyncConnectionPool

from backend.access.caller import Caller
from backend.assembly import Services, build_services
from backend.records import service
from backend.records.service import ListQuery
from backend.settings import Settings
from tests.bench.figures import Figures, latencies, run, running_product
from tests.bench.lines import Line, signed_in
from tests.product import Product

LIST = 100
STORED = 5_000
WARM_UP = 5
ADMIN = "admin@weft.local"
_BY_HAND = "SQL written by hand that makes the same JSON, psycopg async"
_COLUMNS = (
    "id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner", "department", "number", "title", "person",
    "product", "channel", "status", "priority", "category", "severity", "description", "source_text", "is_defect",
    "quality_finding", "batch", "repair_plan", "visit_date", "compensation_reason", "reply_text", "first_response_at",
    "closed_at", "satisfaction",
)  # fmt: skip
_FILL = """
INSERT INTO data.ticket (id, number, title, person, product, channel, status, priority, category, severity, description,
    source_text, is_defect, quality_finding, batch, repair_plan, visit_date, compensation, compensation_reason, reply_text,
    satisfaction, created_at, created_by, updated_by, owner, department)
SELECT gen_random_uuid(), 'B' || n, '第 ' || n || ' 张工单：洗衣机漏水', people.ids[1 + n %% cardinality(people.ids)],
    products.ids[1 + n %% cardinality(products.ids)], (ARRAY['weibo', 'wechat', 'phone'])[1 + n %% 3],
    (ARRAY['new', 'in_progress', 'closed'])[1 + n %% 3], (ARRAY['normal', 'high', 'urgent'])[1 + n %% 3], 'quality', 'major',
    repeat('用户反馈洗衣机底部漏水。', 3), repeat('刚买的洗衣机漏水', 3), n %% 2 = 0, '密封圈老化', 'B2026-11', '上门更换',
    current_date + n %% 30, n %% 900, '地板泡水', '您好，我们将上门更换密封圈。', n %% 6, now() - make_interval(mins => n),
    users.ids[1 + n %% cardinality(users.ids)], users.ids[1 + n %% cardinality(users.ids)],
    users.ids[1 + n %% cardinality(users.ids)], departments.ids[1 + n %% cardinality(departments.ids)]
FROM generate_series(1, %s) AS n,
    (SELECT array_agg(id) AS ids FROM data.person) AS people, (SELECT array_agg(id) AS ids FROM data.product) AS products,
    (SELECT array_agg(id) AS ids FROM weft."user") AS users, (SELECT array_agg(id) AS ids FROM weft.department) AS departments
"""
_SELECT = f"""
SELECT coalesce(json_agg(row_to_json(r) ORDER BY r.place), '[]')::text FROM (
    SELECT t.place, {", ".join(f't."{column}"' for column in _COLUMNS)},
        CASE WHEN t.compensation IS NOT NULL
            THEN json_build_object('amount', round(t.compensation, 2)::text, 'currency', 'CNY') END AS compensation,
        t.title AS _title,
        json_strip_nulls(json_build_object('person', p.name, 'product', g.name, 'owner', o.name, 'created_by', c.name,
            'updated_by', u.name, 'department', d.label_zh)) AS _labels
    FROM (
        SELECT *, row_number() OVER (ORDER BY {{order}}) AS place FROM data.ticket t
        WHERE t.deleted_at IS NULL{{where}} ORDER BY {{order}} LIMIT %(limit)s
    ) t
    LEFT JOIN data.person p ON p.id = t.person LEFT JOIN data.product g ON g.id = t.product
    LEFT JOIN weft."user" o ON o.id = t.owner LEFT JOIN weft."user" c ON c.id = t.created_by
    LEFT JOIN weft."user" u ON u.id = t.updated_by LEFT JOIN weft.department d ON d.id = t.department
) r
"""
#: What is asked for, and the same in SQL: the newest, and a filter with an order of its own.
_LISTS: dict[str, tuple[ListQuery, str]] = {
    "newest": (ListQuery(limit=LIST), _SELECT.format(where="", order="t.created_at DESC, t.id DESC")),
    "filtered": (
        ListQuery(limit=LIST, filter='status = "in_progress" and compensation > 200 CNY', sort=("-priority", "title")),
        _SELECT.format(
            where=" AND t.status = 'in_progress' AND t.compensation > 200",
            order="array_position(ARRAY['low', 'normal', 'high', 'urgent'], t.priority) DESC NULLS LAST, t.title, t.id",
        ),
    ),
}

Ask = Callable[[], Awaitable[bytes]]


def fill(url: str) -> None:
    """Tickets of people, about products, with an owner and a department."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_FILL, [STORED])
        connection.execute("ANALYZE data.ticket, data.person, data.product")


class Roads:
    """The ways to one list."""

    def __init__(
        self,
        services: Services,
        caller: Caller,
        pool: AsyncConnectionPool[Any],
        line: Line,
        list: tuple[ListQuery, str],
    ) -> None:
        self._services, self._caller, self._pool, self._line = services, caller, pool, line
        self._query, self._sql = list
        self._path = _path(self._query)

    async def service(self) -> bytes:
        async with self._services.database.transaction() as session:
            metadata = self._services.metadata.current
            return await service.list_json(session, metadata, self._caller, "ticket", self._query)

    async def by_hand(self) -> bytes:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(self._sql, {"limit": LIST})
            (found,) = await cursor.fetchone() or ("",)
            return b'{"items":%b}' % found.encode()

    async def http(self) -> bytes:
        return self._line.send("GET", self._path)


def _path(query: ListQuery) -> str:
    parameters = {"limit": str(query.limit), "sort": ",".join(query.sort)} | (
        {"filter": query.filter} if query.filter else {}
    )
    return f"/api/records/ticket?{urlencode(parameters)}"


async def timed_rounds(roads: Roads, count: int) -> dict[str, list[float]]:
    """Latencies by road; the roads take turns."""
    found: dict[str, list[float]] = {"service": [], "http": [], "by_hand": []}
    for number in range(count + WARM_UP):
        for name, seconds in found.items():
            ask: Ask = getattr(roads, name)
            begun = time.perf_counter()
            await ask()
            if number >= WARM_UP:
                seconds.append(time.perf_counter() - begun)
    return found


async def check_same(roads: Roads) -> None:
    """All roads lead to the same records, or the comparison is void."""
    service, http, by_hand = [orjson.loads(await ask())["items"] for ask in (roads.service, roads.http, roads.by_hand)]
    for record in by_hand:
        del record["place"]
    assert len(service) == LIST, f"{len(service)} records"
    assert service == http, "the service and HTTP differ"
    for ours, theirs in zip(service, by_hand, strict=True):
        differing = {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
        assert not differing, f"{ {key: (ours.get(key), theirs.get(key)) for key in differing} }"


def measure(count: int) -> Figures:
    """`count` rounds for each list."""
    with running_product() as product:
        fill(product.database_url)
        return asyncio.run(_measure(product, count))


async def _measure(product: Product, count: int) -> Figures:
    services = build_services(Settings(database_url=product.database_url, secret="bench" * 8))
    await services.metadata.load()
    figures: dict[str, Any] = {}
    caller = Caller(user_id=None, name=ADMIN, is_admin=True)
    with Line(product, signed_in(product, ADMIN)) as line:
        async with AsyncConnectionPool(product.database_url, min_size=1, open=False) as pool:
            for name, list in _LISTS.items():
                roads = Roads(services, caller, pool, line, list)
                await check_same(roads)
                found = await timed_rounds(roads, count)
                figures |= latencies(f"list_100_{name}_service", found["service"], found["by_hand"], _BY_HAND)
                figures |= latencies(f"list_100_{name}_http", found["http"], found["by_hand"], _BY_HAND)
    await services.close()
    return figures


if __name__ == "__main__":
    run("A list of 100 records", measure, count=150, counted="rounds for each list")

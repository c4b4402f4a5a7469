"""Worker processes killed with SIGKILL in the middle of a backlog: nothing is lost and nothing is done twice."""

from __future__ import annotations

import asyncio
import sys

from backend.db import Database
from tests.backend.social.company import DEFECT_RULE, Company, found, post, rule

POSTS = 1_200


async def progress(company: Company) -> int:
    return await company.count("SELECT count(*) FROM weft.social_post")


async def kill_in_the_middle(company: Company, until: int) -> None:
    """Start a worker and kill it when it has come that far."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.backend.automation.killed_worker", company.database.url
    )
    try:
        async with asyncio.timeout(60):
            while await progress(company) < until:
                assert worker.returncode is None, "the worker ended by itself"
                await asyncio.sleep(0.005)
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


async def test_kills_lose_and_double_nothing(database: Database) -> None:
    program = 'rule once_only when social.post as p then tag("到访") once per person end'
    company = await found(database, rule(DEFECT_RULE), rule(program))
    await company.post(
        *(post(f"洗衣机漏水 {n}" if n % 5 == 0 else f"你好 {n}", f"u{n % 90}", id=str(n)) for n in range(POSTS))
    )
    for until in (POSTS // 5, POSTS // 2):
        await kill_in_the_middle(company, until)
    assert await progress(company) < POSTS, "the worker was too fast to be killed in the middle"
    await company.process()
    assert await progress(company) == POSTS
    defects = POSTS // 5
    assert await company.count("SELECT count(*) FROM data.ticket") == defects
    assert await company.count("SELECT count(DISTINCT source_text) FROM data.ticket") == defects
    assert await company.count("SELECT count(*) FROM data.person") == 90
    done = "SELECT count(*) FROM weft.rule_firing WHERE rule = :rule AND status = 'done'"
    assert await company.count(done, rule="product_defect") == defects
    assert await company.count(done, rule="once_only") == 90
    assert await company.count("SELECT count(*) FROM weft.event WHERE type = 'social.processed'") == POSTS
    assert await company.count("SELECT count(*) FROM weft.failed_event") == 0

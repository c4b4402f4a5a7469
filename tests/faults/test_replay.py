"""Every post goes through, once, while the worker is killed in the middle: the kill test of the pipeline and the flows.

The posts are the 2,400 beside the checkout, which hold few complaints, together with the template's own 200, which hold many.
Without the former the template's alone are sent, and the output says so.
"""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.social.replay_file import default_posts
from tests.conftest import SHARED
from tests.faults.accounts import at_rest, mistakes, number
from tests.product import Product
from tests.story import until

POSTS = SHARED / "data" / "weibo_posts.csv"
_KILLS = (0.15, 0.5, 0.8)
_PROCESSED = "SELECT count(*) FROM weft.social_post"


def rows_of(file: Path) -> int:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return sum(1 for _ in csv.DictReader(lines))


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """What is replayed."""
    if POSTS.exists():
        return [POSTS, default_posts()]
    print(f"{POSTS.name} is not beside the checkout: only the template's posts are replayed")
    return [default_posts()]


@pytest.mark.timeout(280)
def test_nothing_is_lost_or_doubled_when_the_worker_is_killed(product: Product, files: list[Path]) -> None:
    total = sum(rows_of(file) for file in files)
    with ThreadPoolExecutor() as pool:
        replays = [pool.submit(_replay, product, file) for file in files]
        killed = {_kill_at(product, int(total * share)) for share in _KILLS}
        outputs = [replay.result() for replay in replays]
    assert len(killed) == len(_KILLS)
    until(lambda: at_rest(product), "everything to be done", 120)
    assert number(product, "SELECT count(DISTINCT external_id) FROM weft.event WHERE channel = 'weibo'") == total
    assert number(product, "SELECT count(*) FROM weft.event WHERE channel = 'weibo'") == total
    assert number(product, _PROCESSED) == total
    authors = "SELECT count(*) FROM (SELECT DISTINCT channel, data -> 'author' ->> 'id' FROM weft.event WHERE channel = 'weibo') a"
    heard = "SELECT count(*) FROM weft.identity i WHERE EXISTS (SELECT FROM weft.social_post p WHERE p.author_id = i.external_id)"
    assert number(product, authors) == number(product, heard)
    assert number(product, "SELECT count(*) FROM weft.instance") > 10, "the posts hold complaints"
    assert mistakes(product) == {}, "\n".join(outputs)


def test_the_same_posts_again_are_duplicates(product: Product, files: list[Path]) -> None:
    before = number(product, "SELECT count(*) FROM weft.event")
    output = _replay(product, files[-1])
    assert str(rows_of(files[-1])) in output
    assert number(product, "SELECT count(*) FROM weft.event") == before
    assert mistakes(product) == {}


def _replay(product: Product, file: Path) -> str:
    done = product.weft("replay", str(file), "--channel", "weibo", "--rate", "400", timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _kill_at(product: Product, processed: int) -> int:
    """`kill -9` the worker once so many posts are processed; its process id."""
    until(lambda: number(product, _PROCESSED) >= processed, f"{processed} processed posts", 150)
    pid = product.kill("worker")
    until(lambda: product.pid("worker") != pid, "the worker to be started again")
    return pid

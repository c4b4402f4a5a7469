"""Whatever somebody gets wrong at the terminal is one clear sentence and exit code 1, never a trace.

What stops `weft up` itself (a port in use, a full disk, a second one in the same folder) is in tests/backend/cli/test_up.py.
"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.product import Product


def sentence(product: Product, *arguments: str) -> str:
    """What a refused command says: one line."""
    done = product.weft(*arguments, timeout=60)
    lines = [line for line in (done.stdout + done.stderr).strip().splitlines() if line.strip()]
    assert done.returncode == 1, lines
    assert len(lines) == 1, lines
    assert lines[0].startswith("weft: ")
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("channel", "secret", "telegraph"), "no channel called telegraph"),
        (("replay", "no-such-file.csv"), "no-such-file.csv"),
        (("replay", "--channel", "telegraph"), "no channel called telegraph"),
        (("replay", "--url", "http://127.0.0.1:1", "--limit", "1", "README.md"), "README.md"),
        (("template", "validate", "nothing"), "no template 'nothing'"),
        (("template", "install", "nothing"), "no template 'nothing'"),
        (("user", "create", "li.na@weft.local", "--name", "a", "--password", "long enough now"), "li.na@weft.local"),
        (("user", "create", "new@weft.local", "--name", "a", "--password", "short"), "at least 10 characters"),
        (("user", "password", "nobody@weft.local", "--password", "long enough now"), "nobody@weft.local"),
        (("up",), "already running"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else None,
)
def test_a_refused_command_says_why(product: Product, arguments: tuple[str, ...], says: str) -> None:
    assert says in sentence(product, *arguments)


@pytest.mark.parametrize(
    ("name", "value"),
    [("WEFT_PORT", "eighty"), ("WEFT_PORT", "99999"), ("WEFT_SESSION_HOURS", "long"), ("WEFT_TIMEZONE", "Mars/Base")],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert name in sentence(Product(tmp_path, **{name: value}), "up")


def test_a_front_end_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    """The API serves without it; whoever opens the page is told."""
    product = Product(tmp_path / "home", WEFT_FRONTEND=str(tmp_path / "nothing"), WEFT_TEMPLATES="")
    product.start()
    try:
        page = httpx.get(product.url)
        assert page.status_code == 503
        assert page.text == "The front end is not built; run `make setup`.\n"
        assert httpx.get(f"{product.url}/healthz").status_code == 200
    finally:
        product.stop()

"""The `weft` commands against a running installation: what they do, and what they say when they cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import Product


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One installation without templates."""
    product = Product(tmp_path_factory.mktemp("commands"), WEFT_TEMPLATES="")
    product.start()
    yield product
    product.stop()
    product.weft("down", "--erase")


def refused(product: Product, *arguments: str) -> str:
    """The one sentence of a refused command."""
    done = product.weft(*arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def did(product: Product, *arguments: str) -> str:
    """What a command that worked printed."""
    done = product.weft(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_template_is_validated_installed_and_exported(product: Product, tmp_path: Path) -> None:
    assert "crm is valid" in did(product, "template", "validate", "crm")
    did(product, "template", "install", "crm")
    assert "1.0.0" in next(line for line in did(product, "template", "list").splitlines() if line.startswith("crm"))
    did(product, "template", "export", "crm", str(tmp_path / "copy"))
    app = json.loads((tmp_path / "copy" / "app.json").read_text(encoding="utf-8"))
    assert app["key"] == "crm"
    assert (tmp_path / "copy" / "entities" / "ticket.json").exists()
    assert "is valid" in did(product, "template", "validate", str(tmp_path / "copy"))


def test_a_broken_template_is_named_with_its_place(product: Product, tmp_path: Path) -> None:
    (tmp_path / "broken" / "entities").mkdir(parents=True)
    (tmp_path / "broken" / "app.json").write_text('{"key": "broken"}', encoding="utf-8")
    done = product.weft("template", "validate", str(tmp_path / "broken"))
    assert done.returncode == 1
    assert "app.json" in done.stdout
    assert "no template" in refused(product, "template", "install", "nope")
    assert "No app nope" in refused(product, "template", "export", "nope", str(tmp_path / "out"))


def test_users_are_made_and_given_passwords(product: Product) -> None:
    did(product, "user", "create", "new@weft.local", "--name", "新人", "--password", "ten characters")
    assert "新人" in did(product, "user", "list")
    assert "is taken" in refused(
        product, "user", "create", "new@weft.local", "--name", "x", "--password", "ten characters"
    )
    assert "No role nope" in refused(
        product, "user", "create", "other@weft.local", "--name", "x", "--password", "ten characters", "--role", "nope"
    )
    assert "at least 10" in refused(product, "user", "password", "new@weft.local", "--password", "short")
    did(product, "user", "password", "new@weft.local", "--password", product.password)
    assert product.client("new@weft.local").get("/api/me").json()["user"]["name"] == "新人"
    assert "No user nobody@weft.local" in refused(
        product, "user", "password", "nobody@weft.local", "--password", "ten characters"
    )


def test_a_channel_has_one_secret(product: Product) -> None:
    first = did(product, "channel", "secret", "weibo").strip()
    assert len(first) > 30
    assert did(product, "channel", "secret", "weibo").strip() == first
    assert did(product, "channel", "secret", "wechat").strip() != first
    assert "weibo" in did(product, "channel", "list")
    assert "channel.unknown" in refused(product, "channel", "secret", "nope")


def test_migrating_and_preparing_again_change_nothing(product: Product) -> None:
    before = did(product, "user", "list")
    did(product, "migrate", "--prepare")
    assert did(product, "user", "list") == before

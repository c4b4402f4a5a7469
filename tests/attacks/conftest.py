"""One running product for all attacks, with its flows under way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.attacks.scene import Scene
from tests.product import Product


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """`weft up`, and a page in place of the front end, which nobody here asks about."""
    pages = tmp_path_factory.mktemp("pages")
    for name in ("index.html", "graphiql.html"):
        (pages / name).write_text("<!doctype html><title>Weft</title>")
    product = Product(tmp_path_factory.mktemp("weft"), WEFT_FRONTEND=str(pages))
    product.start()
    try:
        with ExitStack() as stack:
            yield Scene(product, stack)
    finally:
        product.stop()

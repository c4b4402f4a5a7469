"""One running product for the questions that are asked from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.product import Product


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`weft up` with its sample data, and two pages in place of the front end, which nobody here asks about."""
    pages = tmp_path_factory.mktemp("pages")
    for name in ("index.html", "graphiql.html"):
        (pages / name).write_text("<!doctype html><title>Weft</title>")
    product = Product(tmp_path_factory.mktemp("weft"), WEFT_FRONTEND=str(pages))
    product.start()
    yield product
    product.stop()

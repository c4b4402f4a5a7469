"""One running product for the questions that are asked from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.product import Product


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`weft up` with its sample data."""
    product = Product(tmp_path_factory.mktemp("weft"))
    product.start()
    yield product
    product.stop()

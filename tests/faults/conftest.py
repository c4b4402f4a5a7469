"""A product of its own for each module of faults: it is killed again and again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.product import Product


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`weft up` with its sample data."""
    product = Product(tmp_path_factory.mktemp("weft"))
    product.start()
    yield product
    product.stop()

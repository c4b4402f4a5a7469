"""One product and one browser for all journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.chromium import launch_chromium
from tests.product import ROOT, Product
from tests.story import Sender


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`weft up` with its sample data and the built front end."""
    assert (ROOT / "frontend/dist/index.html").exists(), "The front end is not built; run `make setup`."
    product = Product(tmp_path_factory.mktemp("weft"))
    product.start()
    yield product
    product.stop()


@pytest.fixture(scope="package")
def sender(product: Product) -> Sender:
    return Sender(product)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()

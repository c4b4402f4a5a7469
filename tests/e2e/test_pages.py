"""Every page that the journeys do not pass: it opens without complaint, fits its window, and axe finds nothing serious."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.reader import DESK, TWO_READERS, Reader
from tests.product import Product

PAGES = {
    "dashboard": "/dashboard",
    "instances": "/instances",
    "definitions": "/build/definitions",
    "definition": "/build/definitions/rule/vip_negative_post",
    "rules": "/rules",
    "publish": "/build/publish",
    "firings": "/operate/firings",
    "outbox": "/operate/outbox",
    "flow-incidents": "/operate/incidents",
    "channels": "/operate/channels",
    "users": "/users",
    "departments": "/departments",
    "roles": "/roles",
    "api-keys": "/api-keys",
    "account": "/account",
    "standing-agents": "/agents",
    "handovers": "/handovers",
    "tickets": "/records/ticket",
    "new-ticket": "/records/ticket/new",
    "nowhere": "/nowhere",
}


@TWO_READERS
def test_every_page_is_for_everybody(browser: Browser, product: Product, language: str, size: tuple[int, int]) -> None:
    wrong: list[str] = []
    with Reader(browser, product, "admin@weft.local", language, size) as admin:
        for name, path in PAGES.items():
            admin.open(path)
            expect(admin.page.locator("main [class*=MuiSkeleton]")).to_have_count(0)
            try:
                admin.look(name if size == DESK else f"phone-{name}")
            except AssertionError as error:
                wrong.append(str(error))
    assert not wrong, "\n\n".join(wrong)


def test_the_graphql_page_is_our_own(browser: Browser, product: Product) -> None:
    """GraphiQL is served from our own files and shows an answer."""
    with Reader(browser, product, "admin@weft.local", "en") as admin:
        asked: list[str] = []
        admin.page.on("request", lambda request: asked.append(request.url))
        admin.page.goto("/graphql")
        expect(admin.page.locator(".graphiql-container")).to_be_visible()
        admin.keep("graphiql")
        assert all(url.startswith((product.url, "data:", "blob:")) for url in asked), asked

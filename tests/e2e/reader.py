"""Somebody in front of a browser: signs in, opens pages, decides tasks. Every page looked at is checked by axe and kept."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.product import Product

OUTPUT = Path(__file__).parent / "output"
DESK = (1360, 860)
PHONE = (360, 740)
#: A journey in both languages and at both sizes, by two readers.
TWO_READERS = pytest.mark.parametrize(("language", "size"), [("zh", DESK), ("en", PHONE)], ids=["zh-desk", "en-phone"])
_LOCALES = {"zh": "zh-CN", "en": "en-US"}
_GRAVE = {"serious", "critical"}
#: What the browser itself says when a request is refused; the test sees the refusal.
_OWN_WORDS = re.compile(r"Failed to load resource")
expect.set_options(timeout=20_000)


class Reader:
    """One person with a browser of their own. `say(zh, en)` picks the language of the journey."""

    def __init__(
        self,
        browser: Browser,
        product: Product,
        who: str,
        language: str,
        size: tuple[int, int] = DESK,
    ) -> None:
        self.product, self.who, self.language = product, who, language
        self.errors: list[str] = []
        self._context = browser.new_context(
            base_url=product.url,
            locale=_LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
            color_scheme="light",
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(20_000)
        self.page: Page = self._context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)

    def __enter__(self) -> Reader:
        self.sign_in()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None:
            self.keep("failed")
        self._context.close()
        if error is None:
            assert self.errors == [], f"the browser of {self.who} complains"

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def sign_in(self) -> None:
        self.page.goto("/login")
        expect(self.page.locator("input[name=email]")).to_be_visible()
        self._choose_language()
        self.page.locator("input[name=email]").fill(self.who)
        self.page.locator("input[name=password]").fill(self.product.password)
        self.look("login", once=True)
        self.page.get_by_role("button", name=self.say("登录", "Sign in")).click()
        expect(self.page.locator("input[name=password]")).to_have_count(0)

    def _choose_language(self) -> None:
        """Choose it in this browser: what nobody chose gives way to the account's language."""
        names = {"zh": "中文", "en": "English"}
        wanted = names.pop(self.language)
        (other,) = names.values()
        if self.page.get_by_role("button", name=other).is_visible():
            self.page.get_by_role("button", name=other).click()
        self.page.get_by_role("button", name=wanted).click()
        expect(self.page.get_by_role("button", name=other)).to_be_visible()

    def open(self, path: str) -> None:
        """Go to an address and wait until the page is drawn."""
        self.page.goto(path)
        expect(self.page.locator("main h1").first).to_be_attached()

    def look(self, name: str, *, once: bool = False) -> None:
        """Keep a picture of the page and have axe look at it; `once` for a page that everybody passes."""
        if once and self._picture(name).exists() and self.who not in name:
            return
        self.page.evaluate("document.fonts.ready.then(() => true)")
        self.keep(name)
        grave = [
            f"{found['id']} ({found['impact']}): {found['help']} at {[node['target'] for node in found['nodes']][:4]}"
            for found in Axe().run(self.page).response["violations"]
            if found["impact"] in _GRAVE
        ]
        assert grave == [], f"{name}, {self.page.url}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than the window"

    def keep(self, name: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=self._picture(name))

    def _picture(self, name: str) -> Path:
        return OUTPUT / f"{self.language}-{name}.png"

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _OWN_WORDS.search(message.text):
            self.errors.append(message.text)

    # --- tasks -------------------------------------------------------------------------------------------------------

    def open_task(self, text: str) -> None:
        """Open the task about `text` from the inbox."""
        self.open("/inbox")
        self.page.locator("[data-task]").filter(has_text=text).click()
        expect(self.decisions).to_be_visible()

    @property
    def decisions(self) -> Locator:
        return self.page.get_by_role("group", name=self.say("决定", "Decision"))

    def fill(self, **values: str) -> None:
        """Type into fields by their keys."""
        for field, value in values.items():
            box = self.page.locator(f"article [name={field}]")
            box.fill(value)

    def choose(self, field: str, option: str) -> None:
        """Choose an option of a select by its label."""
        self.page.locator(f"article :has(> [name={field}]) [role=combobox]").click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def opinion(self, text: str) -> None:
        self.decisions.get_by_label(self.say("意见", "Opinion")).fill(text)

    def decide(self, outcome: str) -> None:
        """Press a button of the decision bar; the task leaves the pane when it is done."""
        title = self.page.url
        self.decisions.get_by_role("button", name=outcome, exact=True).click()
        expect(self.page.get_by_text(re.compile(self.say("已提交", "Decided"))).first).to_be_visible()
        self.page.wait_for_url(lambda url: url != title)

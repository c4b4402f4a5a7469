"""`python -m tests.e2e.pictures [--language zh|en] [SCENE ...]`: takes the pictures again, all or those of some scenes."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from tests.e2e.chromium import launch_chromium
from tests.e2e.pictures import bringing, files, returning, runs, settings, signing, standing, starting
from tests.e2e.pictures.album import Album
from tests.product import ROOT, Product

PARTS = (starting, settings, signing, bringing, files, returning, runs, standing)
SCENES = {scene.__name__: scene for part in PARTS for scene in part.SCENES}


def main() -> int:
    failed = 0
    arguments = argparse.ArgumentParser(prog="python -m tests.e2e.pictures", description=__doc__)
    arguments.add_argument("--language", choices=("zh", "en"), help="one language; both if absent")
    arguments.add_argument("--frontend", default=str(ROOT / "frontend" / "dist"), help="the built front end")
    arguments.add_argument("scenes", nargs="*", metavar="SCENE", help=", ".join(SCENES))
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="weft-pictures-") as home, sync_playwright() as playwright:
        product = Product(Path(home), WEFT_FRONTEND=chosen.frontend)
        product.start()
        browser = launch_chromium(playwright)
        try:
            for language in (chosen.language,) if chosen.language else ("zh", "en"):
                failed += _take(browser, product, language, chosen.scenes or list(SCENES))
        finally:
            browser.close()
            product.stop()
    return failed


def _take(browser: Browser, product: Product, language: str, scenes: list[str]) -> int:
    """Take what can be taken; how many scenes could not be."""
    failed = 0
    with Album(browser, product, language) as album:
        for name in scenes:
            begun = time.monotonic()
            taken = len(album.taken)
            try:
                SCENES[name](album)
                said = ", ".join(album.taken[taken:])
            except (AssertionError, Error) as error:
                failed += 1
                said = f"FAILED\n{error}"
                album.forget()
            print(f"{language} {name}: {said} ({time.monotonic() - begun:.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())

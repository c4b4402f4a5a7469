"""Which Chromium the journeys use."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Runs as root and without a screen, and asks nothing of the network but what a journey does.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch_chromium(playwright: Playwright) -> Browser:
    """The system's Chromium, or Playwright's own. Fails with one sentence when there is neither."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    own = playwright.chromium.executable_path
    if found is None and not Path(own).exists():
        raise AssertionError(
            "There is no Chromium for the journeys: run `make chromium`, or install one as `chromium`."
        )
    return playwright.chromium.launch(executable_path=found or own, args=_FLAGS)

"""Which systems may be called: the connectors and hosts that IT has written into the settings, and nothing else.

A connector has a base address and, if it needs one, a secret header; definitions know only its name. Where a definition writes a whole
address, its host must be among `WEFT_HTTP_HOSTS`, it must be HTTPS, and it must not lead into a private network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from backend.actions.action import CallFailed
from backend.settings import Settings

NOT_ALLOWED = "http_not_allowed"
_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Connector:
    """A system by its name: where it is, the header that it knows us by, and how often a call is tried (`attempts`)."""

    name: str
    url: str
    header: str = "Authorization"
    secret: str = ""
    attempts: int = 5
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call goes. `anywhere`: it may lead into a private network, because IT wrote the address."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    anywhere: bool = False
    timeout: float = 30.0
    attempts: int = 5


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the settings allow."""

    connectors: dict[str, Connector]
    hosts: frozenset[str]

    def destination(self, connector: str, url: str, path: str) -> Destination:
        """Where a call of these goes. Raises CallFailed for what is not allowed."""
        if connector:
            return self._of_connector(connector, path)
        try:
            parts = urlsplit(url)
            host, _ = (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise CallFailed(NOT_ALLOWED, f"{url!r} is no address") from error
        if parts.scheme != "https" or not self._is_allowed(host):
            raise CallFailed(NOT_ALLOWED, f"{host or url!r} is not among the hosts that may be called over HTTPS")
        return Destination(url)

    def _of_connector(self, name: str, path: str) -> Destination:
        found = self.connectors.get(name)
        if found is None:
            raise CallFailed(NOT_ALLOWED, f"there is no connector {name!r}")
        if ".." in re.split(r"[/\\]", unquote(re.split(r"[?#]", path)[0])):
            raise CallFailed(NOT_ALLOWED, "a path does not go up")
        headers = ((found.header, found.secret),) if found.secret else ()
        url = found.url.rstrip("/") + "/" + path.lstrip("/") if path else found.url
        return Destination(url, headers, anywhere=True, timeout=found.timeout, attempts=found.attempts)

    def _is_allowed(self, host: str) -> bool:
        return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in self.hosts)


@lru_cache(maxsize=1)
def allowed() -> Allowed:
    """What this process's settings allow."""
    settings = Settings()
    return read(settings.connectors, settings.http_hosts)


def read(connectors: str, hosts: str) -> Allowed:
    """What these settings allow. Raises ValueError for connectors that are not well written."""
    document: dict[str, Any] = orjson.loads(connectors) if connectors.strip() else {}
    found = {name: Connector(name, **_trimmed(members)) for name, members in document.items()}
    for connector in found.values():
        if urlsplit(connector.url).scheme not in _SCHEMES:
            raise ValueError(f"the connector {connector.name} has no http(s) address")
        if not connector.secret.isascii() or not connector.secret.isprintable():
            raise ValueError(f"the secret of the connector {connector.name} cannot be the value of a header")
    named = (each.strip().lower() for each in hosts.split(","))
    return Allowed(found, frozenset(each for each in named if each))


def _trimmed(members: dict[str, Any]) -> dict[str, Any]:
    """A secret that was read from a file often ends with a line's end."""
    return {**members, "secret": str(members.get("secret") or "").strip()}

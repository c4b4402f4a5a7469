"""Settings, read from `WEFT_*` environment variables (and DATABASE_URL, TEMPORAL_ADDRESS); documented in docs/settings.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRET_LENGTH = 16


def _known_zone(name: str) -> str:
    """`name`, if it is a time zone of this machine."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("there is no such time zone") from error
    return name


def named_secrets(text: str) -> list[tuple[str, str]]:
    """`name:secret` pairs separated by commas. Raises ValueError."""
    pairs = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if any(not name or len(secret) < _SECRET_LENGTH for name, _, secret in pairs):
        raise ValueError(f"write name:secret, with secrets of {_SECRET_LENGTH} characters or more")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise ValueError("two of them have the same name")
    return [(name, secret) for name, _, secret in pairs]


def _pairs(text: str) -> str:
    """`text`, if it can be read as named secrets."""
    named_secrets(text)
    return text


def _connectors(text: str) -> str:
    """`text`, if it is a JSON object of systems by name, each with its address."""
    try:
        found = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(found, dict) or not all(isinstance(each, dict) and each.get("url") for each in found.values()):
        raise ValueError('it is not of the form {"name": {"url": "https://…"}}')
    return text


class Settings(BaseSettings):
    """One installation's settings. An empty `database_url` or `temporal_address` means the embedded server of `weft up`."""

    model_config = SettingsConfigDict(env_prefix="WEFT_", populate_by_name=True, extra="ignore")

    home: Path = Path(".weft")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    admin_email: str = "admin@weft.local"
    admin_password: str = ""
    secret: str = ""
    templates: str = "crm,scrm"
    #: None: as the database is, see `home.wants_sample_data`.
    sample_data: bool | None = None
    frontend: Path = Path("frontend/dist")
    database_url: str = Field("", validation_alias=AliasChoices("DATABASE_URL", "database_url"))
    temporal_address: str = Field("", validation_alias=AliasChoices("TEMPORAL_ADDRESS", "temporal_address"))
    temporal_namespace: str = "default"
    temporal_task_queue: str = "weft"
    worker_versioning: bool = True
    worker_concurrency: int = Field(20, ge=1, le=25)
    #: `name:secret` pairs separated by commas; payloads in Temporal are sealed with the first and opened with any.
    temporal_keys: Annotated[str, AfterValidator(_pairs)] = ""
    #: Systems that flows and rules may call: JSON, by name `{"url", "header", "secret", "attempts", "timeout"}`; and hosts that they may
    #: call by whole addresses, separated by commas.
    connectors: Annotated[str, AfterValidator(_connectors)] = ""
    http_hosts: str = ""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    #: Where people open the product, `https://weft.example.com`; empty: at `host` and `port`. Links in notices begin with it.
    public_url: str = ""
    session_hours: int = Field(24 * 7, ge=1)
    secure_cookies: bool = False
    trusted_proxies: str = "127.0.0.1"
    log_level: str = "info"

    @property
    def address(self) -> str:
        """Where people open the product, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

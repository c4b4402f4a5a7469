"""The container files: sound YAML, no default secrets, health checks, and only what is there is copied."""

from __future__ import annotations

import re
from typing import Any

import yaml

from backend.settings import Settings
from tests.product import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: Runs to its end, or is only looked at by people.
WITHOUT_HEALTH_CHECK = {"prepare", "temporal-ui"}


def test_every_lasting_service_has_a_health_check() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == WITHOUT_HEALTH_CHECK


def test_services_wait_for_what_exists() -> None:
    for service in SERVICES.values():
        for name, condition in service.get("depends_on", {}).items():
            assert name in SERVICES
            healthy = condition["condition"] == "service_healthy"
            assert ("healthcheck" in SERVICES[name]) == healthy


def test_secrets_have_no_defaults() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|PWD|SECRET|DATABASE_URL", name):
                assert re.search(r"\$\{\w+:\?[^}]+\}", value), f"{name} must be given by whoever installs"


def test_containers_bring_no_sample_people_unless_asked() -> None:
    assert SERVICES["prepare"]["environment"]["WEFT_SAMPLE_DATA"] == "${WEFT_SAMPLE_DATA:-false}"


def test_our_services_are_one_image() -> None:
    ours = {name: service for name, service in SERVICES.items() if "build" in service}
    assert set(ours) == {"prepare", "api", "worker"}
    assert len({service["image"] for service in ours.values()}) == 1
    assert all(service["command"][0] == "weft" for service in ours.values())


def test_settings_given_to_containers_exist() -> None:
    known = variables()
    for name in ("prepare", "api", "worker"):
        assert set(SERVICES[name]["environment"]) <= known


def test_the_image_copies_what_is_there() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    for source in (source for sources in copies for source in sources):
        assert (ROOT / source).exists(), source
    assert len([line for line in lines if line.startswith("FROM")]) == 3
    assert "USER weft" in lines


def test_every_setting_is_in_the_table() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert {name for name in variables() if f"| `{name}` |" not in page} == set()


def variables() -> set[str]:
    """The environment variables that Settings reads."""
    own = {"database_url": "DATABASE_URL", "temporal_address": "TEMPORAL_ADDRESS"}
    return {own.get(name, f"WEFT_{name.upper()}") for name in Settings.model_fields}

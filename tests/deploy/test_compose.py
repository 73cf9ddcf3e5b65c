"""What the compose file promises: nothing open, nothing secret, nothing privileged."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_the_services_are_those_of_the_design() -> None:
    assert {"neo4j", "valkey", "api", "worker-import", "worker-generate-gpu", "flower"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_confined_and_not_public(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert name == "neo4j" or (service["read_only"] is True and service["cap_drop"] == ["ALL"])
    for port in service.get("ports", []):
        assert "127.0.0.1:" in port
    assert "privileged" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_the_environment(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|API_KEY|_AUTH|BROKER_URL", variable):
            assert "${" in str(value), variable


def test_every_variable_is_in_the_example_and_no_secret_has_a_value() -> None:
    example = dict(
        line.split("=", 1)
        for line in (DEPLOY / ".env.example").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", text)) - {"SHELFGRAPH_IMAGE"}
    assert used == set(example)
    for variable, value in example.items():
        assert not value or not re.search(r"PASSWORD|API_KEY|_AUTH", variable), variable


def test_the_image_runs_as_a_user_without_rights() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert not re.search(r"^(?:ENV|ARG) .*(?:PASSWORD|KEY|TOKEN)", text, re.MULTILINE)


def test_only_what_is_named_reaches_the_image() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "**" in ignored
    assert not any(line.startswith("!") and ".env" in line for line in ignored)


def test_workers_listen_to_the_queues_there_are() -> None:
    broker = (DEPLOY.parent / "shelfgraph" / "broker.py").read_text(encoding="utf-8")
    found = re.search(r"Queue = Literal\[(.*?)\]", broker, re.DOTALL)
    assert found
    queues = set(ast.literal_eval(f"[{found.group(1)}]"))
    commands = [service["command"] for service in SERVICES.values() if "-Q" in service.get("command", [])]
    assert {command[command.index("-Q") + 1] for command in commands} == queues

"""Every command against one running `up`."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from shelfgraph.cli import app
from shelfgraph.settings import Settings

from ..stack import MAIN, ROOT  # noqa: TID252 - the tests are no package that could be named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..stack import Stack  # noqa: TID252 - same

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README[README.index("## Use it") :], re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shop(stack: Stack) -> Stack:
    """The stack with the sample shop in it."""
    for name, kind in (("catalog.jsonl", "products"), ("reviews.jsonl", "reviews")):
        ended = stack.json("import", str(ROOT / "sample" / name), "--kind", kind)
        assert ended["state"] == "succeeded"
        assert ended["counts"]["rejected"] == 0
    return stack


def test_the_same_feed_again_changes_nothing(shop: Stack) -> None:
    again = shop.json("import", str(ROOT / "sample" / "catalog.jsonl"))
    assert (again["counts"]["read"], again["counts"]["changed"], again["counts"]["unchanged"]) == (260, 0, 260)


def test_an_import_from_standard_input_with_a_mapping(shop: Stack) -> None:
    feed = b"sku,name,cost\nCLI-1,A red mug,4.50\nCLI-2,,3\nCLI-3,A blue mug,cheap\n"
    maps = ("--map", "product_id=sku", "--map", "title=name", "--map", "price=cost")
    done = shop.run("import", "-", "--format", "csv", *maps, stdin=feed)
    assert done.returncode == 0, done
    assert "3 rows read, 1 changed, 0 unchanged, 2 rejected" in done.stdout
    assert "catalog." in done.stdout
    import_id = done.stdout.split()[0]
    refused = [json.loads(line) for line in shop.run("imports", "rejected", import_id).stdout.splitlines()]
    assert [row["line"] for row in refused] == [3, 4]
    assert shop.json("product", "CLI-1")["title"] == "A red mug"
    assert any(one["import_id"] == import_id for one in shop.json("imports")["results"])
    assert shop.json("imports", "show", import_id)["counts"]["rejected"] == 2


def test_a_cut_feed_fails_with_its_code_and_a_status(shop: Stack, tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"product_id": "CUT-1", "title": "A cup"}\n' * 50)[:-12])
    done = shop.run("import", str(path))
    assert done.returncode == 1
    assert "[catalog.feed_truncated]" in done.stderr
    failed = shop.json("import", str(path), status=1)
    assert failed["error"]["code"] == "catalog.feed_truncated"


def test_a_full_feed_that_would_delete_most_asks_first(shop: Stack, tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl"
    path.write_text('{"product_id": "ONLY-1", "title": "The only cup"}\n', encoding="utf-8")
    before = shop.json("status")["products"]
    parked = shop.json("import", str(path), "--mode", "full", status=1)
    assert (parked["state"], parked["error"]["code"]) == ("parked", "catalog.deletions_need_consent")
    assert shop.json("status")["products"] == before


def test_search_product_attributes_and_related(shop: Stack) -> None:
    found = shop.json("search", "espresso machine", "--limit", "3", "--facets", "brand", "--filter", "brand:Pellimar")
    assert found["results"][0]["product_id"].startswith("HK-100")
    assert found["facets"]["brand"]
    product = shop.json("product", "HK-1001")
    assert any(fact["relation"] == "BRAND" for fact in product["facts"])
    kinds = {one["kind"] for one in shop.json("related", "HK-1001")["results"]}
    assert "variant" in kinds
    asked = ("attributes", "HK-1001", "Water Tank Capacity", "Color", "Thread Count")
    assert [one["value"] for one in shop.json(*asked)["results"]] == ["1.8 L", "Matte Black", None]
    for command in (("search", "mug"), ("product", "HK-1001"), ("related", "HK-1001"), asked):
        done = shop.run(*command)
        assert done.returncode == 0, done
        assert done.stdout.strip()


def test_texts_are_written_shown_and_approved(shop: Stack) -> None:
    ad = shop.json("ad", "HK-1001", "--channel", "google_search", "--idempotency-key", "cli-1")
    assert ad["state"] == "succeeded"
    [text] = ad["texts"]
    assert all(claim["verdict"] in {"supported", "implied"} for part in text["parts"] for claim in part["claims"])
    again = shop.json("ad", "HK-1001", "--channel", "google_search", "--idempotency-key", "cli-1")
    assert again["job_id"] == ad["job_id"]
    assert "headline" in shop.run("texts", "show", text["text_id"]).stdout
    assert shop.json("texts", "approve", text["text_id"])["state"] == "approved"
    assert shop.json("texts", "reject", text["text_id"], "--reason", "dull")["state"] == "rejected"
    [summary] = shop.json("summary", "HK-1001")["texts"]
    assert any(part["review_ids"] for part in summary["parts"])
    [answer] = shop.json("ask", "HK-1001", "Does it have a grinder?")["texts"]
    assert answer["status"] in {"answered", "not_stated", "handover"}
    kinds = {one["kind"] for one in shop.json("texts", "list")["results"]}
    assert kinds == {"ad_copy", "review_summary", "answer"}
    jobs = shop.json("jobs", "--state", "succeeded")["results"]
    assert ad["job_id"] in {job["job_id"] for job in jobs}
    assert shop.json("jobs", "show", ad["job_id"])["result"]["text_ids"] == [text["text_id"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ad", "HK-1001", "--channel", "tiktok"), "ad_copy.unknown_channel"),
        (("summary", "HK-1003"), "review_summary.no_reviews"),
        (("product", "NOPE"), "product.not_found"),
        (("search", "mug", "--facets", "nonsense"), "search.unknown_facet"),
        (("import", "no-such-file.jsonl"), "cli.file_unreadable"),
        (("import", "-", "--map", "title"), "cli.map_invalid"),
        (("jobs", "show", "job_0"), "job.not_found"),
        (("train", "generator"), "cli.not_available"),
        (("evaluate", "ads"), "cli.not_available"),
    ],
)
def test_an_error_is_one_sentence_with_its_code(shop: Stack, arguments: tuple[str, ...], code: str) -> None:
    done = shop.run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().startswith("Error: ")
    assert done.stderr.strip().endswith(f"[{code}]")
    assert "Traceback" not in done.stderr
    assert shop.json(*arguments, status=1)["code"] == code


def test_a_key_has_its_scopes_and_can_be_revoked(shop: Stack) -> None:
    made = shop.json("keys", "create", "shop front", "--scope", "search")
    assert shop.json("search", "mug", SHELFGRAPH_API_KEY=made["key"])["results"]
    assert shop.json("keys", status=1, SHELFGRAPH_API_KEY=made["key"])["code"] == "auth.scope_missing"
    assert shop.json("keys", "revoke", made["key_id"])["revoked"]
    assert shop.json("search", "mug", status=1, SHELFGRAPH_API_KEY=made["key"])["status"] == 401
    assert made["key_id"] in {key["key_id"] for key in shop.json("keys")["results"]}
    assert made["key"] not in shop.run("keys", "--json").stdout


def test_status_and_doctor(shop: Stack) -> None:
    assert shop.json("status")["ready"]["index"]
    assert shop.json("doctor")["ok"]
    assert "ok" in shop.run("doctor").stdout


def test_a_service_that_is_not_there_is_said_with_a_code(tmp_path: Path, shop: Stack) -> None:
    away = {"SHELFGRAPH_URL": "http://127.0.0.1:1", "SHELFGRAPH_API_KEY": "sg_whatever"}
    assert shop.json("status", status=1, **away)["code"] == "cli.no_answer"
    done = shop.run("status", SHELFGRAPH_HOME=str(tmp_path))
    assert (done.returncode, "[auth.key_missing]" in done.stderr) == (1, True)


def test_a_feed_cannot_steer_the_terminal(shop: Stack) -> None:
    feed = json.dumps(
        {"product_id": "ESC-1", "title": "A \u001b[31mred\u001b]0;owned\u0007 [bold]lamp[/bold]"}
    ).encode()
    assert shop.run("import", "-", stdin=feed).returncode == 0
    shown = shop.run("product", "ESC-1").stdout
    assert "\x1b]0" not in shown
    assert "[bold]lamp[/bold]" in shown


def test_settings_lists_every_variable_and_no_secret(stack: Stack) -> None:
    rows = stack.json("settings", SHELFGRAPH_API_KEY="sg_very-secret")
    assert {row["variable"] for row in rows} == {f"SHELFGRAPH_{name.upper()}" for name in Settings.model_fields}
    assert all(row["description"] for row in rows)
    assert "very-secret" not in json.dumps(rows)


def test_relations_are_evaluated(stack: Stack, shared: Path, tmp_path: Path) -> None:
    data = tmp_path / "dev.jsonl"
    with (shared / "data" / "relations" / "dev.jsonl").open("rb") as lines:
        data.write_bytes(b"".join(line for line, _ in zip(lines, range(20), strict=False)))
    report = stack.json("evaluate", "relations", "--data", str(data))
    assert report


def _run(stack: Stack, lines: str) -> list[str]:
    """What each line printed; a line that fails ends the test."""
    script = "\n".join([
        "set -eu -o pipefail",
        f"shelfgraph() {{ '{sys.executable}' -c '{MAIN}' \"$@\"; }}",
        *(f"{line.replace('http://127.0.0.1:8080', stack.url)}\nprintf '\\036'" for line in lines.splitlines()),
    ])  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("\036")[:-1]


def test_the_commands_of_the_readme(shop: Stack) -> None:
    activate, _, commands = BLOCKS[0].partition("\n")
    assert activate == ". .venv/bin/activate"
    printed = _run(shop, commands)
    assert len(printed) == commands.count("\n")
    assert all(one.strip() for one in printed), printed


def test_the_calls_of_the_readme(shop: Stack) -> None:
    key, *answers = _run(shop, BLOCKS[1])
    assert not key
    assert len(answers) == 3
    for answer in map(json.loads, answers):
        assert answer.get("results") or answer.get("parts") or answer.get("texts"), answer


def test_the_settings_of_the_readme_are_settings(shop: Stack) -> None:
    named = set(re.findall(r"SHELFGRAPH_\w+", README))
    assert named <= {row["variable"] for row in shop.json("settings")}


def _commands(command: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if name:
        yield name, command
    for child, sub in getattr(command, "commands", {}).items():
        yield from _commands(sub, (*name, child))


@pytest.mark.parametrize(("name", "command"), list(_commands(get_command(app))), ids=lambda one: str(one)[:40])
def test_every_command_has_help_with_an_example_and_json(name: tuple[str, ...], command: Any) -> None:
    groups = {("texts",), ("train",), ("evaluate",)}  # these only gather commands
    if name in groups:
        return
    assert "Example: `shelfgraph " in (command.help or ""), name
    assert any("--json" in parameter.opts for parameter in command.params), name

"""The console in a real browser, on real processes."""

from __future__ import annotations

import csv
import json
import shutil
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ..conftest import free_port  # noqa: TID252 - the tests are no package that could be named
from ..stack import ROOT, Stack  # noqa: TID252 - same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

KEY = "sg_console-test-key-0123456789abcdef"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Espresso machines and their variants, an emoji in the description (EL-1014), contested facts (HK-2010), Chinese.
PRODUCTS = ("HK-1001", "HK-1002", "HK-1003", "HK-1004", "HK-1006", "HK-1007", "HK-2010", "EL-1014", "ZH-2001")
HOSTILE = "<img src=x onerror=\"window.pwned=1;alert('pwned')\"><svg onload=alert(1)>"
PROBE = {
    "product_id": f"XSS-1 {HOSTILE}",
    "title": f"Probe kettle {HOSTILE}",
    "description": f"<script>window.pwned=2</script> A 1.7 L kettle {HOSTILE}",
    "bullets": [f"1.7 L {HOSTILE}", "javascript:alert(1)"],
    "brand": f"Probe {HOSTILE}",
    "product_type": ["Kitchen", f"Kettles {HOSTILE}"],
    "item_group_id": f"G {HOSTILE}",
    "color": f"Red {HOSTILE}",
    "size": HOSTILE,
    "material": f"Steel {HOSTILE}",
    "price": {"amount": 20, "currency": "USD"},
    "availability": "in_stock",
    "language": "en",
}


LIES = ("Works Under Water", "The best ever, 100% guaranteed", "Takes every capsule. 99 bar, 12 kg.", "")


speak = threading.Event()  # a test clears it to see a job at work, and sets it again
speak.set()


class _Liar(BaseHTTPRequestHandler):
    """A chat completions server that states what no fact does: whatever it says, no text may carry it."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        choices = [{"message": {"content": LIES[at % len(LIES)]}} for at in range(asked.get("n", 1))]
        body = json.dumps({"choices": choices}).encode()
        assert speak.wait(200)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def generator_url() -> Iterator[str]:
    """A generator that answers at once, so that the browser waits for the console and not for a model."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Liar) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@dataclass(frozen=True)
class Shop:
    """A running Shelfgraph with some products."""

    url: str
    api: httpx.Client

    def wait(self, path: str, seconds: float = 300) -> dict[str, Any]:
        """The import or job once it ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.api.get(path).raise_for_status().json()
            if found["state"] not in {"accepted", "running"}:
                return found
            time.sleep(0.1)
        pytest.fail(f"{path} did not end within {seconds} s")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, models: Path, generator_url: str) -> Iterator[Shop]:
    """`shelfgraph up` on a folder and a port of its own, with a few products and their reviews."""
    if CHROMIUM is None:
        pytest.skip("needs chromium on PATH")
    home = tmp_path_factory.mktemp("console")
    stack = Stack(home, free_port(), SHELFGRAPH_API_KEY=KEY, SHELFGRAPH_GENERATOR_URL=generator_url)
    stack.lend(models)
    stack.start()
    try:
        stack.wait_ready()
        headers = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=stack.url, headers=headers, timeout=120, trust_env=False) as api:
            running = Shop(stack.url, api)
            _import(running, "products", [*_sample("catalog.jsonl"), PROBE])
            hostile = {
                "review_id": "R-X",
                "product_id": PROBE["product_id"],
                "rating": 1,
                "title": HOSTILE,
                "body": HOSTILE,
            }
            _import(running, "reviews", [*_sample("reviews.jsonl"), hostile])
            yield running
    finally:
        stack.stop()


def _sample(name: str) -> list[dict[str, Any]]:
    with (ROOT / "sample" / name).open(encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["product_id"] in PRODUCTS]


def _import(shop: Shop, kind: str, rows: list[dict[str, Any]]) -> None:
    body = "\n".join(json.dumps(row) for row in rows)
    accepted = shop.api.post(
        "/v1/imports", params={"kind": kind}, content=body, headers={"Content-Type": "application/x-ndjson"}
    )
    ended = shop.wait(f"/v1/imports/{accepted.raise_for_status().json()['import_id']}")
    assert ended["state"] == "succeeded", ended
    assert ended["counts"]["rejected"] == 0, shop.api.get(f"/v1/imports/{ended['import_id']}/rejected").text
    shop.api.get("/v1/search", params={"min_version": ended["catalogue_version"]}).raise_for_status()


@pytest.fixture(scope="module")
def browser(shop: Shop) -> Iterator[Browser]:
    del shop  # chromium is there when the shop is
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(shop: Shop, browser: Browser) -> Iterator[Page]:
    """A signed-in page; any script error, violated policy, dialog or foreign request fails the test."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    wrong: list[str] = []
    _watch(tab, shop, wrong)
    tab.goto(f"{shop.url}/")
    tab.fill("#key", KEY)
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".result")
    yield tab
    pwned = tab.evaluate("window.pwned")
    context.close()
    assert not wrong
    assert pwned is None


def _watch(tab: Page, shop: Shop, wrong: list[str]) -> None:
    def on_dialog(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def on_request(request: Request) -> None:
        if not request.url.startswith((shop.url, f"blob:{shop.url}")):
            wrong.append(f"request: {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            wrong.append(message.text)

    tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    tab.on("dialog", on_dialog)
    tab.on("request", on_request)
    tab.on("console", on_console)


def open_view(page: Page, shop: Shop, address: str, selector: str) -> None:
    # The view that is left stays until the next one has its data, and may hold what is waited for.
    page.evaluate("document.querySelector('main').firstElementChild.dataset.left = ''")
    page.goto(f"{shop.url}/#{address}")
    page.wait_for_selector("[data-left]", state="detached")
    page.wait_for_selector(selector)


def test_a_wrong_key_is_refused_with_code_and_a_right_one_is_forgotten_on_sign_out(page: Page) -> None:
    assert page.evaluate("sessionStorage.length") == 1
    assert page.evaluate("document.cookie") == ""
    page.click("[aria-label='Sign out']")
    page.wait_for_selector("#key")
    assert page.evaluate("sessionStorage.length") == 0
    page.fill("#key", "sg_wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.error:has-text('auth.key_unknown')")
    assert page.is_visible("#key")


def test_search_filters_by_facet_sorts_explains_and_undoes(shop: Shop, page: Page) -> None:
    page.fill(".top-search input", "espresso machine")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('espresso machine')")
    page.wait_for_selector(".result:has-text('Orso 2')")
    page.click(".facet:has(legend:text-is('Brand')) label:has-text('Varroquin')")
    page.wait_for_selector(".chip:has-text('Varroquin')")
    page.wait_for_selector(".result .brand:not(:text-is('Varroquin'))", state="detached")
    page.click(".chip:has-text('Varroquin')")
    page.wait_for_selector(".chip", state="detached")
    page.go_back()
    page.wait_for_selector(".chip:has-text('Varroquin')")
    page.check("#explain")
    page.wait_for_selector(".explanation")
    open_view(page, shop, "/search?filter=nonsense:1", ".notice.error:has-text('search.unknown_filter')")


@pytest.mark.parametrize("product_id", ["HK-1001", "EL-1014", "ZH-2001"])
def test_marks_are_the_characters_of_the_evidence(shop: Shop, page: Page, product_id: str) -> None:
    open_view(page, shop, f"/product/{product_id}", ".facts tbody tr")
    facts = shop.api.get(f"/v1/products/{product_id}").json()["facts"]
    assert page.locator(".facts tbody tr").count() == len(facts)
    checked = 0
    for fact in facts:
        row = page.locator(f".facts tr[data-facts='{fact['fact_id']}']")
        in_text = [one for one in fact["evidence"] if one["field"] in {"title", "description"}]
        if not in_text:
            continue
        row.dispatch_event("focusin")
        lit = page.locator(".raw mark.lit").all_text_contents()
        for one in in_text:
            # An overlapping fact cuts a mark into pieces; together they are the evidence.
            assert one["text"] in "".join(lit), (fact["value"], lit)
        checked += 1
    assert checked > 2
    page.locator(".raw mark.evidence").first.hover()
    page.wait_for_selector(".facts tr.lit")
    page.wait_for_selector(".neighbourhood .node.centre")


def test_contested_facts_say_what_they_conflict_with(shop: Shop, page: Page) -> None:
    open_view(page, shop, "/product/HK-2010", ".facts tr.contested")
    assert "Conflicts with" in page.inner_text(".facts tr.contested .conflict")
    assert page.locator(".raw mark.contested").count() >= 1


def test_an_ad_is_watched_read_exported_edited_and_approved(shop: Shop, page: Page) -> None:
    open_view(page, shop, "/write/HK-1001", ".write-form")
    speak.clear()
    try:
        with page.expect_response(lambda response: response.url.endswith("/events")) as events:
            page.click("text=Write it")
        assert events.value.headers["content-type"].startswith("text/event-stream")
        page.wait_for_selector(".job [role=progressbar]")
    finally:
        speak.set()
    page.wait_for_selector(".preview.search-ad mark.claim")
    claims = page.locator(".parts mark.claim")
    assert claims.count() > 3
    verdicts = {claims.nth(position).get_attribute("data-verdict") for position in range(claims.count())}
    assert verdicts <= {"supported", "implied"}
    assert not set(LIES) & set(page.locator(".part .said").all_text_contents())
    claims.first.focus()
    page.wait_for_selector(".claim-panel .fact-card mark.evidence")
    assert page.locator(".counter.over").count() == 0

    with page.expect_download() as download:
        page.click(".text-head button:has-text('CSV')")
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as sheet:
        (row,) = csv.DictReader(sheet)
    assert row["Product ID"] == "HK-1001"
    assert row["Headline 3"]

    page.locator(".part:has-text('Headline') button[aria-label^='Edit']").first.click()
    page.fill(".editor textarea", "Works Under Water")
    page.wait_for_selector(".check-result .bad")
    page.click(".editor button:has-text('Save')")
    page.wait_for_selector(".editor .notice:has-text('text.unsupported_claim')")
    page.click(".editor button:has-text('Cancel')")
    page.click(".text-head button:has-text('Approve')")
    page.wait_for_selector(".text-head .badge.is-approved")

    open_view(page, shop, "/texts?state=approved", ".line .badge.is-approved")
    open_view(page, shop, "/jobs", ".line .badge.is-succeeded")
    page.click(".line a:has-text('Open the text')")
    page.wait_for_selector(".preview.search-ad")


def test_a_summary_leads_to_its_reviews_and_a_question_is_answered(shop: Shop, page: Page) -> None:
    open_view(page, shop, "/product/HK-1001?tab=summary", ".job-panel")
    page.click("text=Summarise the reviews")
    page.wait_for_selector(".sentence .cite")
    page.locator(".cite").first.hover()
    page.wait_for_selector(".cited-reviews .review.lit")
    page.click(".cited button:has-text('Approve')")
    page.wait_for_selector(".cited .badge.is-approved")
    page.click("[role=tab]:has-text('Ask')")
    page.fill("#question", "Does it take capsules?")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-labelledby=tab-ask] .sentence")
    open_view(page, shop, "/product/HK-1003?tab=summary", ".job-panel")
    page.click("text=Summarise the reviews")
    page.wait_for_selector(".notice.error:has-text('review_summary.no_reviews')")


def test_hostile_text_is_only_ever_text(shop: Shop, page: Page) -> None:
    quoted = page.evaluate("(id) => encodeURIComponent(id)", PROBE["product_id"])
    open_view(page, shop, f"/product/{quoted}", ".raw-description")
    assert page.text_content(".raw-description") == PROBE["description"]
    assert page.text_content(".raw-title") == PROBE["title"]
    page.wait_for_selector(".graph-box, .empty")
    for tab in ("Related", "Reviews", "Texts"):
        page.click(f"[role=tab]:has-text('{tab}')")
        page.wait_for_selector("[role=tabpanel] :is(.review, .empty, .related, .line, .notice)")
    open_view(page, shop, f"/search?q={page.evaluate('(q) => encodeURIComponent(q)', HOSTILE)}", ".results")
    open_view(page, shop, "/search?q=probe+kettle", ".result:has-text('Probe kettle')")
    open_view(page, shop, f"/write/{quoted}", ".write-form")
    page.click("text=Write it")
    page.wait_for_selector(".preview, .written .notice")
    open_view(page, shop, "/jobs", ".line")
    for selector in ("img", "#main script", "[onerror]", "[onload]", "a[href^='javascript']", "iframe"):
        assert page.locator(selector).count() == 0, selector


def test_an_import_reports_what_it_refused(shop: Shop, page: Page, tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    good = {"product_id": "NEW-1", "title": "Blue cotton towel, 50 x 100 cm"}
    rows = [
        good,
        {"title": f"no id {HOSTILE}"},
        {"product_id": "NEW-2"},
        {"product_id": "NEW-3", "title": "x", "price": "soon"},
    ]
    feed.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    open_view(page, shop, "/imports", ".drop")
    page.set_input_files("#feed", feed)
    page.click(".import-form button:has-text('Import')")
    page.wait_for_selector(".rejected tbody tr")
    assert page.locator(".rejected tbody tr").count() == 3
    for code in ("catalog.id_missing", "catalog.title_missing", "catalog.price_invalid"):
        assert page.locator(f".rejected code:has-text('{code}')").count() == 1
    assert page.inner_text(".counts > div:has-text('Read') dd") == "4"
    assert page.inner_text(".counts > div:has-text('Accepted') dd") == "1"
    page.locator(".rejected summary").first.click()
    assert HOSTILE.replace('"', '\\"') in (page.text_content(".rejected pre") or "")
    with page.expect_download() as download:
        page.click(".rejected button:has-text('Download')")
    lines = [json.loads(line) for line in Path(download.value.path()).read_text(encoding="utf-8").splitlines()]
    assert [line["line"] for line in lines] == [2, 3, 4]


def test_the_keyboard_alone_reaches_a_fact(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("Orso 2 cream")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Orso 2 cream')")
    page.focus(".result h2 a[href='#/product/HK-1002']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".facts tbody tr")
    page.locator(".facts tbody tr").first.focus()
    page.wait_for_selector(".facts tr.lit")
    page.focus("[role=tab][aria-selected=true]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[role=tab][aria-selected=true]:has-text('Related')")


def test_modules_count_code_points_widths_cells_and_events(page: Page) -> None:
    base = page.evaluate("new URL('.', document.querySelector('script[type=module]').src).href")
    script = (Path(__file__).parent / "console_modules.js").read_text(encoding="utf-8")
    found = page.evaluate(script[script.index("async") :], base)
    assert found["slice"] == "😀b"
    assert found["segments"] == [["a", 0], ["😀", 1], ["b", 2], ["c", 1]]
    assert found["width"] == [3, 8, 1]
    assert found["cells"] == ["'=1+1", "'  @x", '"a,b"', '"say ""hi"""', "plain", "'＝1"]
    assert found["whole"] == found["pieces"]
    assert [(one["id"], one["event"], one["data"]) for one in found["whole"]] == [
        ("7", "progress", '{"a":"日😀"}'),
        ("7", "message", "x\ny"),
    ]

"""The dashboard in a real browser: accessible, self-contained, usable on a telephone and without a script."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "out" / "demo"
PAGES = [DEMO / "dashboard.html", *sorted(DEMO.glob("city=*/period=*/dashboard.html"))]
# No sandbox: the tests may run as root in a container. The page is our own and local.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def opened(browser, path, **options):
    context = browser.new_context(**options)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.on("request", lambda r: page.complaints.append(r.url) if not r.url.startswith("file:") else None)
    page.goto(path.as_uri())
    return page


def test_there_is_a_page_for_all_and_one_a_city():
    assert len(PAGES) == 4 and all(p.exists() for p in PAGES)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.parent.parent.name)
@pytest.mark.parametrize("width", [360, 1280])
def test_accessible_and_self_contained(browser, path, width):
    # axe needs to add its script, which the page's own policy rightly forbids.
    page = opened(browser, path, viewport={"width": width, "height": 900}, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.complaints == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.parent.parent.name)
def test_the_page_keeps_its_own_policy(browser, path):
    page = opened(browser, path)
    assert page.complaints == []
    assert "default-src 'none'" in page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")


def test_it_says_what_it_is(browser):
    text = opened(browser, PAGES[0]).inner_text("body").lower()
    for word in ["fictitious", "19 times in 20", "not how much trafficking"]:
        assert word in text, word
    assert "nan" not in text.split() and "inf" not in text.split()


def test_it_can_be_read_without_a_script(browser):
    page = opened(browser, PAGES[0], java_script_enabled=False)
    for city in ["Atlanta", "Chicago", "Minneapolis"]:
        assert city in page.inner_text("body")


def test_a_table_stands_behind_every_chart(browser):
    page = opened(browser, PAGES[0])
    # Every chart is a table whose middle column draws what the numbers beside it say.
    assert page.locator("svg").count() > 100
    assert page.locator("svg").count() - page.locator("table svg").count() <= 40, "marks outside of a table"
    assert page.locator("table").count() > 20

"""The dashboard in a real Chromium: what only a browser can say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dashboard_samples import served
from warehouse.connection import published_path, reader
from warehouse.publish import publish

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATHS = (
    "/",
    "/trends",
    "/name?name=Mira+Olt",
    "/coverage",
    "/syndication",
    "/edits",
    "/quotes",
    "/feeds",
    "/search?q=water",
    "/sql?q=FROM+articles",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)")


@pytest.fixture(scope="module")
def where(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (it is in the group dev)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose every complaint and every request elsewhere fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened = context.new_page()
        complaints: list[str] = []
        opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("request", lambda asked: None if asked.url.startswith("http://127.0.0.1:") else complaints.append(asked.url))
        opened.on("dialog", lambda dialog: complaints.append(f"a script ran: {dialog.message}"))
        yield opened
        assert complaints == []


def test_no_page_scrolls_sideways_on_a_phone_or_complains(page: Page, where: str) -> None:
    for width, height in ((390, 844), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for path in PATHS:
            page.goto(where + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"


def test_hostile_titles_run_nothing(page: Page, where: str) -> None:
    page.goto(f"{where}/search?q=pwned")
    page.locator(".hit h3 a").first.click()

    page.wait_for_selector(".text")

    assert "<script>" in page.locator("h1").inner_text()
    assert page.locator("main script, main img").count() == 0


def test_copies_unfold_by_keyboard(page: Page, where: str) -> None:
    page.goto(where)
    summary = page.locator("details.copies summary").first
    summary.focus()

    page.keyboard.press("Enter")

    assert page.locator("details.copies li").first.is_visible()
    assert "+12 min" in page.locator("details.copies li").first.inner_text()


def test_a_story_opens_from_the_front_page_on_a_phone_too(page: Page, where: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(where)
        page.locator(".spread a").first.click()

        page.wait_for_selector(".telling")

        assert page.locator("svg.timeline:visible circle").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("svg.timeline:visible text", has_text="echo.example").bounding_box()["x"] >= 0  # type: ignore[index]


def test_the_sql_of_a_panel_is_one_click_away_and_can_be_copied(page: Page, where: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=where)
    page.goto(f"{where}/syndication")
    page.locator("details.sql summary").first.click()

    page.locator("[data-copy]").first.click()
    page.wait_for_function("document.querySelector('[data-copy]').textContent === 'Copied'")

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("SELECT original.outlet AS original_outlet")
    page.keyboard.press("Escape")
    assert not page.locator(".sql-sheet").first.is_visible()
    page.locator("#find").wait_for()


def test_the_sql_opened_gives_the_same_rows(page: Page, where: str) -> None:
    page.goto(f"{where}/syndication")
    page.locator("details.sql summary").first.click()
    page.locator(".sql-sheet a").first.click()

    page.wait_for_selector("table.rows")

    assert page.locator("table.rows tbody tr").count() == 1
    assert "echo.example" in page.locator("table.rows").inner_text()


def test_slash_goes_to_the_search_box_and_enter_searches(page: Page, where: str) -> None:
    page.goto(where)
    page.keyboard.press("/")
    page.keyboard.type("rations")
    page.keyboard.press("Enter")

    page.wait_for_selector(".hit")

    assert page.locator("mark").first.inner_text().lower().startswith("ration")


def test_the_filter_narrows_and_stays_with_the_reader(page: Page, where: str) -> None:
    page.goto(where)
    page.locator("details.narrow summary").click()
    page.locator("select[name=outlet]").select_option("echo.example")
    page.locator("details.narrow button").click()
    page.wait_for_url("**outlet=echo.example**")

    page.locator("nav a", has_text="Coverage").click()
    page.wait_for_selector("table.heat")

    assert page.locator("table.heat tbody tr").count() == 1


def test_the_theme_is_the_readers_choice_and_is_kept(page: Page, where: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(where)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-theme-switch]").click()

    page.reload()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper


def test_a_newer_copy_shows_by_itself_or_by_a_button(page: Page, where: str, home: Path) -> None:
    page.clock.install()
    page.goto(where)
    first = page.locator("meta[name=newsloom-version]").get_attribute("content")

    publish(home)
    page.clock.run_for(16_000)
    page.wait_for_function("old => document.querySelector('meta[name=newsloom-version]')?.content !== old", arg=first)

    page.locator("details.copies summary").first.click()  # now the reader is in the middle of something
    publish(home)
    page.clock.run_for(16_000)
    page.wait_for_selector("[data-toast]:not([hidden])")
    reader(published_path(home)).close()


def test_every_control_has_a_name(page: Page, where: str) -> None:
    nameless = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary, svg')]
        .filter(one => !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length))
        .map(one => one.outerHTML.slice(0, 120))"""
    for path in PATHS:
        page.goto(where + path)
        assert page.evaluate(nameless) == [], path

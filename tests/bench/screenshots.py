"""The demo in, the pictures of the README out: `python -m tests.bench.screenshots [HOME]`.

HOME is a folder that `newsloom demo --home HOME` made; without it the demo is run first. Needs chromium and playwright.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.dashboard_samples import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
MOST_BYTES = 300_000
DESK, PHONE = (1280, 900), (390, 844)
SHOTS = (
    ("today", "/", DESK, "light"),
    ("today-dark", "/", DESK, "dark"),
    ("today-phone", "/", PHONE, "light"),
    ("article", "article", DESK, "light"),
    ("article-phone", "article", PHONE, "dark"),
    ("story", "story", DESK, "light"),
    ("story-phone", "story", PHONE, "dark"),
    ("copies", "/syndication", DESK, "light"),
    ("edits", "/edits", DESK, "light"),
    ("search", "/search?q=cable+ship", DESK, "light"),
    ("sql", "/syndication", DESK, "light"),
    ("feeds-phone", "/feeds", PHONE, "light"),
)


def visit(page: Page, base: str, name: str, path: str) -> None:
    """Go to a page and bring it into the state that the picture shows."""
    if path == "article":
        page.goto(base)
        page.locator(".story:has(details) h3 a").first.click()
        page.wait_for_selector(".text")
        return
    if path == "story":
        page.goto(base)
        page.locator(".spread a").first.click()
        page.locator(".telling summary").last.click()
        return
    page.goto(base + path)
    if name.startswith("today"):
        page.locator("details.copies summary").first.click()
    if name == "sql":
        page.locator("details.sql summary").first.click()


def shoot(home: Path) -> None:
    """Take all pictures of a home."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with served(home) as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, (width, height), theme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
            visit(page, base, name, path)
            file = IMAGES / f"dashboard-{name}.png"
            page.screenshot(path=file)
            page.close()
            size = file.stat().st_size
            print(f"{file.name} {size / 1000:.0f} kB")
            assert size < MOST_BYTES, f"{file.name} is too large for a README"
        browser.close()


def main() -> None:
    """Run the demo where no home is given, then take the pictures."""
    if len(sys.argv) > 1:
        shoot(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from flows.cli import main; main()", "demo", "--home", folder]
        subprocess.run(command, check=True)
        shoot(Path(folder))


if __name__ == "__main__":
    main()

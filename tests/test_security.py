"""What strangers send becomes no SQL, no path, no request of ours and no line in a log; what we serve is for this machine."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from extractors.archive import ArchiveWriter, read_pages
from extractors.archive.quarantine import Quarantine
from extractors.errors import ExtractorError, FeedUnreadable, InputUnreadable
from extractors.feeds import parse_feed
from extractors.feeds.opml import read_opml
from extractors.records import Page, PageOutcome
from extractors.saved import read_saved
from flows.cli import cli
from flows.server import running_server, server_environment
from tests.audit import verdict
from tests.loopback_web import LoopbackWeb, answer

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("extractors", "flows", "warehouse")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://paper.example/rss"

# ------------------------------------------------------------------------------------------------ SQL

IDENTIFIERS = {
    "table", "order", "query", "name", "new", "old", "file", "meta", "option", "quoted", "done", "until", "self._name", "copy",
    "which", "what", "touched", "gone", "waiting", "_rows_of('insert', 'update_postimage')",
}  # fmt: skip
"""Names that may stand in SQL: tables, catalogs and clauses of ours, quoted paths, row numbers. Values are parameters."""


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def interpolated(path: Path) -> Iterator[tuple[int, str]]:
    """Find what is put into the text of a statement where it is executed."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr not in {"execute", "executemany", "executescript", "sql", "query"}:
                continue
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.FormattedValue):
                    yield node.lineno, ast.unparse(part.value)
                if isinstance(part, ast.Mod | ast.Add):
                    yield node.lineno, "joined by an operator"


def test_no_value_becomes_part_of_a_statement() -> None:
    strange = [
        f"{path.relative_to(ROOT)}:{line}: {{{what}}}"
        for path in sources()
        for line, what in interpolated(path)
        if what not in IDENTIFIERS and not what.replace("_", "").isupper() and not what.startswith("_quoted(")
    ]

    assert strange == []


def test_a_value_in_a_statement_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("connection.execute(f\"SELECT * FROM articles WHERE title = '{title}'\")\nc.execute('SELECT ' + title)")

    assert [what for _, what in interpolated(bad)] == ["title", "joined by an operator"]


def test_the_linter_watches_sql_and_every_exception_gives_its_reason() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert not [rule for rule in lint["ignore"] if rule.startswith("S")]
    assert [glob for glob, rules in lint["per-file-ignores"].items() if {"S", "S608"} & set(rules)] == ["tests/**"]

    bare = [
        f"{path}: {line}" for path in sources() for line in path.read_text().splitlines() if re.search(r"noqa: S\d+\s*$", line)
    ]

    assert bare == []


# ------------------------------------------------------------------------------------------------ paths

HOSTILE_NAMES = (
    "http://evil.example/../../../../etc/passwd",
    "http://../../../etc/cron.d/x",
    "http://evil.example/%2e%2e/%2e%2e/x\x00.html",
    "http://evil.example/" + "a/" * 2000,
    "file:///etc/passwd",
    "/etc/passwd",
    "C:\\windows\\system32",
)


def warc_of(urls: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    for url in urls:
        record = WarcRecord()
        record.init_headers(WarcRecordType.response)
        record.headers["WARC-Target-URI"] = url.replace("\x00", "%00")
        record.headers["WARC-Date"] = "2026-11-20T10:00:00Z"
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The council met on Monday.</p>")
        packed = GzipWriter(out)
        record.write(packed)
        packed.finish()
    return out.getvalue()


def test_addresses_in_an_archive_name_no_file(tmp_path: Path) -> None:
    source, home = tmp_path / "source" / "hostile.warc.gz", tmp_path / "home"
    source.parent.mkdir()
    source.write_bytes(warc_of(HOSTILE_NAMES))
    before = set(tmp_path.rglob("*"))

    with ArchiveWriter(home / "archive") as writer:
        for page, entry in read_saved(source):
            writer.write(page, entry=entry)
            Quarantine(home / "quarantine").keep(page.url, "../../extract", page.body, ValueError("../x"), NOW)

    written = set(tmp_path.rglob("*")) - before
    assert written
    assert all(path.is_relative_to(home) for path in written)
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in written)


def test_a_link_in_a_folder_of_saved_pages_leads_nowhere_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>secret</p>")
    folder = tmp_path / "saved"
    (folder / "sub").mkdir(parents=True)
    (folder / "page.html").write_text("<p>public</p>")
    (folder / "link.html").symlink_to(secret)
    (folder / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "device.html").symlink_to("/dev/zero")

    bodies = [page.body for page, _ in read_saved(folder)]

    assert not any(b"secret" in body for body in bodies)
    assert any(b"public" in body for body in bodies)


# ------------------------------------------------------------------------------------------------ XML


def laughs(levels: int, inside: str) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{inside.replace("@", f"&l{levels - 1};")}'.encode()


DOCUMENTS = {
    "rss": "<rss version='2.0'><channel><title>@</title><item><title>@</title><link>https://a.example/1</link></item></channel></rss>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom'><title>@</title><entry><id>1</id><title>@</title></entry></feed>",
    "sitemap": "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://paper.example/@</loc></url></urlset>",
    "opml": "<opml version='2.0'><body><outline type='rss' text='@' xmlUrl='https://paper.example/rss'/></body></opml>",
}


def read(kind: str, document: bytes) -> str:
    """Read a document by its kind; return all that came of it as text."""
    try:
        return str(read_opml(document, "test") if kind == "opml" else parse_feed(document, "application/xml", URL, NOW))
    except (FeedUnreadable, InputUnreadable) as error:
        return str(error)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_entities_that_multiply_are_not_expanded(kind: str) -> None:
    assert len(read(kind, laughs(12, DOCUMENTS[kind]))) < 20_000  # expanded, these would be 200 GB


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_nothing_outside_a_document_is_read_or_asked_for(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret")
    with LoopbackWeb({"dtd.example": {"*": answer("<!ENTITY e 'the-secret'>")}}) as web:
        address = f"http://{web.connect_to['dtd.example']}"
        for declared in (
            f'<!DOCTYPE x SYSTEM "{address}/x.dtd" [<!ENTITY e SYSTEM "file://{secret}">]>',
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}/e">]>',
            f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{address}/p"> %p;]>',
        ):
            text = read(kind, f'<?xml version="1.0"?>{declared}{DOCUMENTS[kind].replace("@", "&e;")}'.encode())
            assert "the-secret" not in text
        included = f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file://{secret}" parse="text"/></x>'
        assert "the-secret" not in read(kind, DOCUMENTS[kind].replace("@", included).encode())

        assert web.hits == []


# ------------------------------------------------------------------------------------------------ doors and secrets


def test_what_we_serve_binds_to_loopback() -> None:
    dashboard = next(option for option in cli.commands["dashboard"].params if option.name == "host")
    assert dashboard.default == "127.0.0.1"
    assert server_environment(Path("home"), 4200, "secret")["PREFECT_API_URL"].startswith("http://127.0.0.1:")
    assert '"--host", "127.0.0.1"' in inspect.getsource(running_server)


def test_the_dashboard_refuses_the_world_without_a_token(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["--home", str(tmp_path), "dashboard", "--host", "0.0.0.0", "--port", "0", "--no-browser"])

    assert result.exit_code != 0
    assert "NEWSLOOM_DASHBOARD_TOKEN" in str(result.exception)


def test_a_password_in_an_address_is_in_no_error() -> None:
    error = ExtractorError("https://editor:hunter2@paper.example/rss", "no feed, says https://editor:hunter2@paper.example/")

    assert "hunter2" not in str(error)
    assert "paper.example/rss" in str(error)


def test_credentials_that_were_sent_are_not_archived(tmp_path: Path) -> None:
    from extractors.fetch import FetchSettings, fetch_pages
    from extractors.records import Request

    with LoopbackWeb({"paper.example": {"*": answer("<p>The council met.</p>")}}) as web:
        settings = FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0, obey_robots=False)
        [page] = fetch_pages([Request("http://editor:hunter2@paper.example/page", kind="feed")], settings)
        [hit] = web.hits
    with ArchiveWriter(tmp_path) as writer:
        writer.write(page, kind="feed")
    [archived] = read_pages(tmp_path, kinds=("feed",))

    assert hit.headers["authorization"].startswith("Basic ")
    assert page.outcome is PageOutcome.FETCHED
    assert "hunter2" not in str(archived)
    assert "ZWRpdG9yOmh1bnRlcjI" not in str(archived)


def test_a_page_keeps_its_address_through_the_archive(tmp_path: Path) -> None:
    page = Page("https://paper.example/a?b=1#c", PageOutcome.FETCHED, NOW, status=200, body=b"<p>x</p>")
    with ArchiveWriter(tmp_path) as writer:
        writer.write(page)

    assert [found.url for found in read_pages(tmp_path)] == [page.url]


CLEAN = '{"name": "moor", "version": "1.0", "vulns": []}'
HOLED = '{"name": "fen", "version": "2.1", "vulns": [{"id": "CVE-2026-0001", "fix_versions": ["2.2"]}]}'
UNKNOWN = '{"name": "mire", "version": "3.0", "skip_reason": "not found"}'


@pytest.mark.parametrize(
    ("code", "packages", "said", "ends", "told"),
    [
        (0, (CLEAN, UNKNOWN), "", 0, "1 of 2 packages asked about, 0 known holes"),
        (1, (CLEAN, HOLED), "", 1, "fen 2.1: CVE-2026-0001, mended in 2.2\n2 of 2 packages asked about, 1 known holes"),
        (0, (UNKNOWN, UNKNOWN), "", 0, "skipped: the package index here has no advisories on any of 2 packages"),
        (1, (), "urllib3: Max retries exceeded with url: /simple", 0, "skipped, the advisories cannot be reached: urllib3"),
        (2, (), "usage: pip-audit", 2, "usage: pip-audit"),
        (0, (), "", 2, ""),
    ],
)
def test_an_audit_that_could_ask_nobody_says_so_and_one_that_finds_holes_fails(
    code: int, packages: tuple[str, ...], said: str, ends: int, told: str
) -> None:
    found = f'{{"dependencies": [{", ".join(packages)}]}}' if packages else ""

    assert verdict(code, found, said)[0] == ends
    assert verdict(code, found, said)[1].startswith(told)

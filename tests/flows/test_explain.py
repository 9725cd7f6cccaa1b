"""`newsloom explain`: who says what of a page, and what became of each of its lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractors.archive import ArchiveWriter, warc_files
from extractors.records import Entry, Page, PageOutcome
from flows.cli.main import cli
from flows.cli.main import main as command_line

URL = "https://harbour.example/bridge"
NOW = datetime(2026, 2, 10, tzinfo=UTC)
STORY = "".join(
    f"<p>The council voted on Tuesday to rebuild bridge number {number} over the harbour, which has stood for {number}0 years. "
    f"Nobody spoke against it, and {number} members were away.</p>"
    for number in range(2, 7)
)
HEAD = """<title>Bridge to be rebuilt | Harbour News</title><meta name="author" content="Harbour Press">
<meta property="article:content_tier" content="locked">"""
CRUMBS = '<ol class="breadcrumbs"><li><a href="/">Home</a></li><li><a href="/harbour">Harbour</a></li></ol>'
BODY = f"""{CRUMBS}<article><h1>Bridge to be rebuilt</h1><p>By Mara Lindqvist</p>{STORY}<figure><figcaption>The bridge in May.
Photo: Ida Moreau</figcaption></figure><div class="related">Read more: Ferry to stay</div></article>"""
PAGE = f"<html lang='en'><head>{HEAD}</head><body>{BODY}</body></html>".encode()


def explained(*arguments: str, home: Path) -> dict[str, list[dict[str, str]]]:
    result = CliRunner().invoke(cli, ["--home", str(home), "explain", "--json", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    found: dict[str, list[dict[str, str]]] = json.loads(result.stdout)
    return found


def test_a_saved_page_is_explained_witness_by_witness_and_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "bridge.html").write_bytes(PAGE)

    why = explained(str(tmp_path / "bridge.html"), home=tmp_path / "home")

    assert why["taken"]["authors"] == ["Mara Lindqvist"]  # type: ignore[call-overload]
    said = [(one["witness"], one["said"]) for one in why["witnesses"] if one["field"] == "authors"]
    assert said[:2] == [("line with “by”", "Mara Lindqvist"), ("meta author", "Harbour Press")]  # in the order of trust
    assert ("section", "Harbour") in [(one["field"], one["said"]) for one in why["witnesses"]]
    assert ("language", "html lang", "en") in [(one["field"], one["witness"], one["said"]) for one in why["witnesses"]]
    assert ("is_paywalled", "meta article:content_tier", "readers pay") in [tuple(one.values()) for one in why["witnesses"]]
    became = {one["text"][:10]: (one["became"], one["reason"]) for one in why["lines"]}
    assert became["The counci"] == ("text", None)
    assert became["The bridge"] == ("caption", None)
    assert became["Read more:"][0] == "removed"
    assert became["Read more:"][1]
    assert not (tmp_path / "home").exists()  # nothing is written where nothing was asked for


def test_only_lines_that_are_not_in_the_text(tmp_path: Path) -> None:
    (tmp_path / "bridge.html").write_bytes(PAGE)

    why = explained("--removed", str(tmp_path / "bridge.html"), home=tmp_path / "home")

    assert {one["became"] for one in why["lines"]} == {"title", "caption", "removed"}


def test_an_archived_page_is_explained_by_its_newest_version_with_what_the_feed_said(tmp_path: Path) -> None:
    entry = Entry("https://harbour.example/feed", "1", URL, URL, title="Bridge, says the feed")
    with ArchiveWriter(tmp_path / "archive") as writer:
        for day, body in ((9, PAGE.replace(b"Mara", b"Jonas")), (10, PAGE)):
            writer.write(Page(URL, PageOutcome.FETCHED, NOW.replace(day=day), body=body, status=200), entry=entry)

    why = explained(URL, home=tmp_path)

    assert why["taken"]["authors"] == ["Mara Lindqvist"]  # type: ignore[call-overload]
    assert ("feed", "Bridge, says the feed") in [(one["witness"], one["said"]) for one in why["witnesses"]]


def test_people_read_it_as_three_tables(tmp_path: Path) -> None:
    (tmp_path / "bridge.html").write_bytes(PAGE)

    result = CliRunner().invoke(cli, ["--home", str(tmp_path / "home"), "explain", str(tmp_path / "bridge.html")])

    assert result.exit_code == 0
    for words in ("Taken", "Who says what", "What became of each line", "Mara Lindqvist", "meta author"):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("https://harbour.example/nowhere", "is not in the archive"),
        ("nowhere.html", "is no saved page and no address"),
        ("", "is no saved page and no address"),
        ("empty.html", "empty file"),
        ("plain.txt", "not HTML"),
        ("folder", "is no saved page and no address"),
        ("crawl.warc.gz", "holds several pages"),
    ],
)
def test_what_cannot_be_explained_is_one_line(
    page: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "plain.txt").write_text("A line of text, and no page at all.\n" * 20)
    (tmp_path / "folder").mkdir()
    with ArchiveWriter(tmp_path / "crawl") as writer:
        for name in "ab":
            writer.write(Page(f"{URL}/{name}", PageOutcome.FETCHED, NOW, body=PAGE, status=200))
    warc_files(tmp_path / "crawl")[0].rename(tmp_path / "crawl.warc.gz")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["newsloom", "--home", str(tmp_path / "home"), "explain", page])

    with pytest.raises(SystemExit) as ended:
        command_line()

    assert ended.value.code == 1
    told_of = capsys.readouterr().err
    assert told in " ".join(told_of.split())
    assert "Traceback" not in told_of

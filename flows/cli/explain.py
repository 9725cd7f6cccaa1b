"""The command that says why a page came out as it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

import click

from extractors.archive import page_at
from extractors.archive.archive_index import ArchiveIndex
from extractors.errors import InputUnreadable, PageUnreadable
from extractors.explaining import Explanation, explained
from extractors.records import Entry, Page, PageOutcome
from extractors.saved import read_saved
from extractors.urls import is_web_url
from flows.cli.terminal import CONTEXT, table_of
from flows.settings import Settings
from warehouse.connection import reader
from warehouse.errors import WarehouseError

_SHOWN_CHARS = 160


@click.command(short_help="Say why PAGE came out as it did.")
@click.argument("page")
@click.option("--removed", is_flag=True, help="Of the lines, only those that are not in the text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with whole lines.")
@click.pass_obj
def explain(settings: Settings, page: str, removed: bool, as_json: bool) -> None:
    """Say why PAGE, an archived address or a saved file, came out as it did: who says what of it, what became of each line."""
    found, entry = _saved(page) if not is_web_url(page) else _archived(settings.archive_path, page)
    if found.outcome is not PageOutcome.FETCHED:
        raise PageUnreadable(page, f"{found.outcome.value}: {found.detail or 'nothing was fetched'}")
    why = explained(found, entry)
    learned = _learned(settings.published_path, why.article.article_id)
    why = explained(found, entry, learned=learned) if learned else why
    if removed:
        why = replace(why, lines=tuple(line for line in why.lines if line.became != "text"))
    if as_json:
        click.echo(json.dumps(_plain(why), ensure_ascii=False, indent=2, default=str))
    else:
        _show(why)


def _saved(page: str) -> tuple[Page, Entry | None]:
    found = list(islice(read_saved(Path(page)), 2)) if Path(page).is_file() else []
    if not found:
        raise InputUnreadable(page, "is no saved page and no address such as https://example.org/story")
    if found[1:]:
        raise InputUnreadable(page, "holds several pages; `newsloom import` it and give the address of one")
    return found[0]


def _archived(archive: Path, url: str) -> tuple[Page, Entry | None]:
    """Read the newest version of a page that the archive has."""
    index = ArchiveIndex(archive)
    if archive.is_dir():
        index.catch_up()
    versions = [one for one in index.by_url(url) if one.kind == "page"]
    if not versions:
        raise InputUnreadable(url, f"is not in the archive {archive}; give the page as a saved file")
    archived = page_at(archive, versions[-1].location)
    return archived.page, archived.entry


def _learned(published: Path, article_id: int) -> Mapping[tuple[int, str], str]:
    """Return why lines of the article were removed when it was loaded; nothing where it is not in the published copy."""
    with suppress(WarehouseError):
        connection = reader(published)
        try:
            rows = connection.execute(
                "SELECT position, text, reason FROM removed_lines WHERE article_id = ?", [article_id]
            ).fetchall()
        finally:
            connection.close()
        return {(position, text): reason for position, text, reason in rows}
    return {}


def _plain(why: Explanation) -> dict[str, object]:
    return {"taken": _taken(why), "witnesses": list(map(asdict, why.testimonies)), "lines": list(map(asdict, why.lines))}


def _taken(why: Explanation) -> dict[str, object]:
    one = why.article
    return {
        "title": one.title,
        "authors": one.authors,
        "agency": one.agency,
        "published_at": one.published_at,
        "published_at_source": one.published_at_source,
        "dated_on": one.dated_on,
        "dated_on_source": one.dated_on_source,
        "dateline": one.dateline,
        "section": one.section,
        "language": one.language,
        "is_paywalled": one.is_paywalled,
        "page_kind": one.page_kind,
        "article_id": one.article_id,
        "canonical_url": one.canonical_url,
    }


def _show(why: Explanation) -> None:
    taken = [(name, ", ".join(value) if isinstance(value, tuple) else str(value)) for name, value in _taken(why).items() if value]
    CONTEXT.data.print(table_of("Taken", ("field", "value"), taken, field="cyan"))
    said = [(one.field, one.witness, one.said[:_SHOWN_CHARS]) for one in why.testimonies]
    CONTEXT.data.print()
    CONTEXT.data.print(table_of("Who says what, the most trusted first", ("field", "witness", "says"), said, field="cyan"))
    lines = [(one.position, one.became, one.reason, one.text[:_SHOWN_CHARS]) for one in why.lines]
    CONTEXT.data.print()
    CONTEXT.data.print(table_of("What became of each line", ("line", "became", "why", "words"), lines, became="cyan"))


COMMANDS = (explain,)

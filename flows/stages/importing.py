"""Files to import in, the batches of them that are not loaded yet out: an import goes on where a killed one ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from extractors.articles import EXTRACTOR_VERSION
from extractors.copies.fingerprints import FINGERPRINT_VERSION
from extractors.hashes import body_hash_of
from extractors.ids import id_of
from flows.stages.replaying import Saved, saved_batches
from flows.stages.run import Run
from warehouse.imported import ImportedBatch, forget_import, loaded_batches


def import_key_of(paths: Iterable[Path], size: int, since: date | None = None, until: date | None = None) -> int:
    """Hash what an import is asked for, and by which versions of the steps; asked for again, it is the same import."""
    places = [str(path.resolve()) for path in paths]
    return id_of("import", "\n".join(map(str, [size, since, until, EXTRACTOR_VERSION, FINGERPRINT_VERSION, *places])))


def batch_key_of(before: int, batch: Iterable[Saved]) -> int:
    """Hash the pages of a batch and what came before it."""
    pages = (f"{page.url} {page.fetched_at.isoformat()} {page.outcome} {body_hash_of(page.body)}" for page, _ in batch)
    return id_of("batch", "\n".join([str(before), *pages]))


def batches_left(
    run: Run, paths: Sequence[Path], size: int, since: date | None = None, until: date | None = None
) -> Iterator[tuple[ImportedBatch, list[Saved]]]:
    """Read files and folders in batches, lazily; those that a killed import of the same files has loaded are passed over.

    Args:
        run: The run.
        paths: Files and folders.
        size: Of a batch, in pages.
        since: Leave out pages fetched (WARC) or saved (files) before this day, UTC.
        until: Leave out pages of this day or later.

    Raises:
        InputUnreadable: One of `paths` does not exist or cannot be opened.

    """
    key = import_key_of(paths, size, since, until)
    with run.warehouse.writer() as connection:
        loaded = loaded_batches(connection, key)
    chain = key
    for number, batch in enumerate(saved_batches(paths, size, since, until), start=1):
        chain = batch_key_of(chain, batch)
        if chain not in loaded:
            yield ImportedBatch(key, number, chain), batch


def close_import(run: Run, key: int) -> None:
    """Forget how far this import came. Called when it is published: until then, asking again goes on with it."""
    with run.warehouse.writer() as connection:
        forget_import(connection, key)

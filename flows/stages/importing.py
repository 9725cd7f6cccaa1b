"""Files to import in, the batches of them that are not loaded yet out: an import goes on where a killed one ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractors.articles import EXTRACTOR_VERSION
from extractors.copies.fingerprints import FINGERPRINT_VERSION
from extractors.hashes import body_hash_of
from extractors.ids import id_of
from flows.stages.replaying import Asked, Saved, saved_batches
from flows.stages.run import Run
from warehouse.imported import ImportedBatch, forget_import, loaded_batches


def import_key_of(asked: Asked) -> int:
    """Hash what an import is asked for, and by which versions of the steps; asked for again, it is the same import."""
    places = [str(path.resolve()) for path in asked.paths]
    versions = (EXTRACTOR_VERSION, FINGERPRINT_VERSION)
    return id_of("import", "\n".join(map(str, [asked.size, asked.since, asked.until, *versions, *places])))


def batch_key_of(before: int, batch: Iterable[Saved]) -> int:
    """Hash the pages of a batch and what came before it."""
    pages = (f"{page.url} {page.fetched_at.isoformat()} {page.outcome} {body_hash_of(page.body)}" for page, _ in batch)
    return id_of("batch", "\n".join([str(before), *pages]))


def batches_left(run: Run, asked: Asked) -> Iterator[tuple[ImportedBatch, list[Saved]]]:
    """Read what is asked for in batches, lazily; those that a killed import of the same files has loaded are passed over.

    Raises:
        InputUnreadable: One of the paths does not exist or cannot be opened.

    """
    key = import_key_of(asked)
    with run.warehouse.writer() as connection:
        loaded = loaded_batches(connection, key)
    chain = key
    for number, batch in enumerate(saved_batches(asked), start=1):
        chain = batch_key_of(chain, batch)
        if chain not in loaded:
            yield ImportedBatch(key, number, chain), batch


def close_import(run: Run, key: int) -> None:
    """Forget how far this import came. Called when it is published: until then, asking again goes on with it."""
    with run.warehouse.writer() as connection:
        forget_import(connection, key)

"""The WARC files of days that are over -> a few large ones; what reads the archive finds the same pages in the same batches.

A file is a run of whole gzip members, so a merge copies bytes and packs nothing anew. Each file begins with its warcinfo record,
which says by ISO 28500 what the records after it have in common, up to the next one: it stays, and marks where a batch begins.

The merged file takes the name and the place of its first source and begins with its very bytes: what an index knows of that file
stays true. A manifest beside it names the others until they are gone: a kill in between leaves nothing that is read twice.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from extractors.archive.retention import day_folders

MANIFEST: Final = ".merge"
DRAFT: Final = ".merging"
QUIET_SECONDS: Final = 3600.0
"""A file that was written to within the last hour may be a writer's still: an import that began before midnight."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge has done."""

    files: int = 0  # that are no more
    into: int = 0  # files that hold their pages now


def warc_files(root: Path) -> list[Path]:
    """Return an archive's files in the order of their names, which is the order of their days; none that was merged away."""
    gone = {other for manifest in root.rglob(f"*{MANIFEST}") for other in _superseded(manifest)}
    return sorted(
        path
        for path in root.rglob("*.warc*")
        if path.name.endswith((".warc", ".warc.gz", ".warc.zst")) and path not in gone and path.is_file()
    )


def merge_days(root: Path, before: date, now: float, max_file_bytes: int) -> Merged:
    """Merge what lies under each day before another, in order of name.

    Args:
        root: The archive's folder.
        before: The first day that is left alone.
        now: Seconds since 1970: a file younger than an hour is left alone, and no merge reaches across it.
        max_file_bytes: A merged file is no larger, unless one of its sources is.

    Returns:
        What was done. A second call finds nothing more; one that was killed is finished by the next.

    Raises:
        OSError: The disk is full or read-only; nothing is lost, and the sources stay.

    """
    files = into = 0
    for day, folder in list(day_folders(root)):
        if day < before:
            _finish(folder)
            for group in _groups(folder, now, max_file_bytes):
                _merge(group)
                files, into = files + len(group) - 1, into + 1
    return Merged(files, into)


def _groups(folder: Path, now: float, max_file_bytes: int) -> Iterator[list[Path]]:
    """Yield runs of neighbours that fit into one file: two at least."""
    group: list[Path] = []
    size = 0
    for path in sorted(folder.glob("newsloom-*.warc.gz")):
        status = path.stat()
        is_ready = now - status.st_mtime >= QUIET_SECONDS and _begins_with_info(path)
        if not is_ready or size + status.st_size > max_file_bytes:
            if len(group) > 1:
                yield group
            group, size = [], 0
        if is_ready:
            group.append(path)
            size += status.st_size
    if len(group) > 1:
        yield group


def _begins_with_info(path: Path) -> bool:
    """Whether a batch's mark stands at the beginning; without it two batches would become one."""
    with path.open("rb") as file, suppress(zlib.error):
        head = zlib.decompressobj(31).decompress(file.read(4096), 4096)
        return head.startswith(b"WARC/1.") and b"WARC-Type: warcinfo" in head
    return False


def _merge(group: Sequence[Path]) -> None:
    """Put several files into the place of the first. The rename is the moment at which it is done."""
    first = group[0]
    draft, manifest = first.with_name(first.name + DRAFT), first.with_name(first.name + MANIFEST)
    size = _copy(group, draft)
    _write(manifest, json.dumps({"size": size, "others": [path.name for path in group[1:]]}))
    draft.replace(first)
    _sync_folder(first.parent)
    _finish(first.parent)


def _copy(group: Iterable[Path], draft: Path) -> int:
    with draft.open("wb") as out:
        for path in group:
            with path.open("rb") as file:
                _copy_bytes(file, out, whole_bytes_of(path))
        out.flush()
        os.fsync(out.fileno())
        return out.tell()


def _copy_bytes(file: IO[bytes], out: IO[bytes], count: int) -> None:
    while count and (block := file.read(min(count, _BLOCK))):
        out.write(block)
        count -= len(block)


def whole_bytes_of(path: Path) -> int:
    """Return how many bytes of a file are whole gzip members: all, unless its writer was killed in the midst of one.

    A file damaged in its middle is copied whole: reading skips the damage in the one as in the other.
    """
    whole = position = 0
    member = zlib.decompressobj(31)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            while block:
                try:
                    member.decompress(block, _BLOCK)  # bounded: a member may be a bomb
                except zlib.error:
                    return path.stat().st_size
                rest = member.unused_data if member.eof else member.unconsumed_tail
                position += len(block) - len(rest)
                block = rest
                if member.eof:
                    whole, member = position, zlib.decompressobj(31)
    while not member.eof and member.decompress(b"", _BLOCK):
        continue  # what the last block has left to give
    return position if member.eof else whole


def _finish(folder: Path) -> None:
    """Remove what a merge has left: drafts that came to nothing, sources whose pages lie in the merged file."""
    for draft in folder.glob(f"*{DRAFT}"):
        draft.unlink()
    for manifest in sorted(folder.glob(f"*{MANIFEST}")):
        for other in _superseded(manifest):
            other.unlink(missing_ok=True)
        _sync_folder(folder)
        manifest.unlink()


def _superseded(manifest: Path) -> list[Path]:
    """List the files that a manifest calls merged away; none where the merged file is not in its place yet."""
    try:
        told = json.loads(manifest.read_bytes())
        is_done = manifest.with_name(manifest.name.removesuffix(MANIFEST)).stat().st_size == told["size"]
        return [manifest.with_name(name) for name in told["others"] if is_done]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # half written: its rename did not come


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

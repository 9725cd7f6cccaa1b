"""What our code could not digest -> kept with its body and the exception, so that it can be looked at, mended and tried again."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import traceback
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

MAX_KEPT_BYTES: Final = 16 * 1024 * 1024
"""A body longer than this is cut: 15 MiB is what fetching lets through."""

MAX_TRACE_CHARS: Final = 20_000
"""A recursion error has a trace of megabytes; its head and its tail tell the same."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One kept item. `body_path` holds the body, packed with gzip."""

    item: str
    stage: str
    error: str  # its class and message
    trace: str
    at: datetime
    body_bytes: int
    body_path: Path

    def body(self) -> bytes:
        """Read the body."""
        return gzip.decompress(self.body_path.read_bytes())


class Quarantine:
    """A folder of kept items, `YYYY/MM/DD/<stage>-<digest>.json` beside `.body.gz`; `retention.retire` empties it by days."""

    def __init__(self, root: Path) -> None:
        """Use the folder at `root`; it comes into being with the first item."""
        self._root = root

    def keep(self, item: str, stage: str, body: bytes, error: BaseException, at: datetime) -> Path:
        """Keep an item.

        Args:
            item: Its URL or path.
            stage: Where it failed: "poll", "extract", ...
            body: What was read.
            error: What was raised.
            at: When.

        Returns:
            The path of its JSON. The same item, stage, error and body on the same day make one file, however often it is tried.

        """
        told = f"{type(error).__name__}: {error}"
        name = hashlib.blake2b(f"{item}\x00{stage}\x00{told}".encode("utf-8", "replace") + body, digest_size=12).hexdigest()
        folder = self._root / f"{at.astimezone(UTC):%Y/%m/%d}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{_file_word(stage)}-{name}.json"
        described = {
            "item": item,
            "stage": stage,
            "error": told,
            "trace": _middle_cut("".join(traceback.format_exception(error))),
            "at": at.astimezone(UTC).isoformat(),
            "body_bytes": len(body),
        }
        _write(file.with_suffix(".body.gz"), gzip.compress(body[:MAX_KEPT_BYTES], compresslevel=6, mtime=0))
        _write(file, json.dumps(described, indent=1).encode())
        return file

    def items(self) -> Iterator[Quarantined]:
        """Yield what is kept, oldest day first. A file that somebody damaged is left out."""
        for file in sorted(self._root.glob("[0-9]*/[0-9]*/[0-9]*/*.json")):
            try:
                told = json.loads(file.read_bytes())
                yield Quarantined(
                    item=str(told["item"]),
                    stage=str(told["stage"]),
                    error=str(told["error"]),
                    trace=str(told["trace"]),
                    at=datetime.fromisoformat(told["at"]),
                    body_bytes=int(told["body_bytes"]),
                    body_path=file.with_suffix(".body.gz"),
                )
            except (ValueError, KeyError, TypeError, OSError, zlib.error):
                continue


def _write(file: Path, content: bytes) -> None:
    """Write whole or not at all, beside any other process that keeps the same item."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(file)


def _middle_cut(trace: str) -> str:
    half = MAX_TRACE_CHARS // 2
    return trace if len(trace) <= MAX_TRACE_CHARS else f"{trace[:half]}\n... cut ...\n{trace[-half:]}"


def _file_word(stage: str) -> str:
    return "".join(character for character in stage if character.isalnum() and character.isascii())[:40] or "item"

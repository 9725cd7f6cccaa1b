"""What every stage of one run needs to know."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from extractors.errors import ModelUnusable
from extractors.fetch import FetchSettings
from extractors.fetch.turns import FolderTurns
from extractors.schedule import RhythmSettings
from flows.settings import Settings
from flows.turns import ServerTurns
from warehouse.embedded import Embedded
from warehouse.places import Warehouse

TAGGING = frozenset({"ingest", "import", "rebuild"})
TURNS_FOLDER = "turns"
"""Under the data folder: when each domain was asked last, by whichever process."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow. `now` is the time of its decisions; a page's own time is when it came, by the run's clock.

    The clock is the machine's, except in a run that was told another `now`: there it goes on from that one (`ahead`), so that
    a demonstration of tomorrow ends tomorrow, and nothing in it took a negative time.
    """

    run_id: str
    kind: str  # "ingest" | "import" | "rebuild" | ...
    now: datetime
    home: Path
    archive: Path
    tables: Warehouse | None = None  # null: the embedded warehouse in `home`
    fetching: FetchSettings = field(default_factory=FetchSettings)
    rhythm: RhythmSettings = field(default_factory=RhythmSettings)
    workers: int = 1
    entity_engine: str = ""
    extract_timeout_seconds: float = 30.0
    window_days: int = 45
    recheck: bool = True
    host_minutes: float = 10.0  # that its plan gives to the pages of one host or domain
    replace_derived: bool = False  # write unchanged articles again: a rebuild in place
    ahead: timedelta = timedelta()  # of its clock against the machine's

    def clock(self) -> datetime:
        """Return the present, as the run sees it."""
        return datetime.now(UTC) + self.ahead

    @property
    def warehouse(self) -> Warehouse:
        """Where the tables are."""
        return self.tables or Embedded(self.home)


def run_of(settings: Settings, kind: str, now: datetime | None = None) -> Run:
    """Begin a run: its id tells when it began and sorts by it.

    Raises:
        ModelUnusable: It would tag names, and by a model that is not there.

    """
    if kind in TAGGING:
        _must_be_there(settings.entity_engine)
    present = datetime.now(UTC)
    moment = (now or present).astimezone(UTC)
    return Run(
        run_id=f"{kind}-{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        kind=kind,
        now=moment,
        home=settings.home,
        archive=settings.archive_path,
        tables=settings.warehouse,
        fetching=fetch_settings_of(settings),
        rhythm=RhythmSettings(
            effort=settings.poll_effort,
            shortest_seconds=settings.shortest_poll_seconds,
            longest_seconds=settings.longest_poll_seconds,
        ),
        workers=settings.workers,
        entity_engine=settings.entity_engine,
        extract_timeout_seconds=settings.extract_timeout_seconds,
        window_days=settings.copy_window_days,
        recheck=settings.recheck and kind == "ingest",
        host_minutes=settings.host_minutes_per_run,
        ahead=moment - present,
    )


WITHOUT_MODEL = frozenset({"gazetteer", "natasha"})


def _must_be_there(engine: str) -> None:
    """Look for a model without loading it: before pages are fetched that nobody could tag, again in each run."""
    try:
        is_there = engine in WITHOUT_MODEL or Path(engine).is_dir() or find_spec(engine) is not None
    except (ImportError, TypeError, ValueError):  # "", "../x", "a.b.c": no name of a package
        is_there = False
    if not is_there:
        what_to_do = "NEWSLOOM_ENTITY_ENGINE names the model, or `gazetteer`"
        raise ModelUnusable(engine, f"is neither an installed package nor a directory; {what_to_do}")


def fetch_settings_of(settings: Settings) -> FetchSettings:
    """Return what the fetcher needs of the settings."""
    return FetchSettings(
        contact=settings.contact,
        host_spacing_seconds=settings.host_spacing_seconds,
        host_concurrency=settings.host_concurrency,
        connect_timeout_seconds=settings.connect_timeout_seconds,
        total_timeout_seconds=settings.total_timeout_seconds,
        host_seconds=settings.host_minutes_per_run * 60,
        max_redirects=settings.max_redirects,
        max_feed_bytes=settings.max_feed_bytes,
        max_page_bytes=settings.max_page_bytes,
        allow_private_addresses=settings.allow_private_addresses,
        connect_to=settings.connect_to,
        obey_robots=settings.obey_robots,
        turns=ServerTurns() if settings.pacing == "server" else FolderTurns(settings.home.absolute() / TURNS_FOLDER),
    )

"""What every page needs to know of the copy: how new it is, what it can be narrowed to, whether this newsloom understands it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flows.dashboard.published import Desk
from flows.dashboard.questions import question
from warehouse.errors import QueryRefused, WarehouseNewer, WarehouseTerminal
from warehouse.migrate import VIEWS_VERSION, migrations, views

MOST_OUTLETS = 1000
"""In the list of outlets to choose from; more would make each page heavier than its contents."""

_STANDING = question("SELECT version, sha256 FROM state.schema_migrations")
_FACTS = question("""
    SELECT count(*) AS articles,
           max(published_date) AS newest_day,
           coalesce((SELECT max(coalesce(finished_at, started_at)) FROM runs), max(first_seen_at)) AS as_of
    FROM articles
""")
_OUTLETS = question("SELECT outlet FROM articles GROUP BY outlet ORDER BY count(*) DESC, outlet LIMIT $most", most=MOST_OUTLETS)
_LANGUAGES = question(
    "SELECT language FROM articles WHERE language IS NOT NULL GROUP BY language ORDER BY count(*) DESC, language"
)


class CopyOlder(WarehouseTerminal):
    """The published copy was made by an older newsloom, which lacks what the pages ask for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """About one version of the published copy."""

    articles: int
    as_of: datetime | None  # end of the last run; None = there is nothing yet
    newest: date  # the newest day that a page shows unasked
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    has_other_views: bool  # published with other views than ours: most pages work, some may not

    @property
    def last_day(self) -> date:
        """The day up to which the copy knows what happened: edits come on days without articles, too."""
        return max(self.as_of.date(), self.newest) if self.as_of else self.newest

    @property
    def busy_day(self) -> date:
        """The day that holds most of the last 24 hours: a day just begun, or without articles yet, says nothing."""
        return min((self.as_of - timedelta(hours=12)).date(), self.newest) if self.as_of else self.newest


def facts_of(desk: Desk) -> Facts:
    """Read them.

    Raises:
        CopyOlder, WarehouseNewer: The copy is of another version.

    """
    has_other_views = _standing(desk)
    found = desk.rows(_FACTS)[0]
    as_of = found["as_of"].astimezone(UTC) if found["as_of"] else None
    newest = as_of.date() if as_of else datetime.now(UTC).date()
    return Facts(
        articles=found["articles"],
        as_of=as_of,
        newest=newest if found["newest_day"] is None else min(newest, found["newest_day"]),
        outlets=tuple(row["outlet"] for row in desk.rows(_OUTLETS)),
        languages=tuple(row["language"] for row in desk.rows(_LANGUAGES)),
        has_other_views=has_other_views,
    )


def _standing(desk: Desk) -> bool:
    path = str(desk.published.path)
    try:
        applied = {row["version"]: row["sha256"] for row in desk.rows(_STANDING)}
    except QueryRefused as error:
        raise CopyOlder(path, "this is a DuckDB file, but none that newsloom published") from error
    ours = {migration.version for migration in migrations()}
    if set(applied) - ours - {VIEWS_VERSION}:
        raise WarehouseNewer(path, "it was published by a newer newsloom; upgrade this one")
    if ours - set(applied):
        raise CopyOlder(path, "it was published by an older newsloom; the next run (or `newsloom maintain`) publishes it anew")
    return applied.get(VIEWS_VERSION) != views().sha256

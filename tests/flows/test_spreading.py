"""An import on Dask: the same tables as on this machine's own processes, from real worker processes."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.errors import DaskMissing, SettingsInvalid
from flows.settings import Settings
from flows.spreading import Here, parts_of, spread_of
from flows.stages import loading
from flows.turns import lease_of
from tests.road_tables import CLOCKS, differences, tables_of
from warehouse.check import check
from warehouse.connection import writer


def saved_pages(folder: Path, wire_pages: Mapping[str, bytes]) -> Path:
    folder.mkdir()
    for number, (url, body) in enumerate(sorted(wire_pages.items())):
        (folder / f"page-{number:03}.html").write_bytes(
            body.replace(b"<head>", f'<head><link rel="canonical" href="{url}">'.encode(), 1)
        )
    return folder


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of the bundled wire as files: copies, residue and several languages among them."""
    from datetime import UTC, datetime

    import httpx

    from flows.demo import DemoWire

    found: dict[str, bytes] = {}
    with DemoWire(datetime.now(UTC)) as wire, httpx.Client() as client:
        for url in sorted({entry.url for entry in wire.truth.articles})[:60]:
            host = httpx.URL(url).host
            answer = client.get(url.replace(host, wire.connect_to[host], 1), headers={"Host": host})
            if answer.is_success:
                found[url] = answer.content
    return saved_pages(tmp_path_factory.mktemp("saved") / "pages", found)


@pytest.mark.flow
@pytest.mark.timeout(400)
@pytest.mark.filterwarnings("ignore")
def test_an_import_on_dask_leaves_the_tables_of_one_on_threads(
    pages: Path, tmp_path: Path, prefect_harness: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("prefect_dask")
    from flows.backfill import backfill

    monkeypatch.setenv("NEWSLOOM_ENTITY_ENGINE", "gazetteer")
    monkeypatch.setenv("NEWSLOOM_WORKERS", "2")
    monkeypatch.setenv("NEWSLOOM_BATCH_PAGES", "20")
    tables: dict[str, Any] = {}
    for runner in ("thread", "dask"):
        monkeypatch.setenv("NEWSLOOM_TASK_RUNNER", runner)
        monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / runner))
        if runner == "dask":
            with monkeypatch.context() as patched:
                patched.setattr(loading, "load_related", dying_at_the_second(loading.load_related))
                with pytest.raises(SystemExit):
                    backfill([str(pages)])

        summary = backfill([str(pages)])

        assert summary.status == "finished"
        tables[runner] = tables_of(tmp_path / runner, without=CLOCKS)
        with writer(tmp_path / runner) as connection:
            assert check(connection) == []
            loaded = "SELECT count(*) FROM main.outcomes WHERE stage = 'load' AND run_id = ?"
            [(taken_up,)] = connection.execute(loaded, [summary.run_id]).fetchall()

    assert len(tables["thread"]["articles"]) > 30
    assert taken_up < len(tables["dask"]["articles"]), "the one on Dask died between two batches, and went on behind the first"
    assert differences(tables["thread"], tables["dask"]) == {}


def dying_at_the_second(load_related: Callable[..., Any]) -> Callable[..., Any]:
    loads = iter(range(2))

    def load(*arguments: Any) -> Any:
        if next(loads):
            raise SystemExit("killed")
        return load_related(*arguments)

    return load


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_dask(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] in {"dask", "prefect_dask"}:
            raise ModuleNotFoundError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_dask)

    with pytest.raises(DaskMissing, match=r"newsloom\[dask\]"), spread_of(Settings(task_runner="dask")):
        pass


def test_the_work_stays_here_unless_dask_is_asked_for() -> None:
    with spread_of(Settings()) as spread:
        assert spread == Here()


def test_a_batch_is_cut_into_parts_that_make_it_up() -> None:
    assert [list(part) for part in parts_of([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]
    assert parts_of([], 2) == []


def test_the_server_s_turns_need_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    with pytest.raises(SettingsInvalid, match="PREFECT_API_URL"):
        lease_of("newsloom:paper.example", 60)

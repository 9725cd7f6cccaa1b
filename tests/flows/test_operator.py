"""What an operator types, sets and names wrongly: one line that says what to do, and the exit code that goes with it."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from extractors.errors import ModelUnusable
from extractors.records import Feed, Rhythm
from flows.cli import main as command_line
from flows.cli import status
from flows.cli.status import late_by, told
from flows.cli.terminal import mend_streams, write_whole
from flows.errors import SettingsInvalid
from flows.settings import Settings, load_settings
from flows.stages.planning import recorded
from flows.stages.run import run_of
from tests.commands import ended
from warehouse.connection import published_path, working_path, writer
from warehouse.publish import publish
from warehouse.subscriptions import load_feeds, store_rhythms

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home with one feed, polled a quarter of an hour ago for the third time, at a path that a shell would not like."""
    home = tmp_path / 'it\'s a "home" of 100 % ü $x;'
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLOOM_HOME", str(home))
    now = datetime.now(UTC)
    with writer(home) as connection:
        load_feeds(connection, [Feed("https://vorn.example/rss", "vorn.example", added_at=now)])
        store_rhythms(connection, [Rhythm("https://vorn.example/rss", polls=3, polled_at=now, next_poll_at=now)])
    for minutes in (45, 30, 15):
        run = run_of(Settings(home=home), "ingest", now - timedelta(minutes=minutes))
        with recorded(run):
            pass
    publish(home)
    return home


def status_of_what_is_ill(capsys: pytest.CaptureFixture[str]) -> str:
    """Ask for the status, which ends with 1 where a person is needed, and return what it says in one line."""
    assert ended("status") == 1
    return " ".join(capsys.readouterr().out.split())


def test_a_home_at_any_path_is_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("status") == 0
    assert ended("feeds", "list") == 0
    assert ended("check") == 0
    assert ended("export", str(home / "par'quet")) == 0
    assert "All is well." in capsys.readouterr().out


def test_status_tells_of_a_run_that_failed_although_it_has_published_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OSError, match="full"), recorded(run_of(Settings(home=home), "ingest")):
        raise OSError(errno.ENOSPC, "the disk is full")

    out = status_of_what_is_ill(capsys)

    assert "The last ingest did not end well" in out
    assert "the disk is full" in " ".join(out.split())


def test_status_before_the_first_publish_tells_why_the_last_run_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path))
    with pytest.raises(OSError, match="full"), recorded(run_of(Settings(home=tmp_path), "ingest")):
        raise OSError(errno.ENOSPC, "the disk is full")

    out = status_of_what_is_ill(capsys)

    assert "Nothing has been published here yet. The last ingest did not end well" in out
    assert "the disk is full" in out


def test_status_tells_of_runs_whose_news_nobody_can_read(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    os.utime(published_path(home), (long_ago, long_ago))  # and three ingests have ended since
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1_000_000))
        full = ended("status")
        told = capsys.readouterr().out
    published_path(home).unlink()
    missing = ended("status")

    assert (full, missing) == (1, 1)
    assert "What the last ingest loaded has not been published: newsloom publish does that, or says why it cannot." in told
    assert f"The disk of {home} is nearly full: publishing needs" in told
    assert "Nothing has been published here yet: newsloom publish does that" in capsys.readouterr().out


def test_status_tells_that_the_warehouse_does_not_open_although_the_copy_is_sound(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    working_path(home).write_bytes(b"no database" * 1000)

    told = status_of_what_is_ill(capsys)

    assert "The warehouse cannot be opened: " in told
    assert "`newsloom restore`" in told


def test_a_home_that_this_user_may_not_write_is_told_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    may = os.access
    monkeypatch.setenv("NEWSLOOM_CONTACT", "desk@vorn.example")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))  # root may do everything

    for words in ("run", "import .", "rebuild", "maintain", "serve", "setup env", "feeds list", "publish"):
        code = ended(*words.split())

        told = capsys.readouterr().err
        assert (words, code, told.count("\n")) == (words, 1, 1)
        assert "this user may not write here: run as its owner, or let NEWSLOOM_HOME name another folder" in told


def test_a_copy_that_this_user_may_not_read_is_told_as_that(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.R_OK and may(path, mode))

    what_to_do = "this user may not read it: ask its owner, or let NEWSLOOM_HOME name another folder"
    for words in ("status", "schema", "check", "names list"):
        code = ended(*words.split())

        assert (words, code) == (words, 1)
        assert capsys.readouterr().err == f"newsloom: {published_path(home)}: {what_to_do}\n"


def test_status_tells_of_a_schedule_that_has_stopped(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=9)

    with recorded(run_of(Settings(home=home), "ingest", datetime.now(UTC) + timedelta(days=400))):
        pass  # by a clock that ran ahead: it is no sign of life
    monkeypatch.setattr(status, "datetime", Later)

    assert ended("status") == 1
    assert "No feed has been polled for 9 hours" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("hours_ago", "hours"),
    [
        ([0.2, 0.45, 0.7], None),
        ([0.9, 1.15, 1.4], None),  # an hour at least
        ([2, 2.25, 2.5], 2),
        ([50, 74, 98], None),  # once a day: cron's
        ([75, 99, 123], 75),
        ([25], None),
        ([30], 30),
        ([], None),
        ([-300], None),  # a clock that was put back
    ],
)
def test_a_schedule_is_late_by_its_own_habit(hours_ago: list[float], hours: float | None) -> None:
    late = late_by([NOW - timedelta(hours=ago) for ago in hours_ago], NOW)

    assert late == (None if hours is None else timedelta(hours=hours))


def test_a_time_span_is_told_as_people_say_it() -> None:
    spans = (-5, 0, 119, 121, 47 * 60, 4 * 1440)
    assert [told(timedelta(minutes=minutes)) for minutes in spans] == [
        "0 minutes", "0 minutes", "119 minutes", "2 hours", "47 hours", "4 days",
    ]  # fmt: skip


def test_what_the_system_refuses_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = str(home / "no such folder" / "feeds.opml")

    assert ended("feeds", "export", nowhere) == 1
    assert capsys.readouterr().err == f"newsloom: {nowhere}: No such file or directory\n"
    assert ended("sql", "SELECT 1", "--parquet", nowhere) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_full_disk_leaves_the_file_that_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "feeds.opml"
    write_whole(file, b"old")

    def full(_self: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space") as failure:
        write_whole(file, b"new")

    assert file.read_bytes() == b"old"
    assert failure.value.filename == str(file)
    assert [*tmp_path.iterdir()] == [file]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(pipe, b"feeds")

    assert os.read(reading, 99) == b"feeds"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reading)


@pytest.mark.parametrize("how", ["click", "rich"])
def test_a_reader_that_has_seen_enough_is_no_failure(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object, **_named: object) -> None:
        if how == "click":
            sys.stdout = io.StringIO()  # click puts a stream in its place that swallows the last flush
            raise SystemExit(1)
        end = SystemExit(1)
        end.__context__ = BrokenPipeError()
        raise end

    monkeypatch.setattr(command_line.__globals__["cli"], "main", gone)
    monkeypatch.setitem(command_line.__globals__, "stop_output", lambda: None)  # the real one is for a process that ends
    monkeypatch.setattr(sys, "argv", ["newsloom", "status"])

    with pytest.raises(SystemExit) as end:
        command_line()

    assert end.value.code == 0


def test_streams_that_are_closed_or_know_no_letter_take_what_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="ascii"))

    mend_streams()
    print("Zürich", file=sys.stderr, flush=True)
    click.echo("nowhere")

    assert sys.stdin.read() == ""
    assert written.getvalue() == b"Z\\xfcrich\n"
    for stream in (sys.stdin, sys.stdout):
        stream.close()


NUMBERS = [
    name for name, field in Settings.model_fields.items() if "int" in str(field.annotation) or "float" in str(field.annotation)
]


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e300", "9" * 30, "many", "[]"])
@pytest.mark.parametrize("name", NUMBERS)
def test_no_number_is_taken_that_a_clock_or_a_database_cannot_count(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"NEWSLOOM_{name.upper()}", value)

    with pytest.raises(SettingsInvalid, match=f"^NEWSLOOM_{name.upper()}: "):
        load_settings()


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"CONNECT_TO": "nonsense"}, "connect_to"),
        ({"CONNECT_TO": '{"paper.example": "127.0.0.1:http"}'}, "no address"),
        ({"CONTACT": "Redaktion Zürich"}, "NEWSLOOM_CONTACT: only printable ASCII"),
        ({"CONTACT": "op@x.example\r\nX-Evil: 1"}, "NEWSLOOM_CONTACT: only printable ASCII"),
        ({"SHORTEST_POLL_SECONDS": "7200", "LONGEST_POLL_SECONDS": "3600"}, "is more than NEWSLOOM_LONGEST_POLL_SECONDS"),
        ({"PACING": "never"}, "NEWSLOOM_PACING"),
        ({"RECHECK": "perhaps"}, "NEWSLOOM_RECHECK"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_before_anything_begins(
    variables: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in variables.items():
        monkeypatch.setenv(f"NEWSLOOM_{name}", value)

    with pytest.raises(SettingsInvalid, match=reason) as refusal:
        load_settings()

    assert "newsloom.toml" not in str(refusal.value)


def test_a_variable_that_is_empty_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "CONTACT", "WORKERS", "CATALOG", "ARCHIVE_DAYS", "CONNECT_TO"):
        monkeypatch.setenv(f"NEWSLOOM_{name}", "")

    settings = load_settings()

    assert (settings.home, settings.contact, settings.catalog) == (Path("newsloom-data"), None, None)


def test_the_file_of_any_editor_is_read_and_a_tilde_is_the_users_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/vorn")
    monkeypatch.delenv("NEWSLOOM_HOME", raising=False)
    Path("newsloom.toml").write_bytes(b'\xef\xbb\xbfhome = "~/news"\r\nworkers = 3\r\n')

    settings = load_settings()

    assert (settings.home, settings.workers) == (Path("/home/vorn/news"), 3)


@pytest.mark.parametrize("engine", ["nonsense", "no.such.model", "../x", ".x", "a b", "/no/such/folder"])
def test_a_model_that_is_not_there_is_told_before_a_page_is_fetched(engine: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="NEWSLOOM_ENTITY_ENGINE"):
        run_of(Settings(home=tmp_path, entity_engine=engine), "ingest")

    assert run_of(Settings(home=tmp_path, entity_engine=engine), "maintain").kind == "maintain"
    assert run_of(Settings(home=tmp_path, entity_engine="gazetteer"), "ingest").kind == "ingest"

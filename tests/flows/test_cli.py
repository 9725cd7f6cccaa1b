"""The command line as a person uses it: output, exit codes, one clear message for each error. No Prefect server here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from extractors.records import Article, Batch, Feed
from flows.cli import cli, main
from flows.cli.terminal import Terminal
from flows.errors import ContactMissing, FlowError, SettingsInvalid
from flows.report import _cell
from flows.settings import load_settings, misspelt
from warehouse.connection import writer
from warehouse.errors import QueryRefused, WarehouseMissing
from warehouse.load import load
from warehouse.publish import publish
from warehouse.subscriptions import load_feeds

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("NEWSLOOM_CONTACT", "NEWSLOOM_CONNECT_TO"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **options: CliRunner().invoke(cli, list(arguments), **options)


@pytest.fixture
def home(tmp_path: Path, run: Run) -> Path:
    article = Article(
        article_id=7,
        url="https://harbourpost.example/a",
        canonical_url="https://harbourpost.example/a",
        outlet="harbourpost.example",
        text="The harbour council voted on Monday to dredge the northern basin.",
        first_seen_at=NOW,
        title="Council votes [bold]to dredge[/bold] harbour",
        published_at=NOW,
        language="en",
        word_count=11,
    )
    with writer(tmp_path / "data") as connection:
        load_feeds(connection, [Feed("https://harbourpost.example/rss", "harbourpost.example", "Harbour Post", added_at=NOW)])
        load(connection, Batch("run", articles=(article,)))
    publish(tmp_path / "data")
    return tmp_path / "data"


def test_sql_prints_a_table_and_what_comes_from_the_web_stays_text(home: Path, run: Run) -> None:
    result = run("sql", "SELECT title FROM articles")

    assert result.exit_code == 0
    assert "Council votes [bold]to dredge[/bold] harbour" in result.output


def test_sql_writes_json_csv_and_parquet(home: Path, run: Run, tmp_path: Path) -> None:
    as_json = run("sql", "SELECT outlet, word_count FROM articles", "--json")
    as_csv = run("sql", "SELECT outlet, word_count FROM articles", "--csv")
    run("sql", "SELECT outlet FROM articles", "--parquet", str(tmp_path / "out.parquet"))

    assert json.loads(as_json.stdout) == [{"outlet": "harbourpost.example", "word_count": 11}]
    assert as_csv.stdout.splitlines() == ["outlet,word_count", "harbourpost.example,11"]
    with duckdb.connect() as connection:
        assert connection.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "out.parquet")]).fetchall() == [
            ("harbourpost.example",)
        ]


def test_sql_reads_standard_input(home: Path, run: Run) -> None:
    result = run("sql", "-", "--csv", input="SELECT count(*) AS articles FROM articles")

    assert result.stdout.split() == ["articles", "1"]


@pytest.mark.parametrize(
    "query",
    ["DROP TABLE articles", "SELECT * FROM read_csv('/etc/passwd')", "SELEC 1", "SELECT 1; SELECT 2", "COPY articles TO 'x.csv'"],
)
def test_sql_that_writes_or_leaves_the_copy_is_refused(home: Path, run: Run, query: str) -> None:
    result = run("sql", query)

    assert isinstance(result.exception, QueryRefused)


def test_search_finds_an_article_by_its_words(home: Path, run: Run) -> None:
    result = run("search", "dredging", "harbour", "--json")

    assert [row["canonical_url"] for row in json.loads(result.stdout)] == ["https://harbourpost.example/a"]


def test_search_leaves_out_what_is_not_wanted(home: Path, run: Run) -> None:
    assert json.loads(run("search", "harbour", "-dredge", "--json").stdout) == []
    assert len(json.loads(run("search", "harbour", "-flood", "--json").stdout)) == 1


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("harbour wall",), 0),  # the shell took the quotation marks of a phrase
        (("dredging OR nowhere",), 1),
        (("nowhere OR -harbour",), None),
        (("harbour -dredge",), 0),
        (("-nowhere at all", "harbour"), 1),
        (("outlet:harbourpost harbour",), 1),
        (("after:x",), None),
        (("outlet:",), None),
        (("harbour \udcff",), None),
        (("(" * 5000,), 0),
        (("harbour " * 3000,), None),
    ],
)
def test_search_answers_or_says_in_one_line_why_not(home: Path, run: Run, words: tuple[str, ...], count: int | None) -> None:
    result = run("search", *words, "--json")

    if count is None:
        assert isinstance(result.exception, QueryRefused)
        assert "SELECT" not in str(result.exception)
    else:
        assert len(json.loads(result.stdout)) == count


def test_schema_lists_relations_and_explains_columns(home: Path, run: Run) -> None:
    relations, columns = run("schema"), run("schema", "articles")

    assert "who_said_what" in relations.output
    assert "One row per article" in columns.output
    assert run("schema", "no_such_table").exit_code == 2


def test_status_says_what_needs_a_person_by_its_exit_code(home: Path, run: Run) -> None:
    result = run("status")

    assert "1 articles" in result.output
    assert result.exit_code in {0, 1}
    assert (result.exit_code == 0) == ("All is well" in result.output)


def test_check_holds_on_a_sound_copy_and_fails_on_a_broken_one(home: Path, run: Run) -> None:
    sound = run("check")
    with writer(home) as connection:
        connection.execute("INSERT INTO captions VALUES (99, 0, 'a caption of no article', NULL)")
    publish(home)
    broken = run("check")

    assert sound.exit_code == 0
    assert broken.exit_code == 1
    assert "captions" in broken.output


def test_export_writes_parquet_by_day(home: Path, run: Run, tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "lake"))

    assert result.exit_code == 0
    assert list((tmp_path / "lake/articles").glob("published_date=2026-03-01/*.parquet"))


def test_feeds_go_out_as_opml_and_come_back(home: Path, run: Run, tmp_path: Path) -> None:
    run("feeds", "export", "mine.opml")
    run("feeds", "remove", "https://harbourpost.example/rss")
    emptied = run("feeds", "list")
    run("feeds", "import", "mine.opml")
    back = run("feeds", "list")

    assert "No feeds yet" in emptied.output
    assert "https://harbourpost.example/rss" in back.output


def test_the_default_feeds_are_fifteen(run: Run) -> None:
    result = run("feeds", "import")

    assert "15 added" in result.output


def test_adding_unchecked_asks_nobody(run: Run) -> None:
    result = run("feeds", "add", "https://northernherald.example/rss", "--no-check", "--every", "30")

    assert result.exit_code == 0
    assert "30 min" in run("feeds", "list").output


@pytest.mark.parametrize("command", [("run",), ("serve",), ("feeds", "add", "https://x.example/rss")])
def test_nobody_polls_the_web_anonymously(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command)

    assert isinstance(result.exception, ContactMissing)


@pytest.mark.parametrize("command", [("sql", "FROM articles"), ("search", "x"), ("status",), ("check",), ("schema",)])
def test_reading_before_the_first_publish_says_what_to_do(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command)

    assert isinstance(result.exception, WarehouseMissing)
    assert "newsloom run" in str(result.exception)


def test_importing_what_is_not_there_is_one_clear_error(run: Run) -> None:
    result = run("import", "no/such/folder")

    assert isinstance(result.exception, FlowError)
    assert "no/such/folder" in str(result.exception)


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        (["demo"], "demo-data"),
        (["demo", "--home", "mine"], "mine"),
        (["--home", "mine", "demo"], "mine"),
        (["--home", "other", "demo", "--home", "mine"], "mine"),
    ],
)
def test_a_demo_goes_where_home_says_before_and_behind_its_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], folder: str
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("flows.demo.show.show", shown.append)

    result = run(*words)

    assert result.exit_code == 0
    assert shown == [Path(folder)]


def test_a_demo_never_removes_what_no_demo_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").touch()

    result = run("demo", "--home", "precious")

    assert isinstance(result.exception, FlowError)
    assert (tmp_path / "precious/file").exists()


def test_a_setting_out_of_range_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_BATCH_PAGES", "0")

    with pytest.raises(SettingsInvalid, match="NEWSLOOM_BATCH_PAGES"):
        load_settings()


def test_a_misspelt_variable_is_told_and_ends_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEWSLOOM_CONTCAT", "newsloom_home", "NEWSLOOM_DASHBOARD_TOKEN_FILE", "NEWSLOOM_INSIDE", "NEWSLOOM_", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    assert misspelt(os.environ) == {"NEWSLOOM_CONTCAT": "NEWSLOOM_CONTACT"}
    assert "NEWSLOOM_CONTCAT names no setting; is NEWSLOOM_CONTACT meant?" in " ".join(run("schema").stderr.split())


def test_what_is_told_and_shown_has_no_pictures_for_words(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()

    terminal.data.print("after:x: a title with :fire: in it")
    terminal.messages.print("after:x: none")

    told = capsys.readouterr()
    assert told.out.split() == ["after:x:", "a", "title", "with", ":fire:", "in", "it"]
    assert told.err.split() == ["after:x:", "none"]


def test_taking_over_no_lake_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLOOM_CATALOG", raising=False)

    refused = run("setup", "lake", "--take-over")

    assert refused.exit_code == 2
    assert "NEWSLOOM_CATALOG is not set" in " ".join(refused.stderr.split())


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsloom.toml").write_text("hoem = 'x'\n")

    with pytest.raises(SettingsInvalid, match="HOEM"):
        load_settings()


def test_variables_win_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsloom.toml").write_text("contact = 'file@x.example'\nworkers = 3\n")
    monkeypatch.setenv("NEWSLOOM_CONTACT", "variable@x.example")

    settings = load_settings()

    assert (settings.contact, settings.workers) == ("variable@x.example", 3)


def test_an_error_that_quotes_what_looks_like_markup_is_told_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["newsloom", "import", "/nowhere/[/red]page\x1b[31m.html"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    told = "".join(capsys.readouterr().err.split())
    assert "[/red]page[31m.html:nosuchfile" in told


def test_a_report_tells_no_password_of_a_feed() -> None:
    assert _cell("https://reader:secret@paper.example/rss entry") == "https://paper.example/rss entry"

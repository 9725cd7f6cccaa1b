"""What a person at any terminal reads: help that is whole, tables that fit, letters that the locale knows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from extractors.records import Article, Batch
from flows.cli import cli
from flows.cli.terminal import Terminal, table_of
from warehouse.connection import writer
from warehouse.load import load
from warehouse.publish import publish

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def commands_in(command: click.Command, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands_in(one, *words, name)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish thirty articles on the ferry."""
    home = tmp_path_factory.mktemp("home")
    articles = [
        Article(
            article_id=number,
            url=f"https://harbourpost.example/{number}",
            canonical_url=f"https://harbourpost.example/{number}",
            outlet="harbourpost.example",
            text="The ferry came late, and the Brücke was closed.",
            first_seen_at=NOW,
            title="Brücke",
            published_at=NOW,
            word_count=9,
        )
        for number in range(1, 31)
    ]
    with writer(home) as connection:
        load(connection, Batch("run", articles=tuple(articles)))
    publish(home)
    return home


@pytest.fixture
def home(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLOOM_HOME", str(published))
    return published


@pytest.mark.parametrize(("words", "command"), [*commands_in(cli)], ids=[" ".join(words) for words, _ in commands_in(cli)])
def test_every_help_is_whole_on_an_ordinary_terminal(words: tuple[str, ...], command: click.Command) -> None:
    answer = CliRunner(env={"COLUMNS": "80"}).invoke(cli, [*words, "--help"], prog_name="newsloom")

    assert answer.exit_code == 0
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    listed = answer.output.partition("Commands:")[2]
    assert "..." not in listed
    assert "%Y" not in answer.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("statsu",), "Did you mean 'status'"),
        (("feeds", "lst"), "Did you mean"),
        (("--hom", "x", "status"), "Did you mean '--home'"),
        (("--home", "", "status"), "it is empty; . is the working directory"),
        (("import", ".", "--since", "yesterday"), "'yesterday' is no day such as 2026-11-22"),
        (("search", "ferry", "--limit", "1001"), "1<=x<=1000"),
        (("feeds", "add", "https://a.example/rss", "--every", "43201"), "1<=x<=43200"),
    ],
)
def test_what_is_mistyped_is_told_with_what_would_do(words: tuple[str, ...], told: str) -> None:
    answer = CliRunner().invoke(cli, list(words))

    assert answer.exit_code == 2
    assert told in answer.output


@pytest.mark.parametrize(
    ("words", "count"), [((), 20), (("--limit", "25"), 25), (("--csv",), 30), (("--csv", "--limit", "5"), 5)]
)
def test_a_search_finds_as_many_as_are_asked_for(
    home: Path, words: tuple[str, ...], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("flows.cli.read.CONTEXT", Terminal())  # rich keeps the width that it was made with
    answer = CliRunner().invoke(cli, ["search", "ferry", *words])

    assert answer.output.count("https://harbourpost.example/") == count


def drawn(columns: list[str], rows: list[list[object]], width: int, title: str | None = None) -> list[str]:
    console = Console(width=width, emoji=False)
    with console.capture() as capture:
        console.print(table_of(title, columns, rows))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_table_that_does_not_fit_stands_one_row_below_the_other() -> None:
    rows: list[list[object]] = [["harbourpost.example", "https://harbourpost.example/ferry", NOW, 3.5, None]] * 2
    columns = ["outlet", "address", "published", "score", "error"]

    assert drawn(columns, rows, 100) == [
        "outlet               address                            published         score  error",
        "harbourpost.example  https://harbourpost.example/ferry  2026-11-22 12:00    3.5  –",
        "harbourpost.example  https://harbourpost.example/ferry  2026-11-22 12:00    3.5  –",
    ]
    one = [
        "outlet     harbourpost.example",
        "address    https://harbourpost.example/f",
        "           erry",
        "published  2026-11-22 12:00",
        "score      3.5",
        "error      –",
    ]
    assert drawn(columns, rows, 40, "Found") == ["Found", *one, "", *one]


@pytest.mark.parametrize("width", [20, 40, 80, 116])
def test_no_cell_of_a_wide_table_vanishes_on_a_narrow_terminal(width: int) -> None:
    columns = [f"c{number}" for number in range(30)]
    row: list[object] = [f"[b]{number}‑新闻" for number in range(30)]

    text = "".join(drawn(columns, [row], width))

    assert all(str(cell) in text for cell in row)
    assert all(column in "".join(drawn(columns, [], width)) for column in columns)


@pytest.mark.parametrize("width", ["20", "wide"])
def test_every_command_that_reads_prints_at_any_width(home: Path, width: str) -> None:
    run = CliRunner(env={"COLUMNS": width})
    for words in (
        ["status"],
        ["feeds", "list"],
        ["search", "ferry"],
        ["schema"],
        ["schema", "articles"],
        ["sql", "FROM articles"],
    ):
        answer = run.invoke(cli, words)

        assert not isinstance(answer.exception, Exception), words
        assert answer.output.strip(), words


def newsloom(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program itself: the locale is read when Python starts."""
    code = "import sys; from flows.cli import main; main()"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env=clean | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_locale_without_letters_beyond_ascii_is_served_or_told_what_it_lacks(home: Path) -> None:
    forced = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    usual = newsloom("search", "Brücke", "--csv", LC_ALL="C")
    plain = newsloom("sql", "SELECT title FROM articles LIMIT 1", **forced)
    word = newsloom("search", "Brücke", **forced)
    place = newsloom("status", **forced | {"NEWSLOOM_HOME": str(home / "hömé")})

    assert (usual.returncode, usual.stdout.count("Brücke")) == (0, 30)
    assert (plain.returncode, plain.stdout.split()) == (0, ["title", r"Br\xfccke"])
    for refused in (word, place):
        assert refused.returncode == 1
        assert refused.stderr.endswith("this locale knows no such letters (ascii); set PYTHONUTF8=1\n")
        assert refused.stderr.count("\n") == 1

"""The papers: what they say of the code is so, their links lead somewhere, and their examples run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractors.names import naming_of, uses_of
from extractors.records import Batch, Copy
from flows.demo.show import QUERIES
from tests.papers import FRAGMENTS, ROOT, commands_table, fragments_list, made, relations_table, settings_table
from tests.warehouse_samples import NOW, article, mentions_of, quotes_of
from warehouse import ledger
from warehouse.connection import reader, writer
from warehouse.load import load
from warehouse.publish import publish
from warehouse.query import ask, locked_down

README = (ROOT / "README.md").read_text()
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MACHINE_PATHS = re.compile(r"(?<![\w.~])/(?:work|root|home|tmp|Users|private|mnt|workspace)/[\w.]")
INDEX_HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))]
"""Put together here, so that this file does not name them either."""
BLOCK = re.compile(r"<!-- tested(?:: needs (?P<needs>\w+))? -->\n+```(?P<language>\w+)\n(?P<code>.*?)```", re.DOTALL)
LINK = re.compile(r"(?<!`)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
NAMED_FILE = re.compile(r"`((?:flows|extractors|warehouse|tests|docs|requirements)/[\w./-]+\.\w+)`")


def name_of(paper: Path) -> str:
    return str(paper.relative_to(ROOT))


# ------------------------------------------------------------------------------------------------ what the code has


def test_every_command_stands_in_the_readme_with_its_arguments_and_options() -> None:
    assert made(README, "commands") == commands_table(), "run: python -m tests.papers"


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    assert made(README, "settings") == settings_table(), "run: python -m tests.papers"


def test_every_table_and_view_stands_in_the_readme_and_in_the_schema_page(home: Path) -> None:
    schema = (ROOT / "docs/schema.md").read_text()
    connection = reader(home)
    relations = [name for (name,) in connection.execute("SELECT name FROM guide WHERE type <> 'macro'").fetchall()]

    table = relations_table(connection)
    connection.close()

    assert made(README, "relations") == table, "run: python -m tests.papers"
    assert [name for name in relations if f"## {name}\n" not in schema] == []


def test_every_macro_stands_in_the_readme(home: Path) -> None:
    connection = reader(home)
    macros = {name.partition("(")[0] for (name,) in connection.execute("SELECT name FROM guide WHERE type = 'macro'").fetchall()}
    connection.close()

    assert {name for name in macros if f"`{name}(" not in README} <= {"search_words"}  # a part of search


def test_the_readme_shows_the_questions_of_the_demo() -> None:
    shown = [match["code"].split() for match in BLOCK.finditer(made(README, "questions"))]

    assert shown == [query.split() for _, query in QUERIES]


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert re.search(rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("paper", FRAGMENTS)
def test_a_paper_links_to_every_fragment_it_sums_up(paper: str) -> None:
    assert made((ROOT / paper).read_text(), "fragments") == fragments_list(FRAGMENTS[paper]), "run: python -m tests.papers"


ROW = re.compile(
    r"^\| (?P<what>[^|]*) \|(?P<figures>[^|]*\|[^|]*)\| \[\w+\]\((?P<fragment>docs/bench/\w+\.md)\) \|$", re.MULTILINE
)
BENCH_ROWS = list(ROW.finditer((ROOT / "BENCHMARKS.md").read_text()))


@pytest.mark.parametrize("row", BENCH_ROWS, ids=lambda row: row["what"][:60])
def test_a_figure_stands_in_the_fragment_it_comes_from(row: re.Match[str]) -> None:
    fragment = (ROOT / row["fragment"]).read_text()

    assert [number for number in re.findall(r"[\d,]*\.?\d+", row["figures"]) if number not in fragment] == []


# ------------------------------------------------------------------------------------------------ links and names


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_links_lead_to_files_that_exist(paper: Path) -> None:
    text = without_code(paper.read_text())
    found = [*(match["target"] for match in LINK.finditer(text)), *re.findall(r'<img src="([^"]+)"', text)]
    targets = [target for target in found if "://" not in target]

    assert [target for target in targets if not leads_somewhere(paper, target)] == []


def leads_somewhere(paper: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (paper.parent / path).resolve() if path else paper
    return file.exists() and (not anchor or anchor in anchors_of(file.read_text()))


def anchors_of(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_files_that_a_paper_names_exist(paper: Path) -> None:
    named = set(NAMED_FILE.findall(paper.read_text()))

    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_no_paper_names_a_machine_or_an_index(paper: Path) -> None:
    text = paper.read_text()

    assert MACHINE_PATHS.findall(text) == []
    assert [host for host in INDEX_HOSTS if host in text] == []


# ------------------------------------------------------------------------------------------------ examples


@dataclass(frozen=True, slots=True)
class Example:
    """A block of a paper that says it is tested."""

    paper: Path
    number: int
    language: str
    code: str
    needs: str | None


EXAMPLES = [
    Example(paper, number, match["language"], match["code"], match["needs"])
    for paper in PAPERS
    for number, match in enumerate(BLOCK.finditer(paper.read_text()))
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an operator's: `newsloom-data` with a few articles in it, one of them a copy, one revised."""
    home = tmp_path_factory.mktemp("desk") / "newsloom-data"
    original, copied = article(1), article(2, outlet="other.example", minutes=30)
    mentions = tuple(mentions_of(original))
    copy = Copy(copied.article_id, original.article_id, "near", 0.9, 0.9, "They share their words.", NOW, lag_seconds=1800)
    with writer(home) as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        load(
            connection,
            Batch(
                "run",
                (original, copied),
                copies=(copy,),
                mentions=mentions,
                quotes=tuple(quotes_of(original)),
                name_uses=tuple(uses_of(mentions)),
            ),
            decide_names=naming_of,
        )
        load(connection, Batch("run", (article(1, minutes=60, text=f"{original.text} It rained."),)))
        ledger.finish_run(connection, "run", NOW)
    publish(home)
    return home


def examples_in(*languages: str) -> list[object]:
    return [
        pytest.param(example, id=f"{name_of(example.paper)}:{example.number}")
        for example in EXAMPLES
        if example.language in languages
    ]


def test_every_tested_block_is_of_a_language_that_is_run() -> None:
    assert {example.language for example in EXAMPLES} <= {"sql", "python", "sh"}


@pytest.mark.parametrize("example", examples_in("sql"))
def test_queries_run(example: Example, home: Path) -> None:
    with locked_down(home) as connection:
        assert ask(connection, example.code).table.num_columns > 0


@pytest.mark.parametrize("example", examples_in("python"))
def test_python_runs(example: Example, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if example.needs:
        pytest.importorskip(example.needs)
    monkeypatch.chdir(home.parent)

    exec(compile(example.code, str(example.paper), "exec"), {})


@pytest.mark.parametrize("example", examples_in("sh"))
def test_shell_runs(example: Example, home: Path, tmp_path: Path) -> None:
    (tmp_path / "newsloom").write_text(f'#!/bin/sh\nexec {sys.executable} -c "from flows.cli import main; main()" "$@"\n')
    (tmp_path / "newsloom").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example.code],
        cwd=home.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr

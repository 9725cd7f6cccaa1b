"""The code, and a demo's warehouse, in; the made parts of the papers out.

`python -m tests.papers` writes the tables of README.md and the lists of fragments anew; with the folder of a demo and the file
that it printed to (`python -m tests.papers demo-data demo.txt`), the answers too.
`test_papers.py` holds the papers against the code.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from textwrap import dedent

import click
import duckdb
from rich.console import Console

from flows.cli.main import cli
from flows.cli.terminal import table_of
from flows.demo.show import QUERIES
from flows.settings import Settings
from warehouse.connection import reader, writer

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 116
"""Characters that a code block shows without scrolling on a common screen."""
FLAGS_OF_ALL = {"help", "version"}
FRAGMENTS = {"DECISIONS.md": "decisions", "BENCHMARKS.md": "bench", "RELIABILITY.md": "faults"}
"""Papers that sum up a folder of fragments."""
SPOKEN = ("A small news web", "The Prefect server")
"""How the lines begin that the demo says to standard error."""
SHOWN_ROWS = 4


@dataclass(frozen=True, slots=True)
class Command:
    """One command with the words that call it."""

    words: str
    command: click.Command

    @property
    def usage(self) -> str:
        """The call with its arguments and options."""
        context = click.Context(self.command)
        arguments = [
            parameter.make_metavar(context) for parameter in self.command.params if isinstance(parameter, click.Argument)
        ]
        return " ".join([self.words, *arguments])

    @property
    def options(self) -> list[str]:
        """Its options, the long name of each."""
        return [
            max(parameter.opts, key=len)
            for parameter in self.command.params
            if isinstance(parameter, click.Option) and parameter.name not in FLAGS_OF_ALL
        ]


def commands(group: click.Group = cli, words: str = "newsloom") -> Iterator[Command]:
    """Walk every command that does something, in order of name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")
        else:
            yield Command(f"{words} {name}", command)


def commands_table() -> str:
    """Write the table of commands."""
    rows = [
        f"| `{one.usage}` | {one.command.help or ''} | {', '.join(f'`{option}`' for option in one.options)} |"
        for one in commands()
    ]
    return "\n".join(["| command | does | options |", "|---|---|---|", *rows])


def settings_table() -> str:
    """Write the table of settings."""
    rows = [
        f"| `{name}` | {_default(name)} | {(field.description or '').replace('|', chr(92) + '|')} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    if field.default_factory is not None:
        return "" if name != "workers" else "cores"
    return (
        "" if field.default is None else f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
    )


def relations_table(connection: duckdb.DuckDBPyConnection) -> str:
    """Write the table of relations: what a row is, from the comments in the database."""
    found = connection.execute("SELECT name, type, meaning FROM guide WHERE type <> 'macro' ORDER BY name").fetchall()
    rows = [f"| `{name}` | {kind} | {meaning} |" for name, kind, meaning in found]
    return "\n".join(["| relation | is a | holds |", "|---|---|---|", *rows])


def fragments_list(folder: str) -> str:
    """Write the list of a folder's fragments, by their headings."""
    lines = []
    for path in sorted((ROOT / "docs" / folder).glob("*.md")):
        heading = re.search(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
        title = heading[1].removeprefix("Decisions: ") if heading else path.stem
        lines.append(f"- [{title[:1].upper()}{title[1:]}](docs/{folder}/{path.name})")
    return "\n".join(lines)


def questions(home: Path) -> str:
    """Write the demo's questions, each with its answer over a demo's published copy."""
    connection = reader(home)
    try:
        return "\n\n".join(_question(connection, title, query) for title, query in QUERIES)
    finally:
        connection.close()


def _question(connection: duckdb.DuckDBPyConnection, title: str, query: str) -> str:
    rows = connection.execute(query).fetchall()
    console = Console(file=StringIO(), width=WIDTH)
    console.print(table_of(None, [column[0] for column in connection.description or ()], rows))
    assert isinstance(console.file, StringIO)
    answer = "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())
    return f"**{title}**\n\n<!-- tested -->\n```sql\n{dedent(query).strip()}\n```\n\n```text\n{answer}\n```"


def shortened(printed: str) -> str:
    """Cut what the demo printed to what fits a screen: a few rows of each table, the first answer, the closing box."""
    lines = [line.rstrip() for line in printed.splitlines() if not line.startswith(SPOKEN)]
    end = next(number for number, line in enumerate(lines) if line.startswith("One story"))
    box = [line for line in lines if line.startswith(("╭", "│", "╰"))]
    return "\n".join(["```text", *_few_rows(lines[:end]), *box, "```"])


def _few_rows(lines: list[str]) -> Iterator[str]:
    """Keep the first rows of each table of outlets, and all of the other lines."""
    row = 0
    for line in lines:
        row = row + 1 if line.startswith(("outlet ", "outcome ")) or (row and ".example" in line) else 0
        if row <= SHOWN_ROWS + 1 or "://" in line:
            yield line.replace("─" * 40, "")
        elif row == SHOWN_ROWS + 2:
            yield "…"


def made(paper: str, name: str) -> str:
    """Return the made part of a paper as it stands."""
    match = _part(name).search(paper)
    assert match is not None, f"no part {name}"
    return match["body"].strip("\n")


def with_made(paper: str, name: str, body: str) -> str:
    """Put a made part in its place."""
    return _part(name).sub(lambda match: f"{match['head']}\n{body}\n{match['tail']}", paper)


def _part(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<head><!-- made: {name} -->)\n(?P<body>.*?)(?P<tail><!-- /made -->)", re.DOTALL)


def rewrite(name: str, parts: dict[str, str]) -> None:
    """Put the made parts of one paper in their places."""
    path = ROOT / name
    paper = path.read_text()
    for part, body in parts.items():
        paper = with_made(paper, part, body)
    path.write_text(paper)


def main() -> None:
    """Write the made parts of all papers."""
    with tempfile.TemporaryDirectory() as folder, writer(Path(folder)) as connection:
        parts = {"commands": commands_table(), "settings": settings_table(), "relations": relations_table(connection)}
    if len(sys.argv) == 3:
        parts |= {"questions": questions(Path(sys.argv[1])), "demo": shortened(Path(sys.argv[2]).read_text())}
    rewrite("README.md", parts)
    for name, folder in FRAGMENTS.items():
        rewrite(name, {"fragments": fragments_list(folder)})


if __name__ == "__main__":
    main()

"""The cells below in, docs/analysts.ipynb with its answers and charts out: `PYTHON -m tests.bench.notebook HOME`.

HOME is a folder that `newsloom demo --home HOME` made. PYTHON has nbclient, nbformat, ipykernel, matplotlib and duckdb: a real
kernel runs the notebook. That every cell runs is tested without one (tests/warehouse/test_notebook.py).
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

FILE = Path(__file__).resolve().parents[2] / "docs" / "analysts.ipynb"
CELLS = (
    """
    # A day of news, asked in SQL

    This notebook reads `news.duckdb`, the copy that newsloom publishes, with nothing but `duckdb` and `matplotlib`. Here it is
    the copy of `newsloom demo`: ten invented outlets, polled twice. Put your own file in its place and run it again.
    """,
    """>>>
    import duckdb
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 110})
    INK, ACCENT, PALE, WARM = "#1e1d1a", "#1d5c55", "#a5cbc1", "#b0722a"

    news = duckdb.connect()
    news.execute("SET TimeZone = 'UTC'")
    news.execute("ATTACH 'news.duckdb' AS news (READ_ONLY)")
    news.execute("USE news");
    """,
    """
    ## What can be asked

    The file explains itself: every relation has a row in `guide`, with its grain and a query that runs.
    """,
    """>>>
    news.sql("SELECT name, grain FROM guide WHERE type = 'view'").show(max_width=110)
    """,
    """
    ## Who writes, and who repeats
    """,
    """>>>
    outlets = news.sql(
        "SELECT outlet, sum(originals), sum(copies) FROM daily_coverage GROUP BY outlet ORDER BY sum(articles), outlet"
    ).fetchall()
    names, own, repeated = zip(*outlets)

    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    axes.barh(names, own, color=ACCENT, label="its own")
    axes.barh(names, repeated, left=own, color=PALE, label="repeated")
    axes.set_title("Articles by outlet", loc="left", color=INK)
    axes.legend(frameon=False, loc="lower right")
    plt.show()
    """,
    """
    ## How one story spread

    `stories` has a row for each text, however many outlets ran it. This is the one that went furthest, and how long each outlet
    took; `copies` holds the evidence for each.
    """,
    """>>>
    story, title = news.execute(
        "SELECT story_id, title FROM stories ORDER BY outlets DESC, articles DESC, story_id LIMIT 1"
    ).fetchall()[0]
    runs = news.execute(
        '''
        SELECT article.outlet,
               (epoch_us(article.published_at) - epoch_us(original.published_at)) / 6e7 AS minutes,
               coalesce(pair.containment, 1) AS held
        FROM articles AS article
        JOIN articles AS original ON original.article_id = $story
        LEFT JOIN copies AS pair ON pair.article_id = article.article_id AND pair.original_id = original.article_id
        WHERE $story IN (article.article_id, article.original_id)
        ORDER BY minutes DESC, article.outlet
        ''',
        {"story": story},
    ).fetchall()

    figure, axes = plt.subplots(figsize=(7, 0.7 + 0.32 * len(runs)), layout="constrained")
    for lane, (outlet, minutes, held) in enumerate(runs):
        axes.plot([0, minutes], [lane, lane], color=PALE, zorder=1)
        axes.scatter(minutes, lane, s=55, color=ACCENT if minutes else INK, zorder=2)
        axes.annotate(f"{held:.0%} from it" if minutes else "first", (minutes, lane), xytext=(8, -3), textcoords="offset points")
    axes.set_yticks(range(len(runs)), [outlet for outlet, _, _ in runs])
    axes.set_xlabel("minutes after the first")
    axes.set_title(title, loc="left", color=INK)
    axes.margins(x=0.15, y=0.2)
    plt.show()
    """,
    """
    ## Who copies whom, and how fast
    """,
    """>>>
    pairs = news.sql(
        "SELECT outlet, original_outlet, copies, median_lag_minutes FROM syndication ORDER BY copies, median_lag_minutes DESC"
    ).fetchall()

    figure, axes = plt.subplots(figsize=(7, 0.8 + 0.3 * len(pairs)), layout="constrained")
    bars = axes.barh([f"{taker}  ←  {giver}" for taker, giver, _, _ in pairs], [pair[2] for pair in pairs], color=ACCENT)
    axes.bar_label(bars, [f"{pair[3]:.0f} min" if pair[3] is not None else "" for pair in pairs], padding=5, color=WARM)
    axes.set_title("Copies, and the median lag behind the original", loc="left", color=INK)
    axes.xaxis.get_major_locator().set_params(integer=True)
    plt.show()
    """,
    """
    ## Who is in the news, against their own past

    With one day of data nobody has a past yet, so everyone is a surprise; after four weeks `usual` and `deviation` say
    something.
    """,
    """>>>
    news.sql("SELECT name, kind, originals, articles, usual, surprise FROM trending LIMIT 8").show(max_width=110)
    """,
    """
    ## Who said what about whom
    """,
    """>>>
    news.sql(
        "SELECT speaker, quote[:60] AS quote, array_to_string(about, ', ') AS about FROM who_said_what"
        " WHERE original_id IS NULL AND about IS NOT NULL ORDER BY speaker LIMIT 8"
    ).show(max_width=110)
    """,
    """
    ## Silent edits

    What outlets changed after publication without moving their date of change: `[-out-]`, `{+in+}`.
    """,
    """>>>
    for outlet, change in news.sql(
        "SELECT outlet, word_diff FROM corrections WHERE is_silent ORDER BY outlet, length(word_diff) LIMIT 6"
    ).fetchall():
        print(f"{outlet:26}{change[:82]}")
    """,
    """
    ## Search

    Ranked (BM25), with phrases, fields, and each language's own word forms; the index is in the file.
    """,
    """>>>
    news.sql("SELECT score, outlet, title[:60] AS title FROM search('\\"tapping on the drill\\"')").show(max_width=110)
    """,
    """
    ## Take it with you
    """,
    """>>>
    news.sql("SELECT * FROM daily_coverage").write_parquet("daily_coverage.parquet")
    duckdb.sql("SELECT count(*) AS rows, sum(articles) AS articles FROM 'daily_coverage.parquet'")
    """,
)


def cell_of(cell: str) -> tuple[str, str]:
    """Return the kind and the text of a cell: `>>>` begins code."""
    kind = "code" if cell.startswith(">>>") else "markdown"
    return kind, dedent(cell.removeprefix(">>>").lstrip("\n")).strip()


def main() -> None:
    """Run the cells in a kernel and write the notebook."""
    import nbclient
    import nbformat

    home = Path(sys.argv[1])
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    for number, cell in enumerate(CELLS):
        kind, text = cell_of(cell)
        made = nbformat.v4.new_code_cell(text) if kind == "code" else nbformat.v4.new_markdown_cell(text)
        made["id"] = f"cell-{number:02}"  # the same notebook again is the same file
        notebook.cells.append(made)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(home)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when each ran is nobody's business
    notebook.metadata = {key: notebook.metadata[key] for key in ("kernelspec",)}
    nbformat.write(notebook, FILE)
    (home / "daily_coverage.parquet").unlink()
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

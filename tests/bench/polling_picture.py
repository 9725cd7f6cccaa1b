"""The figures of `simulate_polling --to FILE` -> a picture of requests against delay: our curve, and every peer's point.

    uv run --no-project --with 'matplotlib>=3.10,<4' python tests/bench/polling_picture.py FILE docs/images/polling.svg 0.09

Nothing else of newsloom is imported, so that only whoever draws it needs matplotlib.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any


def points_of(rows: list[dict[str, Any]], seeds: set[int] | None = None) -> dict[Any, tuple[float, float]]:
    """Return the medians over the seeds, (requests, mean delay) by rule."""
    kept = [row for row in rows if seeds is None or row["seed"] in seeds]
    names = list(dict.fromkeys(row["rule"] for row in kept))
    return {
        name: (
            statistics.median(row["requests"] for row in kept if row["rule"] == name),
            statistics.median(row["mean"] for row in kept if row["rule"] == name),
        )
        for name in names
    }


def draw(figures: dict[str, Any], default_effort: float, to: Path) -> None:
    """Write the picture."""
    from matplotlib import use  # only whoever draws needs it

    use("Agg")
    from matplotlib import pyplot as plt  # the backend is chosen first
    from matplotlib.ticker import ScalarFormatter

    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 10, "svg.hashsalt": "newsloom", "svg.fonttype": "none"})
    points = points_of(figures["rows"])
    ours = sorted(value for name, value in points.items() if isinstance(name, float))
    figure, axes = plt.subplots(figsize=(8, 5))
    bounds = sorted((float(requests), minutes) for requests, minutes in figures["bounds"].items())
    axes.fill_between(*zip(*bounds, strict=True), 0.1, color="#d8d8d8", label="out of reach, even knowing every feed's true rate")
    axes.plot(*zip(*ours, strict=True), "-o", color="#0b6e4f", ms=4, lw=2, label="newsloom, by the dial poll_effort")
    axes.plot(*points[default_effort], "o", color="#0b6e4f", ms=11, mfc="white", mew=2.5, label="newsloom as it comes")
    for name, at in points.items():
        if isinstance(name, str):
            axes.plot(*at, "s", color="#b3392f", ms=6)
            place = (7, -14) if name == "news-crawl" else (7, 5)  # it lies on rss-fetcher
            axes.annotate(name, at, textcoords="offset points", xytext=place, color="#7a221b")
    axes.set(xscale="log", yscale="log", xlim=(1.8, 210), ylim=(5, 400))
    axes.set_xlabel("requests a feed a day (log)")
    axes.set_ylabel("mean minutes from publication to the poll that sees it (log)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ScalarFormatter())
    axes.set_xticks([2, 5, 10, 20, 50, 100, 200])
    axes.set_yticks([5, 10, 20, 50, 100, 200, 400])
    axes.minorticks_off()
    axes.grid(color="#eeeeee")
    axes.legend(loc="upper right", frameon=False)
    figure.tight_layout()
    figure.savefig(to, metadata={"Date": None, "Creator": None} if to.suffix == ".svg" else None, dpi=120)


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text())
    draw(found, float(sys.argv[3]), Path(sys.argv[2]))

"""One peer reads what the whole-road benchmark serves; runs in the peers' environment and imports nothing of newsloom.

`python road_peers_side.py SYSTEM TASK.json OUT.jsonl`: the task holds `urls` (to be fetched) and, for fundus, `files`.
"""

from __future__ import annotations

import gzip
import json
import sys
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

warnings.simplefilter("ignore")
THREADS = 4


def newspaper4k(task: dict[str, Any]) -> dict[str, str]:
    """Fetch with its own thread pool, then parse."""
    from newspaper import Article, Config
    from newspaper.mthreading import fetch_news

    config = Config()
    config.fetch_images = False
    config.disable_category_cache = True
    articles = fetch_news([Article(url, config=config) for url in task["urls"]], threads=THREADS)
    found = {}
    for article in articles:
        try:
            article.parse()
        except Exception as error:  # noqa: BLE001 - whatever a peer raises, its page has no text
            print(f"newspaper4k: {type(error).__name__}", file=sys.stderr)
        else:
            found[article.original_url] = article.text
    return found


def news_please(task: dict[str, Any]) -> dict[str, str]:
    """Fetch and extract as its README shows; without `request_args` 1.6.16 loses every page of a list (a swallowed error)."""
    from newsplease import NewsPlease

    answers = NewsPlease.from_urls(task["urls"], request_args={"timeout": 30}, fetch_images=False)
    return {url: getattr(article, "maintext", None) or "" for url, article in answers.items()}


def fundus(task: dict[str, Any]) -> dict[str, str]:
    """Parse the pages of the publishers it has a parser for; nothing is fetched."""
    from fundus import PublisherCollection

    parsers = {urlsplit(publisher.domain).netloc.removeprefix("www."): publisher.parser for publisher in PublisherCollection}
    found = {}
    for url, file, domain in task["files"]:
        parser = parsers.get(domain.removeprefix("www."))
        if parser is None:
            continue
        html = gzip.decompress(Path(file).read_bytes()).decode("utf-8", errors="replace")
        body = parser().parse(html, error_handling="catch").get("body")
        found[url] = str(body) if body and not isinstance(body, Exception) else ""
    return found


if __name__ == "__main__":
    system, given, out = sys.argv[1:]
    texts = {"newspaper4k": newspaper4k, "news-please": news_please, "fundus": fundus}[system](
        json.loads(Path(given).read_text())
    )
    Path(out).write_text("".join(json.dumps({"url": url, "text": text}) + "\n" for url, text in texts.items()))

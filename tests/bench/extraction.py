"""Compare readers of news pages on the labelled bench: body, exact text, processor time, both halves of the domains.

python tests/bench/extraction.py [--every N] [--peers /path/to/venv/bin/python]

The peers (newspaper4k, readability-lxml, resiliparse) live in an environment of their own: the project need not carry them.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

PEERS = ("newspaper4k", "readability-lxml", "resiliparse")
WARM_PAGES = 40
CORPORA = ("aed", "fundus_res", "zhwced")

Reader = Callable[[bytes, str], str]


def trafilatura_reader(*, precision: bool) -> Reader:
    import trafilatura

    def read(body: bytes, url: str) -> str:
        document: Any = trafilatura.bare_extraction(
            body, url=url, with_metadata=True, include_comments=False, favor_precision=precision
        )
        return document.text or "" if document else ""

    return read


def newsloom_reader() -> Reader:
    from extractors.articles import draft_of
    from extractors.errors import PageUnreadable
    from extractors.records import Page, PageOutcome
    from extractors.residue import clean
    from tests.extraction_scores import NOW

    def read(body: bytes, url: str) -> str:
        try:
            return clean(draft_of(Page(url, PageOutcome.FETCHED, NOW, body=body))).text
        except PageUnreadable:
            return ""

    return read


def peer_reader(engine: str) -> Reader:
    if engine == "newspaper4k":
        import newspaper

        def read(body: bytes, url: str) -> str:
            return str(newspaper.article(url, input_html=body.decode("utf-8", "replace"), fetch_images=False).text)

    elif engine == "readability-lxml":
        import readability
        from lxml import html

        def read(body: bytes, url: str) -> str:
            summary = readability.Document(body.decode("utf-8", "replace")).summary()
            return str(html.fromstring(summary).text_content())

    else:
        from resiliparse.extract.html2text import extract_plain_text

        def read(body: bytes, url: str) -> str:
            return str(extract_plain_text(body.decode("utf-8", "replace"), main_content=True))

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "newsloom": newsloom_reader,
    "trafilatura": lambda: trafilatura_reader(precision=False),
    "trafilatura, precision": lambda: trafilatura_reader(precision=True),
} | {peer: lambda peer=peer: peer_reader(peer) for peer in PEERS}  # type: ignore[misc]  # mypy infers no default arguments in lambdas


def serve(engine: str) -> None:
    """Read pages from stdin and answer texts and processor times: the part that runs in an environment of its own."""
    warnings.simplefilter("ignore")
    read = READERS[engine]()
    pages = [json.loads(line) for line in sys.stdin]
    for page in pages[:: max(1, len(pages) // WARM_PAGES)]:  # imports, models, date grammars: paid once a process, not by a page
        attempt(read, base64.b64decode(page["body"]), page["url"])
    for page in pages:
        text, seconds = attempt(read, base64.b64decode(page["body"]), page["url"])
        print(json.dumps({"text": text, "seconds": seconds}))


def attempt(read: Reader, body: bytes, url: str) -> tuple[str, float]:
    started = time.process_time()
    try:
        text = read(body, url)
    except Exception:  # noqa: BLE001  # a page that a peer cannot read is a page without text
        text = ""
    return text, time.process_time() - started


def answers_of(engine: str, python: str, lines: str) -> list[dict[str, Any]]:
    done = subprocess.run([python, __file__, "--serve", engine], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def compare(every: int, peers_python: str | None) -> None:
    from tests.extraction_scores import Guess, gold, summary_of, tallies

    pages = list(gold(CORPORA, every))
    lines = "".join(json.dumps({"url": page.url, "body": base64.b64encode(page.body).decode()}) + "\n" for _, page in pages)
    print(
        f"{len(pages)} pages\n\n| reader | ms/page | "
        + " | ".join(f"{c} {h}: F1, exact" for c in CORPORA for h in ("tune", "report"))
        + " |"
    )
    print("|---|---|" + "---|" * (2 * len(CORPORA)))
    for engine in READERS:
        python = peers_python if engine in PEERS else sys.executable
        if python is None:
            continue
        answers = answers_of(engine, python, lines)
        texts = {page.url + str(i): answer["text"] for i, ((_, page), answer) in enumerate(zip(pages, answers, strict=True))}
        ordered = iter(texts.values())
        found = tallies(pages, lambda _page, ordered=ordered: Guess(next(ordered)))  # type: ignore[misc]  # as above
        cells = [summary_of(found[c, h]) for c in CORPORA for h in ("tune", "report")]
        cost = 1000 * sum(answer["seconds"] for answer in answers) / len(answers)
        print(
            f"| {engine} | {cost:.1f} | " + " | ".join(f"{cell['f1']:.3f}, {cell['accuracy']:.0%}" for cell in cells) + " |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="take every n-th page")
    parser.add_argument("--peers", help="the Python of an environment that holds the peers")
    parser.add_argument("--serve", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
    else:
        compare(options.every, options.peers)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()

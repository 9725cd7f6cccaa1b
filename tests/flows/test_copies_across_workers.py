"""Two workers hold the two copies of one text at the same moment: whoever loads second sees the first."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from warehouse.check import check
from warehouse.connection import writer

ROOT = Path(__file__).resolve().parents[2]
STORY = (
    "The harbour of Kirkvale will be closed to ferries for three weeks, its master said on Monday. Divers found cracks in the "
    "eastern wall during the yearly inspection, and the town has asked two companies for estimates. “We cannot wait for "
    "the spring tides,” said harbour master Ilse Brandvold. Fishermen may still use the inner basin, but lorries have to "
    "take the road over the pass. The council meets on Thursday to decide who pays for the works, which may cost two "
    "million. A ferry company said that it had sold four thousand tickets for the closed days and would refund all of them. "
) * 2

_WORKER = """
import sys
from dataclasses import replace
from pathlib import Path
from flows.settings import Settings
from flows.stages import loading, reading, relating, replaying, tagging
from flows.stages.run import run_of
from flows.stages import planning

home, page, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
settings = Settings(home=home, entity_engine="gazetteer", workers=1)
run = replace(run_of(settings, kind), workers=0)
with planning.alone(run), planning.recorded(run):
    [batch] = replaying.saved_batches(replaying.Asked([page], 10))
    fetched = replaying.accepted(run, batch)
    read = reading.read_pages(run.run_id, fetched, 0, 30)
    related = relating.relate(run.home, read, run.now, run.window_days)
    assert not related.decisions.copies
    print("related", flush=True)
    sys.stdin.readline()
    tagged = tagging.tag_related(related, run.entity_engine, 0)
    loading.load_related(run, related, tagged, reading.outcomes_of(read), fetched)
"""


def page(folder: Path, host: str) -> Path:
    url = f"https://www.{host}/news/harbour-of-kirkvale-closed"
    paragraphs = "".join(f"<p>{part.strip()}.</p>" for part in STORY.split(". ") if part.strip(". "))
    file = folder / f"{host}.html"
    file.write_text(
        f'<html lang="en"><head><title>Harbour of Kirkvale closed</title><link rel="canonical" href="{url}">'
        f'<meta property="article:published_time" content="2026-11-20T08:00:00Z"></head>'
        f"<body><article><h1>Harbour of Kirkvale closed</h1>{paragraphs}</article></body></html>"
    )
    return file


def started(home: Path, saved: Path, kind: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WORKER, str(home), str(saved), kind]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_two_workers_that_load_the_two_copies_of_one_text_at_once_end_with_one_original(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with writer(home):  # the warehouse is there
        pass
    with ExitStack() as stack:
        workers = [
            stack.enter_context(started(home, page(tmp_path, host), kind))
            for host, kind in (("herald.example", "ingest"), ("gazette.example", "import"))
        ]
        for worker in workers:  # both have looked for copies, and neither has loaded
            assert worker.stdout is not None
            assert worker.stdout.readline() == "related\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("load\n")
            worker.stdin.flush()
        codes = [worker.wait() for worker in workers]

    with writer(home) as connection:
        originals = connection.execute("SELECT count(*) FROM main.articles WHERE original_id IS NULL").fetchall()
        copies = connection.execute("SELECT kind FROM main.copies").fetchall()
        broken = check(connection)
    assert codes == [0, 0]
    assert (originals, copies, broken) == ([(1,)], [("exact",)], [])

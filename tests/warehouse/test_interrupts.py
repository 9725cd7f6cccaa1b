"""A Ctrl-C in the middle of a statement: it is told as one, and the same process opens the same warehouse again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path

from tests.lakes import WarehouseIn
from warehouse.places import Warehouse

ENOUGH_SECONDS = 60.0
TOLD_AS_CTRL_C, TOLD_OTHERWISE = 7, 8
LONG = "CREATE TABLE state.long AS SELECT md5(range::VARCHAR) AS hash FROM range(10_000_000) ORDER BY hash"
"""Takes seconds; a client that hears nothing while it runs (DuckDB 2.0, where it has one task) hears at its end."""


def _strike_and_open_again(warehouse: Warehouse) -> None:
    """End with the code of what was told, once a second writer has come and gone."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told = TOLD_OTHERWISE
    try:
        with warehouse.writer() as connection:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            connection.execute(LONG)
    except KeyboardInterrupt:
        told = TOLD_AS_CTRL_C
    with warehouse.writer() as connection:
        connection.execute("CREATE OR REPLACE TABLE state.long (hash VARCHAR)")
    sys.exit(told)


def test_after_a_ctrl_c_in_a_statement_the_same_process_writes_again(warehouse_in: WarehouseIn, tmp_path: Path) -> None:
    process = multiprocessing.get_context("forkserver").Process(target=_strike_and_open_again, args=(warehouse_in(tmp_path),))
    process.start()
    process.join(ENOUGH_SECONDS)
    hangs = process.exitcode is None
    if hangs:
        process.kill()
        process.join()

    assert (hangs, process.exitcode) == (False, TOLD_AS_CTRL_C)

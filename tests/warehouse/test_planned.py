"""The plan of a run that died is taken up in the batches it had."""

from __future__ import annotations

from pathlib import Path

from extractors.records import Request
from flows.stages.planning import taken_up
from flows.stages.work import PageWork
from tests.lakes import WarehouseIn
from warehouse.planned import planned, store_plan


def work(*names: str) -> dict[str, PageWork]:
    urls = [f"https://{name[0]}.example/{name}" for name in names]
    return {url: PageWork(url, Request(url)) for url in urls}


def test_a_plan_comes_back_in_its_batches_and_an_empty_one_forgets_it(warehouse_in: WarehouseIn, tmp_path: Path) -> None:
    with warehouse_in(tmp_path).writer() as connection:
        store_plan(connection, [["b", "a"], ["c"]])
        store_plan(connection, [["b", "a"], ["c"]])
        assert planned(connection) == [["b", "a"], ["c"]]
        store_plan(connection, [])
        assert planned(connection) == []


def test_what_a_killed_run_left_is_cut_as_it_was_and_what_is_new_comes_after_it() -> None:
    before = work("a1", "a2", "b1", "b2", "c1")
    left = [[item.item for item in batch] for batch in taken_up(before, [], 2)]
    still = {item: before[item] for item in before if item not in left[0]}

    after = taken_up({**still, **work("d1")}, left, 2)

    assert [[item.item for item in batch] for batch in after] == [*left[1:], [*work("d1")]]

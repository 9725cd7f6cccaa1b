"""A catalog that is lost -> a new lake of what this machine's read copy shows: every row, the same ids, compared.

PostgreSQL's own backups are the better way back: they lose nothing. This one loses what was loaded since the copy was published.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.connection import locked, published_path, reader, working_path
from warehouse.lake.transfer import TransferReport, transfer
from warehouse.publish import replace_copy

if TYPE_CHECKING:
    from warehouse.lake.place import Lake

FOLDER = ".restore"


@dataclass(frozen=True, slots=True)
class LakeRestored:
    """What was put into the new lake. `published_at` tells from when on the archives know more than the tables."""

    published_at: datetime
    transferred: TransferReport


def restore_lake(lake: Lake) -> LakeRestored:
    """Copy the read copy into a lake that holds nothing; cut off, the same call goes on where it stopped.

    Raises:
        WarehouseMissing, WarehouseNewer, WarehouseDamaged: There is no read copy that opens.
        TargetTaken: The lake holds something.
        WarehouseBusy, WarehouseReadOnly, DiskFull: As `transfer`.

    """
    source, nursery = published_path(lake.home), lake.home / FOLDER
    with locked(lake.home):
        reader(source).close()  # it opens
        published_at = datetime.fromtimestamp(source.stat().st_mtime, UTC)
        if not working_path(nursery).exists():
            nursery.mkdir(exist_ok=True)
            replace_copy(source, working_path(nursery))
    report = transfer(nursery, lake)
    shutil.rmtree(nursery)
    return LakeRestored(published_at, report)

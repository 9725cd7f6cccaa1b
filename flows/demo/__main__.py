"""`python -m flows.demo [EDITION]`: serve the bundled wire until Ctrl-C, for a look at it in a browser."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime

from flows.demo.wire import DemoWire


def main() -> None:
    """Serve one edition and print where."""
    with DemoWire(datetime.now(UTC)) as wire:
        wire.turn(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
        for host, address in wire.connect_to.items():
            print(f"{host:28} http://{address}/")  # noqa: T201 - this is what the command is for
        for feed in wire.feeds:
            print(f"  {feed.feed_url}")  # noqa: T201 - the same
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()

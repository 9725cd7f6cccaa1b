"""The bundled wire: a fictional news web on loopback, and the truth about it.

`DemoWire` serves it; `Truth` says what a perfect reader would find. Knows nothing of Prefect.
"""

from flows.demo.truth import Truth
from flows.demo.wire import DemoWire

__all__ = ["DemoWire", "Truth"]

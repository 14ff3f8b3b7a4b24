"""What a session held goes back when it is over: its uploads are the largest of it.

Streamlit keeps a session that has lost its connection for two minutes, in case it comes back. After that it
forgets it only when another one ends. What is left of it holds itself in circles, and beside torch Python
hardly ever looks for these; and the C library keeps what Python has freed.
"""

import ctypes
import gc
import time
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from streamlit import runtime

SECONDS = 20

_first = Lock()


def sweep_up() -> None:
    """Begin, in a thread of its own; once a process, and at once back."""
    if _first.acquire(blocking=False):
        Thread(target=_go_on, daemon=True).start()


def _go_on() -> None:
    while True:
        time.sleep(SECONDS)
        with suppress(AttributeError):  # Streamlit's own affair, which may be gone some day
            if runtime.exists():
                sweep(runtime.get_instance()._session_mgr._session_storage)  # type: ignore[attr-defined]


def sweep(storage: Any) -> None:
    """storage: Streamlit's, of sessions without a connection."""
    if storage._cache.expire():
        gc.collect()
        with suppress(AttributeError, OSError):  # where there is no such library
            ctypes.CDLL(None).malloc_trim(0)

"""Imports what the lessons need while the first visitor of a server still looks at the home page."""

import gc
import importlib
import logging
from threading import Event, Lock, Thread

from lessons.course import every_lesson

# Streamlit imports these late, with the first component or table; and plotly trips over pandas while another
# thread imports it. So they come first, and a lesson waits for them.
AWAITED = ("pandas", "pyarrow")
MODULES = ("torch", *(lesson.module for lesson in every_lesson()))

_awaited = Event()
done = Event()  # set when all is imported, or cannot be
_first = Lock()
log = logging.getLogger(__name__)


def warm_up() -> None:
    """Begin, in a thread of its own; once a process, and at once back."""
    if _first.acquire(blocking=False):
        Thread(target=_import, daemon=True).start()


def wait() -> None:
    """Until what is awaited is there. The rest a page imports itself, if it comes first."""
    _awaited.wait()


def _import() -> None:
    gc.disable()  # it would look through all that is imported again and again: a fifth of the time
    try:
        for module in AWAITED:
            importlib.import_module(module)
        _awaited.set()
        for module in MODULES:
            importlib.import_module(module)
    except Exception:  # the page that needs it meets it as well, and says so
        log.exception("not everything could be imported")
    finally:
        gc.enable()
        _awaited.set()
        done.set()

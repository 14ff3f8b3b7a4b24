"""Imports what the lessons need while the first visitor of a server still looks at the home page."""

import gc
import importlib
import logging
from threading import Event, Lock, Thread

from lessons.course import every_lesson

# Two threads trip over each other when one imports a package and the other a part of it, as plotly does with
# pandas and a lesson with torch.nn.functional. So these come first, and a lesson waits for them.
AWAITED = ("pandas", "pyarrow", "torch")
MODULES = tuple(lesson.module for lesson in every_lesson())

_awaited = Event()
done = Event()  # set when all is imported, or cannot be
_first = Lock()
log = logging.getLogger(__name__)


def warm_up() -> None:
    """Begin, in a thread of its own; once a process, and at once back."""
    if _first.acquire(blocking=False):
        Thread(target=_import, daemon=True).start()


def is_ready() -> bool:
    """Whether nobody has to wait any more."""
    return _awaited.is_set()


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
        gc.freeze()  # it stays to the end: no collection looks through it, and the server stops at once
        gc.enable()
        _awaited.set()
        done.set()

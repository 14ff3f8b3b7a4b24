"""Carry out a run: train, write everything down, and listen to the learner.

A worker process does this for the app and ``python -m lessons train`` does it in a terminal.
"""

import errno
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event

from lessons.core.messages import LessonError, Message
from lessons.core.words import Scalar
from lessons.engine.training import origin
from lessons.engine.training.holding import beating
from lessons.engine.training.loop import Diverged, Training, fit
from lessons.engine.training.recorder import Recorder, last_words, load_checkpoint
from lessons.engine.training.records import State
from lessons.engine.training.reports import Epoch, Report
from lessons.engine.training.runs import Run

LISTEN_SECONDS = 0.05
ENDINGS = {"pause": "paused", "stop": "stopped", "yield": "interrupted"}

log = logging.getLogger(__name__)


def carry_out(
    run: Run, orphaned: Event | None = None, watch: Callable[[Report], None] = lambda report: None
) -> None:
    """Train until the run is done or somebody wants it to end; whatever happens, the state says what.

    orphaned: set when nobody is left to watch; the run is then saved and interrupted. watch: is called with
    every report. Held (a LessonError) while another process carries the run out: then nothing is touched.
    OSError if not even the state can be written.
    """
    with run.held(), beating(run.beat_file):
        _carry_out(run, orphaned or Event(), watch)


def _carry_out(run: Run, orphaned: Event, watch: Callable[[Report], None]) -> None:
    recorder = None
    state, status = State("queued"), "failed"
    failure: Exception | None = None
    try:
        state = run.state().afresh("running")
        run.write_state(state)  # signed: from here on this process answers for it
        training = Training(run.config())
        origin.note(run, training.pictures, training.test)
        if run.resumable():
            training.load_state_dict(load_checkpoint(run))
            training.change_lr(run.wishes().get("lr"))
        recorder = Recorder(run, training)
        status = _follow(recorder, orphaned, watch)
    except Exception as error:
        failure = error
    if recorder:
        recorder.close()
        state = recorder.state
    state = state.afresh(status)
    last_words(run, _explained(state, failure) if failure else state)


def _follow(recorder: Recorder, orphaned: Event, watch: Callable[[Report], None]) -> str:
    """Take down report after report; returns the status it ended with."""
    run, training = recorder.run, recorder.training
    listened = 0.0
    for report in fit(training.config, training):
        recorder.take(report)
        watch(report)
        if not isinstance(report, Epoch) and time.monotonic() - listened > LISTEN_SECONDS:
            listened = time.monotonic()
            wishes = run.wishes()
            wanted = "interrupted" if orphaned.is_set() else ENDINGS.get(wishes.get("want", ""))
            if wanted:
                recorder.save_checkpoint()
                return wanted
            training.change_lr(wishes.get("lr"))
    return "done"


def _explained(state: State, error: Exception) -> State:
    """The state with the reason of a failure, and what to do about it."""
    reason = _in_words(error)
    return replace(
        state,
        message=reason.template,
        values={name: _plain(value) for name, value in reason.values.items()},
        advised_lr=error.advised_lr if isinstance(error, Diverged) else None,
    )


def _plain(value: object) -> Scalar:
    """What JSON can hold: a number as it is, all else as text."""
    return value if isinstance(value, int | float) and math.isfinite(value) else str(value)


def _in_words(error: Exception) -> Message:
    if isinstance(error, LessonError):
        return error.message
    log.exception("the run broke off", exc_info=error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Message("The disk is full. Free some space, then resume from the last checkpoint.")
    if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES):
        return Message("The runs folder can only be read, so nothing more could be written.")
    return Message("The run broke off: {error}", error=error)

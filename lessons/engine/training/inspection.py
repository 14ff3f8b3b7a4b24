"""Looks through a run's folder for damage: flipped bits, files cut short, files that are gone."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lessons.core.files import read_with_digest
from lessons.core.messages import LessonError, Message
from lessons.engine.training.history import History
from lessons.engine.training.runs import CHECKPOINT, METRICS, Run


def damages(run: Run) -> list[Message]:
    """Everything in the folder that cannot be trusted, each file named; an empty list if all is well."""
    history = History(run.folder / METRICS)  # afresh: a bit may have flipped in what was read before
    history.catch_up()
    checks: list[Callable[[], object]] = [run.config, run.name, run.state, run.wishes]
    checks += [partial(run.details, line) for line in history.epochs]
    checks.append(lambda: run.resumable() and read_with_digest(run.folder / CHECKPOINT))
    found = [error.message for check in checks if (error := _error_of(check))]
    found += [*history.damages, *_cut_short(run, history), *_broken_events(run.folder / "events")]
    return list({str(message): message for message in found}.values())


def _error_of(check: Callable[[], object]) -> LessonError | None:
    try:
        check()
    except LessonError as error:
        return error
    return None


def _cut_short(run: Run, history: History) -> Iterator[Message]:
    """Some files may grow beyond what the state knows of, but never shrink."""
    try:
        sizes = run.state().sizes
    except LessonError:
        return  # already named
    for name, expected in sizes.items():
        file = run.folder / name
        size = file.stat().st_size if file.exists() else 0
        if name == METRICS:
            size = history.size  # half a line says nothing
        if size < expected:
            yield Message(
                "The file {file} was cut short: {size} of {expected} bytes are left.",
                file=name,
                size=size,
                expected=expected,
            )


def _broken_events(folder: Path) -> Iterator[Message]:
    """TensorBoard's own reader checks the sums in its files; a last record cut by a kill is no damage."""
    from tensorboard.compat.tensorflow_stub import errors
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

    for file in sorted(folder.glob("events.out.*")):
        reader = PyRecordReader_New(str(file))
        try:
            while True:
                reader.GetNext()
        except errors.OutOfRangeError:
            continue
        except errors.DataLossError as error:
            if "truncated" not in str(error):
                yield Message("The file {file} is damaged.", file=f"events/{file.name}")

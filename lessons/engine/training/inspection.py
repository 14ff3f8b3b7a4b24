"""Looks through a run's folder for damage: flipped bits, files cut short, files that are gone, and files that
hold what no run writes."""

import stat
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.files import Damaged, is_here, read
from lessons.core.messages import LessonError, Message
from lessons.engine.pictures import sources
from lessons.engine.training import origin
from lessons.engine.training.history import History
from lessons.engine.training.records import METRICS, EpochLine
from lessons.engine.training.runs import CHECKPOINT, FOLDERS, Run


def damages(run: Run) -> list[Message]:
    """Everything in the folder that cannot be trusted, each file named; an empty list if all is well."""
    found = at_a_glance(run)
    sizes = _sizes(run)  # before the curves are read, for they may grow meanwhile
    try:
        history = History(run.inside(METRICS))  # afresh: a bit may have flipped in what was read before
    except LessonError:
        return found  # the folder is a link
    history.catch_up()
    checks: list[Callable[[], object]] = [partial(_require_details, run, line) for line in history.epochs]
    checks.append(partial(_require_sound_checkpoint, run))
    found += filter(None, map(_refusal, checks))
    found += [*history.damages, *_broken_events(run)]
    if not history.damages:  # half a line says nothing
        found += _cut_short({METRICS: sizes.get(METRICS, 0)}, lambda name: history.size)
    return list({str(message): message for message in found}.values())


def at_a_glance(run: Run) -> list[Message]:
    """What can be told without reading the large files: for a table of many runs."""
    checks: list[Callable[[], object]] = [run.config, run.name, run.state, run.wishes]
    checks += [partial(origin.read, run), partial(_require_checkpoint, run)]
    found = list(filter(None, map(_refusal, checks)))
    found += [
        Message("{file} is a link or no plain file, and is not read.", file=_named(run, path))
        for path in run.files()
        if not _is_plain(run, path)
    ]
    sizes = {name: size for name, size in _sizes(run).items() if _is_plain(run, run.folder / name)}
    found += _cut_short(sizes, lambda name: _size(run.folder / name))
    return list({str(message): message for message in found}.values())


def _require_checkpoint(run: Run) -> None:
    if run.state().saved and not is_here(run.inside(CHECKPOINT)):
        raise Damaged("The file {file} is missing or cannot be read.", file=CHECKPOINT)


def _require_sound_checkpoint(run: Run) -> None:
    """A run of an earlier version does not know its pictures, and goes on with those that are there now."""
    from lessons.engine.training.possible import require_enough  # imports torch
    from lessons.engine.training.recorder import load_checkpoint
    from lessons.engine.training.restoring import try_on

    if not run.resumable():
        return
    state, config = load_checkpoint(run), run.config()
    had = origin.read(run) or sources.source(config.data)
    if not (had.shape and had.train_size):
        told = "Before its pictures are read nobody can tell whether the run can go on from {file}."
        raise LessonError(told, file=CHECKPOINT)
    require_enough(config.pictures(had.train_size, len(had.classes)), had.train_size)
    try:
        try_on(state, config, had.shape, len(had.classes), had.train_size)
    except LessonError as error:
        told = "The file {file} is damaged: {reason}"
        raise Damaged(told, file=CHECKPOINT, reason=error.message) from error


def _require_details(run: Run, line: EpochLine) -> None:
    """Those of another test than the run had are no answers of it."""
    details, had = run.details(line), origin.read(run)
    if had and details.logits.shape != (len(had.tested), len(had.classes)):
        raise Damaged("The file {file} is damaged.", file=run.epoch_file(line.epoch).name)


def _refusal(check: Callable[[], object]) -> Message | None:
    try:
        check()
    except LessonError as error:
        return error.message
    return None


def _named(run: Run, path: Path) -> str:
    return spelled(path.relative_to(run.folder).as_posix())


def _is_plain(run: Run, path: Path) -> bool:
    """A file, or one of the folders that a run has. What is gone meanwhile is nothing odd."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return True
    return stat.S_ISREG(mode) or (stat.S_ISDIR(mode) and path in (run.folder / each for each in FOLDERS))


def _sizes(run: Run) -> Mapping[str, int]:
    try:
        return run.state().sizes
    except LessonError:
        return {}  # already named


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _cut_short(sizes: Mapping[str, int], size_of: Callable[[str], int]) -> Iterator[Message]:
    """Some files may grow beyond what the state knows of, but never shrink."""
    for name, expected in sizes.items():
        if (size := size_of(name)) < expected:
            yield Message(
                "The file {file} was cut short: {size} of {expected} bytes are left.",
                file=spelled(name),
                size=size,
                expected=expected,
            )


def _broken_events(run: Run) -> Iterator[Message]:
    try:
        files = run.events()
    except LessonError:
        return  # a link, already named
    for file in files:
        try:
            sound = _are_events(memoryview(read(file, limits.EVENTS_BYTES)))
        except LessonError as error:
            yield error.message
            continue
        if not sound:
            yield Message("The file {file} is damaged.", file=_named(run, file))


def _are_events(content: memoryview) -> bool:
    """Whether these are records whose sums are right; a kill may have left the beginning of another one.

    A file of records is: the length (8 bytes), its sum (4), the event (length), its sum (4), and again.
    """
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    while len(content) >= 12:
        length = int.from_bytes(content[:8], "little")
        if content[8:12] != masked_crc32c(content[:8]).to_bytes(4, "little"):
            return False
        event, end = content[12 : 12 + length], content[12 + length : 12 + length + 4]
        if len(end) < 4:
            return True
        if end != masked_crc32c(event).to_bytes(4, "little"):
            return False
        content = content[12 + length + 4 :]
    return True

"""Looks through a run's folder for damage: flipped bits, files cut short, files that are gone."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lessons.core import limits
from lessons.core.files import read_with_digest
from lessons.core.messages import LessonError, Message
from lessons.engine.training import origin
from lessons.engine.training.history import History
from lessons.engine.training.runs import CHECKPOINT, METRICS, Run


def damages(run: Run) -> list[Message]:
    """Everything in the folder that cannot be trusted, each file named; an empty list if all is well."""
    history = History(run.folder / METRICS)  # afresh: a bit may have flipped in what was read before
    history.catch_up()
    checks: list[Callable[[], object]] = [run.config, run.name, run.state, run.wishes]
    checks.append(partial(origin.read, run))
    checks += [partial(run.details, line) for line in history.epochs]
    checkpoint = partial(read_with_digest, run.folder / CHECKPOINT, limits.CHECKPOINT_BYTES)
    checks.append(lambda: run.resumable() and checkpoint())
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
    """TensorBoard's loader stops at the first record whose sums are wrong or that is not all there.

    A file of records is: the length (8 bytes), its sum (4), the event (length), its sum (4), and again.
    """
    from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

    for file in sorted(folder.glob("events.out.*")):
        sound = sum(8 + 4 + len(event) + 4 for event in RawEventFileLoader(str(file)).Load())
        if not _cut_by_a_kill(file.read_bytes()[sound:]):
            yield Message("The file {file} is damaged.", file=f"events/{file.name}")


def _cut_by_a_kill(rest: bytes) -> bool:
    """Whether it is the beginning of a record, without its end: nothing, half a head, or a sound head."""
    length = int.from_bytes(rest[:8], "little")
    if len(rest) < 12:
        return True
    return rest[8:12] == _sum_of(rest[:8]) and len(rest) < 8 + 4 + length + 4


def _sum_of(content: bytes) -> bytes:
    """CRC-32C, turned and shifted: how TensorFlow's records are summed."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    turned = crc >> 15 | crc << 17 & 0xFFFFFFFF
    return (turned + 0xA282EAD8 & 0xFFFFFFFF).to_bytes(4, "little")

"""Several pictures at once: to a table, and to a file for a spreadsheet."""

import csv
import hashlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from lessons.core import limits
from lessons.core.folders import data_folder
from lessons.core.messages import LessonError, Message
from lessons.core.notebook import join_cells
from lessons.core.program import quoted
from lessons.core.questions import Question
from lessons.engine.pictures import reading, unlabelled
from lessons.engine.pictures.decode import PREVIEW, preview
from lessons.engine.pictures.program import READ
from lessons.engine.pictures.skipped import Skipped, as_text
from lessons.engine.training.trained import Trained
from lessons.models.inference.choosing import trained_net
from lessons.models.inference.program import net_lines
from lessons.models.inference.seeing import codes

BATCH = 16
THUMBNAIL = (48, 48)
SURE, UNSURE = 0.9, 0.5
HEAD = ("file", "answer", "probability", "second answer", "its probability")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet would carry out


@dataclass(frozen=True)
class Given:
    """One file. name: as it is shown; source: what ``decode`` takes, or a picture as it is; mark: another
    one for another content under the same name."""

    name: str
    source: bytes | Path | Image.Image = field(repr=False, compare=False)
    mark: str = ""

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> "Given":
        return cls(name, content, hashlib.sha256(content).hexdigest())

    @classmethod
    def of_file(cls, name: str, file: Path) -> "Given":
        try:
            about = file.stat()
        except OSError:  # it is gone, which ``open`` tells
            return cls(name, file)
        return cls(name, file, f"{about.st_size} {about.st_mtime_ns}")

    def open(self) -> Image.Image:
        """No larger than other views work on, so the answer is theirs. LessonError: it cannot be read."""
        if isinstance(self.source, Image.Image):
            return self.source
        return preview(self.source)[0]


@dataclass(frozen=True)
class Row:
    """thumbnail: at most THUMBNAIL; answers: the two surest, with their probabilities."""

    name: str
    thumbnail: Image.Image = field(repr=False)
    answers: tuple[tuple[str, float], tuple[str, float]]


@dataclass(frozen=True, eq=False)
class Table:
    """skipped: the files that have no row, and why."""

    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...] = ()


def of_folder(name: str) -> tuple[list[Given], tuple[Skipped, ...]]:
    """The files of ``data/<name>/``, and those that are left out at once."""
    root = (data_folder() / name).resolve()
    files, skipped = unlabelled.files(name)
    return [Given.of_file(as_text(str(file), root), file) for file in files], skipped


def within_limits(files: Sequence[Given]) -> tuple[list[Given], list[Skipped]]:
    """Uploaded files, up to SEVERAL_PICTURES and SEVERAL_BYTES; and the others."""
    taken: list[Given] = []
    left: list[Skipped] = []
    size = 0
    for each in files:
        assert isinstance(each.source, bytes)
        size += len(each.source)
        if len(taken) == limits.SEVERAL_PICTURES or size > limits.SEVERAL_BYTES:
            reason = Message(
                "Up to {most} files of {size} MB together are taken.",
                most=limits.SEVERAL_PICTURES,
                size=limits.SEVERAL_BYTES // limits.MEGABYTE,
            )
            left.append(Skipped(each.name, reason))
            size -= len(each.source)
        else:
            taken.append(each)
    return taken, left


def answer(
    trained: Trained, files: Sequence[Given], progress: Callable[[float], object] = lambda share: None
) -> Table:
    """Every file that can be read, BATCH at a time. progress: called with the share that is done."""
    rows: list[Row] = []
    skipped: list[Skipped] = []
    prepared = _prepared(trained, files, skipped)
    while batch := list(islice(prepared, BATCH)):
        answers = trained.probabilities(torch.stack([tensor for _, _, tensor in batch]))
        rows += [
            Row(name, small, _two_best(trained, each))
            for (name, small, _), each in zip(batch, answers, strict=True)
        ]
        progress((len(rows) + len(skipped)) / len(files))
    return Table(tuple(rows), tuple(skipped))


def _prepared(
    trained: Trained, files: Sequence[Given], skipped: list[Skipped]
) -> Iterator[tuple[str, Image.Image, Tensor]]:
    """Name, thumbnail and tensor of each, so that one picture at a time is in memory as a whole."""
    for each in files:
        try:
            picture = each.open()
        except LessonError as error:
            skipped.append(Skipped(each.name, error.message))
            continue
        small = picture.copy()
        small.thumbnail(THUMBNAIL)
        yield each.name, small, trained.preparation.prepare(picture)


def _two_best(trained: Trained, answer: Tensor) -> tuple[tuple[str, float], tuple[str, float]]:
    shares, places = answer.topk(2)
    first, second = (
        (trained.classes[place], float(share)) for share, place in zip(shares, places, strict=True)
    )
    return first, second


def summary(table: Table) -> Message:
    """What the table shows, in a sentence."""
    sure = [row.answers[0][1] for row in table.rows]
    return Message(
        "{count} {count:picture|pictures}: the net is more than {sure:.0%} sure of {many}, and less than "
        "{unsure:.0%} sure of {few}. {classes} {classes:class occurs|classes occur}.",
        count=len(sure),
        sure=SURE,
        many=sum(share > SURE for share in sure),
        few=sum(share < UNSURE for share in sure),
        unsure=UNSURE,
        classes=len({row.answers[0][0] for row in table.rows}),
    )


def ask_last_batch(count: int, shape: tuple[int, ...]) -> Question:
    """How many pictures are in the last batch. shape: of one prepared picture."""
    last = count % BATCH or BATCH
    return Question(
        Message(
            "{count} {count:picture goes|pictures go} to the net, {batch} at a time. How many are in the "
            "last batch?",
            count=count,
            batch=BATCH,
        ),
        last,
        Message(
            "{count} = {full} x {batch} + {last}: the last batch has the shape {shape}. A net takes any "
            "number of pictures, so nothing has to be added or left out.",
            count=count,
            full=(count - last) // BATCH,
            batch=BATCH,
            last=last,
            shape=str((last, *shape)),
        ),
        about="batch",
    )


# For a spreadsheet


def to_csv(table: Table) -> bytes:
    """In UTF-8, marked as such for Excel; what would be taken for a formula begins with ' ."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for row in table.rows:
        (first, share), (second, other) = row.answers
        names = map(harmless, (row.name, first, second))
        name, first, second = names
        writer.writerow([name, first, f"{share:.6f}", second, f"{other:.6f}"])
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula.

    >>> harmless("=1+1.png"), harmless("cat.png")
    ("'=1+1.png", 'cat.png')
    """
    return f"'{text}" if text.startswith(FORMULAS) else text


def snippet(net: str, folder: str = "pictures") -> str:
    """The same over a folder; what cannot be read is left out."""
    trained = trained_net(net)
    steps = "".join(f"    {code},\n" for code in codes(trained.preparation))
    return join_cells(
        {
            "Preparation": f"""\
import torch
from torchvision.transforms import v2

prepare = v2.Compose([
{steps}])
""",
            "Net": "\n".join((*net_lines(net, trained), "net.eval()")),
            "Files": inspect.getsource(reading),
            "Pictures": _pictures(folder),
            "Answers": ANSWERS,
        }
    )


def _pictures(folder: str) -> str:
    return f"""\
{READ}

Image.MAX_IMAGE_PIXELS = {limits.PICTURE_PIXELS // 2:_}  # Pillow refuses twice as many
folder = {quoted(folder)}
names, tensors = [], []
for file in sorted(Path(each) for each in visible(folder) if belongs(each, folder)):
    try:
        if file.stat().st_size > {limits.PICTURE_BYTES}:
            raise ValueError("the file is too large")
        small = read(file)
        small.thumbnail({PREVIEW})
        tensors.append(prepare(small))
    except Exception as error:  # a damaged file makes Pillow raise almost anything
        print("left out:", file, error)
    else:
        names.append(str(file.relative_to(folder)))
"""


ANSWERS = f"""\
import csv


def harmless(text: str) -> str:
    return f"'{{text}}" if text.startswith({FORMULAS}) else text  # a spreadsheet would carry it out


with open("answers.csv", "w", newline="", encoding="utf-8-sig") as file:
    table = csv.writer(file)
    table.writerow({list(HEAD)})
    for start in range(0, len(names), {BATCH}):
        with torch.inference_mode():
            answers = net(torch.stack(tensors[start : start + {BATCH}])).softmax(dim=1)
        for name, shares, places in zip(names[start:], *answers.topk(2)):
            first, second = (harmless(classes[place]) for place in places)
            table.writerow([harmless(name), first, f"{{shares[0]:.6f}}", second, f"{{shares[1]:.6f}}"])
print("pictures in answers.csv:", len(names))
"""

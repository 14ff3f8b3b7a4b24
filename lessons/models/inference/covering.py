"""A grey square slid over the input: where a net looks shows in how much less probable the class becomes."""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.engine.pictures import values
from lessons.models.inference.choosing import Seen

PLACES = 8  # along each side
WIDE = 2  # places that the square covers along each side
KEPT = 16  # places that stay when all others are grey: a quarter
CLEAR = 0.01  # of a probability: a smaller drop is none
SIDE = 320  # pixels of a map, about
QUARTERS = (
    Message("upper left"),
    Message("upper right"),
    Message("lower left"),
    Message("lower right"),
    Message("nowhere: it hardly matters"),
)
MOST_AT_ONCE = 64 * 3 * 64 * 64  # numbers of one batch: larger inputs take a few batches


@dataclass(frozen=True, eq=False)
class Covered:
    """shares: float32 (PLACES, PLACES), the probability of the class with the square at each place; share:
    without it; answers: the class that is most probable then, (PLACES, PLACES). left: what is most probable,
    and how much so, when only the KEPT places that matter most are left."""

    batch: Tensor
    classes: tuple[str, ...]
    best: int
    share: float
    shares: Tensor
    answers: Tensor
    left: tuple[int, float]

    @property
    def drops(self) -> Tensor:
        """float32 (PLACES, PLACES): by how much the class becomes less probable."""
        return self.share - self.shares

    @property
    def worst(self) -> tuple[int, int]:
        """The row and the column of the place that matters most, counted from 0."""
        row, column = divmod(int(self.drops.argmax()), PLACES)
        return row, column

    @property
    def matters(self) -> bool:
        return float(self.drops.max()) >= CLEAR


def cover(seen: Seen) -> Covered:
    """All places in one batch; large inputs in a few."""
    batch = seen.trained.preparation.prepare(seen.picture)[None]
    usual = seen.trained.probabilities(batch)[0]
    best = int(usual.argmax())
    covered = torch.cat(
        [with_square(batch, row, column) for row in range(PLACES) for column in range(PLACES)]
    )
    per = max(1, MOST_AT_ONCE // batch.numel())
    found = torch.cat([seen.trained.probabilities(part) for part in covered.split(per)])
    shares, answers = found[:, best].view(PLACES, PLACES), found.argmax(dim=1).view(PLACES, PLACES)
    left = seen.trained.probabilities(_only(batch, usual[best] - shares))[0]
    return Covered(
        batch,
        seen.trained.classes,
        best,
        float(usual[best]),
        shares,
        answers,
        (int(left.argmax()), float(left.max())),
    )


def with_square(batch: Tensor, row: int, column: int) -> Tensor:
    """A copy with a square of the mean, 0 after Normalize, around the middle of this place."""
    made = batch.clone()
    rows, columns = (_span(at, side) for at, side in zip((row, column), batch.shape[2:], strict=True))
    made[:, :, rows, columns] = 0
    return made


def _span(at: int, side: int) -> slice:
    """The pixels from half a square before the middle of a place to half a square behind it."""
    place = side / PLACES
    middle = (at + 0.5) * place
    return slice(max(0, round(middle - WIDE * place / 2)), min(side, round(middle + WIDE * place / 2)))


def only_left(covered: Covered) -> Tensor:
    """The input with the places that matter most, and all else grey."""
    return _only(covered.batch, covered.drops)


def _only(batch: Tensor, drops: Tensor) -> Tensor:
    """All grey but for the KEPT places with the largest drops."""
    made = torch.zeros_like(batch)
    height, width = batch.shape[2:]
    for place in drops.flatten().argsort(descending=True, stable=True)[:KEPT].tolist():
        row, column = divmod(place, PLACES)
        rows, columns = (
            slice(round(at * side / PLACES), round((at + 1) * side / PLACES))
            for at, side in ((row, height), (column, width))
        )
        made[:, :, rows, columns] = batch[:, :, rows, columns]
    return made


# What is seen of it


def input_picture(batch: Tensor) -> Image.Image:
    return enlarged(values.picture(batch)[0])


def enlarged(picture: Image.Image) -> Image.Image:
    """To SIDE, with its pixels as squares."""
    return picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.NEAREST)


def map_picture(covered: Covered) -> Image.Image:
    """The drops over the input in grey: blue where the class loses, orange where it gains. The deepest is the
    largest of all."""
    drops = covered.drops.numpy()
    tints = style.paint(drops / max(float(np.abs(drops).max()), 1e-9))
    tinted = enlarged(Image.fromarray(tints))
    grey = input_picture(covered.batch).convert("L").convert("RGB")
    return Image.blend(grey, tinted, 0.6)


def place_of(row: int, column: int) -> Message:
    """Counted from 1."""
    return Message("row {row}, column {column}", row=row + 1, column=column + 1)


def describe(covered: Covered) -> Message:
    """What the map shows."""
    row, column = covered.worst
    name = covered.classes[covered.best]
    if not covered.matters:
        return Message(
            "Without the square it is {name} with {share:.1%}. Wherever the square is, that becomes less by "
            "{drop:.2%} at most.",
            name=name,
            share=covered.share,
            drop=max(0.0, float(covered.drops.max())),
        )
    turned = int((covered.answers != covered.best).sum())
    return Message(
        "Without the square it is {name} with {share:.1%}. It matters most at {place}: there {least:.1%} is "
        "left. At {turned} of {all} places another class becomes the most probable.",
        name=name,
        share=covered.share,
        place=place_of(row, column),
        least=float(covered.shares[row, column]),
        turned=turned,
        all=PLACES**2,
    )


def tell_place(covered: Covered, row: int, column: int) -> Message:
    """The answer with the square at this place."""
    return Message(
        "With the square at {place}: {name} {share:.1%}; the most probable is {answer}.",
        place=place_of(row, column),
        name=covered.classes[covered.best],
        share=float(covered.shares[row, column]),
        answer=covered.classes[int(covered.answers[row, column])],
    )


def tell_left(covered: Covered) -> Message:
    best, share = covered.left
    if best == covered.best:
        return Message(
            "With only the {kept} {kept:place|places} that matter most, and all else grey, it is still "
            "{name}, with {share:.1%}.",
            kept=KEPT,
            name=covered.classes[best],
            share=share,
        )
    return Message(
        "With only the {kept} {kept:place|places} that matter most, and all else grey, it is {other} with "
        "{share:.1%}, no longer {name}: the net looks at more than the thing itself.",
        kept=KEPT,
        name=covered.classes[covered.best],
        other=covered.classes[best],
        share=share,
    )


def ask_where(covered: Covered) -> Question:
    """In which quarter of the input it matters most."""
    row, column = covered.worst
    half = PLACES // 2
    answer = 2 * (row >= half) + (column >= half) if covered.matters else 4
    return Question(
        Message(
            "A grey square covers one part after another. Where does it matter most for {name}?",
            name=covered.classes[covered.best],
        ),
        answer,
        describe(covered),
        choices=QUARTERS,
        about="where",
    )


def ask_left(covered: Covered) -> Question:
    """Whether it is still the class without what is around it."""
    return Question(
        Message(
            "Now all is grey but the quarter that matters most. Is it still {name}?",
            name=covered.classes[covered.best],
        ),
        int(covered.left[0] != covered.best),
        tell_left(covered),
        choices=(Message("yes"), Message("no")),
        about="left",
    )

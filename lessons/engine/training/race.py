"""Runs that differ in one thing, side by side: which has the lowest mean loss of one epoch, and when one seed
cannot tell."""

import math
from collections.abc import Sequence
from functools import reduce

from lessons.core.messages import Message
from lessons.core.questions import Question

# Measured with four nets, two optimizers and three seeds each: on 3,000 Doodles and more the lead of one rate
# over a tenth of it, where it was more than a percent, was there with every seed. Smaller ones changed sides.
CLOSE = 0.01
PICTURES = 5000  # with fewer the usual net has not begun to learn, and every race is a tie


def tie(names: Sequence[Message], losses: Sequence[float]) -> Message | None:
    """What to say where the two lowest losses are so close that another seed might turn them around; else
    None. names: of the racers; losses: the mean of each over its epoch, nan where it did not get there."""
    lowest = sorted(filter(math.isfinite, losses))[:2]
    if len(lowest) < 2 or lowest[1] - lowest[0] > CLOSE * lowest[0]:
        return None
    return Message(
        "Too close to call: the mean loss of the epoch is {losses}. With another seed it might be the other "
        "way round: one seed cannot tell.",
        losses=_listed(names, losses),
    )


def question(prompt: Message, names: Sequence[Message], losses: Sequence[float]) -> Question:
    """Who won? Asked of runs that were really made, of which one got there at least."""
    finished = [loss if math.isfinite(loss) else math.inf for loss in losses]
    return Question(
        prompt,
        finished.index(min(finished)),
        Message(
            "The mean loss of the epoch is {losses}. All of its steps count, the first ones too, and not "
            "only where the curve ends.",
            losses=_listed(names, losses),
        ),
        choices=tuple(names),
    )


def _listed(names: Sequence[Message], losses: Sequence[float]) -> Message:
    each = [
        Message("{loss} ({name})", loss=round(loss, 3), name=name)
        for name, loss in zip(names, losses, strict=True)
    ]
    return reduce(lambda one, other: Message("{one}, {other}", one=one, other=other), each)

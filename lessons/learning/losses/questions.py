"""What to ask about a loss: what a guess costs, which number moves most, how low a mistake can get."""

import math
from collections.abc import Sequence

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question, draw
from lessons.learning.losses.entropy import Result, backward
from lessons.learning.losses.inputs import Inputs

MANY = (10, 2, 100, 3, 1000, 4, 20, 5)  # classes
FALLS = (  # of the share of a true class: two of them, of which one costs more, or none
    ((0.9, 0.8), (0.2, 0.1)),
    ((0.8, 0.4), (0.2, 0.1)),
    ((0.6, 0.3), (0.04, 0.03)),
    ((0.9, 0.5), (0.1, 0.05)),
    ((0.5, 0.1), (0.05, 0.01)),
    ((1.0, 0.5), (0.3, 0.2)),
)
MODELS = (  # what two nets give the true classes of three samples; both are right about the first two
    ((0.4, 0.4, 0.1), (0.7, 0.7, 0.3)),
    ((0.9, 0.9, 0.01), (0.6, 0.6, 0.3)),
    ((0.8, 0.6, 0.3), (0.6, 0.5, 0.1)),
    ((0.99, 0.99, 0.02), (0.5, 0.5, 0.3)),
)
GUESS, FLOOR = "guess", "floor"  # what questions and answers are about


def questions(inputs: Inputs, result: Result, seed: int) -> tuple[Question, ...]:
    """About guessing, two nets, this gradient, and softmax twice; seed: which are drawn."""
    asked = ask_guess(draw(MANY, seed)), ask_better(draw(MODELS, seed))
    return *asked, *ask_slope(inputs, seed), ask_floor(draw(MANY, seed + 1))


def ask_guess(classes: int) -> Question:
    """The loss of who knows nothing."""
    return Question(
        Message(
            "A net that has learned nothing gives each of {classes} classes the same probability. What is "
            "its cross-entropy? (to 0.01)",
            classes=classes,
        ),
        math.log(classes),
        Message(
            "-log(1/{classes}) = log({classes}) ≈ {loss}. A first loss that is much larger says that the net "
            "is sure of wrong things.",
            classes=classes,
            loss=show(math.log(classes)),
        ),
        tolerance=0.01,
        about=GUESS,
    )


def ask_better(models: Sequence[Sequence[float]]) -> Question:
    """Which of two nets that are right equally often has the lower loss."""
    losses = [-sum(map(math.log, model)) / len(model) for model in models]
    told = [", ".join(map(str, model)) for model in models]
    return Question(
        Message(
            "Two nets judge the same three samples, and both are right about the first two. One gives the "
            "true classes {one}, the other {other}. Which has the lower cross-entropy?",
            one=told[0],
            other=told[1],
        ),
        int(losses[1] < losses[0]),
        Message(
            "{first} against {second}. Accuracy is the same, 2 of 3. The loss sees how sure a net was: one "
            "sure mistake can cost more than all the rest.",
            first=show(losses[0]),
            second=show(losses[1]),
        ),
        choices=tuple(Message("that of {numbers}", numbers=each) for each in told),
    )


def ask_slope(inputs: Inputs, seed: int) -> tuple[Question, ...]:
    """Which number of a sample goes up, or down, most with a step against the gradient; none if none does."""
    slopes = backward(inputs).numbers
    samples, classes = inputs.shape
    moving = [sample for sample in range(samples) if slopes[sample].isfinite().all() and slopes[sample].any()]
    if not moving:
        return ()
    sample, up = draw([(sample, up) for sample in moving for up in (True, False)], seed)
    row = slopes[sample]
    most = int(row.argmin() if up else row.argmax())
    asked = (
        Message("One step against the gradient: which number of sample {row} goes up most?", row=sample + 1)
        if up
        else Message(
            "One step against the gradient: which number of sample {row} goes down most?", row=sample + 1
        )
    )
    return (
        Question(
            asked,
            most,
            Message(
                "That of class {number}: its gradient is {slope}. A step goes against it. In cross-entropy "
                "the gradient of a logit is its share, less what is meant.",
                number=inputs.label(most),
                slope=show(row[most].item()),
            ),
            choices=tuple(Message("class {number}", number=inputs.label(each)) for each in range(classes)),
        ),
    )


def ask_dearer(seed: int) -> Question:
    """Which of two falls of a share costs more: it is the ratio that counts."""
    falls = draw(FALLS, seed)
    costs = [math.log(before / after) for before, after in falls]
    difference = costs[0] - costs[1]
    ways = [Message("from {before} to {after}", before=before, after=after) for before, after in falls]
    return Question(
        Message(
            "The share p of the true class falls: {one}, or {other}. Which of them adds more to -log p?",
            one=ways[0],
            other=ways[1],
        ),
        2 if abs(difference) < 1e-9 else int(difference < 0),
        Message(
            "It adds {first} {one}, and {second} {other}. Only the ratio counts: halving a share always "
            "costs log 2.",
            first=show(costs[0]),
            one=ways[0],
            second=show(costs[1]),
            other=ways[1],
        ),
        choices=(*ways, Message("both the same")),
    )


def ask_floor(classes: int) -> Question:
    """How low the loss can get with a softmax too many."""
    return Question(
        Message(
            "A net ends in softmax, and its output goes into cross_entropy. It is right and quite sure. How "
            "low can its loss get with {classes} classes? (to 0.01)",
            classes=classes,
        ),
        floor(classes),
        Message(
            "To {floor}. The best that softmax can give is 1, and 0 for all others. cross_entropy takes the "
            "softmax of these again: e / (e + {others}), and -log of that is {floor}. So the loss never "
            "nears 0.",
            floor=show(floor(classes)),
            others=classes - 1,
        ),
        tolerance=0.01,
        about=FLOOR,
    )


def floor(classes: int) -> float:
    """The least loss of softmax twice: of 1 and zeros.

    >>> round(floor(3), 4), round(floor(10), 4)
    (0.5514, 1.4612)
    """
    return math.log(math.e + classes - 1) - 1

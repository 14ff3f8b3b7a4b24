"""Logits that go downhill by plain gradient descent: with cross_entropy, and with a softmax too many."""

from dataclasses import dataclass, replace
from itertools import pairwise

from lessons.core.limits import LOSS_NUMBER
from lessons.core.matrix import Matrix
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.core.tensors import tensor
from lessons.core.twins import Twin, Twins
from lessons.learning.losses.by_hand import with_shares
from lessons.learning.losses.entropy import backward, run
from lessons.learning.losses.inputs import LOGITS, RIGHT, TWICE, Inputs
from lessons.learning.losses.lesson import loss_call, written_out
from lessons.learning.losses.questions import floor

STEPS = 100
RATES = (0.5, 1.0, 2.0, 5.0)  # learning rates
TIMES = (2, 5, 50)  # between the answers to how many times smaller a gradient is


@dataclass(frozen=True)
class Descent:
    """A number for each step, before the logits are moved: the loss, and the norm of its gradient."""

    losses: tuple[float, ...]
    norms: tuple[float, ...]


@dataclass(frozen=True)
class Both:
    """Two descents from the same logits, and what is to be said of them."""

    right: Descent
    wrong: Descent
    twins: Twins


def start(inputs: Inputs) -> Inputs:
    """The logits to begin with: those that were typed, or such as make the typed probabilities.

    LessonError where there is nothing to go down, or more to say than of classes as targets.
    """
    if inputs.reduction == "none":
        raise LessonError(
            "A descent needs one number to make smaller, and reduction none gives one for every sample. "
            "Choose mean or sum."
        )
    if inputs.soft or inputs.label_smoothing:
        raise LessonError(
            "With targets for every class, or label_smoothing, the right loss cannot reach 0 either. To see "
            "what the mistake alone does, type a class for each sample, and set label_smoothing to 0."
        )
    if not run(inputs).counted.any():
        raise LessonError(
            "No sample counts here, so there is nothing to learn. Type a target that is not ignored, of a "
            "class with a weight above 0."
        )
    logits = replace(inputs, given=LOGITS, temperature=inputs.divided, call=RIGHT)
    if inputs.given == LOGITS:
        return logits
    for row, shares in enumerate(inputs.numbers, start=1):
        if not min(shares):
            raise LessonError(
                "A probability of sample {row} is 0, and no logit makes that. Type a small one instead.",
                row=row,
            )
    return replace(logits, numbers=with_shares(logits, dict(enumerate(inputs.numbers))))


def descend(begun: Inputs, rate: float) -> Descent:
    """STEPS steps against the gradient, each of it times rate; LessonError where that leads too far."""
    logits, losses, norms = tensor(begun.numbers), [], []
    for step in range(STEPS):
        if logits.abs().max() > LOSS_NUMBER:
            raise LessonError(
                "By step {step} a logit is beyond {most}. Choose a smaller learning rate or smaller weights.",
                step=step,
                most=LOSS_NUMBER,
            )
        numbers: Matrix = tuple(map(tuple, logits.tolist()))
        slopes = backward(replace(begun, numbers=numbers))
        losses.append(slopes.forward.output.item())
        norms.append(slopes.numbers.norm().item())
        logits = logits - rate * slopes.numbers
    return Descent(tuple(losses), tuple(norms))


def both(begun: Inputs, rate: float) -> Both:
    """begun: as ``start`` gives it."""
    mistaken = replace(begun, call=TWICE)
    right, wrong = descend(begun, rate), descend(mistaken, rate)
    weights = run(begun).counted.sum().item() if begun.reduction == "sum" else 1.0
    twins = Twins(
        Twin(Message("cross_entropy"), right.losses, snippet(begun, rate)),
        Twin(Message("softmax, then cross_entropy"), wrong.losses, snippet(mistaken, rate)),
        Message(
            "Nothing complains, and the loss may well fall, as it does when a net learns. But however long "
            "it goes on, it stays above a floor that is not 0."
        ),
        Message(
            "cross_entropy takes the softmax itself. Of shares, which lie between 0 and 1, a second softmax "
            "makes shares that are close to each other: so the loss cannot near 0. And the gradient must "
            "come back through the softmax in front, which lets hardly any through where the net is sure: "
            "so what is sure and wrong is hardly mended. Print the norm of the gradient, and look at how "
            "the net ends."
        ),
        floor(begun.shape[1]) * weights,
    )
    return Both(right, wrong, twins)


def snippet(begun: Inputs, rate: float) -> str:
    """The same descent in torch."""
    return str(
        written_out(begun, learns=True).line(
            f"optimizer = torch.optim.SGD([numbers], lr={rate:g})",
            "",
            "losses, norms = [], []",
            f"for step in range({STEPS}):",
            f"    loss = {loss_call(begun)}",
            "    optimizer.zero_grad()",
            "    loss.backward()",
            "    losses.append(loss.item())",
            "    norms.append(numbers.grad.norm().item())",
            "    optimizer.step()",
            "",
            "print(losses[0], losses[-1])",
            "print(norms[0], norms[-1])",
        )
    )


def ask_smaller(made: Both) -> Question | None:
    """How many times the mistake makes the first gradient smaller; None where there is none."""
    right, wrong = made.right.norms[0], made.wrong.norms[0]
    if not right:
        return None
    return Question(
        Message(
            "At step 0 both have the same logits. Of cross_entropy alone the norm of the gradient is "
            "{right}. How many times smaller is it with the softmax in front?",
            right=show(right),
        ),
        sum(right >= times * wrong for times in TIMES),
        Message(
            "It is {wrong} instead of {right}. On its way back through the softmax in front every gradient "
            "is multiplied by a share, and by differences that shrink, too, as one share nears 1. So the "
            "surer a net is, the less comes through.",
            wrong=show(wrong),
            right=show(right),
        ),
        choices=(
            Message("less than {most} times", most=TIMES[0]),
            *(Message("{low} to {most} times", low=low, most=most) for low, most in pairwise(TIMES)),
            Message("more than {most} times", most=TIMES[-1]),
        ),
    )

"""What a run has come to, in words: beside least squares, and why it is not there."""

import math
from dataclasses import replace
from functools import lru_cache

from lessons.core.limits import FIT_STEPS
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import Place
from lessons.learning.points import least_squares, written
from lessons.learning.regression.fit import FAR, Fit, loss, run
from lessons.learning.regression.inputs import AS_IS, MEAN, Inputs
from lessons.learning.regression.rate import Curvature, limit, rest

NEAR = 1.01  # times the least loss: as good as there
FIRST, SOME = 10, 40  # steps: the table has all of the first, and some of those that follow


def outcome(inputs: Inputs, fit: Fit, best: bool) -> tuple[Message, ...]:
    """Where it has led. best: whether least squares may be told, and what keeps the run from there."""
    told = [_end(inputs, fit)]
    if leaving(inputs, fit) and not fit.diverged:
        told.append(Message("It has not left yet, but with more steps it will. {why}", why=why(inputs)))
    if best:
        told.append(_least_squares(inputs))
        if inputs.flat and not inputs.weight_decay:
            told.append(Message("Where SGD ends depends on its start."))
        if not leaving(inputs, fit) and not _near(inputs, fit):
            told.append(_waiting(inputs))
    if inputs.scaling != AS_IS:
        told.append(_in_own_x(inputs, fit.path[-1]))
    return tuple(told)


def leaving(inputs: Inputs, fit: Fit) -> bool:
    """Whether it has left for good, or does so with more steps."""
    if fit.diverged:
        return True
    if inputs.parted:
        return fit.losses[-1] > fit.losses[0] and _leaves(replace(inputs, steps=FIT_STEPS))
    return inputs.lr > limit(inputs)


@lru_cache
def _leaves(inputs: Inputs) -> bool:
    """What becomes of batches is only known by running."""
    return run(inputs).diverged


def _end(inputs: Inputs, fit: Fit) -> Message:
    if fit.diverged:
        return Message(
            "The run has diverged: at step {step} a weight is beyond {far:g}, and nothing brings it "
            "back. {why}",
            step=fit.steps,
            far=FAR,
            why=why(inputs),
        )
    w, b = fit.path[-1]
    return Message(
        "After {count} {count:step|steps} SGD is at w {w}, b {b}, and the loss is {loss}.",
        count=fit.steps,
        w=show(w),
        b=show(b),
        loss=show(fit.losses[-1]),
    )


def _least_squares(inputs: Inputs) -> Message:
    if len(inputs.points) == 1:
        return Message(
            "Every line through a single point has the loss 0, so least squares is singular, and the cross "
            "is only the one with w 0."
        )
    if inputs.flat:
        return Message(
            "All x are equal, so least squares is singular: every line through the mean of the points is "
            "equally good, with the loss {least}, and the cross is only the one with w 0.",
            least=show(least(inputs)),
        )
    w, b = least_squares(inputs.scaled)
    return Message(
        "Least squares gives w {w}, b {b}, and the loss {least}: no line goes below.",
        w=show(w),
        b=show(b),
        least=show(least(inputs)),
    )


def beaten(inputs: Inputs, fit: Fit, by_hand: float) -> Message:
    """Who has the lower loss, SGD or who has moved the line."""
    known = {"own": show(by_hand), "loss": show(fit.losses[-1]), "count": fit.steps}
    if fit.losses[-1] < by_hand:
        return Message("You came to {own}. SGD beats you: {loss} in {count} {count:step|steps}.", **known)
    if leaving(inputs, fit):
        return Message(
            "You came to {own}, and beat SGD: with this learning rate it runs away.", own=known["own"]
        )
    return Message(
        "You came to {own}, and beat SGD, which is at {loss} after {count} {count:step|steps}. More steps or "
        "another learning rate may help it.",
        **known,
    )


def least(inputs: Inputs) -> float:
    """The loss that no line goes below."""
    return loss(inputs, least_squares(inputs.scaled))


def why(inputs: Inputs) -> Message:
    """Why it diverges, and which rate would not."""
    most = limit(inputs)
    if inputs.parted and inputs.momentum == 1:
        return Message(
            "Momentum 1 forgets nothing, also of what one batch alone has asked for. Choose a smaller one."
        )
    if inputs.parted:
        return Message(
            "A batch of few points has a valley of its own, and that can be steeper than the one of all, for "
            "which the learning rate may be {limit} at most. Try {less}.",
            limit=show(most),
            less=show(_for_any_batch(inputs)),
        )
    return Message(
        "The learning rate {rate} is above {limit}. Across its valley the loss has the curvature "
        "{curvature}: a step from one side lands on the other, higher up than it was, and the next is longer "
        "still. With any rate below {limit}, SGD comes to rest.",
        rate=show(inputs.lr),
        limit=show(most),
        curvature=show(Curvature.of(inputs).most),
    )


def _for_any_batch(inputs: Inputs) -> float:
    """A rate with which a step on the steepest point alone does not lead away from it; one digit of it.

    Momentum gathers steps on one batch, up to 1 / (1 - momentum) of them, before another calls it back.
    """
    steepest = 2 * (1 + max(x * x for x, _y in inputs.scaled)) + inputs.weight_decay
    if inputs.reduction != MEAN and inputs.batch:
        steepest *= inputs.batch
    exact = 2 * (1 - inputs.momentum) / steepest
    unit = 10.0 ** math.floor(math.log10(exact))
    return float(f"{unit * math.floor(exact / unit):.1g}")


def _near(inputs: Inputs, fit: Fit) -> bool:
    start = loss(inputs, inputs.start)
    return fit.losses[-1] <= max(NEAR * least(inputs), 1e-6 * start)


def _waiting(inputs: Inputs) -> Message:
    """What keeps it from the lowest place: decay, batches, or a narrow valley."""
    end = rest(inputs)
    if inputs.weight_decay and loss(inputs, end) > NEAR * least(inputs):
        return Message(
            "Weight decay draws both to 0: however long it runs, it comes to rest at w {w}, b {b}, where the "
            "loss is {loss}.",
            w=show(end[0]),
            b=show(end[1]),
            loss=show(loss(inputs, end)),
        )
    if inputs.momentum == 1:
        return Message("Momentum 1 forgets nothing: nothing brakes, and it swings on for ever.")
    if inputs.parted:
        return Message(
            "Every batch has a lowest place of its own, and the path wanders between them. With a smaller "
            "learning rate it wanders less, and takes longer."
        )
    known = Curvature.of(inputs)
    return Message(
        "It is not there yet. The valley is narrow: its curvature is {most} across and {least} along it, "
        "a ratio of {times}. The steep side limits the learning rate, and along the valley the way is long. "
        "More steps help, or standardised x, with which it is a round bowl.",
        most=show(known.most),
        least=show(known.least),
        times=show(known.kappa),
    )


def _in_own_x(inputs: Inputs, place: Place) -> Message:
    w, b = place
    slope = w / inputs.scale
    return Message(
        "Here w and b belong to the scaled x: b is the height at the mean of x, {shift}, and w is what "
        "{scale} more of x adds. In x itself the line is {line}.",
        shift=show(inputs.shift),
        scale=show(inputs.scale),
        line=written((slope, b - slope * inputs.shift)),
    )


def in_table(fit: Fit) -> tuple[int, ...]:
    """The steps that a table has, counted from 0, the start."""
    apart = math.ceil(fit.steps / SOME)
    return tuple(sorted({*range(min(FIRST, fit.steps) + 1), *range(0, fit.steps + 1, apart or 1), fit.steps}))

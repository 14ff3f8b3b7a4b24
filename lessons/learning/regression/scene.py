"""What is seen of a fit: points and line, the way over the surface of the loss, the loss, and the rate."""

import math
from collections.abc import Sequence

from lessons.core import style
from lessons.core.axes import ROOM, axis, decades
from lessons.core.contours import contours_above
from lessons.core.limits import POINTS
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import STEP, Axis, Contours, Dots, Gaps, Line, Mark, Part, Path, Plane, Scene, Told
from lessons.learning.points import height, least_squares
from lessons.learning.regression.fit import Fit, frames, loss
from lessons.learning.regression.inputs import AS_IS, CENTRE, MEAN, STANDARDISE, Inputs
from lessons.learning.regression.rate import limit

UPRIGHT, SQUARES, ACROSS = "upright", "squares", "across"
SHAPES = (UPRIGHT, SQUARES, ACROSS)
DECADES = 6  # of the loss, at most
FRAME = Message("frame {step} of {all}")  # where not every step is one
GONE = 1e3  # times the loss at the start
STEADY = 1e-9  # of a loss: what changes less stays


def scene(inputs: Inputs, fit: Fit, shown: bool, best: bool, shape: str) -> Scene:
    """shown: the run, and not its start alone; best: least squares, too; shape: of the gaps."""
    steps = frames(fit) if shown else (0,)
    planes = (
        _points(inputs, fit, steps, shape),
        _surface(inputs, fit, steps, shown, best),
        _losses(inputs, fit, steps, best),
        _rate(inputs),
    )
    unit = STEP if len(steps) > steps[-1] else FRAME
    return Scene(planes, ((0, 1), (2,), (3,)), len(steps), _told(fit, steps), unit=unit)


def _points(inputs: Inputs, fit: Fit, steps: Sequence[int], shape: str) -> Plane:
    """lit: what the step that has led here has looked at."""
    lit = [fit.batches[step - 1] if step else () for step in steps] if inputs.parted else []
    xs, ys = zip(*inputs.scaled, strict=True)
    return Plane(
        Message("points and line"),
        axis(X[inputs.scaling], xs),
        axis(Message("y"), ys),
        (gaps(shape, "line"), Line("line", Message("the line"), "sgd"), dots(inputs.scaled, lit)),
        height=300,
    )


X = {
    AS_IS: Message("x"),
    CENTRE: Message("x less its mean"),
    STANDARDISE: Message("x less its mean, in standard deviations"),
}


def dots(places: Sequence[Sequence[float]], lit: Sequence[Sequence[int]] = ()) -> Dots:
    """The points, to move, to add and to take away."""
    at = tuple((x, y) for x, y in places)
    return Dots("points", Message("point {number}"), at, "free", fewest=1, most=POINTS, lit=lit)


def gaps(shape: str, line: str) -> Gaps:
    """What the points are off the line, told in numbers."""
    if shape == ACROSS:
        each = Message("{name}: across it is {gap} from the line. The square is {square}, {share} % of all.")
    else:
        each = Message(
            "{name}: the line is {gap} below it; a - means above. The square is {square}, {share} % of all."
        )
    return Gaps(
        "points", line, shape, each, Message("All squares together are {sum}, and their mean is {mean}.")
    )


def _surface(inputs: Inputs, fit: Fit, steps: Sequence[int], shown: bool, best: bool) -> Plane:
    """Of a path that leaves only what begins around the lowest place is seen. shown: or else the contours,
    and the side of the start on which there is room, would tell what is asked."""
    lowest, gone = least_squares(inputs.scaled), _gone(fit)
    opposite = tuple(2 * at - low for at, low in zip(inputs.start, lowest, strict=True))
    seen = (inputs.start, lowest, *((() if gone else fit.path) if shown else (opposite,)))
    room = 1.0 if gone and shown else 2 * ROOM
    w, b = (
        axis(name, numbers, room)
        for name, numbers in zip((Message("w"), Message("b")), zip(*seen, strict=True), strict=True)
    )
    parts: list[Part] = [_contours(inputs, w, b)] if shown else []
    if best:
        cross = Message("least squares")
        parts.append(Dots("best", cross, (lowest,), sign="cross", colour=style.POSITIVE))
    parts += [
        Path("sgd", Message("the way of SGD"), tuple(fit.path[step] for step in steps), begins="start"),
        Dots("start", Message("the start"), (inputs.start,), "free", sign="ring", colour=style.NEGATIVE),
    ]
    return Plane(Message("loss of every line"), w, b, tuple(parts), height=300)


def _contours(inputs: Inputs, w: Axis, b: Axis) -> Contours:
    """As high as the loss is, whatever its reduction."""
    mean = height(inputs.scaled)
    times = 1 if inputs.reduction == MEAN else len(inputs.points)
    least = loss(inputs, least_squares(inputs.scaled))
    return contours_above(Message("equal loss"), lambda w, b: times * mean(w, b), w, b, least)


def _losses(inputs: Inputs, fit: Fit, steps: Sequence[int], best: bool) -> Plane:
    least = loss(inputs, least_squares(inputs.scaled))
    losses = [fit.losses[step] for step in steps]
    name = Message("least squares: {loss}", loss=show(least))
    mark = (Mark(name, y=least, colour=style.POSITIVE),) if best and least else ()
    up = _up(inputs, fit, steps, best)
    places = tuple((float(step), max(each, up.low)) for step, each in zip(steps, losses, strict=True))
    along = Axis(Message("step"), 0, max(1, inputs.steps), whole=True)
    path = Path("loss", Message("the loss"), places)
    return Plane(Message("loss after every step"), along, up, (*mark, path), height=160)


def _gone(fit: Fit) -> bool:
    """Whether it ends so far out that its beginning could not be seen beside its end."""
    return fit.diverged or fit.losses[-1] > GONE * fit.losses[0] > 0


def _up(inputs: Inputs, fit: Fit, steps: Sequence[int], best: bool) -> Axis:
    """Of the loss, so many decades at most."""
    least = loss(inputs, least_squares(inputs.scaled))
    losses = [fit.losses[step] for step in steps]
    high = 10 * max(losses[0], least) if _gone(fit) else max(losses)
    low = min(*losses, least) if best else min(losses)
    return decades(Message("loss"), max(low, 10.0**-DECADES * high), high)


def reading(inputs: Inputs, fit: Fit, best: bool) -> list[Message]:
    """How the planes are read, once the run is shown."""
    told = [Message("On each thin line over w and b the loss is the same.")]
    if best:
        told.append(Message("The cross is where it is least."))
    steps = frames(fit)
    up, losses = _up(inputs, fit, steps, best), [fit.losses[step] for step in steps]
    if min(losses) < up.low:
        told.append(Message("What is below {low} is drawn at the lower edge.", low=show(up.low)))
    if max(losses) > up.high:
        told.append(Message("What is above {high} is beyond the upper edge.", high=show(up.high)))
    return told


def _rate(inputs: Inputs) -> Plane:
    """A strip, with the rate that is too large."""
    most = limit(inputs)
    name = Message("the limit: {limit}", limit=show(most))
    along = decades(Message("learning rate"), min(1e-5, inputs.lr, most), max(1.0, inputs.lr, most))
    rate = Dots("rate", Message("the learning rate"), ((inputs.lr, 0.0),), "x", colour=style.HERE)
    return Plane(Message("learning rate"), along, None, (Mark(name, x=most, colour=style.NEGATIVE), rate), 90)


def _told(fit: Fit, steps: Sequence[int]) -> Told:
    """A sentence for every frame."""
    words = (
        Message("At the start: w {w}, b {b}. The loss is {loss}."),
        Message("Step {step}: w {w}, b {b}. The loss falls to {loss}."),
        Message("Step {step}: w {w}, b {b}. The loss rises to {loss}."),
        Message("Step {step}: w {w}, b {b}. The loss stays at {loss}."),
        Message("Step {step}: w {w}, b {b}. The loss is {loss}, and the run ends here: it is far out."),
    )
    start, falls, rises, stays, ends = range(len(words))

    def which(step: int) -> int:
        if not step:
            return start
        if fit.diverged and step == fit.steps:
            return ends
        before, now = fit.losses[step - 1], fit.losses[step]
        if math.isclose(before, now, rel_tol=STEADY):
            return stays
        return falls if now < before else rises

    numbers: dict[str, Sequence[float]] = {
        "step": steps,
        "w": [fit.path[step][0] for step in steps],
        "b": [fit.path[step][1] for step in steps],
        "loss": [fit.losses[step] for step in steps],
    }
    return Told(words, numbers, [which(step) for step in steps])

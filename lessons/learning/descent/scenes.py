"""What is seen of a descent in one weight, of a race in two, and of the map of its winners."""

import math
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

import numpy as np
from PIL import Image
from PIL.ImageColor import getrgb

from lessons.core import style
from lessons.core.axes import decades
from lessons.core.contours import contours_above
from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.plane import (
    Axis,
    Contours,
    Curve,
    Dots,
    Label,
    Mark,
    Part,
    Path,
    Place,
    Places,
    Plane,
    Scene,
    Shading,
    Strokes,
    Told,
)
from lessons.learning.descent import one_weight, race
from lessons.learning.descent.one_weight import Cost
from lessons.learning.descent.surfaces import Surface
from lessons.learning.descent.winners import Map, starts
from lessons.learning.optimizers import OPTIMIZERS

DRAWN = 201  # places of a curve
LOWEST = 1e-6  # height above the least that is drawn
PIXELS = 8  # of a start on the map, so that nothing between two of them is made up
SOLID = 235  # of 255: how much the map hides of what is behind, and so how near it is to the legend
WIDE = 2  # fields on all sides of a name on the map
COLOURS = dict(zip(OPTIMIZERS, (style.QUIET, *style.RUNS), strict=True))
DASHES = dict(zip(OPTIMIZERS, ("solid", *style.DASHES), strict=True))
MINIMA = ((style.RUNS[2], "dash"), (style.RUNS[4], "dot"))  # from the left: of each, and of its limit
WEIGHT, STEP, RATE = Message("weight w"), Message("step"), Message("learning rate")


# One weight


def descent_scene(inputs: one_weight.Inputs, result: one_weight.Result, shown: bool) -> Scene:
    """shown: the run, and not its start alone."""
    planes = (
        _cost(inputs, result, shown),
        _weights(inputs, result, shown),
        _limits(inputs, shown),
    )
    frames = len(result.weights) if shown else 1
    return Scene(planes, ((0, 1), (2,)), frames, _told_of_steps(inputs, result) if shown else None)


def _cost(inputs: one_weight.Inputs, result: one_weight.Result, shown: bool) -> Plane:
    cost = inputs.of
    line = tuple((w, cost.height(w)) for w in np.linspace(cost.low, cost.high, DRAWN).tolist())
    places = tuple(zip(result.weights, result.heights, strict=True))
    frames = len(places) if shown else 1
    tangents = [_tangent(cost, *each) for each in zip(places[:frames], result.slopes[:frames], strict=True)]
    parts: list[Part] = [
        Curve("cost", Message("the cost"), line),
        Strokes(Message("the tangent"), tangents, dash="dash"),
    ]
    if shown:
        steps = [_step(*pair) for pair in pairwise(places)]
        parts += [
            Strokes(Message("the next step"), [*steps, ()], style.HERE),
            Path("steps", Message("the descent"), places, style.POSITIVE, begins="start"),
        ]
    parts.append(Dots("start", Message("the start"), places[:1], "along", "cost", sign="ring"))
    x, y = Axis(WEIGHT, cost.low, cost.high), Axis(Message("cost"), cost.bottom, cost.top)
    return Plane(Message("cost of every weight"), x, y, tuple(parts), height=340)


def _tangent(cost: Cost, place: Place, slope: float) -> Places:
    """From edge to edge."""
    w, height = place
    return tuple((x, height + slope * (x - w)) for x in (cost.low, cost.high))


def _step(before: Place, after: Place) -> Places:
    """Across to the next weight, and from there to its cost."""
    return before, (after[0], before[1]), after


def _weights(inputs: one_weight.Inputs, result: one_weight.Result, shown: bool) -> Plane:
    cost = inputs.of
    parts: tuple[Part, ...] = ()
    if shown:
        marks = (
            Mark(_minimum(cost, each), y=each, colour=colour, dash=dash)
            for each, (colour, dash) in zip(cost.minima, MINIMA, strict=False)
        )
        places = tuple((float(step), w) for step, w in enumerate(result.weights))
        parts = *marks, Path("weights", Message("the descent"), places, style.POSITIVE)
    x, y = Axis(STEP, 0, inputs.steps, whole=True), Axis(WEIGHT, cost.low, cost.high)
    return Plane(Message("weight after every step"), x, y, parts, height=340)


def _minimum(cost: Cost, minimum: float) -> Message:
    return Message("minimum at w = {w}", w=show(minimum))


def _limits(inputs: one_weight.Inputs, shown: bool) -> Plane:
    """A strip with the rate, and with those at which no minimum holds a run any more."""
    marks = [
        Mark(
            Message("limit at w = {w}: {limit}", w=show(each), limit=show(inputs.of.limit(each))),
            x=inputs.of.limit(each),
            colour=colour,
            dash=dash,
        )
        for each, (colour, dash) in zip(inputs.of.minima, MINIMA, strict=False)
    ]
    return _strip(*one_weight.RATES, *(marks if shown else ()), _rate(inputs.rate))


def _strip(low: float, high: float, *parts: Part) -> Plane:
    return Plane(RATE, Axis(RATE, low, high, log=True), None, parts, height=90)


def _rate(rate: float) -> Dots:
    return Dots("rate", Message("the learning rate"), ((rate, 0.0),), "x", colour=style.HERE)


def _told_of_steps(inputs: one_weight.Inputs, result: one_weight.Result) -> Told:
    words = (
        Message(
            "After {step} {step:step|steps} w is {before}, and the slope there {slope}. The next step takes "
            "{rate} × {slope} = {move} off w, which leads to {after}.",
            rate=show(inputs.rate),
        ),
        Message("After {step} {step:step|steps} w is {before}, and the slope there {slope}."),
    )
    weights, slopes = result.weights, result.slopes
    last = len(weights) - 1
    numbers: dict[str, Sequence[float]] = {
        "step": range(last + 1),
        "before": weights,
        "after": [*weights[1:], weights[-1]],
        "slope": slopes,
        "move": [inputs.rate * slope for slope in slopes],
    }
    return Told(words, numbers, [0] * last + [1])


# Two weights


def race_scene(inputs: race.Inputs, result: race.Result | None) -> Scene:
    """result: None while nothing of it is to be seen."""
    runs = result.runs if result else ()
    planes = (
        _ground(
            inputs, *(Path(run.slug, _title(run.slug), run.places, *_look(run.slug), "start") for run in runs)
        ),
        _heights(inputs, runs),
        _rates(inputs, runs),
    )
    frames = inputs.limit + 1 if result else 1
    return Scene(planes, ((0, 1), (2,)), frames, _told_of_race(inputs, result) if result else None)


def _ground(inputs: race.Inputs, *parts: Part, behind: Sequence[Part] = ()) -> Plane:
    """The surface from above. parts: on it; behind: below its contours."""
    over = inputs.ground
    low = Dots("minima", Message("minimum"), over.minima, sign="cross", colour=style.HERE)
    start = Dots("start", Message("the start"), (inputs.begin,), "free", sign="ring", colour=style.HERE)
    whole = (*behind, _contours(over), low, *parts, start)
    return Plane(Message("the surface from above"), over.x, over.y, whole, height=380)


@lru_cache(maxsize=16)
def _contours(over: Surface) -> Contours:
    return contours_above(Message("equal height"), over.height, over.x, over.y, over.least)


def _title(slug: str) -> Message:
    return Message(OPTIMIZERS[slug].title)


def _look(slug: str) -> tuple[str, str]:
    return COLOURS[slug], DASHES[slug]


def _heights(inputs: race.Inputs, runs: Sequence[race.Run]) -> Plane:
    """Above the lowest place, on a log scale."""
    least, begun = inputs.ground.least, inputs.ground.height(*inputs.begin)
    paths = [
        Path(
            f"{run.slug}-height",
            _title(run.slug),
            tuple((float(step), max(height - least, LOWEST)) for step, height in enumerate(run.heights)),
            *_look(run.slug),
        )
        for run in runs
    ]
    x = Axis(STEP, 0, inputs.limit, whole=True)
    y = decades(Message("height above the minimum"), LOWEST, 3 * max(begun - least, LOWEST))
    return Plane(Message("height after every step"), x, y, tuple(paths), height=380)


def _rates(inputs: race.Inputs, runs: Sequence[race.Run]) -> Plane:
    """A strip with the rate of all, to move; or with that of each."""
    if inputs.rule == race.SAME:
        return _strip(race.RATES[0], race.RATES[-1], _rate(inputs.lr))
    beside = [[each.slug for each in runs if each.lr == run.lr] for run in runs]
    own = (
        Dots(
            f"{run.slug}-rate",
            _title(run.slug),
            ((run.lr, _level(run.slug, equal)),),
            colour=COLOURS[run.slug],
        )
        for run, equal in zip(runs, beside, strict=True)
    )
    return _strip(race.RATES[0], race.RATES[-1], *own)


def _level(slug: str, equal: Sequence[str]) -> float:
    """How high a dot stands on its strip, from -1 to 1, so that no two at one rate hide each other."""
    return 2 * equal.index(slug) / (len(equal) - 1) - 1 if len(equal) > 1 else 0.0


def _told_of_race(inputs: race.Inputs, result: race.Result) -> Told:
    """At every step who is lowest, and how many are there."""
    least, numbers = inputs.ground.least, range(len(result.runs))

    def height(number: int, step: int) -> float:
        heights = result.runs[number].heights
        return heights[step] if step < len(heights) else math.inf

    steps = range(inputs.limit + 1)
    lowest = [min(numbers, key=lambda number: height(number, step)) for step in steps]
    there = [sum(run.arrived is not None and run.arrived <= step for run in result.runs) for step in steps]
    gone = [math.isinf(height(number, step)) for number, step in zip(lowest, steps, strict=True)]
    words = [
        Message(
            "Step {step}: {name} is the lowest, {height} above the minimum. Arrived: {there} of {all}.",
            name=_title(run.slug),
            all=len(result.runs),
        )
        for run in result.runs
    ]
    words.append(
        Message("Step {step}: all have run away. Arrived before: {there} of {all}.", all=len(result.runs))
    )
    told: dict[str, Sequence[float]] = {
        "step": steps,
        "height": [height(number, step) - least for number, step in zip(lowest, steps, strict=True)],
        "there": there,
    }
    return Told(
        words, told, [len(result.runs) if far else number for far, number in zip(gone, lowest, strict=True)]
    )


# The map


def map_scene(inputs: race.Inputs, surveyed: Map | None) -> Scene:
    """surveyed: None while nothing of it is to be seen."""
    rates = (_rates(inputs, ()),) if inputs.rule == race.SAME else ()
    if not surveyed:
        return Scene((_ground(inputs), *rates), _below(rates))
    winning = [slug for number, slug in enumerate(inputs.optimizers) if surveyed.share(number)]
    # Lines without places: they stand in the legend alone, and tell whose colour is which.
    names = (Curve(slug, _title(slug), colour=COLOURS[slug]) for slug in winning)
    shading = Shading(Message("who is there first"), picture(inputs, surveyed))
    return Scene(
        (_ground(inputs, *names, *_owners(inputs, surveyed), behind=(shading,)), *rates), _below(rates)
    )


def _owners(inputs: race.Inputs, surveyed: Map) -> list[Label]:
    """The name of each winner in the middle of its widest area, where there is room for one."""
    across, up = starts(inputs.ground.x).tolist(), starts(inputs.ground.y).tolist()
    widest = [(slug, surveyed.widest(number)) for number, slug in enumerate(inputs.optimizers)]
    return [
        Label(_title(slug), (across[column], up[row])) for slug, (row, column, wide) in widest if wide > WIDE
    ]


def _below(rates: Sequence[Plane]) -> tuple[tuple[int, ...], ...]:
    """Rows for the surface, and for the strip with the rate if there is one."""
    return ((0,), (1,)) if rates else ((0,),)


def picture(inputs: race.Inputs, surveyed: Map) -> bytes:
    """A PNG: every field in the colour of its winner; without any where nobody wins."""
    clear = (0, 0, 0, 0)
    palette = [(*getrgb(COLOURS[slug]), SOLID) for slug in inputs.optimizers] + [clear]
    fields = np.array(palette, np.uint8)[surveyed.winners.numpy()[::-1]]  # the last is that of NOBODY, -1
    written = BytesIO()
    Image.fromarray(fields.repeat(PIXELS, 0).repeat(PIXELS, 1)).save(written, "PNG")
    return written.getvalue()

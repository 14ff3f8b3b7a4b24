"""Gradient descent: in one weight, as a race in two, and as a map of who wins it from where."""

import torch
from torch import Tensor

from lessons.core.lesson import Check, Lesson, Preset
from lessons.core.messages import Message
from lessons.core.numbers import equation, show, term
from lessons.core.tensors import tensor
from lessons.learning.descent import one_weight, race, winners
from lessons.learning.descent.one_weight import TWO_MINIMA
from lessons.learning.descent.programs import descent_program, map_program, race_program
from lessons.learning.descent.race import BEST
from lessons.learning.descent.surfaces import OWN

CHECKED = 50  # steps of a race: where a surface is bent, tiny differences grow with every step

# One weight


def check(inputs: one_weight.Inputs, result: one_weight.Result) -> Check:
    """Every slope, by autograd."""
    weights = tensor(result.weights).requires_grad_()
    inputs.of.height(weights).sum().backward()
    assert weights.grad is not None
    slopes = tensor(result.slopes)
    return Check.between("autograd", (weights.grad, slopes), factors=(slopes,))


def formula(inputs: one_weight.Inputs) -> tuple[str, ...]:
    """The cost, its slope, and the first step with its numbers."""
    start, rate, slope = inputs.weight, inputs.rate, inputs.of.slope(inputs.weight)
    numbers = rf"{show(start)} - {show(rate)} \cdot {term(show(slope))}"
    shown = [float(show(start)), -float(show(rate)) * float(show(slope))]
    after = equation(numbers, shown, start - rate * slope)
    return (*inputs.of.formula, rf"w_1 = w_0 - \text{{rate}} \cdot C'(w_0) = {after}")


def by_rate(rate: float) -> Preset[one_weight.Inputs]:
    return Preset(Message("Rate {rate}", rate=rate), one_weight.Inputs(rate=rate))


def with_two_minima(weight: float) -> Preset[one_weight.Inputs]:
    name = Message("Two minima, from {weight}", weight=weight)
    return Preset(name, one_weight.Inputs(TWO_MINIMA, weight, steps=20))


PRESETS = (*map(by_rate, (0.01, 0.05, 0.1, 0.2, 0.22)), *map(with_two_minima, (2.0, -2.0, 0.0)))
LESSON = Lesson(one_weight.Inputs, one_weight.run, descent_program, check, PRESETS, formula=formula)

# Two weights


def check_race(inputs: race.Inputs, result: race.Result) -> Check:
    """Where the first steps lead, by torch's own optimizers."""
    pairs = [(_by_torch(inputs, run), tensor(run.places[: CHECKED + 1])) for run in result.runs]
    return Check.between("torch.optim", *pairs, factors=(torch.cat([ours for _theirs, ours in pairs]),))


def _by_torch(inputs: race.Inputs, run: race.Run) -> Tensor:
    """(steps + 1, 2)."""
    weights = tensor(inputs.begin).requires_grad_()
    settings = {"lr": run.lr, **run.optimizer.settings}
    optimizer = getattr(torch.optim, run.optimizer.name)([weights], **settings)
    places = [weights.detach().clone()]
    for _step in run.places[1 : CHECKED + 1]:
        optimizer.zero_grad()
        inputs.ground.height(*weights).backward()
        optimizer.step()
        places.append(weights.detach().clone())
    return torch.stack(places)


def race_formula(inputs: race.Inputs) -> tuple[str, ...]:
    x, y = ("w", "b") if inputs.ground.points else ("x", "y")
    return (rf"f({x}, {y}) = {inputs.ground.formula}",)


RACES = (
    Preset(Message("A line, rate {rate}", rate=0.01), race.Inputs()),
    Preset(Message("A line, rate {rate}", rate=0.02), race.Inputs(lr=0.02)),
    Preset(Message("A line, rate {rate}", rate=0.1), race.Inputs(lr=0.1)),
    Preset(Message("A line, rate {rate}", rate=0.0001), race.Inputs(lr=1e-4)),
    Preset(Message("A line, best rates"), race.Inputs(rule=BEST)),
    Preset(Message("A narrow valley"), race.Inputs("valley")),
    Preset(Message("A saddle"), race.Inputs("saddle", lr=0.1, limit=100)),
    Preset(Message("Rosenbrock, best rates"), race.Inputs("rosenbrock", rule=BEST)),
    Preset(Message("Beale, rate {rate}", rate=0.003), race.Inputs("beale", lr=0.003)),
    Preset(Message("Three points of your own"), race.Inputs(OWN, lr=0.1)),
)
RACE = Lesson(race.Inputs, race.run, race_program, check_race, RACES, formula=race_formula)
MAP = Lesson(race.Inputs, winners.survey, map_program, presets=RACES)

"""The programs of a descent, of a race and of its map, in plain PyTorch."""

from lessons.core.numbers import exact, nested
from lessons.core.program import call
from lessons.learning.descent import one_weight, race
from lessons.learning.descent.surfaces import Surface
from lessons.learning.descent.winners import SIDE, rates
from lessons.learning.optimizers import OPTIMIZERS

DESCENT = """\
import torch
{points}
w = torch.tensor({weight}, dtype=torch.float64, requires_grad=True)
rate = {rate}

weights, slopes = [w.item()], []
for step in range({steps}):
    cost = {cost}
    cost.backward()
    slopes.append(w.grad.item())
    with torch.no_grad():
        w -= rate * w.grad  # against the slope
    w.grad = None  # or the next one would be added to it
    weights.append(w.item())
print(weights)
"""
THREE_POINTS = """
x = torch.tensor({x}, dtype=torch.float64)
y = torch.tensor({y}, dtype=torch.float64)
"""


def descent_program(inputs: one_weight.Inputs) -> str:
    """As many steps as were made on the page."""
    points = ""
    if inputs.cost == one_weight.FIT:
        x, y = map(nested, zip(*one_weight.POINTS, strict=True))
        points = THREE_POINTS.format(x=x, y=y)
    return DESCENT.format(
        points=points,
        weight=nested(inputs.weight),
        rate=exact(inputs.rate),
        steps=len(one_weight.run(inputs).weights) - 1,
        cost=inputs.of.code,
    )


SURFACE = """\
import torch
{points}

def height(x, y):
    return {code}


def is_there(weights):
    off = (weights[..., None, :] - minima).abs()
    return (off <= near).all(-1).any(-1)


minima = torch.tensor({minima}, dtype=torch.float64)
near = torch.tensor({near}, dtype=torch.float64)
optimizers = {{
{optimizers}
}}
"""
DATA = """
xs = torch.tensor({x}, dtype=torch.float64)
ys = torch.tensor({y}, dtype=torch.float64)
"""
RACE = """
arrived = {{}}
for name, make in optimizers.items():
    weights = torch.tensor({start}, dtype=torch.float64, requires_grad=True)
    optimizer = make([weights])
    for step in range(1, {limit} + 1):
        optimizer.zero_grad()
        height(*weights).backward()
        optimizer.step()
        if is_there(weights):
            arrived[name] = step
            break
print(arrived)
"""
MAP = """
# The middles of {side} x {side} fields
across = {left} + ({right} - {left}) / {side} * (torch.arange({side}, dtype=torch.float64) + 0.5)
up = {bottom} + ({top} - {bottom}) / {side} * (torch.arange({side}, dtype=torch.float64) + 0.5)
starts = torch.cartesian_prod(up, across).flip(1)

arrived = {{}}
for name, make in optimizers.items():
    weights = starts.clone().requires_grad_()
    optimizer = make([weights])
    arrived[name] = torch.full((len(starts),), {limit} + 1)
    for step in range(1, {limit} + 1):
        optimizer.zero_grad()
        height(*weights.unbind(-1)).sum().backward()  # every start has its own gradient
        optimizer.step()
        arrived[name][is_there(weights) & (arrived[name] > {limit})] = step
    print(name, "is there from", (arrived[name] <= {limit}).sum().item(), "starts")
"""


def race_program(inputs: race.Inputs) -> str:
    """The step at which each is there; who is not, is not named."""
    return _surface(inputs, inputs.rates) + RACE.format(start=nested(inputs.begin), limit=inputs.limit)


def map_program(inputs: race.Inputs) -> str:
    """For every start, upward and then along x, the step at which each is there."""
    x, y = inputs.ground.x, inputs.ground.y
    return _surface(inputs, rates(inputs)) + MAP.format(
        side=SIDE,
        left=exact(x.low),
        right=exact(x.high),
        bottom=exact(y.low),
        top=exact(y.high),
        limit=inputs.limit,
    )


def _surface(inputs: race.Inputs, rates: tuple[float, ...]) -> str:
    over = inputs.ground
    return SURFACE.format(
        points=_points(over),
        code=over.code,
        minima=nested(over.minima, len("minima = torch.tensor(")),
        near=nested(over.near),
        optimizers="\n".join(_entry(slug, lr) for slug, lr in zip(inputs.optimizers, rates, strict=True)),
    )


def _points(over: Surface) -> str:
    if not over.points:
        return ""
    x, y = map(nested, zip(*over.points, strict=True))
    return DATA.format(x=x, y=y)


def _entry(slug: str, lr: float) -> str:
    """An optimizer by name, and how it is made."""
    optimizer = OPTIMIZERS[slug]
    made = call(f"torch.optim.{optimizer.name}", ["weights"], {"lr": lr, **optimizer.settings})
    return f'    "{optimizer.title}": lambda weights: {made},'

"""The program of a fit: a model, an optimizer, and the loop."""

from lessons.core.numbers import exact, nested
from lessons.learning.regression.fit import Fit
from lessons.learning.regression.inputs import AS_IS, CENTRE, MEAN, STANDARDISE, Inputs

PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn

points = torch.tensor({points}, dtype=torch.float64)
x, y = points.T
{scaled}

class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.tensor({w}, dtype=torch.float64))
        self.b = nn.Parameter(torch.tensor({b}, dtype=torch.float64))

    def forward(self, x):
        return self.w * x + self.b


line = Line()
optimizer = torch.optim.SGD(line.parameters(), {settings})
{loop}
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

with torch.no_grad():
    loss = F.mse_loss(line(x), y{reduction})
print(line.w.item(), line.b.item(), loss.item())
"""
WHOLE = """
for step in range({steps}):
    loss = F.mse_loss(line(x), y{reduction})"""
IN_BATCHES = """generator = torch.Generator().manual_seed({seed})


# {order}
def batches():
    while True:
        yield from torch.randperm(len(x), generator=generator).split({batch})


for step, batch in zip(range({steps}), batches()):
    loss = F.mse_loss(line(x[batch]), y[batch]{reduction})"""
ORDER = "Every epoch takes the points in another order."
SCALED = {
    AS_IS: "",
    CENTRE: "x = x - x.mean()\n",
    STANDARDISE: "x = (x - x.mean()) / x.std(correction=0)\n",
}


def snippet(inputs: Inputs, fit: Fit) -> str:
    """The same fit in torch; of one that has left for good, as many steps as were taken."""
    reduction = "" if inputs.reduction == MEAN else f', reduction="{inputs.reduction}"'
    loop = WHOLE if inputs.batch is None else IN_BATCHES
    w, b = map(repr, inputs.start)
    return PROGRAM.format(
        points=nested(inputs.points, len("points = torch.tensor(")),
        # Equal x have no spread to be divided by.
        scaled=SCALED[CENTRE if inputs.scaling == STANDARDISE and inputs.flat else inputs.scaling],
        w=w,
        b=b,
        settings=_settings(inputs),
        loop=loop.format(
            steps=fit.steps, order=ORDER, seed=inputs.seed, batch=inputs.batch, reduction=reduction
        ),
        reduction=reduction,
    )


def _settings(inputs: Inputs) -> str:
    """Of the optimizer, but those that are as torch has them."""
    given = {"momentum": inputs.momentum, "weight_decay": inputs.weight_decay}
    named = {"lr": inputs.lr} | {name: value for name, value in given.items() if value}
    return ", ".join(f"{name}={exact(value)}" for name, value in named.items())

"""Two runs from one start, of which one has a mistake: where they part, and the one line that mends it."""

import difflib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import plotly.graph_objects as go

from lessons.core import style
from lessons.core.messages import Message
from lessons.core.notebook import split_cells
from lessons.core.numbers import show

Words = Callable[[Message], str]

LOSS = Message("loss")
SAME = 1e-9  # of a loss: two ways to one number may be so far apart
HEIGHT = 320
FAR = 0.1  # of all that a loss goes through
ROOM = 0.06  # of the highest loss, above and below all


@dataclass(frozen=True)
class Twin:
    """losses: one a step, each before the weights are moved; program: it makes just these numbers. refusal:
    the words with which torch ends it in the step after these, "" where it goes to its end.
    """

    name: Message
    losses: tuple[float, ...]
    program: str
    refusal: str = ""


@dataclass(frozen=True)
class Twins:
    """right, wrong: of equally many steps, unless torch refuses the wrong one, with programs that differ in
    one line. symptom: what is seen of the mistake; diagnosis: why, and how to find it. floor: what the loss
    of the wrong one stays above. measured: what their numbers are, if not losses.
    """

    right: Twin
    wrong: Twin
    symptom: Message
    diagnosis: Message
    floor: float | None = None
    measured: Message = LOSS

    @property
    def first_difference(self) -> int | None:
        """The first step, from 0, at which their losses differ; None if they never do."""
        losses = enumerate(zip(self.right.losses, self.wrong.losses, strict=not self.wrong.refusal))
        refused = len(self.wrong.losses) if self.wrong.refusal else None
        return next((step for step, both in losses if not math.isclose(*both, rel_tol=SAME)), refused)


# In words


def describe(twins: Twins, both: bool) -> tuple[Message, ...]:
    """What the chart of ``figure`` shows."""
    right = _course(twins.right, twins.measured)
    if not both:
        return (right,)
    if twins.wrong.refusal:
        return right, _refusal(twins.wrong)
    told = [right, _course(twins.wrong, twins.measured), _parting(twins.first_difference)]
    if twins.floor is not None:
        told.append(
            Message(
                "{name}: {floor} is its floor, and no step takes it below.",
                name=twins.wrong.name,
                floor=show(twins.floor),
            )
        )
    return tuple(told)


def _course(twin: Twin, measured: Message) -> Message:
    first, last = twin.losses[0], twin.losses[-1]
    if show(first) == show(last):
        return Message(
            "{name}: the {measured} stays at {value}.", name=twin.name, measured=measured, value=show(first)
        )
    gaps = {
        "name": twin.name,
        "measured": measured,
        "first": show(first),
        "last": show(last),
        "count": len(twin.losses),
    }
    if _swings(twin.losses):
        return Message(
            "{name}: the {measured} swings between {low} and {high} in {count} {count:step|steps}. It begins "
            "at {first} and ends at {last}.",
            **gaps,
            low=show(min(twin.losses)),
            high=show(max(twin.losses)),
        )
    if last < first:
        return Message(
            "{name}: the {measured} falls from {first} to {last} in {count} {count:step|steps}.", **gaps
        )
    return Message(
        "{name}: the {measured} rises from {first} to {last} in {count} {count:step|steps}.", **gaps
    )


def _refusal(twin: Twin) -> Message:
    return Message(
        "{name}: torch refuses at step {step}. It says: {words}",
        name=twin.name,
        step=len(twin.losses),
        words=twin.refusal,
    )


def _swings(losses: Sequence[float]) -> bool:
    """Whether they fall far and rise far, of all that they ever do."""
    falls = max(most - loss for most, loss in zip(accumulate(losses, max), losses, strict=True))
    rises = max(loss - least for least, loss in zip(accumulate(losses, min), losses, strict=True))
    return min(falls, rises) > FAR * (max(losses) - min(losses))


def _parting(step: int | None) -> Message:
    if step is None:
        return Message("The two never differ.")
    if not step:
        return Message("They differ from the start, step 0.")
    return Message("They are the same before step {step}, and differ from there on.", step=step)


# As a chart


def figure(twins: Twins, both: bool, at: int, translate: Words = str) -> go.Figure:
    """The losses over the steps. both: whether the wrong one and its floor are there, too; at: the step that
    is looked at. The axes are the same with one and with both.
    """
    chart = go.Figure(
        layout=style.layout(
            HEIGHT, xaxis_title=translate(Message("step")), yaxis_title=translate(twins.measured)
        )
    )
    ways = ((twins.right, style.POSITIVE, "solid"), (twins.wrong, style.NEGATIVE, "dash"))
    for twin, colour, dash in ways if both and twins.wrong.losses else ways[:1]:
        line = {"color": colour, "dash": dash, "width": 2.5}
        chart.add_scatter(y=twin.losses, mode="lines", line=line, name=translate(twin.name))
    last = len(twins.right.losses) - 1
    if both and twins.floor is not None:
        name = translate(Message("floor: {floor}", floor=show(twins.floor)))
        line = {"color": style.QUIET, "dash": "dot", "width": 2}
        chart.add_scatter(x=[0, last], y=[twins.floor] * 2, mode="lines", line=line, name=name)
    chart.add_vline(at, line_color=style.HERE, line_width=1)
    highest = max(*twins.right.losses, *twins.wrong.losses)
    chart.update_xaxes(range=[0, last], tickformat="d")
    return chart.update_yaxes(range=[-ROOM * highest, (1 + ROOM) * highest])


# As a program


def patch(before: str, after: str) -> str:
    """A whole program, with a - before each line that goes, and a + before each that comes instead.

    >>> print(patch("x = 1\\ny = 2\\nprint(y)", "x = 1\\ny = 3\\nprint(y)"))
     x = 1
    -y = 2
    +y = 3
     print(y)
    """
    one, other = before.splitlines(), after.splitlines()
    _from, _to, _where, *lines = difflib.unified_diff(one, other, lineterm="", n=len(one))
    return "\n".join(lines)


def changed_cells(before: str, after: str) -> tuple[str, str]:
    """Of two programs with equally many cells those that differ, without the others and without titles.

    >>> changed_cells("# %% Net\\na = 1\\n# %% Loss\\nb = 2\\n", "# %% Net\\na = 1\\n# %% Loss\\nb = 3\\n")
    ('b = 2', 'b = 3')
    """
    both = zip(split_cells(before), split_cells(after), strict=True)
    changed = [(one.source.strip("\n"), other.source.strip("\n")) for one, other in both if one != other]
    one, other = zip(*changed, strict=True)
    return "\n\n".join(one), "\n\n".join(other)

"""The curves of training runs, as Plotly charts: of one run as it grows, of several laid over each other."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from lessons.core import style
from lessons.engine.training.history import History

Words = Callable[[str], str]
Named = Sequence[tuple[str, History]]

POINTS = 1000  # drawn at most in one chart
HEIGHT = 380


def loss_figure(runs: Named, translate: Words = str, steps: int | None = None) -> go.Figure:
    """The loss of every step. One run: raw behind smoothed; several: smoothed, in colours and dashes.

    runs: names and histories; translate: for the labels; steps: where the run will end, so that the curve
    grows into a frame that stands still.
    """
    chart = _chart(translate("step"), translate("loss"))
    alone = len(runs) == 1
    longest = steps or max((len(history.losses) for _name, history in runs), default=0)
    for index, (name, history) in enumerate(runs):
        losses = np.array(history.losses)
        shown = thin(len(losses), POINTS // (2 if alone else len(runs)))
        if alone:
            raw, batch = {"color": style.QUIET, "width": 1}, translate("each batch")
            chart.add_scatter(x=shown + 1, y=losses[shown], name=batch, line=raw)
        label = translate("smoothed") if alone else name
        chart.add_scatter(x=shown + 1, y=smooth(losses, shown), name=label, line=_line(index))
        for step, lr in history.lr_changes if alone else ():
            side = "left" if 2 * step > longest else "right"  # where it has room
            note = {"annotation_text": f"lr {lr:g}", "annotation_position": f"top {side}"}
            chart.add_vline(x=step, line_dash="dot", line_width=1, **note)
    chart.update_xaxes(range=[0, steps] if steps else None, rangemode="tozero", **_whole(longest))
    chart.update_yaxes(rangemode="tozero")
    return chart.update_traces(mode="lines")


def accuracy_figure(runs: Named, translate: Words = str, epochs: int | None = None) -> go.Figure:
    """Accuracy after every epoch: on the test pictures, and for a single run on the training pictures too."""
    chart = _chart(translate("epoch"), translate("accuracy"))
    alone = len(runs) == 1
    for index, (name, history) in enumerate(runs):
        x = [line.epoch for line in history.epochs]
        tested = [line.test_accuracy for line in history.epochs]
        chart.add_scatter(x=x, y=tested, name=translate("test") if alone else name, line=_line(index))
        if alone:
            trained = [line.train_accuracy for line in history.epochs]
            quiet = {"color": style.RUNS[1], "width": 2, "dash": "dot"}
            chart.add_scatter(x=x, y=trained, name=translate("training, while it learns"), line=quiet)
    longest = epochs or max((len(history.epochs) for _name, history in runs), default=0)
    chart.update_xaxes(range=[0, epochs + 0.2] if epochs else None, rangemode="tozero", **_whole(longest))
    chart.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return chart.update_traces(mode="lines+markers")


def smooth(losses: np.ndarray, at: np.ndarray, keep: float = 0.95) -> np.ndarray:
    """The exponential moving average of losses (steps,) at some steps: (len(at),); nan counts nothing.

    Each is the mean of its loss and of those before it, a loss n steps back with the weight keep^n. Weights
    below 1e-9 are left out.
    """
    back = np.arange(math.ceil(math.log(1e-9, keep)))
    steps = at[:, None] - back
    values = losses[steps.clip(0)]
    weights = np.where((steps >= 0) & np.isfinite(values), keep**back, 0.0)
    total = weights.sum(axis=1)
    mean = (weights * np.nan_to_num(values)).sum(axis=1) / np.maximum(total, 1e-300)
    return np.where(total > 0, mean, math.nan)


def thin(count: int, most: int) -> np.ndarray:
    """At most ``most`` of the indices 0 .. count - 1, evenly spread, the first and the last among them."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)


def _chart(x: str, y: str) -> go.Figure:
    return go.Figure(layout=style.layout(HEIGHT, xaxis_title=x, yaxis_title=y))


def _whole(most: int) -> dict[str, object]:
    """An axis that counts up to ``most`` in whole numbers: where they are few, Plotly would add halves."""
    return {"tickformat": "d", "dtick": 1 if most < 10 else None}


def _line(index: int) -> dict[str, object]:
    return {"color": style.RUNS[index], "dash": style.DASHES[index], "width": 2.5}

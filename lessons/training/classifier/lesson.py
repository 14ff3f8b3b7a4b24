"""Train a classifier: a net sees pictures in batches, and every batch moves its weights a little."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import plotly.graph_objects as go

from lessons.core import style
from lessons.core.lesson import Lesson
from lessons.core.messages import Message
from lessons.core.questions import Question
from lessons.engine.training.config import Config
from lessons.engine.training.history import History

Inputs = Config
Words = Callable[[str], str]
Named = Sequence[tuple[str, History]]

RATES = tuple(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5))
POINTS = 1000  # drawn at most in one chart
HEIGHT = 380


@dataclass(frozen=True)
class Result:
    """losses: (steps,) the mean loss of every batch, before its step; accuracies: (epochs,) in the tests."""

    losses: tuple[float, ...]
    accuracies: tuple[float, ...]


def run(inputs: Inputs) -> Result:
    """Train here and now, to the end. The page leaves this to a worker process, which does the same."""
    from lessons.engine.training.loop import fit  # imports torch; everything else here does without
    from lessons.engine.training.reports import Epoch, Step

    reports = list(fit(inputs))
    return Result(
        tuple(report.loss for report in reports if isinstance(report, Step)),
        tuple(report.test_accuracy for report in reports if isinstance(report, Epoch)),
    )


def snippet(inputs: Inputs, lr_changes: Sequence[tuple[int, float]] = ()) -> str:
    """The program that repeats the run, number for number, without this package."""
    from lessons.engine.training.program import program

    return program(inputs, lr_changes)


def steps_arithmetic(config: Config, pictures: int) -> str:
    r"""The number of steps with its arithmetic, as TeX.

    >>> steps_arithmetic(Config(epochs=8, batch_size=64), 5000)
    '\\lceil 5000 / 64 \\rceil \\times 8 = 79 \\times 8 = 632'
    """
    each = config.steps_per_epoch(pictures)
    rounded = rf"\lceil {pictures} / {config.batch_size} \rceil \times {config.epochs}"
    return rf"{rounded} = {each} \times {config.epochs} = {each * config.epochs}"


# The curves


def figure(runs: Named, _: Words = str, steps: int | None = None) -> go.Figure:
    """The loss of every step. One run: raw behind smoothed; several: smoothed, in colours and dashes.

    runs: names and histories; _: translates labels; steps: where the run will end, so that the curve grows
    into a frame that stands still.
    """
    chart = go.Figure(layout=style.layout(HEIGHT, xaxis_title=_("step"), yaxis_title=_("loss")))
    alone = len(runs) == 1
    for index, (name, history) in enumerate(runs):
        losses = np.array(history.losses)
        shown = thin(len(losses), POINTS // (2 if alone else len(runs)))
        if alone:
            raw = {"color": style.RUNS[0], "width": 1}
            chart.add_scatter(x=shown + 1, y=losses[shown], name=_("each batch"), line=raw, opacity=0.4)
        label = _("smoothed") if alone else name
        chart.add_scatter(x=shown + 1, y=smooth(losses, shown), name=label, line=_line(index))
        for step, lr in history.lr_changes if alone else ():
            chart.add_vline(x=step, line_dash="dot", line_width=1, annotation_text=f"lr {lr:g}")
    chart.update_xaxes(range=[0, steps] if steps else None).update_yaxes(rangemode="tozero")
    return chart.update_traces(mode="lines")


def accuracy_figure(runs: Named, _: Words = str, epochs: int | None = None) -> go.Figure:
    """Accuracy after every epoch: on the test pictures, and for a single run on the training pictures too."""
    chart = go.Figure(layout=style.layout(HEIGHT, xaxis_title=_("epoch"), yaxis_title=_("accuracy")))
    alone = len(runs) == 1
    for index, (name, history) in enumerate(runs):
        x = [line.epoch for line in history.epochs]
        tested = [line.test_accuracy for line in history.epochs]
        chart.add_scatter(x=x, y=tested, name=_("test") if alone else name, line=_line(index))
        if alone:
            trained = [line.train_accuracy for line in history.epochs]
            quiet = {"color": style.RUNS[1], "width": 2, "dash": "dot"}
            chart.add_scatter(x=x, y=trained, name=_("training, while it learns"), line=quiet)
    chart.update_xaxes(range=[0, epochs + 0.2] if epochs else None, rangemode="tozero", tickformat="d")
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


def _line(index: int) -> dict[str, object]:
    return {"color": style.RUNS[index], "dash": style.DASHES[index], "width": 2.5}


# What the net gets right and wrong. probabilities: (pictures, classes); labels: (pictures,).


def confusion(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(classes, classes): how many pictures of the row's class were taken for the column's."""
    classes = probabilities.shape[1]
    pairs = labels * classes + probabilities.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def taken_for(probabilities: np.ndarray, labels: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """Which pictures of class true were taken for class predicted, the surest first."""
    (found,) = np.nonzero((labels == true) & (probabilities.argmax(axis=1) == predicted))
    return found[np.argsort(-probabilities[found, predicted], kind="stable")]


def worst_mistakes(probabilities: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The wrong answers that cost the highest loss: the least probability for the true class, first."""
    (wrong,) = np.nonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(probabilities[wrong, labels[wrong]], kind="stable")][:count]


def filters_sheet(filters: np.ndarray, zoom: int = 8, columns: int = 16) -> np.ndarray:
    """First-layer filters (out, in, height, width) side by side, uint8 (rows, columns, 3).

    Grey is zero. Filters for colour pictures are shown in their colours, others in blue (positive) and
    orange (negative) on white, all on one scale.
    """
    scaled = filters / max(float(np.abs(filters).max()), 1e-12)
    tiles = [_filter_tile(each) for each in scaled]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    framed = [
        np.pad(tile.repeat(zoom, 0).repeat(zoom, 1), ((2, 2), (2, 2), (0, 0)), constant_values=255)
        for tile in tiles
    ]
    return np.vstack([np.hstack(framed[start : start + columns]) for start in range(0, len(framed), columns)])


def _filter_tile(weights: np.ndarray) -> np.ndarray:
    """(in, height, width) in -1..1 to uint8 (height, width, 3)."""
    if len(weights) == 3:
        return np.asarray((weights.transpose(1, 2, 0) + 1) * 127.5, np.uint8)
    return style.paint(weights.mean(axis=0))


# What differs, and what to expect


def differences(configs: Sequence[Config]) -> dict[str, tuple[object, ...]]:
    """The settings that are not the same in all configs, each with its values in order."""
    columns = [asdict(config) for config in configs]
    rows = {name: tuple(column[name] for column in columns) for name in columns[0]}
    return {name: values for name, values in rows.items() if len(set(values)) > 1}


def questions(config: Config, pictures: int, classes: int) -> tuple[Question, ...]:
    """About the run that the controls would start now."""
    steps = config.steps_per_epoch(pictures)
    last = pictures - (steps - 1) * config.batch_size
    return (
        Question(
            Message("How many steps does one epoch take?"),
            steps,
            Message(
                "{pictures} pictures in batches of {batch} make {steps} steps: the last batch holds {last}.",
                pictures=pictures,
                batch=config.batch_size,
                steps=steps,
                last=last,
            ),
        ),
        Question(
            Message("What is the loss before any training, about? (to 0.1)"),
            math.log(classes),
            Message(
                "An untrained net finds all {classes} classes about equally likely: 1/{classes} each. "
                "The loss is -ln(1/{classes}) = ln {classes} = {loss}.",
                classes=classes,
                loss=round(math.log(classes), 3),
            ),
            tolerance=0.1,
        ),
    )


def race_question(rates: Sequence[float], losses: Sequence[float]) -> Question:
    """Which rate had the lower training loss after one epoch? Asked of two runs that were really made."""
    return Question(
        Message("Which learning rate has the lower loss after one epoch?"),
        int(np.argmin([loss if math.isfinite(loss) else math.inf for loss in losses])),
        Message(
            "After one epoch the loss is {first} at rate {rate} and {second} at rate {other}.",
            first=round(losses[0], 3),
            rate=rates[0],
            second=round(losses[1], 3),
            other=rates[1],
        ),
        choices=tuple(Message("{rate}", rate=rate) for rate in rates),
    )


LESSON = Lesson(Inputs, run, snippet)

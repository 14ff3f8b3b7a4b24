"""The curves that pages draw: thinned, smoothed, told apart, and marked where the rate was changed."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.core import style
from lessons.core.files import seal
from lessons.engine.training import curves
from lessons.engine.training.history import History

NUMBERS = st.floats(-10, 10, width=32)


def history(folder: Path, losses: list[float], lrs: list[float] | None = None) -> History:
    """The history of a run with these losses, an epoch every 10 steps."""
    file = folder / "metrics.jsonl"
    lines = []
    for step, loss in enumerate(losses, start=1):
        lr = lrs[step - 1] if lrs else 0.1
        lines.append({"kind": "step", "step": step, "epoch": 1, "loss": loss, "lr": lr, "time": step / 10})
        if step % 10 == 0:
            numbers = dict.fromkeys(("train_loss", "train_accuracy", "test_loss", "test_accuracy"), 0.5)
            lines.append(
                {"kind": "epoch", "epoch": step // 10, "step": step, **numbers, "seconds": 1, "details": ""}
            )
    file.write_bytes(b"".join(seal(line) + b"\n" for line in lines))
    return History.of(file)


@settings(deadline=None)  # machines differ
@given(st.lists(NUMBERS, min_size=1, max_size=40), st.floats(0.01, 0.99))
def test_a_smoothed_loss_is_the_weighted_mean_of_all_before_it(losses, keep) -> None:
    smoothed = curves.smooth(np.array(losses), np.arange(len(losses)), keep)
    for step, value in enumerate(smoothed):
        weights = keep ** np.arange(step, -1, -1.0)
        assert math.isclose(
            value, np.average(losses[: step + 1], weights=weights), rel_tol=1e-6, abs_tol=1e-6
        )


def test_a_missing_loss_leaves_the_smoothed_curve_where_it_was() -> None:
    steps = np.arange(3)
    assert curves.smooth(np.array([2.0, math.nan, math.nan]), steps) == pytest.approx(2.0)
    assert math.isnan(curves.smooth(np.array([math.nan, 1.0, 1.0]), steps)[0])


def test_a_run_without_steps_yet_has_an_empty_curve() -> None:
    assert len(curves.smooth(np.array([]), np.array([], dtype=int))) == 0


@settings(deadline=None)  # machines differ
@given(st.integers(0, 100_000), st.integers(2, 1000))
def test_a_thinned_curve_keeps_its_ends_and_its_order(count, most) -> None:
    shown = curves.thin(count, most)
    assert len(shown) == min(count, most)
    assert len(shown) == len(set(shown.tolist()))
    if count:
        assert (shown[0], shown[-1]) == (0, count - 1)


@pytest.mark.parametrize("runs", [1, 2, 6])
def test_a_chart_draws_at_most_a_thousand_points(tmp_path, runs) -> None:
    long = history(tmp_path, [1.0] * 2500)
    chart = curves.loss_figure([(str(number), long) for number in range(runs)])
    assert sum(len(trace.x) for trace in chart.data) <= 1000


def test_a_single_run_shows_its_batches_behind_the_smoothed_curve(tmp_path) -> None:
    chart = curves.loss_figure([("mine", history(tmp_path, [3.0, 1.0]))], steps=20)
    assert [trace.name for trace in chart.data] == ["each batch", "smoothed"]
    assert list(chart.data[0].y) == [3.0, 1.0]
    assert tuple(chart.layout.xaxis.range) == (0, 20)


def test_a_change_of_the_learning_rate_is_marked_at_its_step(tmp_path) -> None:
    chart = curves.loss_figure([("mine", history(tmp_path, [1.0] * 3, lrs=[0.1, 0.1, 0.01]))])
    assert [
        (line.x0, note.text) for line, note in zip(chart.layout.shapes, chart.layout.annotations, strict=True)
    ] == [(3, "lr 0.01")]


@pytest.mark.parametrize(("step", "anchor"), [(2, "left"), (9, "right")])
def test_the_note_of_a_change_stands_where_the_chart_has_room_for_it(tmp_path, step, anchor) -> None:
    lrs = [0.1] * (step - 1) + [0.01] * (11 - step)
    chart = curves.loss_figure([("mine", history(tmp_path, [1.0] * 10, lrs))])
    assert [note.xanchor for note in chart.layout.annotations] == [anchor]


def test_an_axis_of_steps_or_epochs_has_whole_numbers(tmp_path) -> None:
    named = [("mine", history(tmp_path, [1.0] * 40))]
    for axis in (
        curves.accuracy_figure(named).layout.xaxis,
        curves.accuracy_figure(named * 2).layout.xaxis,
        curves.accuracy_figure(named, epochs=2).layout.xaxis,
        curves.loss_figure(named, steps=5).layout.xaxis,
    ):
        assert (axis.dtick, axis.tickformat) == (1, "d")
    assert curves.accuracy_figure(named, epochs=200).layout.xaxis.dtick is None


def test_no_curve_is_paler_than_its_colour(tmp_path) -> None:
    for trace in curves.loss_figure([("mine", history(tmp_path, [3.0, 1.0]))]).data:
        assert trace.opacity is None
        assert trace.line.color in (style.QUIET, *style.RUNS)


def test_runs_laid_over_each_other_differ_in_colour_and_dash(tmp_path) -> None:
    chart = curves.accuracy_figure([(str(number), history(tmp_path, [1.0] * 10)) for number in range(6)])
    assert len({(trace.line.color, trace.line.dash) for trace in chart.data}) == 6
    assert len({trace.line.dash for trace in chart.data}) == 6

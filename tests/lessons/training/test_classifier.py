"""The lesson "Train a classifier": curves, mistakes, filters, questions."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lessons.core.files import seal
from lessons.engine.training.history import History
from lessons.training.classifier import lesson as classifier
from lessons.training.classifier.lesson import Inputs

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


@pytest.fixture
def tiny(home: Path) -> str:
    """A set of 24 + 8 random pictures of two classes; its key."""
    noise = np.random.default_rng(0)
    for split, count in (("train", 12), ("test", 4)):
        for name in ("a", "b"):
            folder = home / "data" / "tiny" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = noise.integers(0, 255, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    return "folder:tiny"


def test_the_snippet_gives_the_numbers_of_the_run(tiny, home, monkeypatch) -> None:
    inputs = Inputs(data=tiny, net="lenet", epochs=2, batch_size=5, lr=0.05, flip=True, threads=1)
    result = classifier.run(inputs)
    assert len(result.losses) == 2 * math.ceil(24 / 5)
    monkeypatch.chdir(home)
    variables: dict[str, object] = {}
    exec(classifier.snippet(inputs), variables)
    assert variables["losses"] == list(result.losses)


@pytest.mark.parametrize(
    ("pictures", "batch", "epochs", "ending"),
    [
        (5000, 64, 8, "79 \\times 8 = 632"),
        (50000, 32, 1, "1563 \\times 1 = 1563"),
        (10000, 32, 1, "313 = 313"),
    ],
)
def test_the_steps_are_counted_with_their_arithmetic(pictures, batch, epochs, ending) -> None:
    shown = classifier.steps_arithmetic(Inputs(batch_size=batch, epochs=epochs), pictures)
    assert shown.startswith(rf"\lceil {pictures} / {batch} \rceil")
    assert shown.endswith(ending.replace("313 = 313", r"313 \times 1 = 313"))


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.floats(0.01, 0.99))
def test_a_smoothed_loss_is_the_weighted_mean_of_all_before_it(losses, keep) -> None:
    smoothed = classifier.smooth(np.array(losses), np.arange(len(losses)), keep)
    for step, value in enumerate(smoothed):
        weights = keep ** np.arange(step, -1, -1.0)
        assert math.isclose(
            value, np.average(losses[: step + 1], weights=weights), rel_tol=1e-6, abs_tol=1e-6
        )


def test_a_missing_loss_leaves_the_smoothed_curve_where_it_was() -> None:
    steps = np.arange(3)
    assert classifier.smooth(np.array([2.0, math.nan, math.nan]), steps) == pytest.approx(2.0)
    assert math.isnan(classifier.smooth(np.array([math.nan, 1.0, 1.0]), steps)[0])


def test_a_run_without_steps_yet_has_an_empty_curve() -> None:
    assert len(classifier.smooth(np.array([]), np.array([], dtype=int))) == 0


@given(st.integers(0, 100_000), st.integers(2, 1000))
def test_a_thinned_curve_keeps_its_ends_and_its_order(count, most) -> None:
    shown = classifier.thin(count, most)
    assert len(shown) == min(count, most)
    assert len(shown) == len(set(shown.tolist()))
    if count:
        assert (shown[0], shown[-1]) == (0, count - 1)


@pytest.mark.parametrize("runs", [1, 2, 6])
def test_a_chart_draws_at_most_a_thousand_points(tmp_path, runs) -> None:
    long = history(tmp_path, [1.0] * 2500)
    chart = classifier.figure([(str(number), long) for number in range(runs)])
    assert sum(len(trace.x) for trace in chart.data) <= 1000


def test_a_single_run_shows_its_batches_behind_the_smoothed_curve(tmp_path) -> None:
    chart = classifier.figure([("mine", history(tmp_path, [3.0, 1.0]))], steps=20)
    assert [trace.name for trace in chart.data] == ["each batch", "smoothed"]
    assert list(chart.data[0].y) == [3.0, 1.0]
    assert tuple(chart.layout.xaxis.range) == (0, 20)


def test_a_change_of_the_learning_rate_is_marked_at_its_step(tmp_path) -> None:
    chart = classifier.figure([("mine", history(tmp_path, [1.0] * 3, lrs=[0.1, 0.1, 0.01]))])
    assert [
        (line.x0, note.text) for line, note in zip(chart.layout.shapes, chart.layout.annotations, strict=True)
    ] == [(3, "lr 0.01")]


def test_runs_laid_over_each_other_differ_in_colour_and_dash(tmp_path) -> None:
    chart = classifier.accuracy_figure([(str(number), history(tmp_path, [1.0] * 10)) for number in range(6)])
    assert len({(trace.line.color, trace.line.dash) for trace in chart.data}) == 6
    assert len({trace.line.dash for trace in chart.data}) == 6


@given(st.integers(2, 6), st.integers(0, 30), st.randoms(use_true_random=False))
def test_the_confusion_matrix_counts_every_picture_once_in_its_row(classes, pictures, chance) -> None:
    labels = np.array([chance.randrange(classes) for _ in range(pictures)], dtype=np.int64)
    probabilities = np.array([[chance.random() for _ in range(classes)] for _ in range(pictures)]).reshape(
        -1, classes
    )
    counts = classifier.confusion(probabilities, labels)
    assert counts.sum(axis=1).tolist() == np.bincount(labels, minlength=classes).tolist()
    expected = torch.zeros(classes, classes, dtype=torch.int64)
    for true, row in zip(labels, probabilities, strict=True):
        expected[true, int(row.argmax())] += 1
    assert counts.tolist() == expected.tolist()
    for true in range(classes):
        for predicted in range(classes):
            found = classifier.taken_for(probabilities, labels, true, predicted)
            assert len(found) == counts[true, predicted]
            assert sorted(probabilities[found, predicted], reverse=True) == list(
                probabilities[found, predicted]
            )


def test_the_worst_mistake_is_the_one_with_the_highest_loss() -> None:
    probabilities = np.array([[0.4, 0.6], [0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    labels = np.array([0, 0, 0, 1])
    assert classifier.worst_mistakes(probabilities, labels, 5).tolist() == [1, 0]
    assert classifier.worst_mistakes(probabilities, labels, 1).tolist() == [1]


def test_filters_lie_in_rows_and_zero_is_grey() -> None:
    sheet = classifier.filters_sheet(np.zeros((20, 3, 5, 5), dtype=np.float32), zoom=2, columns=16)
    assert sheet.shape == (2 * 14, 16 * 14, 3)
    assert sheet[7, 7].tolist() == [127, 127, 127]


def test_the_strongest_weight_of_a_grey_filter_is_blue_or_orange() -> None:
    filters = np.zeros((2, 1, 1, 1), dtype=np.float32)
    filters[0], filters[1] = 0.5, -0.5
    sheet = classifier.filters_sheet(filters, zoom=1, columns=2)
    assert sheet[2, 2].tolist() == [0x2F, 0x6F, 0xDE]
    assert sheet[2, 7].tolist() == [0xD4, 0x65, 0x0F]


def test_what_differs_names_only_the_settings_that_do() -> None:
    assert classifier.differences([Inputs(lr=0.1), Inputs(lr=0.01)]) == {"lr": (0.1, 0.01)}
    assert classifier.differences([Inputs(), Inputs()]) == {}


def test_the_questions_are_answered_from_the_settings() -> None:
    steps, untrained = classifier.questions(Inputs(batch_size=64), 5000, 10)
    assert steps.is_right(79)
    assert not steps.is_right(78)
    assert "the last batch holds 8" in str(steps.reason)
    assert untrained.is_right(2.3)
    assert not untrained.is_right(1.0)


def test_the_race_is_won_by_the_lower_loss_even_if_the_other_diverged() -> None:
    assert classifier.race_question((0.1, 0.01), (1.5, 2.0)).is_right(0)
    assert classifier.race_question((0.1, 0.01), (math.nan, 2.0)).is_right(1)

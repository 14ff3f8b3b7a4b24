"""A net that has collapsed is known by its answers, and one that has only begun is not taken for it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from lessons.engine.pictures import sources
from lessons.engine.pictures.pictures import Pictures
from lessons.engine.training import answers, runs
from lessons.engine.training.collapse import collapse, has_collapsed
from lessons.engine.training.config import Config
from lessons.engine.training.loop import Training, fit
from lessons.engine.training.reports import Epoch
from lessons.engine.training.work import carry_out

LENET = Config(net="lenet", train_size=1000, epochs=3, device="cpu", threads=1)

COLLAPSE = {
    "Adam at 0.05": replace(LENET, optimizer="adam", lr=0.05),
    "SGD at 0.7": replace(LENET, lr=0.7),
    "an MLP with Adam": replace(LENET, net="mlp", optimizer="adam", lr=0.05),
}
BEGIN = {
    "a tenth of the usual rate": replace(LENET, lr=0.001),
    "a rate that moves nothing": replace(LENET, lr=1e-6),
    "no momentum": replace(LENET, momentum=0.0),
    "two steps an epoch": replace(LENET, train_size=100, lr=0.2, epochs=20),
    "two steps an epoch, with Adam": replace(LENET, train_size=100, optimizer="adam", lr=0.003, epochs=20),
    "a peak at the first steps": replace(LENET, train_size=100, optimizer="adam", lr=0.03, epochs=20),
    "half the digits": replace(LENET, bf16=True, epochs=1),
    "batch norm": replace(LENET, net="resnet", lr=1e-5, train_size=256, epochs=1),
    "the usual net": replace(LENET, net="cnn", train_size=640, epochs=1),
}


@pytest.fixture(scope="module")
def doodles(drawn) -> Pictures:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(drawn.parent))
        return sources.load("doodles")


def graded(config: Config, pictures: Pictures) -> list[tuple[np.ndarray, float]]:
    """The logits and the loss after every epoch."""
    reports = (report for report in fit(config, Training(config, pictures)) if isinstance(report, Epoch))
    return [(report.logits.numpy(), report.test_loss) for report in reports]


def verdicts(epochs: list[tuple[np.ndarray, float]]) -> list[bool]:
    """As they are after each epoch."""
    return [has_collapsed(epochs[number::-1]) for number in range(len(epochs))]


@pytest.mark.parametrize("name", COLLAPSE)
def test_a_net_thrown_too_far_has_collapsed_with_its_loss_at_blind_guessing(doodles, name) -> None:
    epochs = graded(COLLAPSE[name], doodles)
    assert verdicts(epochs)[-1]
    assert epochs[-1][1] == pytest.approx(math.log(10), rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_usual_net_on_the_usual_pictures_collapses_at_a_rate_of_0_3(doodles, seed) -> None:
    config = Config(lr=0.3, epochs=2, seed=seed, device="cpu")
    assert verdicts(graded(config, doodles))[-1]


@pytest.mark.parametrize("name", BEGIN)
def test_a_net_that_has_only_begun_has_not_collapsed_though_it_may_call_all_pictures_one_class(
    doodles, name
) -> None:
    assert not any(verdicts(graded(BEGIN[name], doodles)))


def test_one_class_for_all_pictures_is_not_yet_a_collapse(doodles) -> None:
    """Or the stories above would not be about anything."""
    epochs = graded(BEGIN["two steps an epoch, with Adam"], doodles)
    assert max(answers.largest_class(logits) for logits, _loss in epochs) > 0.99
    assert max(loss for _logits, loss in epochs) > math.log(10)


ALL_ALIKE = np.log(np.tile([0.11, 0.09, 0.8], (50, 1)))
DIFFERENT = np.log([[0.4, 0.3, 0.3], [0.5, 0.25, 0.25]]).repeat([25, 25], axis=0)
LEARNED = 100 * np.eye(3)[[0, 1, 2] * 20]


def test_what_has_collapsed_and_moves_about_a_little_stays_collapsed_until_it_tells_classes_apart() -> None:
    alike, different, learned = (ALL_ALIKE, 1.1), (DIFFERENT, 1.1), (LEARNED, 0.1)
    assert has_collapsed([different, alike])
    assert not has_collapsed([learned, alike])
    assert not has_collapsed([different, learned, alike])
    assert not has_collapsed([different])
    assert not has_collapsed([(ALL_ALIKE, 50.0)])
    assert not has_collapsed([])


def test_a_net_that_is_sure_and_right_on_a_set_of_almost_one_class_has_not_collapsed() -> None:
    mostly_one = 100 * np.eye(2)[[0] * 19 + [1]]
    assert answers.alike(mostly_one) == 0.95
    assert not has_collapsed([(mostly_one, 0.02)])


def test_the_mean_answer_costs_its_entropy() -> None:
    assert answers.loss_of_mean_answer(LEARNED) == pytest.approx(math.log(3))
    assert answers.loss_of_mean_answer(100 * np.eye(2)[[0, 0]]) == pytest.approx(0, abs=1e-12)


def test_a_collapsed_run_is_explained_with_a_rate_ten_times_smaller_than_its_highest(drawn_home) -> None:
    run = runs.create(drawn_home / "runs", replace(COLLAPSE["Adam at 0.05"], epochs=2))
    assert collapse(run) is None  # it has not begun
    carry_out(run)
    run.begin_again(lr=0.001, epochs=3)
    carry_out(run)
    found = collapse(run)
    assert found is not None
    assert found.advised_lr == 0.005
    assert "Blind guessing among 10 classes has ln 10 = 2.303." in str(found.reason)
    assert "With a learning rate of 0.05" in str(found.reason)


def test_a_run_that_learns_is_not_explained(tiny) -> None:
    run = runs.create(tiny, Config("folder:tiny", "linear", lr=0.01, batch_size=8, epochs=2, device="cpu"))
    carry_out(run)
    assert collapse(run) is None

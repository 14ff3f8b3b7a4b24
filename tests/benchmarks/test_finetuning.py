"""What the comparison of fine-tuning shows, and what it costs: accuracies over three seeds, and seconds."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from lessons.engine.training.config import Config
from lessons.engine.training.loop import Training, fit
from lessons.engine.training.reports import Epoch
from lessons.models.finetuning import mistakes
from lessons.models.finetuning.inputs import FROZEN, SCRATCH, THREE, WHOLE, Inputs
from tests.benchmarks.measure import seconds_of

pytestmark = pytest.mark.benchmark
SECONDS = 40
SEEDS = 3


def end_of(config: Config) -> float:
    """The accuracy after the last epoch."""
    *_earlier, last = (report for report in fit(config) if isinstance(report, Epoch))
    return last.test_accuracy


def accuracies(per_class: int, ways: tuple[str, ...]) -> dict[str, float]:
    """In percent, the mean over the seeds; every single one is printed."""
    runs = Inputs(per_class=per_class, seeds=SEEDS, ways=ways).all_runs()
    ends = {way: [100 * end_of(config) for config in configs] for way, configs in runs.items()}
    for way, each in ends.items():
        print(f"{per_class} a class, {way}: {', '.join(f'{end:.1f}' for end in each)}")
    return {way: sum(each) / SEEDS for way, each in ends.items()}


def test_with_twenty_pictures_a_class_the_backbone_helps_and_tuning_all_of_it_helps_more() -> None:
    mean = accuracies(20, THREE)
    assert mean[FROZEN] - mean[SCRATCH] >= 12
    assert mean[WHOLE] - mean[FROZEN] >= 5


def test_with_two_hundred_from_scratch_passes_the_frozen_backbone() -> None:
    mean = accuracies(200, (SCRATCH, FROZEN))
    assert mean[SCRATCH] > mean[FROZEN]


def test_the_whole_comparison_takes_no_longer_than_allowed() -> None:
    """Forty seconds, or three times the arithmetic alone, whichever is longer: machines differ."""
    runs = Inputs().runs()
    took = seconds_of(lambda: [list(fit(config)) for config in runs.values()])
    alone = sum(arithmetic(config) for config in runs.values())
    print(f"comparison {took:.1f} s, its arithmetic alone {alone:.1f} s, ratio {took / alone:.2f}")
    assert took < max(SECONDS, 3 * alone)


def arithmetic(config: Config) -> float:
    """Seconds that the steps and tests of a run take if nothing is done but they: one step and one test,
    timed, as often as the run has them."""
    training = Training(config)
    list(training.begin_epoch())
    batches = training.batches_left()
    step = best(lambda: training.learn(batches[0]))
    test = best(lambda: list(training._answers()))
    return config.epochs * (len(batches) * step + test)


def best(do: Callable[[], object]) -> float:
    """Seconds of the shortest of some calls."""
    return min(seconds_of(do) for _again in range(5))


def test_a_freeze_spares_time_also_where_the_optimizer_has_the_head_alone() -> None:
    times = mistakes.measure()
    print(f"a step takes {times.learning / times.frozen:.1f} times as long without a freeze")
    assert times.learning > 1.2 * times.frozen


def test_a_pass_over_kept_features_is_ten_times_as_fast_as_one_that_computes_them(monkeypatch) -> None:
    config = replace(Inputs(per_class=200).runs()[FROZEN], epochs=1)
    training = Training(config)
    list(training.begin_epoch())
    batches = training.batches_left()
    backbone, scale = training.net[:-1], training.prepared.scale

    def learn() -> None:
        for batch in batches:
            training.learn(batch)

    def from_pictures(batch: Tensor) -> Tensor:
        with torch.no_grad():
            features = backbone(scale(training.images[batch]))
        return torch.as_tensor(training.net[-1](features))

    fast = best(learn)
    training.net.eval()
    monkeypatch.setattr(training, "_logits", from_pictures)
    ratio = best(learn) / fast
    print(f"a pass over kept features is {ratio:.1f} times as fast")
    assert ratio >= 10

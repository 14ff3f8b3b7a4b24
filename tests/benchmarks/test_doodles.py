"""The built-in pictures: quickly drawn, and hard enough that the better net wins."""

import statistics
import time

import pytest

from lessons.engine.pictures.sources import load
from lessons.training.classifier.lesson import Inputs, run

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


def accuracies(net: str) -> list[float]:
    """Test accuracy after 8 epochs, over 3 seeds."""
    found = [run(Inputs(net=net, epochs=8, seed=seed)).accuracies[-1] for seed in range(3)]
    print(f"\n{net}:", *(f"{each:.1%}" for each in found))
    return found


def test_both_sets_are_drawn_in_under_4_seconds() -> None:
    started = time.perf_counter()
    load("doodles")
    load("doodles-full")
    seconds = time.perf_counter() - started
    print(f"\nboth sets drawn in {seconds:.2f} s")
    assert seconds < 4


def test_a_set_in_the_cache_is_there_at_once() -> None:
    load("doodles")
    started = time.perf_counter()
    load("doodles")
    seconds = time.perf_counter() - started
    print(f"\nfrom the cache in {1000 * seconds:.0f} ms")
    assert seconds < 0.3


def test_the_cnn_beats_the_mlp_and_the_mlp_beats_the_linear_net() -> None:
    linear, mlp, cnn = (accuracies(net) for net in ("linear", "mlp", "cnn"))
    assert min(cnn) >= 0.84
    assert max(linear) < 0.45
    assert max(linear) < min(mlp) <= max(mlp) < min(cnn)
    assert statistics.mean(cnn) - statistics.mean(mlp) > 0.1

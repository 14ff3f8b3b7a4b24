"""A class at work: 30 learners click, think and click again, without and with a run beside them."""

import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import pytest

from tests.benchmarks.measure import going_on, p95
from tests.benchmarks.visitor import PAGES, Visitor
from tests.browsing import serving

pytestmark = pytest.mark.benchmark

LEARNERS = 30
THINKING = 5.0, 10.0  # seconds
LESSON = 30.0  # seconds


def learn(url: str, end: float, learner: int) -> list[float]:
    """Seconds that one learner waits for each page, until the end."""
    mood = random.Random(learner)
    waited = []
    time.sleep(mood.uniform(0, max(THINKING)))
    with closing(Visitor(url, PAGES[0])) as visitor:
        while time.monotonic() < end:
            waited.append(visitor.go(mood.choice(PAGES)))
            time.sleep(mood.uniform(*THINKING))
    return waited


def class_learns(url: str, told: str) -> float:
    """p95 of the seconds that the learners wait."""
    end = time.monotonic() + LESSON
    with ThreadPoolExecutor(LEARNERS) as learners:
        waited = [each for times in learners.map(partial(learn, url, end), range(LEARNERS)) for each in times]
    print(
        f"\n{told}: {len(waited)} pages, p95 {p95(waited):.3f} s,"
        f" median {statistics.median(waited):.3f} s, longest {max(waited):.2f} s",
        end="",
    )
    return p95(waited)


def test_a_class_is_answered_also_while_a_run_trains(home) -> None:
    (home / "runs").mkdir()  # no first run of the server's own
    with serving(home) as url:
        for page in PAGES:
            with closing(Visitor(url, PAGES[0])) as first:
                first.run()
                first.go(page)
        alone = class_learns(url, "nobody trains")
        with going_on(home / "runs"):
            beside = class_learns(url, "a run trains")
    print(f"\n{beside / alone:.1f} times as long beside a run")
    assert beside <= 2

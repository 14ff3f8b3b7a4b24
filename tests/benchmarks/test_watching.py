"""What watching a run costs, and how fast the page answers: phases take turns, medians are compared."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lessons.engine.training import runs
from lessons.engine.training.runs import Run
from tests.benchmarks.measure import LONG, first_point, going_on, p95, wait_for_steps
from tests.benchmarks.visitor import Visitor
from tests.browsing import follow, wait_until_idle

pytestmark = pytest.mark.benchmark

TURNS = 5
STEPS_A_TURN = 120


@pytest.fixture
def long_run(fresh_server: str, home: Path) -> Iterator[Run]:
    """A run that goes on as long as the test, in the runs folder of the server, which was visited before."""
    (home / "runs").mkdir()  # so that the server makes no first run beside it
    with closing(Visitor(fresh_server, "")) as first:
        first.run()  # the first page of a server is no page to measure
    with going_on(home / "runs") as run:
        yield run


def pace(run: Run) -> float:
    """Steps a second over the next turn, without what happens between two epochs."""
    first = len(run.history().losses)
    last = wait_for_steps(run, STEPS_A_TURN)
    times = run.history().times
    an_epoch = LONG.steps_per_epoch(5000)
    inside = [times[i] - times[i - 1] for i in range(first, last) if i % an_epoch]
    return len(inside) / sum(inside)


def kept_speed(run: Run, watching: Callable[[], AbstractContextManager[object]]) -> float:
    """The pace while it is watched against the pace beside it, unwatched: the median over the turns."""
    ratios = []
    for _ in range(TURNS):
        before = pace(run)
        with watching():
            watched = pace(run)
        ratios.append(2 * watched / (before + pace(run)))
    kept = ", ".join(f"{ratio:.3f}" for ratio in ratios)
    print(f"\nunwatched {before * LONG.batch_size:.0f} pictures/s; kept {kept}")
    return statistics.median(ratios)


def test_watching_costs_the_server_less_than_5_percent_of_the_training_speed(fresh_server, long_run) -> None:
    @contextmanager
    def watching() -> Iterator[None]:
        with closing(Visitor(fresh_server, "classifier", f"run={long_run.id}")) as visitor:
            visitor.run()
            wait_for_steps(long_run, 10)
            assert visitor.refreshes
            yield

    with watching():  # the server imports torch once
        pass
    assert kept_speed(long_run, watching) >= 0.95


def test_with_a_browser_drawing_beside_it_training_keeps_half_its_speed(
    fresh_server, long_run, open_page
) -> None:
    @contextmanager
    def watching() -> Iterator[None]:
        page = open_page(f"classifier?run={long_run.id}", base=fresh_server)
        yield
        page.goto("about:blank")

    assert kept_speed(long_run, watching) >= 0.5


def test_another_learners_page_takes_three_times_as_long_while_a_run_goes_on_at_most(
    fresh_server, home
) -> None:
    (home / "runs").mkdir()
    with closing(Visitor(fresh_server, "")) as other:
        other.run()
        alone = [other.run() for _ in range(60)]
        with (
            going_on(home / "runs") as run,
            closing(Visitor(fresh_server, "classifier", f"run={run.id}")) as watcher,
        ):
            watcher.run()
            assert watcher.refreshes
            beside = [other.run() for _ in range(60)]
    for name, seconds in (("alone", alone), ("beside a run", beside)):
        print(
            f"\n{name}: median {1000 * statistics.median(seconds):.0f} ms, p95 {1000 * p95(seconds):.0f} ms"
        )
    assert statistics.median(beside) <= 3 * statistics.median(alone)
    assert p95(beside) < 0.150


def stopped(page: Page) -> float:
    """Seconds from the click on Stop to the page saying so."""
    started = time.perf_counter()
    page.click(".st-key-watch-stop button")
    expect(page.get_by_test_id("stProgress").first).to_contain_text("stopped", timeout=20_000)
    return time.perf_counter() - started


def test_from_train_to_the_first_point_and_from_stop_to_stopped(fresh_server, home, open_page) -> None:
    page = open_page("classifier", base=fresh_server)
    expect(page.get_by_test_id("stProgress").first).to_contain_text(re.compile("done"), timeout=120_000)
    firsts, stops = [], []
    for _ in range(TURNS):
        firsts.append(first_point(page))
        stops.append(stopped(page))
    print("\nfirst point, warm:", *(f"{each:.2f}" for each in firsts), "s")
    print("stopped:", *(f"{each:.2f}" for each in stops), "s")
    assert statistics.median(firsts) < 1.0
    assert statistics.median(stops) < 1.0


def test_from_train_to_the_first_point_on_a_fresh_server_whose_first_run_is_under_way(
    fresh_server, home, open_page
) -> None:
    page = open_page(base=fresh_server)
    (first,) = runs.every(home / "runs")
    wait_for_steps(first, 8)
    follow(page, "Train a classifier")
    page.wait_for_selector(".st-key-train button")
    wait_until_idle(page)
    assert first.state().active
    cold = first_point(page)
    stopped(page)
    warm = first_point(page)
    print(f"\nfirst point, beside the first run: {cold:.2f} s; after it {warm:.2f} s")
    assert cold <= 3 * warm
    assert cold < 2.0

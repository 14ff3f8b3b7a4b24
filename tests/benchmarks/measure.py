"""What the benchmarks share: servers of their own, times, and a run that goes on beside what is measured."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Page

from lessons.engine.training.config import Config
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import Supervisor

BARE = "tests/benchmarks/bare.py"
LONG = Config(epochs=200)
IMPORT_TORCH = "import time; begun = time.perf_counter(); import torch; print(time.perf_counter() - begun)"


def seconds_of(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def wait_for(page: Page, selector: str) -> None:
    """To within a few hundredths of a second: Playwright's own waits look again after half a second."""
    deadline = time.monotonic() + 60
    while not page.locator(selector).count():
        assert time.monotonic() < deadline, selector
        page.wait_for_timeout(20)


def first_point(page: Page) -> float:
    """Seconds from the click on Train to the first point of its curve on the screen."""
    before = page.url
    started = time.perf_counter()
    page.click(".st-key-train button")
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_function(
        """() => {
            const text = document.querySelector('[data-testid=stProgress]').innerText;
            const step = Number(text.match(/^learning .*step (\\d+)/)?.[1] ?? 0);
            const chart = document.querySelector('.st-key-watch-loss .js-plotly-plot');
            const points = chart?._fullData?.[0]?.x.length;
            return points > 0 && points <= step; // and not those of the run before
        }""",
        polling=20,
    )
    return time.perf_counter() - started


def import_of_torch() -> float:
    """Seconds it takes in a fresh process."""
    done = subprocess.run([sys.executable, "-c", IMPORT_TORCH], capture_output=True, text=True, check=True)
    return float(done.stdout)


def p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


@contextmanager
def going_on(runs_folder: Path) -> Iterator[Run]:
    """A run that goes on as long as the context."""
    runs_folder.mkdir(exist_ok=True)
    with closing(Supervisor(runs_folder)) as supervisor:
        run = supervisor.submit(LONG)
        wait_for_steps(run, 50)
        yield run
        supervisor.stop(run)


def wait_for_steps(run: Run, more: int) -> int:
    """Wait until so many more steps are made; returns how many there are."""
    goal = len(run.history().losses) + more
    deadline = time.monotonic() + 120
    while (made := len(run.history().losses)) < goal:
        assert time.monotonic() < deadline, run.state()
        time.sleep(0.05)
    return made

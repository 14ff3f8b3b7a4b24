"""A fresh server is as quick as a warm one: in the browser, and for a class that arrives together.

Fresh and warm servers, and a bare Streamlit page, take turns in one run; medians are compared.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from lessons.engine.training import runs
from tests.benchmarks.measure import BARE, import_of_torch, p95, seconds_of, wait_for
from tests.benchmarks.visitor import PAGES, Visitor
from tests.browsing import IDLE, serving

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

TURNS = 5
LOOK_AROUND = 3000  # milliseconds on the home page before the click

LEARNERS, WITHIN = 30, 8.0  # seconds

Figures = dict[str, list[float]]  # seconds


def paint(page: Page, url: str) -> None:
    page.goto(url, wait_until="commit")
    wait_for(page, IDLE)
    wait_for(page, "h1")


def follow_card(page: Page) -> None:
    """To the lesson, until its stage stands there."""
    page.locator(".st-key-card-convolution a").click()
    wait_for(page, ".stepper .count:not(:empty)")


def visit(chromium: Browser, url: str, look_around: int) -> tuple[float, float]:
    """Seconds until home is painted, and from the click to the lesson; the browser's cache is empty."""
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        painted = seconds_of(lambda: paint(page, url))
        page.wait_for_timeout(look_around)
        return painted, seconds_of(lambda: follow_card(page))


def paint_bare(chromium: Browser, url: str) -> float:
    with closing(chromium.new_context()) as context:
        return seconds_of(lambda: paint(context.new_page(), url))


@pytest.fixture(scope="module")
def figures(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """What first visits take, turn by turn."""
    home = tmp_path_factory.mktemp("homes")
    (home / "warm" / "runs").mkdir(parents=True)  # so that no first run is made
    names = ("import torch", "bare", "home", "click at once", "click later", "warm click")
    figures: Figures = {name: [] for name in names}

    def note(**seconds: float) -> None:
        for name, each in seconds.items():
            figures[name.replace("_", " ")].append(each)

    with serving(home / "warm") as warm:
        visit(chromium, warm, 0)
        for turn in range(TURNS):
            note(import_torch=import_of_torch())
            with serving(home / f"bare-{turn}", BARE) as url:
                note(bare=paint_bare(chromium, url))
            with serving(home / f"at-once-{turn}") as url:
                painted, clicked = visit(chromium, url, 0)
                note(home=painted, click_at_once=clicked)
            with serving(home / f"later-{turn}") as url:
                painted, clicked = visit(chromium, url, LOOK_AROUND)
                note(home=painted, click_later=clicked)
            note(warm_click=visit(chromium, warm, 0)[1])
    print()
    for name, seconds in figures.items():
        print(f"{name}: median {statistics.median(seconds):.2f} s of", *(f"{each:.2f}" for each in seconds))
    return figures


def median(figures: Figures, name: str) -> float:
    return statistics.median(figures[name])


def test_home_is_painted_a_second_after_a_bare_page_at_the_latest(figures) -> None:
    assert median(figures, "home") <= 1.3 * median(figures, "bare") + 1


def test_after_a_look_around_the_first_lesson_comes_as_on_a_warm_server(figures) -> None:
    assert median(figures, "click later") <= 1.5 * median(figures, "warm click")


def test_a_click_at_once_waits_for_one_import_of_torch_at_most(figures) -> None:
    assert median(figures, "click at once") <= median(figures, "warm click") + median(figures, "import torch")


def arrive(url: str, page: str, after: float) -> tuple[Visitor, float]:
    """A learner who opens a page some seconds later, and stays; and how long that took."""
    time.sleep(after)
    visitor = Visitor(url, page)
    return visitor, visitor.run()


def class_arrives(url: str) -> list[float]:
    """Seconds that each learner of a class waits for a page."""
    moments = [WITHIN * learner / LEARNERS for learner in range(LEARNERS)]
    with ThreadPoolExecutor(LEARNERS) as learners, ExitStack() as stay:
        arrived = list(learners.map(lambda page, after: arrive(url, page, after), cycle(PAGES), moments))
        for visitor, _ in arrived:
            stay.enter_context(closing(visitor))
        return [seconds for _, seconds in arrived]


def wait_for_first_run(home: Path) -> None:
    """Wait until the run that a fresh server makes by itself is over."""
    deadline = time.monotonic() + 180
    while any(run.state().active for run in runs.every(home / "runs")):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_class_that_arrives_on_a_fresh_server_waits_for_one_import_of_torch_at_most(home) -> None:
    torch = statistics.median(import_of_torch() for _ in range(3))
    with serving(home) as url:
        fresh = class_arrives(url)
        wait_for_first_run(home)
        warm = class_arrives(url)
    for name, seconds in (("fresh", fresh), ("warm", warm)):
        print(f"\n{name}: p95 {p95(seconds):.2f} s, median {statistics.median(seconds):.2f} s", end="")
    print(f"\nimport torch: {torch:.2f} s")
    assert p95(fresh) <= torch + 3 * p95(warm)

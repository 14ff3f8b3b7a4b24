"""How fast a step is in the browser, how soon new numbers stand there after a slider, and another page.

Both are compared with what a slider of a bare Streamlit page takes; the pages take turns in one run.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.benchmarks.measure import BARE, p95, seconds_of
from tests.browsing import follow, serving, wait_until_idle

pytestmark = pytest.mark.benchmark

STEPS = 60
CHANGES, WARM_UP = 60, 5
PAGES = {
    "convolution": "convolution?image=" + ";".join([",".join("123456789")] * 9),
    "large": "pooling?kernel_size=2&stride=1&image=" + ";".join([",".join("123456789012345678")] * 16),
}

# Milliseconds from each key until the page is laid out again.
STEP = """async (stepper, steps) => {
    const times = [];
    for (let i = 0; i < steps; i++) {
        await new Promise(requestAnimationFrame);
        const from = performance.now();
        const key = i % 20 < 10 ? 'ArrowLeft' : 'ArrowRight';
        stepper.dispatchEvent(new KeyboardEvent('keydown', { key }));
        stepper.getBoundingClientRect(); // the layout is part of it
        times.push(performance.now() - from);
    }
    return times;
}"""

# When a frame with the numbers of another setting is due, in milliseconds since the slider was let go.
CHANGE = """async (numbers, before) => {
    const changed = (resolve) => {
        const look = () => numbers.textContent !== before && resolve();
        new MutationObserver(look).observe(numbers, { childList: true, characterData: true, subtree: true });
        look();
    };
    await new Promise(changed);
    await new Promise(requestAnimationFrame);
    return performance.now() - window.released;
}"""
RELEASE = "addEventListener('pointerup', () => (window.released = performance.now()), true)"


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a folder for runs, so that no first run is made: nothing trains beside what is measured."""
    home = tmp_path_factory.mktemp("home")
    (home / "runs").mkdir()
    return home


@pytest.fixture(scope="session")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bare Streamlit page."""
    with serving(tmp_path_factory.mktemp("bare"), BARE) as url:
        yield url


def settle(page: Page) -> None:
    expect(page.locator(".stepper .count")).to_contain_text("of")


class Slider:
    """A slider on a page, and the element whose text shows what it is set to."""

    def __init__(self, page: Page, key: str, numbers: Locator) -> None:
        self.page, self.numbers = page, numbers
        page.evaluate(RELEASE)
        box = page.locator(f".st-key-{key} [role=group] > div").first.bounding_box()
        self._x, self._y, self._width = box["x"], box["y"] + box["height"] / 2, box["width"]

    def change(self, turn: int) -> float:
        """Milliseconds from letting it go at another place to the frame with new numbers."""
        self.page.bring_to_front()
        before = self.numbers.inner_text()
        self.page.mouse.move(self._x + self._width * (turn % 3 + 1) / 4, self._y)
        self.page.mouse.down()
        self.page.mouse.up()
        return self.numbers.evaluate(CHANGE, before)


def change_in_turn(*sliders: Slider) -> list[list[float]]:
    """The times of each slider, all under the same load."""
    turns = [[slider.change(turn) for slider in sliders] for turn in range(WARM_UP + CHANGES)]
    return [list(times) for times in zip(*turns[WARM_UP:], strict=True)]


def bare_slider(page: Page) -> Slider:
    expect(page.locator("pre")).to_have_text("0 0 0 0")
    return Slider(page, "slider-a", page.locator("pre"))


def told(name: str, times: list[float]) -> float:
    """Print them; returns the median."""
    print(f"\n{name}: median {statistics.median(times):.1f} ms, p95 {p95(times):.1f} ms", end="")
    return statistics.median(times)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_step_takes_a_fifth_of_a_bare_pages_round_trip_at_most(open_page, bare_server, path) -> None:
    page = open_page(path)
    settle(page)
    (changes,) = change_in_turn(bare_slider(open_page(base=bare_server)))
    page.bring_to_front()
    steps = page.locator(".stepper").evaluate(STEP, STEPS)
    told("a step", steps)
    assert p95(steps) <= told("a bare slider", changes) / 5


def test_a_slider_takes_half_as_long_again_as_that_of_a_bare_page_at_most(open_page, bare_server) -> None:
    page = open_page("convolution")
    settle(page)
    ours = Slider(page, "convolution-padding", page.locator(".stepper .count"))
    our_times, bare_times = change_in_turn(ours, bare_slider(open_page(base=bare_server)))
    ratio = told("our slider", our_times) / told("a bare slider", bare_times)
    print(f"\n{ratio:.2f} times as long")
    assert ratio <= 1.5


def test_another_page_comes_in_four_round_trips_of_a_bare_page_at_most(open_page, bare_server) -> None:
    page = open_page()
    times = []

    def change(title: str, shown: str) -> None:
        follow(page, title)
        page.locator(shown).wait_for()

    for title, shown in [
        ("Train a classifier", "h1:has-text('Train')"),
        ("Home", ".st-key-card-pooling"),
    ] * 7:
        page.bring_to_front()
        times.append(1000 * seconds_of(lambda title=title, shown=shown: change(title, shown)))
        wait_until_idle(page)
    (bare_times,) = change_in_turn(bare_slider(open_page(base=bare_server)))
    # The first visit imports what the page needs.
    assert told("another page", times[2:]) <= 4 * told("a bare slider", bare_times)

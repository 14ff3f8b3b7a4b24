"""How soon a page agrees with a dot that was dragged, what a move costs the browser, and a run the server."""

import json
import statistics
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from lessons.learning.regression.fit import run
from lessons.learning.regression.inputs import Inputs
from lessons.learning.regression.lesson import LESSON
from lessons.learning.regression.scene import UPRIGHT, scene
from pages.kit.plane.plane import script
from tests.benchmarks.measure import p95, seconds_of
from tests.benchmarks.test_stepping import (
    RELEASE,
    bare_server,
    bare_slider,
    change_in_turn,
    server_home,
    told,
)
from tests.browser.planes import dot, middle, show_first
from tests.browsing import wait_until_idle

__all__ = ["bare_server", "server_home"]

pytestmark = pytest.mark.benchmark

FRAME = 1000 / 60  # milliseconds
SERVER = 0.15  # seconds
MOVES = 120

# When a frame with other numbers than before is due, in milliseconds since the dot was let go.
AGREED = """async (sentence, before) => {
    const agreed = (resolve) => {
        const look = () => sentence.textContent !== before && resolve();
        new MutationObserver(look).observe(sentence, { childList: true, characterData: true, subtree: true });
        look();
    };
    await new Promise(agreed);
    await new Promise(requestAnimationFrame);
    return performance.now() - window.released;
}"""

# Milliseconds of the page's own work at each move of a pointer that drags, the layout included.
MOVED = """(box, [x, y, moves]) => {
    const send = (kind, right, up) => box.dispatchEvent(new PointerEvent(kind, {
        bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, button: 0,
        clientX: x + right, clientY: y - up,
    }));
    box.setPointerCapture = box.releasePointerCapture = () => {};
    box.hasPointerCapture = () => false;
    send('pointerdown', 0, 0);
    const times = Array.from({ length: moves }, (_, at) => {
        const from = performance.now();
        send('pointermove', 20 * Math.sin(at / 9), 20 * Math.cos(at / 9));
        box.getBoundingClientRect();
        return performance.now() - from;
    });
    send('pointerup', 5, 5);
    return times;
}"""


class Dragged:
    """A dot on a page of regression."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.dot = show_first(page), dot(page, name)
        page.evaluate(RELEASE)
        self.sentence = page.locator(".told .now")
        expect(self.sentence).to_contain_text("Step 1000")

    def change(self, turn: int) -> float:
        """Milliseconds from letting it go at another place until the run from there is told."""
        self.page.bring_to_front()
        self.dot.evaluate("dot => dot.scrollIntoView({ block: 'center' })")
        before, address, (x, y) = self.sentence.inner_text(), self.page.url, middle(self.dot)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x, y - (20 if turn % 2 else -20), steps=2)
        self.page.mouse.up()
        took: float = self.sentence.evaluate(AGREED, before)
        self.page.wait_for_function("before => location.href !== before", arg=address)
        wait_until_idle(self.page)  # the page has followed
        return took


@pytest.mark.parametrize("name", ["the start", "point 10"])
def test_the_page_has_a_dragged_dot_after_half_as_long_again_as_a_bare_slider_at_most(
    open_page, bare_server, name
) -> None:
    ours = Dragged(open_page("regression"), name)
    our_times, bare_times = change_in_turn(ours, bare_slider(open_page(base=bare_server)))
    ratio = told(name, our_times) / told("a bare slider", bare_times)
    print(f"\n{ratio:.2f} times as long")
    assert ratio <= 1.5


@pytest.mark.parametrize("name", ["the start", "point 10"])
def test_a_dragged_dot_is_drawn_anew_within_a_frame(open_page, name) -> None:
    page = show_first(open_page("regression"))
    expect(page.locator(".told .now")).to_contain_text("Step 1000")
    dot(page, name).evaluate("dot => dot.scrollIntoView({ block: 'center' })")
    box = page.locator(".box", has=dot(page, name))
    times = box.evaluate(MOVED, [*middle(dot(page, name)), MOVES])
    told(f"a move of {name}", times)
    assert p95(times) <= FRAME


def test_a_thousand_steps_are_computed_and_told_in_150_ms_at_most() -> None:
    """Every time with another rate: nothing is known yet."""

    def change(turn: int) -> None:
        inputs = replace(Inputs(), lr=1e-4 + turn * 1e-7)
        fit = run(inputs)
        LESSON.check(inputs, fit)
        json.dumps(script(scene(inputs, fit, shown=True, best=True, shape=UPRIGHT)))

    change(0)
    times = [seconds_of(lambda turn=turn: change(turn)) for turn in range(1, 21)]
    print(f"\n1,000 steps: median {1000 * statistics.median(times):.0f} ms, p95 {1000 * p95(times):.0f} ms")
    assert p95(times) <= SERVER

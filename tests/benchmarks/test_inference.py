"""How soon the answer follows the box on the picture, and what a view that asks the net many times takes."""

import statistics

import pytest
from playwright.sync_api import Page, expect
from torch import Tensor

from lessons.models.inference.changing import COUNT, EVAL, change
from lessons.models.inference.choosing import Inputs, Seen, see
from lessons.models.inference.covering import PLACES, cover
from tests.benchmarks.measure import seconds_of
from tests.benchmarks.test_stepping import (
    CHANGE,
    RELEASE,
    bare_server,
    bare_slider,
    change_in_turn,
    server_home,
    told,
)

__all__ = ["bare_server", "server_home"]

pytestmark = pytest.mark.benchmark

TURNS = 5


class Box:
    """The box on the picture, dragged to and fro."""

    def __init__(self, page: Page) -> None:
        self.page, self.numbers = page, page.locator(".shares")
        expect(self.numbers).to_contain_text("%")
        page.evaluate(RELEASE)

    def change(self, turn: int) -> float:
        """Milliseconds from letting it go at another place to the frame with other probabilities."""
        self.page.bring_to_front()
        before, own = self.numbers.inner_text(), self.page.locator(".own").bounding_box()
        x, y = own["x"] + own["width"] / 2, own["y"] + own["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + (40 if turn % 2 else -40), y, steps=2)
        self.page.mouse.up()
        took: float = self.numbers.evaluate(CHANGE, before)
        return took


def test_the_answer_follows_the_box_in_half_as_long_again_as_a_bare_slider_at_most(open_page, bare_server):
    ours = Box(open_page("inference?picture=coast&box=200_100_200_200"))
    our_times, bare_times = change_in_turn(ours, bare_slider(open_page(base=bare_server)))
    ratio = told("our box", our_times) / told("a bare slider", bare_times)
    print(f"\n{ratio:.2f} times as long")
    assert ratio <= 1.5


def test_a_view_takes_three_times_as_long_as_its_arithmetic_alone_at_most():
    seen = see(Inputs())
    batch = seen.trained.preparation.prepare(seen.picture)[None]
    passes = 2 * COUNT + 2  # with Dropout, with BatchNorm alone, and without either
    for name, ask, alone in (
        ("twenty answers", lambda: change(seen, EVAL, 0), lambda: ask_often(seen, batch, passes)),
        ("the map", lambda: cover(seen), lambda: ask_often(seen, batch.repeat(PLACES**2, 1, 1, 1), 1)),
    ):
        times, bare = zip(*((seconds_of(ask), seconds_of(alone)) for _ in range(TURNS)), strict=True)
        ratio = statistics.median(times) / statistics.median(bare)
        print(f"\n{name}: {1000 * statistics.median(times):.0f} ms, {ratio:.2f} times the arithmetic", end="")
        assert ratio <= 3


def ask_often(seen: Seen, batch: Tensor, times: int) -> None:
    for _ in range(times):
        seen.trained.probabilities(batch)

"""How soon the page agrees with a border of the losses that was dragged, beside a slider of a bare page."""

import pytest
from playwright.sync_api import Page, expect

from tests.benchmarks.test_stepping import (
    RELEASE,
    bare_server,
    bare_slider,
    change_in_turn,
    server_home,
    told,
)
from tests.browser.test_losses_shares import border

__all__ = ["bare_server", "server_home"]

pytestmark = pytest.mark.benchmark

# When the address, which the page writes last, has the numbers that the border was left at, in milliseconds.
AGREED = """async (before) => {
    const waited = () => performance.now() - window.released;
    while (location.href === before) {
        if (waited() > 10000) throw new Error('the border has not moved');
        await new Promise(requestAnimationFrame);
    }
    return waited();
}"""


class Border:
    """The first border on a page of the losses."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(RELEASE)
        expect(page.locator(".bars .row")).to_have_count(3)
        box = page.locator(".bars .bar").first.bounding_box()
        self._x, self._y, self._width = box["x"], box["y"] + box["height"] / 2, box["width"]

    def change(self, turn: int) -> float:
        """Milliseconds from letting it go at another place until the page has its numbers."""
        self.page.bring_to_front()
        before, held = self.page.url, border(self.page, 0, 0).bounding_box()
        self.page.mouse.move(held["x"] + held["width"] / 2, self._y)
        self.page.mouse.down()
        self.page.mouse.move(self._x + self._width * (turn % 3 + 1) / 8, self._y)
        self.page.mouse.up()
        return self.page.evaluate(AGREED, before)


def test_the_page_has_a_dragged_border_after_half_as_long_again_as_a_bare_slider_at_most(
    open_page, bare_server
) -> None:
    ours = Border(open_page("losses?view=shares"))
    our_times, bare_times = change_in_turn(ours, bare_slider(open_page(base=bare_server)))
    ratio = told("our border", our_times) / told("a bare slider", bare_times)
    print(f"\n{ratio:.2f} times as long")
    assert ratio <= 1.5

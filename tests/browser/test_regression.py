"""A line is fitted in a real browser: the start is left somewhere, the rate goes too far, a line is held."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import sideways


def dot(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def drag(page: Page, name: str, right: float, down: float) -> None:
    """By so many pixels; the button stays down."""
    dot(page, name).scroll_into_view_if_needed()
    box = dot(page, name).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)


def told(page: Page, words: str) -> Locator:
    return page.get_by_text(re.compile(words)).first


@pytest.fixture
def open_fit(open_page) -> Callable[..., Page]:
    """open_fit("view=squares"): a view, its first question shown."""

    def opened(address: str = "", **more: int) -> Page:
        page = open_page(f"regression?{address}", **more)
        expect(page.locator(".handle").first).to_be_visible()
        page.locator("[class*=st-key-show-] button").first.click()
        expect(page.get_by_text("Shown.").first).to_be_visible()
        return page

    return opened


def test_sgd_goes_on_from_where_the_start_is_left(open_fit):
    page = open_fit()
    expect(told(page, "^After 1000 steps SGD is at w 1.973")).to_be_visible()
    sums, line = page.locator(".sums p").last, page.locator(".straight").first
    before = line.get_attribute("d"), sums.inner_text()
    drag(page, "the start", 40, -80)
    assert (line.get_attribute("d"), sums.inner_text()) != before
    page.mouse.up()
    expect(page).to_have_url(re.compile("start="))
    expect(told(page, "^After 1000 steps SGD is at w 1.97")).not_to_contain_text("b 3.446")
    expect(page.locator(".st-key-predict")).to_be_visible()
    page.locator(".st-key-undo button").click()
    expect(page).not_to_have_url(re.compile("start="))


def test_the_rate_goes_past_its_mark_by_keys_and_the_page_says_why_the_run_is_lost(open_fit):
    page = open_fit("lr=0.05&view=fit")
    expect(told(page, "^After 1000 steps")).to_be_visible()
    dot(page, "the learning rate").press("Shift+ArrowRight")
    expect(told(page, "^The run has diverged: at step")).to_be_visible()
    expect(told(page, "The learning rate .* is above")).to_be_visible()


def test_a_line_is_held_at_its_end_and_every_square_follows(open_fit):
    page = open_fit("view=squares", width=400)
    drag(page, "end 2 of the line", 0, -30)
    expect(page.locator(".sums p").last).not_to_have_text(re.compile("751.5"))
    page.mouse.up()
    expect(page).to_have_url(re.compile("held="))
    assert sideways(page) == 0

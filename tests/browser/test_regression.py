"""A line is fitted in a real browser: the start is left somewhere, the rate goes too far, a line is held."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.planes import dot, drag, said, show_first
from tests.browsing import sideways, wait_until_idle


@pytest.fixture
def open_fit(open_page) -> Callable[..., Page]:
    """open_fit("view=squares"): a view, its first question shown."""
    return lambda address="", **more: show_first(open_page(f"regression?{address}", **more))


def test_sgd_goes_on_from_where_the_start_is_left(open_fit):
    page = open_fit()
    expect(said(page, "^After 1000 steps SGD is at w 1.973")).to_be_visible()
    sums, line = page.locator(".sums p").last, page.locator(".straight").first
    before = line.get_attribute("d"), sums.inner_text()
    drag(page, "the start", 40, -80)
    assert (line.get_attribute("d"), sums.inner_text()) != before
    page.mouse.up()
    expect(page).to_have_url(re.compile("start="))
    expect(said(page, "^After 1000 steps SGD is at w 1.97")).not_to_contain_text("b 3.446")
    expect(page.locator(".st-key-predict")).to_be_visible()
    page.locator(".st-key-undo button").click()
    expect(page).not_to_have_url(re.compile("start="))


def test_the_rate_goes_past_its_mark_by_keys_and_the_page_says_why_the_run_is_lost(open_fit):
    page = open_fit("lr=0.05&view=fit")
    expect(said(page, "^After 1000 steps")).to_be_visible()
    dot(page, "the learning rate").press("Shift+ArrowRight")
    expect(said(page, "^The run has diverged: at step")).to_be_visible()
    expect(said(page, "The learning rate .* is above")).to_be_visible()
    drag(page, "the learning rate", -200, 0)
    page.mouse.up()
    expect(said(page, "^After 1000 steps")).to_be_visible()


def test_a_line_is_held_at_its_end_and_every_square_follows(open_fit):
    page = open_fit("view=squares", width=400)
    expect(page.locator(".sums")).to_contain_text("751.5")
    drag(page, "end 2 of the line", 0, -30)
    expect(page.locator(".sums")).not_to_contain_text("751.5")
    page.mouse.up()
    expect(page).to_have_url(re.compile("held="))
    assert sideways(page) == 0


def test_points_are_dragged_added_and_taken_away_and_the_line_follows(open_fit):
    page = open_fit()
    before = said(page, "^After 1000 steps SGD is at w").inner_text()
    drag(page, "point 10", 0, -60)
    expect(page.locator(".sums p").last).to_contain_text("point 10")
    page.mouse.up()
    expect(page).to_have_url(re.compile("points="))
    expect(said(page, "^After 1000 steps SGD is at w")).not_to_have_text(before)
    dot(page, "point 10").press("Insert")
    expect(dot(page, "point 31")).to_be_focused()
    dot(page, "point 31").press("Delete")
    expect(dot(page, "point 31")).to_be_hidden()
    for _ in range(3):
        expect(page.locator(".st-key-undo button")).to_be_enabled()
        page.locator(".st-key-undo button").click()
        wait_until_idle(page)
    expect(said(page, "^After 1000 steps SGD is at w")).to_have_text(before)


def test_a_point_that_was_fitted_is_dragged_and_every_degree_is_fitted_anew(open_fit):
    page = open_fit("view=curves", width=400)
    before = said(page, "^From degree 0 to 12").inner_text()
    drag(page, "training point 6", 0, -40)
    page.mouse.up()
    expect(page).to_have_url(re.compile("curve_points="))
    expect(said(page, "^From degree 0 to 12")).not_to_have_text(before)
    assert sideways(page) == 0

"""Descent in a real browser: a start is dragged along its cost, a rate set by keys, a map walked over."""

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
def open_view(open_page) -> Callable[..., Page]:
    """open_view("view=map"): a view, its first question shown."""

    def opened(address: str, **more: int) -> Page:
        page = open_page(f"descent?{address}", **more)
        expect(page.locator(".handle").first).to_be_visible()
        page.locator("[class*=st-key-show-] button").first.click()
        expect(page.get_by_text("Shown.").first).to_be_visible()
        return page

    return opened


def test_a_start_goes_along_its_cost_and_the_descent_begins_where_it_is_left(open_view):
    page = open_view("view=one")
    expect(told(page, "^After 10 steps w is 1.996")).to_be_visible()
    drag(page, "the start", 200, -200)
    place = dot(page, "the start").get_attribute("aria-valuetext")
    w, cost = map(float, re.fullmatch(r"weight w (.+), cost (.+)", place).groups())
    assert cost == pytest.approx(14 / 3 * (w - 2) ** 2, rel=0.02)
    assert w > 3
    page.mouse.up()
    expect(page).to_have_url(re.compile("weight="))
    expect(told(page, "^After 10 steps w is 2.00")).to_be_visible()
    expect(told(page, "^It settles at w = 2")).to_be_visible()


def test_a_race_is_run_anew_at_the_rate_that_is_set_by_keys(open_view):
    page = open_view("view=race&limit=100", width=400)
    row = page.locator("tr", has_text="SGD, Nesterov")
    expect(row).to_contain_text("at step 14")
    dot(page, "the learning rate").press("Shift+ArrowRight")
    expect(row).not_to_contain_text("at step 14")
    expect(page).to_have_url(re.compile("lr="))
    assert sideways(page) == 0


def test_a_start_is_dragged_over_the_map_and_the_page_says_who_wins_from_there(open_view):
    page = open_view("view=map&surface=saddle&lr=0.1&limit=50")
    expect(page.locator(".plane image")).to_be_visible()
    expect(told(page, r"^From \(-2, 0.01\): RMSprop")).to_be_visible()
    drag(page, "the start", 300, -60)
    page.mouse.up()
    expect(page).to_have_url(re.compile("start="))
    expect(told(page, r"^From \(-2, 0.01\)")).to_be_hidden()

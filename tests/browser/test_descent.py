"""Descent in a real browser: a start is dragged along its cost, a rate set by keys, a map walked over."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.planes import dot, drag, said, show_first
from tests.browsing import sideways


@pytest.fixture
def open_view(open_page) -> Callable[..., Page]:
    """open_view("view=map"): a view, its first question shown."""
    return lambda address="", **more: show_first(open_page(f"descent?{address}", **more))


def test_a_start_goes_along_its_cost_and_the_descent_begins_where_it_is_left(open_view):
    page = open_view("view=one")
    expect(said(page, "^After 10 steps w is 1.996")).to_be_visible()
    drag(page, "the start", 200, -200)
    place = dot(page, "the start").get_attribute("aria-valuetext")
    w, cost = map(float, re.fullmatch(r"weight w (.+), cost (.+)", place).groups())
    assert cost == pytest.approx(14 / 3 * (w - 2) ** 2, rel=0.02)
    assert w > 3
    page.mouse.up()
    expect(page).to_have_url(re.compile("weight="))
    expect(said(page, "^After 10 steps w is 2.00")).to_be_visible()
    expect(said(page, "^It settles at w = 2")).to_be_visible()


def test_a_race_is_run_anew_at_the_rate_that_is_set_by_keys(open_view):
    page = open_view("view=race&limit=100", width=400)
    row = page.locator("tr", has_text="SGD with Nesterov")
    expect(row).to_contain_text("at step 14")
    dot(page, "the learning rate").press("Shift+ArrowRight")
    expect(row).not_to_contain_text("at step 14")
    expect(page).to_have_url(re.compile("lr="))
    before = row.inner_text()
    drag(page, "the start", 30, -30)
    page.mouse.up()
    expect(row).not_to_have_text(before)
    expect(page).to_have_url(re.compile("start="))
    assert sideways(page) == 0


def test_at_best_rates_the_legend_keeps_dash_and_head_of_each_and_no_dot_hides_another(open_view):
    page = open_view("view=race&rule=best&limit=100")
    show_first(page)  # the second question
    expect(page.locator(".legend .head")).to_have_count(7)
    dashes = page.locator(".legend .line").evaluate_all(
        "lines => lines.map(line => line.style.strokeDasharray)"
    )
    assert len(set(dashes[-7:])) == 6  # of seven: the first and the second are solid, in two colours
    places = (
        page.locator(".row")
        .nth(1)
        .locator(".handle")
        .evaluate_all("dots => dots.map(dot => dot.getAttribute('transform'))")
    )
    assert len(set(places)) == len(places) == 7


def test_what_is_chosen_is_not_cut_off_on_a_phone(open_page):
    for address in ("view=one", "view=one&cost=two_minima", "view=race&surface=own&rule=best"):
        page = open_page(f"descent?{address}", width=400)
        expect(page.locator(".handle").first).to_be_visible()
        chosen = page.locator("[data-testid=stSelectbox] input")
        assert all(chosen.evaluate_all("all => all.map(each => each.scrollWidth <= each.clientWidth)"))


def test_a_start_is_dragged_over_the_map_and_the_page_says_who_wins_from_there(open_view):
    page = open_view("view=map&surface=saddle&lr=0.1&limit=50")
    expect(page.locator(".plane image")).to_be_visible()
    expect(page.locator(".plane .label", has_text="RMSprop")).to_be_visible()
    expect(said(page, r"^From \(-2, 0.01\): RMSprop")).to_be_visible()
    drag(page, "the start", 300, -60)
    page.mouse.up()
    expect(page).to_have_url(re.compile("start="))
    expect(said(page, r"^From \(-2, 0.01\)")).to_be_hidden()


def test_a_knot_of_the_schedule_is_dragged_and_the_momentum_slides_down_by_it(open_view):
    page = open_view("view=schedule")
    before = page.locator(".told .now").inner_text()
    expect(page.locator(".count")).to_have_text("step 100 of 100")
    assert before.startswith("After 100 steps, the last at the rate 0.0001: torch's momentum is")
    drag(page, "knot 4", -60, -40)
    place = dot(page, "knot 4").get_attribute("aria-valuetext")
    assert re.match(r"steps made before \d+, ", place)  # a whole step
    page.mouse.up()
    expect(page).to_have_url(re.compile("knots="))
    expect(page.locator(".told .now")).not_to_have_text(before)
    expect(said(page, "the textbook's at")).to_be_visible()  # it is not asked again


def test_three_paths_begin_where_the_start_is_dragged_to(open_view):
    page = open_view("view=batches", width=400)
    expect(page.locator(".count")).to_have_text("point 300 of 300")
    before = page.locator(".told .now").inner_text()
    drag(page, "the start", 30, -30)
    page.mouse.up()
    expect(page.locator(".told .now")).not_to_have_text(before)
    assert sideways(page) == 0

"""Mass is moved between classes in a real browser, by hand and by keys: the loss answers, Python agrees."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.stepping import cells, reveal
from tests.browsing import sideways, wait_until_idle

FRAME = 1000 / 60  # milliseconds


def row(page: Page, sample: int) -> Locator:
    return page.locator(".bars .row").nth(sample)


def border(page: Page, sample: int, number: int) -> Locator:
    return row(page, sample).get_by_role("slider").nth(number)


def shares(page: Page, sample: int) -> Locator:
    return row(page, sample).locator(".number b")


def term(page: Page, sample: int) -> Locator:
    return row(page, sample).locator(".term b")


def loss(page: Page) -> Locator:
    return page.locator(".bars .total output")


def drag(page: Page, sample: int, number: int, by: float) -> None:
    """So much of the bar; the button stays down."""
    box = border(page, sample, number).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by * row(page, sample).locator(".bar").bounding_box()["width"], y, steps=5)


@pytest.fixture
def open_bars(open_page) -> Callable[..., Page]:
    """open_bars("weight=1,1,5"): the view, its question shown."""

    def opened(address: str = "", **more: int) -> Page:
        page = open_page(f"losses?view=shares&{address}", **more)
        expect(term(page, 0)).to_have_text("?")
        page.locator("[class*=st-key-show-] button").click()
        expect(term(page, 0)).not_to_have_text("?")
        return page

    return opened


def test_a_border_is_moved_by_hand_and_by_keys_and_the_stage_has_the_numbers(open_bars):
    page = open_bars()
    expect(shares(page, 0)).to_have_text(["0.090", "0.245", "0.665"])
    expect(loss(page)).to_have_text("0.427")
    drag(page, 0, 1, by=-0.2)
    expect(term(page, 0)).to_have_text(re.compile("0.14."))  # still held
    at_hand = [term(page, 0).inner_text(), loss(page).inner_text(), *shares(page, 0).all_inner_texts()]
    assert "numbers=" not in page.url
    page.mouse.up()
    expect(page).to_have_url(re.compile("numbers="))
    wait_until_idle(page)
    assert [
        term(page, 0).inner_text(),
        loss(page).inner_text(),
        *shares(page, 0).all_inner_texts(),
    ] == at_hand

    border(page, 1, 0).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(shares(page, 1)).to_have_text(["0.180", "0.575", "0.245"])
    expect(term(page, 1)).to_have_text("0.553")
    page.keyboard.press("Tab")
    expect(border(page, 1, 1)).to_be_focused()
    page.keyboard.press("End")
    expect(shares(page, 1)).to_have_text(["0.180", "0.819", "0.001"])
    assert (
        border(page, 1, 1).get_attribute("aria-valuetext") == "class 1: 0.819, class 2: 0.001; -log p 0.200"
    )
    page.keyboard.press("Home")
    expect(term(page, 1)).to_have_text("6.908")
    whole = loss(page).inner_text()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()

    page.get_by_role("radio", name="Forward", exact=True).click()
    reveal(page)
    expect(cells(page, "Term").nth(1)).to_have_text("6.908")
    assert f"{float(cells(page, 'Loss').inner_text()):.3f}" == whole
    assert [f"{float(each):.3f}" for each in cells(page, "Softmax").all_inner_texts()[3:6]] == [
        "0.180",
        "0.001",
        "0.819",
    ]


def test_all_that_was_moved_is_kept_however_quickly_and_undone(open_bars):
    page = open_bars("given=probabilities&numbers=0.5,0.5;0.5,0.5;0.5,0.5&weight=1,1&target=0;0;0")
    page.locator(".bars .border").evaluate_all(
        """borders => borders.forEach((border, at) => {
            border.focus();
            border.dispatchEvent(new KeyboardEvent("keydown", { key: at ? "End" : "Home" }));
        })"""
    )
    page.keyboard.press("Shift+Tab")
    expect(term(page, 0)).to_have_text("∞")
    expect(loss(page)).to_have_text("∞")
    expect(page).to_have_url(re.compile(r"numbers=0%2C1%3B1%2C0%3B1%2C0"))
    page.locator("h1").click()
    while page.get_by_role("button", name="Undo").is_enabled():
        before = page.url
        page.get_by_role("button", name="Undo").click()
        expect(page).not_to_have_url(before)
    expect(loss(page)).to_have_text("0.693")


def test_a_border_below_others_is_reached_and_escape_puts_back(open_bars):
    page = open_bars("given=probabilities&numbers=1,0,0&weight=1,1,1&target=2")
    drag(page, 0, 1, by=-0.3)
    expect(shares(page, 0).nth(1)).to_have_text(re.compile("0.(29|30).?"))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(shares(page, 0)).to_have_text(["1.000", "0.000", "0.000"])
    assert "numbers=1%2C0%2C0" in page.url


def test_a_finger_moves_a_border_and_the_page_stays_in_its_width(open_bars):
    page = open_bars(width=400)
    assert not sideways(page)
    border(page, 0, 1).scroll_into_view_if_needed()
    before = [page.locator(".bars .term b").nth(at).bounding_box() for at in range(3)]
    box = border(page, 0, 1).bounding_box()
    start = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session: CDPSession = page.context.new_cdp_session(page)
    for kind, by in (("touchStart", 0), ("touchMove", 20), ("touchMove", 60), ("touchEnd", None)):
        points = [] if by is None else [{**start, "x": start["x"] + by}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page).to_have_url(re.compile("numbers="))
    expect(shares(page, 0).nth(1)).to_have_text(re.compile("0.[34]"))
    assert [page.locator(".bars .term b").nth(at).bounding_box() for at in range(3)] == before


def test_a_key_is_answered_within_a_frame(open_bars):
    """The script's time, and that of the layout, in the middle of forty."""
    page = open_bars(
        "numbers="
        + ";".join([",".join(["0"] * 16)] * 16)
        + "&target="
        + ";".join(["0"] * 16)
        + "&weight="
        + ",".join(["1"] * 16)
    )
    times = border(page, 8, 7).evaluate(
        """border => Array.from({ length: 40 }, (_, at) => {
            const started = performance.now();
            const key = at % 2 ? "ArrowLeft" : "ArrowRight";
            border.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            border.getBoundingClientRect();
            return performance.now() - started;
        })"""
    )
    middle = sorted(times)[len(times) // 2]
    print(f"a key is answered in {middle:.1f} ms")
    assert middle < FRAME

"""Drawing in a real browser, by hand and by keys; Python has the same drawing when the hand rests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import serving, sideways

WHITE, RED = (255, 255, 255), (200, 55, 45)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home"), "tests/browser/sketch_page.py") as url:
        yield url


@pytest.fixture
def page(address, open_page) -> Page:
    page = open_page(base=address)
    expect_told(page, 0, "white", 0)
    return page


def expect_told(page: Page, times: int, paper: str, strokes: int) -> None:
    """What Python holds."""
    expect(page.get_by_text(f"told {times} times: {paper}, {strokes} strokes", exact=True)).to_be_visible()


def expect_middle(page: Page, colour: tuple[int, ...]) -> None:
    """Of the picture that Python has drawn."""
    expect(page.get_by_text(f"middle {colour}")).to_be_visible()


def draw(page: Page, *places: tuple[float, float]) -> None:
    """From place to place, in shares of the sheet; the button stays down."""
    box = page.locator("canvas").bounding_box()
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=5)


def pixel(page: Page, x: int, y: int) -> tuple[int, ...]:
    """What the browser shows there, of 512 x 512."""
    read = f"sheet => [...sheet.getContext('2d').getImageData({x}, {y}, 1, 1).data].slice(0, 3)"
    return tuple(page.locator("canvas").evaluate(read))


def told(page: Page) -> str:
    return page.locator(".told").inner_text()


def test_a_stroke_is_seen_at_once_and_python_draws_the_same_when_the_hand_rests(page):
    page.get_by_role("button", name="Red", exact=True).click()
    draw(page, (0.1, 0.5), (0.9, 0.5))
    assert pixel(page, 256, 256) == RED
    expect_told(page, 0, "white", 0)
    page.mouse.up()
    expect_told(page, 1, "white", 1)
    expect_middle(page, RED)
    expect(page.get_by_text("colours: red")).to_be_visible()


def test_two_strokes_in_one_go_are_told_together_and_undone_one_by_one_and_clearing_is_undone_too(page):
    for height in (0.3, 0.5):
        draw(page, (0.1, height), (0.9, height))
        page.mouse.up()
    expect_told(page, 1, "white", 2)
    page.get_by_role("button", name="Clear").click()
    expect_told(page, 2, "white", 0)
    expect_middle(page, WHITE)
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect_told(page, 3, "white", 2)
    undo.click()
    expect_told(page, 4, "white", 1)
    assert pixel(page, 256, 256) == WHITE
    undo.click()
    expect_told(page, 5, "white", 0)
    expect(undo).to_have_attribute("aria-disabled", "true")


def test_the_eraser_shows_the_paper_whatever_its_colour_becomes(page):
    draw(page, (0.1, 0.5), (0.9, 0.5))
    page.mouse.up()
    page.get_by_role("button", name="Eraser").click()
    draw(page, (0.5, 0.4), (0.5, 0.6))
    page.mouse.up()
    expect_told(page, 2, "white", 2)  # the first when the eraser was chosen
    expect_middle(page, WHITE)
    page.get_by_role("button", name="Red", exact=True).click()
    page.get_by_role("button", name="Colour the sheet").click()
    expect_told(page, 3, "red", 2)
    expect_middle(page, RED)
    assert pixel(page, 256, 256) == RED


def test_a_drawing_is_made_by_keys_alone_and_the_pen_says_where_it_is(page):
    page.locator("canvas").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert told(page) == "The pen is 124 from the left and 112 from the top."
    page.keyboard.press("Space")
    assert told(page) == "The pen draws, 124 from the left and 112 from the top."
    for _step in range(4):
        page.keyboard.press("Shift+ArrowDown")
    assert told(page) == "The pen draws, 124 from the left and 176 from the top."
    expect_told(page, 0, "white", 0)
    page.keyboard.press("Enter")
    assert told(page) == "The pen is lifted."
    expect_told(page, 1, "white", 1)
    assert pixel(page, 248, 300) != WHITE
    page.keyboard.press("Control+z")
    expect_told(page, 2, "white", 0)


def test_a_stroke_that_is_given_up_was_never_there(page):
    draw(page, (0.1, 0.5), (0.9, 0.5))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert pixel(page, 256, 256) == WHITE
    draw(page, (0.1, 0.1), (0.9, 0.1))
    page.mouse.up()
    expect_told(page, 1, "white", 1)


def test_a_pen_beside_the_sheet_leaves_no_line_along_its_edge(page):
    draw(page, (0.5, 0.5), (1.15, 0.5), (1.15, 0.9), (0.5, 0.9))
    page.mouse.up()
    expect_told(page, 1, "white", 1)
    assert pixel(page, 508, 350) == WHITE


def test_the_drawing_is_there_again_after_the_sheet_was_away(page):
    draw(page, (0.1, 0.5), (0.9, 0.5))
    page.mouse.up()
    expect_told(page, 1, "white", 1)
    sheet = page.get_by_text("Sheet", exact=True)
    sheet.click()
    expect(page.locator("canvas")).to_have_count(0)
    sheet.click()
    expect(page.locator("canvas")).to_be_visible()
    assert pixel(page, 256, 256) != WHITE
    page.get_by_role("button", name="Undo").click()
    expect_told(page, 2, "white", 0)


def test_a_narrow_window_has_room_for_all_of_it(address, open_page):
    page = open_page(base=address, width=400)
    expect(page.locator("canvas")).to_be_visible()
    assert sideways(page) == 0

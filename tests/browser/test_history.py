"""Undo and Back in a real browser: what was typed, slid or pasted comes back, and Back leaves the page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stepping import cells, reveal
from tests.browser.test_matrix_grid import button, cell, inside
from tests.browser.test_matrix_grid import paste as paste_text
from tests.browsing import follow, wait_until_idle

SLIDER = ".st-key-convolution-stride input"
UNDO, REDO = ".st-key-undo button", ".st-key-redo button"


def settled(page: Page) -> tuple[list[str], list[str]]:
    """The numbers of the input and the output on the stage."""
    return cells(page, "Input").all_inner_texts(), cells(page, "Output").all_inner_texts()


def expect_settled(page: Page, numbers: tuple[list[str], list[str]]) -> None:
    for board, texts in zip(("Input", "Output"), numbers, strict=True):
        expect(cells(page, board)).to_have_text(texts)


def type_number(page: Page) -> None:
    cell(page, 1, 1).click()
    page.keyboard.type("42")
    page.keyboard.press("Enter")


def slide(page: Page) -> None:
    page.locator(SLIDER).press("ArrowRight")


def choose_preset(page: Page) -> None:
    page.get_by_role("button", name="Two channels", exact=True).click()


def paste(page: Page) -> None:
    paste_text(page, "1 2 3\n4 5 6\n7 8 9")


def fill(page: Page) -> None:
    button(page, "0 1 2 …").click()


MOVES = (type_number, slide, fill, paste, choose_preset)  # each changes what comes out


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Convolution, reached from the home page."""
    page = open_page()
    follow(page, "Convolution")
    reveal(page)
    expect(page.locator(UNDO)).to_be_disabled()
    wait_until_idle(page)
    return page


def make(page: Page, move: Callable[[Page], None]) -> None:
    """The move, until the whole page is about it."""
    (_numbers, output), address = settled(page), page.url
    move(page)
    expect(cells(page, "Output")).not_to_have_text(output)
    expect(page).not_to_have_url(address)
    expect(page.locator(UNDO)).to_be_enabled()
    page.locator("h1").click()


def test_every_move_is_undone_stage_and_all_and_done_again(page):
    seen = [settled(page)]
    for move in MOVES:
        make(page, move)
        seen.append(settled(page))
    for before in reversed(seen[:-1]):
        page.keyboard.press("Control+z")
        expect_settled(page, before)
    expect(page.locator(UNDO)).to_be_disabled()
    expect(page).to_have_url(re.compile("/convolution$"))
    for after in seen[1:]:
        page.keyboard.press("Control+Shift+z")
        expect_settled(page, after)
    expect(page.locator(REDO)).to_be_disabled()
    page.locator(UNDO).click()
    expect_settled(page, seen[-2])


def test_back_leaves_the_page_in_one_press_whatever_was_moved_and_forward_finds_it_as_it_was_left(page):
    for move in MOVES:
        make(page, move)
    expect(page).to_have_url(re.compile(r"/convolution\?"))
    left, address = settled(page), page.url
    page.go_back()
    expect(page.locator("h1")).to_have_text("PyTorch by touch")
    page.go_forward()
    expect_settled(page, left)
    expect(page).to_have_url(address)
    expect(page.locator(UNDO)).to_be_enabled()


def test_the_keys_belong_to_a_field_while_it_is_typed_into(page):
    before = settled(page)
    fill(page)
    expect(cells(page, "Output")).not_to_have_text(before[1])
    filled = settled(page)
    button(page, "ones").click()
    expect(cells(page, "Output")).not_to_have_text(filled[1])
    wait_until_idle(page)  # an answer between two keys would make two steps of them
    cell(page, 2, 2).click()
    page.keyboard.type("42")
    page.keyboard.press("Control+z")
    expect(inside(page, 2, 2)).to_have_value("1")
    page.keyboard.press("Control+z")  # nothing is left to be taken back in the field
    expect(inside(page, 2, 2)).to_have_value("6")
    page.locator("h1").click()
    expect_settled(page, filled)
    page.keyboard.press("Control+z")
    expect_settled(page, before)

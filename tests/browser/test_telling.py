"""Every number of a cross-entropy tells its arithmetic in a real browser: under the pointer, and by keys."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.stepping import cells, expect_step


def lines(page: Page) -> Locator:
    return page.locator(".now .line")


def test_a_number_tells_its_arithmetic_under_the_pointer_and_to_keys_but_not_the_one_that_is_open(open_page):
    page = open_page("losses")
    expect_step(page, 19, of=19)
    height = page.locator(".stepper").bounding_box()["height"]
    for board, cell, told in (
        ("exp", 1, "exp(-1) ≈ 0.3679"),
        ("Sum", 0, "0.1353 + 0.3679 + 1 ≈ 1.503"),
        ("Softmax", 5, "0.3679 / 1.503 ≈ 0.2447"),
        ("Target × weight", 2, "1×1 = 1"),
        ("Loss", 0, "(0.4076 + 0.4076 + 0.4644) / 3 ≈ 0.4265"),
    ):
        cells(page, board).nth(cell).hover()
        expect(lines(page)).to_have_text([told])
        expect(lines(page)).to_be_in_viewport()
    cells(page, "Softmax").nth(3).hover()
    expect(lines(page)).to_have_count(0)
    cells(page, "Softmax").nth(4).hover()
    expect(lines(page)).to_have_text(["1 / 1.503 ≈ 0.6652"])
    page.mouse.move(5, 5)
    expect(lines(page)).to_have_count(0)
    assert page.locator(".stepper").bounding_box()["height"] == height

    page.locator(".speed").focus()
    page.keyboard.press("Tab")  # what is typed has its own keys
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    cell = cells(page, "Less the largest").nth(4)
    expect(cell).to_be_focused()
    expect(cell).to_have_accessible_name("Less the largest, row 2, column 2: 0")
    expect(cell).to_have_accessible_description("3 - 3 = 0")
    expect(lines(page)).to_have_text(["3 - 3 = 0"])
    for _board in ("exp", "Sum", "Softmax"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(cells(page, "Softmax").nth(3)).to_be_focused()
    expect(cells(page, "Softmax").nth(3)).to_have_accessible_description("")
    expect(lines(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    expect_step(page, 19, of=19)
    page.keyboard.press("Enter")
    expect_step(page, 4, of=19)
    expect(lines(page)).to_have_text(["0.1353 / 1.503 ≈ 0.09003"])
    page.keyboard.press("Escape")
    expect(page.locator(".stepper")).to_be_focused()
    expect(lines(page)).to_have_count(3)
    page.keyboard.press("ArrowLeft")
    expect_step(page, 3, of=19)


def test_what_is_under_the_pointer_is_told_anew_when_its_numbers_change(open_page):
    page = open_page("losses")
    cells(page, "exp").first.hover()
    expect(lines(page)).to_have_text(["exp(-2) ≈ 0.1353"])
    page.locator(".speed").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(cells(page, "exp").first).to_have_text("0.3679")
    expect(lines(page)).to_have_text(["exp(-1) ≈ 0.3679"])

"""Playing a convolution step by step in a real browser: 5 x 5 numbers, a kernel of 3 x 3, nine steps."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.stepping import cells, expect_step, places

IMAGE = ((1, 2, 3, 0, 1), (4, 5, 6, 1, 0), (7, 8, 9, 2, 1), (0, 1, 2, 3, 4), (3, 2, 1, 0, 5))
KERNEL = (1, 0, -1) * 3
WINDOWS = [[5 * (r + i) + c + j for i in range(3) for j in range(3)] for r in range(3) for c in range(3)]
FACTORS = [[(IMAGE[at // 5][at % 5], KERNEL[k]) for k, at in enumerate(window)] for window in WINDOWS]
PACE = {"slow": 1500, "fast": 150}  # milliseconds a step
OUTPUT = [sum(number * weight for number, weight in factors) for factors in FACTORS]


def button(page: Page, name: str) -> Locator:
    return page.locator(".stepper").get_by_role("button", name=name, exact=True)


def answer(page: Page) -> Locator:
    """The cell that is open, to type into."""
    return page.locator(".stepper").get_by_label("Which number belongs here")


def expect_open(page: Page, cell: int, outputs: list[int]) -> None:
    """The whole result stands there but for this cell, with the window that makes it and no more."""
    texts = [str(output) if at != cell else "" for at, output in enumerate(outputs)]
    expect(cells(page, "Output")).to_have_text(texts)
    expect(cells(page, "Output").nth(cell).locator("input")).to_have_value("")
    expect(page.locator(".prompt")).to_contain_text(f"row {cell // 3 + 1}, column {cell % 3 + 1}?")
    assert places(cells(page, "Input"), "[data-lit~=marked]") == WINDOWS[cell]
    expect(cells(page, "Products")).to_have_text([""] * 9)
    expect(cells(page, "Sum so far")).to_have_text([""] * 9)
    expect(page.locator(".now .line")).to_have_count(0)


def expect_working(page: Page, cell: int) -> None:
    expect(cells(page, "Products")).to_have_text([str(a * b) for a, b in FACTORS[cell]])
    expect(page.locator(".now .line")).to_contain_text(f"= {OUTPUT[cell]}")


@pytest.fixture
def page(open_page) -> Page:
    page = open_page("convolution")
    expect_step(page, 9)
    return page


def test_one_number_is_open_until_it_is_answered_and_another_after_it(page):
    expect_open(page, 4, OUTPUT)
    height = page.locator(".stepper").bounding_box()["height"]
    answer(page).fill("seven")
    answer(page).press("Enter")
    expect(page.locator(".prompt")).to_contain_text("seven")
    expect(answer(page)).to_have_value("seven")
    answer(page).fill("99")
    button(page, "Check").click()
    expect(page.locator(".prompt")).to_have_text("Not quite.")
    expect(cells(page, "Output")).to_have_text(list(map(str, OUTPUT)))
    expect_working(page, 4)

    button(page, "Ask me another").click()
    expect_open(page, 5, OUTPUT)
    answer(page).fill(f" {OUTPUT[5]}.0")
    answer(page).press("Enter")
    expect(page.locator(".prompt")).to_have_text("Right.")
    expect_working(page, 5)
    button(page, "Ask me another").click()
    expect_open(page, 6, OUTPUT)
    button(page, "Show me").click()
    expect_working(page, 6)
    expect(page.locator(".prompt")).to_have_text("")
    assert page.locator(".stepper").bounding_box()["height"] == height


def test_the_open_cell_is_clicked_and_typed_into_and_the_focus_goes_on_from_question_to_question(page):
    cells(page, "Output").nth(4).click(position={"x": 3, "y": 3})
    expect_open(page, 4, OUTPUT)
    page.keyboard.type(f"{OUTPUT[4]}")
    page.keyboard.press("Enter")
    expect_working(page, 4)
    expect(page.locator(".prompt")).to_have_text("Right.")
    expect(button(page, "Ask me another")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer(page)).to_be_focused()
    expect_open(page, 5, OUTPUT)


def test_behind_the_whole_result_there_is_no_step_and_no_answer(page):
    for name in ("Step on", "To the end"):
        button(page, name).click()
        expect_open(page, 4, OUTPUT)
    button(page, "Step back").click()
    expect_step(page, 8)


def test_who_clicks_to_type_leaves_the_question_where_it_is(open_page):
    page = open_page("convolution?view=backward")
    expect(page.locator(".stepper .answer")).to_have_count(1)
    cells(page, "Gradient of the output").nth(8).click()
    expect(cells(page, "Gradient of the output").nth(8).locator("input")).to_be_focused()
    page.keyboard.type("2")
    expect(page.locator(".stepper .answer")).to_have_count(1)
    expect(page.locator(".prompt")).to_contain_text("Gradient of the input, row 2, column 2?")
    button(page, "Show me").click()
    expect(page.locator(".now .line")).to_have_text("1×0 + 1×1 + 1×0 + 1×1 = 2")


def test_a_slider_gives_all_the_new_numbers_but_the_one_that_is_open(page):
    padding = page.locator(".st-key-convolution-padding input")
    padding.press("ArrowRight")
    expect(cells(page, "Output").filter(has_text=re.compile(r"\d"))).to_have_count(24)
    expect(cells(page, "Output").nth(12).locator("input")).to_be_visible()
    button(page, "Show me").click()
    expect(cells(page, "Output").filter(has_text=re.compile(r"\d"))).to_have_count(25)
    padding.press("ArrowLeft")
    expect(cells(page, "Output")).to_have_text(list(map(str, OUTPUT)))
    expect(answer(page)).to_have_count(0)


def test_who_plays_past_the_open_number_has_seen_it_and_who_stops_before_has_not(page):
    button(page, "To the start").click()
    expect(cells(page, "Output")).to_have_text([str(OUTPUT[0]), *[""] * 8])
    expect(page.locator(".prompt")).to_have_text("")
    button(page, "Ask me another").click()
    expect_open(page, 4, OUTPUT)
    button(page, "Step back").click()
    expect_step(page, 8)
    button(page, "To the end").click()
    expect(cells(page, "Output")).to_have_text(list(map(str, OUTPUT)))
    expect_working(page, 8)
    button(page, "Ask me another").click()
    expect_open(page, 5, OUTPUT)


def test_every_step_shows_its_arithmetic(page):
    button(page, "To the start").click()
    height = page.locator(".stepper").bounding_box()["height"]
    summaries = set()
    for k, (window, factors) in enumerate(zip(WINDOWS, FACTORS, strict=True)):
        expect_step(page, k + 1)
        expect(cells(page, "Output")).to_have_text([*map(str, OUTPUT[: k + 1]), *[""] * (8 - k)])
        expect(cells(page, "Products")).to_have_text([str(number * weight) for number, weight in factors])
        products = " + ".join(f"{number}×{'(-1)' if weight < 0 else weight}" for number, weight in factors)
        expect(page.locator(".now .line")).to_have_text(f"{products} = {OUTPUT[k]}")
        assert places(cells(page, "Input"), "[data-lit~=marked]") == window
        assert places(cells(page, "Output"), "[data-lit~=focus]") == [k]
        tags = cells(page, "Input").evaluate_all("all => all.map(each => each.dataset.tag).filter(Boolean)")
        assert tags == [f"×{weight}" for weight in KERNEL]
        summaries.add(page.locator(".stepper .summary").inner_text())
        page.keyboard.press("ArrowRight")
    assert len(summaries) == 9
    assert page.locator(".stepper").bounding_box()["height"] == height

    page.keyboard.press("ArrowLeft")
    expect_step(page, 8)
    button(page, "Step on").click()
    expect_step(page, 9)
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    expect_step(page, 1)
    button(page, "Step back").click()
    expect_step(page, 1)
    page.keyboard.press("End")
    expect_step(page, 9)


def test_the_pointer_shows_what_a_cell_is_made_from_and_used_for(page):
    cells(page, "Output").nth(4).hover()
    assert places(cells(page, "Input"), ".hinted") == WINDOWS[4]
    expect(page.locator(".now .line")).to_have_count(0)  # it is open
    cells(page, "Output").nth(3).hover()
    expect(page.locator(".now .line")).to_contain_text(f"= {OUTPUT[3]}")
    cells(page, "Input").nth(6).hover()
    assert places(cells(page, "Output"), ".hinted") == [0, 1, 3, 4]
    cells(page, "Input").nth(12).hover()
    assert places(cells(page, "Output"), ".hinted") == list(range(9))
    page.mouse.move(5, 5)
    assert places(cells(page, "Output"), ".hinted") == []
    expect_step(page, 9)

    cells(page, "Output").nth(3).click()
    expect_step(page, 4)
    page.keyboard.press("ArrowLeft")  # the click has given the focus
    expect_step(page, 3)


@pytest.fixture
def still_page(chromium, server) -> Iterator[Page]:
    """Its clock stands still but for what is let pass; that goes for a whole context, so it has its own."""
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        page.goto(f"{server}/convolution")
        expect_step(page, 9)
        page.clock.install()
        page.clock.pause_at(datetime.now() + timedelta(minutes=1))
        yield page


def test_it_plays_to_the_end_at_its_pace_and_can_be_paused(still_page):
    page = still_page
    page.locator(".speed").select_option("slow")
    button(page, "Play").click()  # at the end, so it starts again
    expect_step(page, 1)
    page.clock.run_for(PACE["slow"] - 1)
    expect_step(page, 1)
    page.clock.run_for(1)
    expect_step(page, 2)

    button(page, "Pause").click()
    page.clock.run_for(2 * PACE["slow"])
    expect_step(page, 2)
    expect(button(page, "Play")).to_be_visible()

    page.locator(".speed").select_option("fast")
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    page.clock.run_for(8 * PACE["fast"])
    expect_step(page, 9)
    expect(button(page, "Play")).to_be_visible()
    expect(cells(page, "Output")).to_have_text(list(map(str, OUTPUT)))


def test_the_place_is_kept_when_settings_change_and_on_another_page(page):
    padding = page.locator(".st-key-convolution-padding input")
    padding.press("ArrowRight")
    expect_step(page, 25, of=25)
    padding.press("ArrowLeft")
    expect_step(page, 9)

    box = page.locator(".scrub").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 9, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle, steps=4)
    expect_step(page, 5)
    page.mouse.up()

    padding.press("ArrowRight")
    expect_step(page, 5, of=25)
    expect(page).to_have_url(re.compile("padding=1"))  # the page has followed
    page.get_by_role("link", name="Pooling").click(delay=80)
    expect(cells(page, "Window")).to_have_count(9)
    page.get_by_role("link", name="Convolution").click(delay=80)
    expect_step(page, 5, of=25)


def test_the_rest_of_the_page_follows_a_slider_that_was_moved_quickly(page):
    padding = page.locator(".st-key-convolution-padding input")
    for turn in range(30):
        padding.press("ArrowLeft" if turn % 3 == 2 else "ArrowRight")
        expect(page.locator(".stepper .count")).to_contain_text("step")
    expect(padding).to_have_value("7")
    expect_step(page, 289, of=289)
    expect(page.locator(".st-key-code-convolution")).to_contain_text("padding=7")
    expect(page).to_have_url(re.compile("padding=7"))
    expect(cells(page, "Input")).to_have_count(19 * 19)


def test_a_slider_that_does_not_fit_is_explained_on_the_whole_page(page):
    page.goto(page.url.split("?")[0] + "?padding=same")
    expect_step(page, 25, of=25)
    stride = page.locator(".st-key-convolution-stride input")
    stride.press("ArrowRight")
    expect(page.get_by_role("alert")).to_contain_text("stride 1")
    expect(page.locator(".st-key-code-convolution")).to_have_count(0)
    expect(page).to_have_url(re.compile("stride=2"))
    stride.press("ArrowLeft")
    expect_step(page, 25, of=25)
    expect(page.locator(".st-key-code-convolution")).to_contain_text('padding="same"')

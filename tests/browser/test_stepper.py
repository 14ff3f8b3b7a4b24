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


def expect_question_after(page: Page, step: int) -> None:
    """Python has heard that the learner stays at this step, and asks for the next one."""
    place = f"row {step // 3 + 1}, column {step % 3 + 1}"
    expect(page.get_by_label(f"Which number comes next, at output {place}?", exact=True)).to_be_visible()


@pytest.fixture
def page(open_page) -> Page:
    page = open_page("convolution")
    expect_step(page, 9)
    return page


def test_every_step_shows_its_arithmetic(page):
    expect(cells(page, "Output")).to_have_text(list(map(str, OUTPUT)))
    expect(page.get_by_label("How many parameters does this layer learn?")).to_be_visible()
    expect(page.get_by_label("Which number comes next")).to_have_count(0)

    button(page, "To the start").click()
    expect_question_after(page, step=1)
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
    cells(page, "Input").nth(6).hover()
    assert places(cells(page, "Output"), ".hinted") == [0, 1, 3, 4]
    cells(page, "Input").nth(12).hover()
    assert places(cells(page, "Output"), ".hinted") == list(range(9))
    page.mouse.move(5, 5)
    assert places(cells(page, "Output"), ".hinted") == []
    expect_step(page, 9)

    cells(page, "Output").nth(3).click()
    expect_step(page, 4)
    expect_question_after(page, step=4)
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
    expect_question_after(page, step=2)

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
    expect_question_after(page, step=5)

    padding.press("ArrowRight")
    expect_step(page, 5, of=25)
    expect(page).to_have_url(re.compile("padding=1"))  # the page has followed
    page.get_by_role("link", name="Pooling").click(delay=80)
    expect(cells(page, "Window")).to_have_count(9)
    page.get_by_role("link", name="Convolution").click(delay=80)
    expect_step(page, 5, of=25)
    expect(page.get_by_label("Which number comes next, at output row 2, column 1?")).to_be_visible()


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

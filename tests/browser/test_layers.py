"""Convolution and pooling in a real browser: presets, mistakes, gradients, a picture, narrow screens."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.stepping import cells, expect_step, places, reveal, type_into
from tests.browsing import darken, sideways, wait_until_idle


def numbers(page: Page, board: str) -> torch.Tensor:
    """The square of numbers on a board."""
    texts = cells(page, board).all_inner_texts()
    side = int(len(texts) ** 0.5)
    return torch.tensor(list(map(float, texts)), dtype=torch.float64).reshape(1, side, side)


def texts(values: torch.Tensor) -> list[str]:
    return [f"{value + 0.0:g}" for value in values.flatten().tolist()]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def style_of(cell: Locator, name: str) -> str:
    return cell.evaluate(f"each => getComputedStyle(each).{name}")


# Convolution


def test_channels_are_added_up_and_what_is_around_the_image_is_drawn(open_page):
    page = open_page("convolution")
    reveal(page)
    press(page, "Two channels")
    expect(cells(page, "Output")).to_have_text(["18"])
    expect(cells(page, "Sum so far, channel 1").last).to_have_text("5")
    expect(cells(page, "Sum so far, channel 2").last).to_have_text("13")
    expect(page.locator(".now .line").last).to_have_text("5 + 13 = 18")

    press(page, "Padding 1")
    expect_step(page, 25, of=25)
    shown, ring = cells(page, "Input").all_inner_texts(), places(cells(page, "Input"), ".ring")
    assert ring == [at for at in range(49) if not {at // 7, at % 7} <= set(range(1, 6))]
    assert {shown[at] for at in ring} == {"0"}
    assert style_of(cells(page, "Input").first, "outlineStyle") == "dashed"
    assert style_of(cells(page, "Input").nth(8), "outlineStyle") == "none"

    press(page, "Stride 2")
    expect_step(page, 4, of=4)
    press(page, "rows: more")
    expect(cells(page, "Input")).to_have_count(30)
    press(page, "columns: more")
    expect(cells(page, "Input")).to_have_count(36)
    assert places(cells(page, "Input"), ".dropped") == [at for at in range(36) if 5 in (at // 6, at % 6)]
    assert "gradient" in style_of(cells(page, "Input").last, "backgroundImage")
    assert style_of(cells(page, "Input").first, "backgroundImage") == "none"


def test_the_mistakes_of_the_course_notes_are_found(open_page):
    page = open_page("convolution")
    reveal(page)
    expect_step(page, 9, of=9)
    output = cells(page, "Output").all_inner_texts()
    box, printed = page.locator(".st-key-convolution-printed-printed"), page.locator(".printed button")
    expect(printed).to_have_count(0)
    press(page, "Look for it")
    expect(printed).to_have_count(9)
    expect(cells(page, "Output")).to_have_text([""] * 9)
    wrong = [at for at, text in enumerate(printed.all_inner_texts()) if text != output[at]]
    for at in wrong[1:]:
        printed.nth(at).click()
        expect(printed.nth(at)).to_have_attribute("aria-pressed", "true")
    press(page, "Check")
    expect(box).to_contain_text(
        "You found 5 of 6 wrong cells, and marked 0 that are right. You have one more"
    )
    expect(page.locator(".printed .wrong")).to_have_count(0)
    expect(cells(page, "Output")).to_have_text([""] * 9)

    printed.nth(wrong[0]).click()
    expect(printed.nth(wrong[0])).to_have_attribute("aria-pressed", "true")
    press(page, "Check")
    expect(box).to_contain_text("You found 6 of 6 wrong cells, and marked 0 that are right.")
    expect(cells(page, "Output")).to_have_text(output)
    for told in range(1, 7):
        expect(page.locator(".printed .wrong b")).to_have_text([output[at] for at in wrong[:told]])
        expect(box.get_by_text("True at row")).to_have_count(told)
        if told < 6:
            press(page, "Next wrong cell")
    expect(box).to_contain_text("4×1 + 5×0 + 6×(-1) + 7×1 + 8×0 + 9×(-1) + 0×1 + 1×0 + 2×(-1) = -6")
    expect(printed.first).to_have_attribute("aria-disabled", "true")
    printed.first.click(force=True)
    expect(printed.first).to_have_attribute("aria-pressed", "false")
    press(page, "Stride 1")
    expect(page.locator(".printed")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_jumps_when_an_answer_is_shown(open_page, width):
    page = open_page("pooling", width=width)
    note, code = page.get_by_text("Parameters to learn:"), page.get_by_text("The code", exact=True)
    expect(note).to_have_text("Parameters to learn: ?.")
    asked = page.locator("[class*=st-key-question-]").filter(has_text="How many parameters")
    asked.scroll_into_view_if_needed()
    before = [each.bounding_box() for each in (asked, code)]
    asked.get_by_role("button", name="Show me").click()
    expect(asked).to_contain_text("Shown. Pooling keeps the largest number or the mean")
    expect(note).to_have_text("Parameters to learn: 0.")
    expect(asked.get_by_role("spinbutton")).to_be_disabled()
    assert [each.bounding_box() for each in (asked, code)] == before


def test_the_legend_has_the_colours_of_the_deepest_cells_by_day_and_by_night(open_page):
    page = open_page("convolution", color_scheme="light")
    kernel, signs = cells(page, "Kernel"), page.locator(".legend i")
    expect(kernel.first).to_have_text("1")
    expect(signs).to_have_count(3)
    for change in (lambda: None, lambda: darken(page)):
        change()
        for at in range(3):  # 1, 0, -1: positive, zero, negative
            expect(signs.nth(at)).to_have_css("background-color", style_of(kernel.nth(at), "backgroundColor"))


def test_gradients_gather_step_by_step(open_page):
    page = open_page("convolution?view=backward")
    reveal(page)
    expect_step(page, 9, of=9)
    image, weight = numbers(page, "Input"), numbers(page, "Kernel")
    image.requires_grad_()
    weight.requires_grad_()
    output = F.conv2d(image, weight[None])
    into_image, into_weight = torch.autograd.grad(output.sum(), (image, weight), retain_graph=True)
    expect(cells(page, "Gradient of the kernel")).to_have_text(texts(into_weight))
    expect(cells(page, "Gradient of the input")).to_have_text(texts(into_image))
    expect(cells(page, "Gradient of the bias")).to_have_text("9")

    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    for step in (1, 2, 3):
        into_image, into_weight = torch.autograd.grad(
            output.flatten()[:step].sum(), (image, weight), retain_graph=True
        )
        expect(cells(page, "Gradient of the kernel")).to_have_text(texts(into_weight))
        expect(cells(page, "Gradient of the input")).to_have_text(texts(into_image))
        expect(cells(page, "Gradient of the bias")).to_have_text(str(step))
        page.keyboard.press("ArrowRight")

    type_into(cells(page, "Gradient of the output").first, "3")
    expect(cells(page, "Gradient of the output").first).to_have_text("3")
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    expect(cells(page, "Gradient of the bias")).to_have_text("3")
    expect(cells(page, "Gradient of the kernel")).to_have_text(texts(3 * image[0, :3, :3]))


# On a picture


def picture_of(page: Page, name: str) -> np.ndarray:
    """The pixels of the picture, or of the response."""
    data = page.locator(f".probe .{name}").get_attribute("src").partition(",")[2]
    return np.asarray(Image.open(BytesIO(b64decode(data))))


def in_probe(page: Page, name: str) -> list[float]:
    return list(map(float, page.locator(f".probe .{name} div").all_inner_texts()))


def expect_sum_of_products(page: Page) -> None:
    products = np.dot(in_probe(page, "patch"), in_probe(page, "kernel"))
    assert float(page.locator(".probe .sum").inner_text()) == products


def choose_kernel(page: Page, name: str) -> None:
    page.locator(".st-key-convolution-filter input").click()
    page.get_by_role("option", name=name).click()


def test_the_pointer_looks_into_a_picture(open_page):
    page = open_page("convolution?view=picture")
    over, kernel = page.locator(".probe .over"), page.locator(".probe .kernel div")
    expect(kernel).to_have_count(9)
    expect_sum_of_products(page)
    pixels, (rows, columns, _) = picture_of(page, "picture"), picture_of(page, "response").shape
    sums, box = set(), over.bounding_box()
    for row, column in ((20, 65), (60, 14), (66, 21)):
        x, y = (column + 0.5) / columns * box["width"], (row + 0.5) / rows * box["height"]
        over.hover(position={"x": x, "y": y})
        assert in_probe(page, "patch") == pixels[row : row + 3, column : column + 3].flatten().tolist()
        expect_sum_of_products(page)
        sums.add(page.locator(".probe .sum").inner_text())
    assert len(sums) == 3

    over.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    here = pixels[row + 1 : row + 4, column + 1 : column + 4].flatten().tolist()
    assert in_probe(page, "patch") == here
    expect_sum_of_products(page)

    response = page.locator(".probe .response").get_attribute("src")
    choose_kernel(page, "Laplacian")
    expect(kernel).to_have_text(["0", "1", "0", "1", "-4", "1", "0", "1", "0"])
    expect(page.locator(".probe .response")).not_to_have_attribute("src", response)
    assert in_probe(page, "patch") == here
    expect_sum_of_products(page)
    choose_kernel(page, "A kernel of your own")
    type_into(cells(page, "A kernel of your own").nth(4), "0.5")
    expect(kernel.nth(4)).to_have_text("0.5")
    expect_sum_of_products(page)

    grey = BytesIO()
    Image.new("L", (24, 16), 200).save(grey, "PNG")
    file = {"name": "grey.png", "mimeType": "image/png", "buffer": grey.getvalue()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(file)
    expect(page.locator(".probe .patch div")).to_have_text(["200"] * 9)
    assert picture_of(page, "picture").shape == (16, 24)
    expect_sum_of_products(page)


# Pooling


def test_the_largest_of_each_window_is_circled(open_page):
    page = open_page("pooling")
    expect(cells(page, "Output").filter(has=page.locator("input"))).to_have_count(1)
    assert places(cells(page, "Window"), "[data-lit]") == []  # that would be the answer
    reveal(page)
    expect_step(page, 9, of=9)
    image = numbers(page, "Input")
    output, winners = F.max_pool2d(image, 3, 1, return_indices=True)
    expect(cells(page, "Output")).to_have_text(texts(output))
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    for step, winner in enumerate(winners.flatten().tolist(), start=1):
        expect_step(page, step, of=9)
        assert places(cells(page, "Input"), "[data-lit~=circled]") == [winner]
        window = image[0, (step - 1) // 3 :, (step - 1) % 3 :][:3, :3]
        expect(cells(page, "Window")).to_have_text(texts(window))
        assert places(cells(page, "Window"), "[data-lit~=circled]") == [int(window.argmax())]
        listed = f"max({', '.join(texts(window))}) = {window.max():g}"
        expect(page.locator(".now .line")).to_have_text(listed)
        page.keyboard.press("ArrowRight")

    page.locator(".st-key-pooling-padding input").press("ArrowRight")
    expect(cells(page, "Input")).to_have_count(49)
    shown, ring = cells(page, "Input").all_inner_texts(), places(cells(page, "Input"), ".ring")
    assert len(ring) == 24
    assert {shown[at] for at in ring} == {"-∞"}

    press(page, "Max, ceil_mode off")
    expect_step(page, 1, of=1)
    page.locator(".st-key-pooling-ceil_mode").get_by_text("ceil_mode").click()
    expect_step(page, 4, of=4)
    expect(cells(page, "Output")).to_have_count(4)
    page.locator(".st-key-pooling-ceil_mode").get_by_text("ceil_mode").click()
    expect_step(page, 1, of=1)


# Both


@pytest.mark.parametrize(
    ("path", "title", "programs"),
    [
        ("convolution?lang=en", "Convolution", ["F.conv2d", "grad_output", "picture.png"]),
        ("convolution?lang=zh", "卷积", ["F.conv2d", "grad_output", "picture.png"]),
        ("pooling?lang=en", "Pooling", ["F.max_pool2d", "grad_output"]),
        ("pooling?lang=zh", "池化", ["F.max_pool2d", "grad_output"]),
    ],
)
def test_every_view_fits_a_narrow_screen(open_page, path, title, programs):
    """Every view has its own program, which is almost the last thing on the page."""
    page = open_page(path, width=400)
    expect(page.locator("h1")).to_have_text(title)
    views = page.locator("[class*=st-key-][class*=-view] button")
    expect(views).to_have_count(len(programs))
    for view, program in enumerate(programs):
        views.nth(view).click()
        expect(page.get_by_test_id("stCode").filter(has_text=program)).to_have_count(1)
        expect(page.locator(".prompt:not(:empty), .probe .sum").first).to_be_visible()
        wait_until_idle(page)
        assert sideways(page) == 0

"""Typing matrices in a real browser: cells, pastes, sizes, fills, text, and the address."""

import re
from base64 import b64decode
from collections.abc import Sequence

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from tests.browser.stepping import cells

KERNEL = ((1, 0, -1),) * 3  # the lesson starts with it
PASTE = """(input, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  input.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true })
  );
}"""
FORMATS = {
    "a spreadsheet": lambda matrix: "".join("\t".join(map(str, row)) + "\r\n" for row in matrix.tolist()),
    "CSV": lambda matrix: "\n".join(",".join(map(str, row)) for row in matrix.tolist()),
    "plain text": lambda matrix: "\n".join(" ".join(map(str, row)) for row in matrix.tolist()),
    "a NumPy array": repr,
    "a NumPy array, printed": str,
    "a tensor": lambda matrix: repr(torch.tensor(matrix, dtype=torch.float64)),
}


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f"input[aria-label='Input, channel 1, row {row}, column {column}']")


def grid(page: Page) -> Locator:
    return page.locator(".st-key-convolution-image-matrix")


def inputs(page: Page) -> Locator:
    return grid(page).locator("input")


def told(page: Page) -> Locator:
    return grid(page).locator(".refusal")


def button(page: Page, name: str) -> Locator:
    return grid(page).get_by_role("button", name=name, exact=True)


def typed(page: Page) -> list[list[float]]:
    """The numbers in the grid, as it stands."""
    rows = grid(page).get_by_role("row").all()
    return [row.locator("input").evaluate_all("all => all.map(each => Number(each.value))") for row in rows]


def expect_typed(page: Page, matrix: Sequence[Sequence[float]]) -> None:
    """The grid follows Python's answer by itself, before the stage or after it."""
    texts = [f"{value:g}" for row in matrix for value in row]
    expect(inputs(page)).to_have_count(len(texts))
    for each, text in zip(inputs(page).all(), texts, strict=True):
        expect(each).to_have_value(text)
    assert typed(page) == [list(row) for row in matrix]


def paste(page: Page, text: str) -> None:
    cell(page, 1, 1).focus()
    cell(page, 1, 1).evaluate(PASTE, text)


def listen_to_the_socket(page: Page) -> list[bytes]:
    """Every frame that the browser sends from now on."""
    sent: list[bytes] = []
    session = page.context.new_cdp_session(page)
    session.on(
        "Network.webSocketFrameSent", lambda event: sent.append(b64decode(event["response"]["payloadData"]))
    )
    session.send("Network.enable")
    return sent


def expect_output_of(page: Page, image: Sequence[Sequence[float]]) -> None:
    """The stage shows what PyTorch makes of this image."""
    tensors = (torch.tensor(each, dtype=torch.float64)[None, None] for each in (image, KERNEL))
    output = F.conv2d(*tensors).flatten().tolist()
    expect(cells(page, "Output")).to_have_text([f"{value + 0.0:g}" for value in output])


@pytest.fixture
def page(open_page) -> Page:
    page = open_page("convolution")
    expect(cell(page, 1, 1)).to_be_visible()
    return page


def test_what_is_typed_is_convolved_and_stands_in_the_address(page, open_page):
    image = typed(page)
    expect_output_of(page, image)
    cell(page, 1, 1).click()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    image[0][0] = 42
    expect_output_of(page, image)
    expect(cell(page, 2, 1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(cell(page, 1, 3)).to_be_focused()
    page.keyboard.type("-2.5")
    page.keyboard.press("Tab")
    expect(cell(page, 1, 4)).to_be_focused()
    image[0][2] = -2.5
    expect_output_of(page, image)
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(cell(page, 1, 4)).to_have_value("0")

    expect(page).to_have_url(re.compile(r"image=42\W.*-2\.5\W"))
    elsewhere = open_page(page.url.rsplit("/", 1)[1])
    expect_typed(elsewhere, image)
    expect_output_of(elsewhere, image)


def test_what_is_no_number_is_marked_and_named_and_loses_nothing(page):
    image = typed(page)
    cell(page, 2, 3).fill("crx")  # Streamlit has shortcuts on c and r
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text("Row 2, column 3: “crx” is not a number.")
    expect(cell(page, 2, 3)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_output_of(page, image)

    cell(page, 5, 5).fill("-7")
    page.keyboard.press("Enter")
    image[4][4] = -7
    expect_output_of(page, image)
    expect(cell(page, 2, 3)).to_have_value("crx")

    page.get_by_role("link", name="Pooling").click(delay=80)
    expect(page.locator("h1")).to_have_text("Pooling")
    page.get_by_role("link", name="Convolution").click(delay=80)
    expect(cell(page, 2, 3)).to_have_value("crx")
    expect(cell(page, 2, 3)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, 5, 5)).to_have_value("-7")

    cell(page, 2, 3).fill("1,5")
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text("Row 2, column 3: “1,5” is not a number; write “1.5”.")
    cell(page, 2, 3).fill("1.5")
    page.keyboard.press("Enter")
    image[1][2] = 1.5
    expect_output_of(page, image)
    expect(told(page)).to_have_text("")
    expect(grid(page).locator("[aria-invalid]")).to_have_count(0)


def test_every_format_can_be_pasted_and_what_is_too_large_never_leaves_the_browser(page):
    for number, write in enumerate(FORMATS.values()):
        rows, columns = 3 + number % 3, 3 + number % 2
        matrix = (7 * np.arange(rows * columns) % 11 - 5 + number).reshape(rows, columns)
        paste(page, write(matrix))
        expect_output_of(page, matrix.tolist())
        expect_typed(page, matrix.tolist())
        expect(grid(page).locator("output")).to_have_text([str(rows), str(columns)])
        expect(told(page)).to_have_text("")

    sent = listen_to_the_socket(page)
    image = typed(page)
    paste(page, "[[1, 2], [3]]")
    expect(told(page)).to_have_text("Row 2 has 1 numbers, row 1 has 2.")
    refused = {
        "8642 " * 40_001: "The text has more than 200000 characters.",
        "8642\n" * 101: "The matrix has more than 100 rows or columns.",
        "8642 " * 101: "The matrix has more than 100 rows or columns.",
    }
    for text, refusal in refused.items():
        paste(page, text)
        expect(told(page)).to_have_text(refusal)
        assert typed(page) == image

    cell(page, 1, 1).fill("77")
    page.keyboard.press("Enter")
    image[0][0] = 77
    expect_output_of(page, image)
    expect(told(page)).to_have_text("")
    assert any(b"[[1, 2], [3]]" in frame for frame in sent)
    assert not any(b"8642" in frame for frame in sent)


def test_the_matrix_is_resized_filled_and_written_as_text(page):
    image = typed(page)
    button(page, "rows: more").click()
    image.append([0] * 5)
    expect_output_of(page, image)
    expect(button(page, "rows: more")).to_be_focused()
    button(page, "columns: fewer").click()
    image = [row[:4] for row in image]
    expect_output_of(page, image)
    assert typed(page) == image

    button(page, "0 1 2 …").click()
    expect_output_of(page, np.arange(24).reshape(6, 4).tolist())
    button(page, "ones").click()
    expect(cell(page, 6, 4)).to_have_value("1")
    button(page, "zeros").click()
    expect(cell(page, 6, 4)).to_have_value("0")
    expect_output_of(page, [[0] * 4] * 6)
    button(page, "random").click()
    image = typed(page)
    assert any(any(row) for row in image)
    expect_output_of(page, image)

    grid(page).get_by_text("As text").click()
    area = grid(page).get_by_role("textbox", name="A row on each line")
    expect(area).to_have_value("\n".join(" ".join(f"{value:g}" for value in row) for row in image))

    area.fill("1 2 3\n4 5 x\n7 8 9")
    area.press("Control+Enter")
    expect(grid(page).get_by_text("Row 2, column 3: x is not a number.")).to_be_visible()
    expect(area).to_have_value("1 2 3\n4 5 x\n7 8 9")
    expect_output_of(page, image)

    area.fill("[[1, 2, 3], [4, 5, 6], [7, 8, 19]]")
    area.press("Control+Enter")
    image = [[1, 2, 3], [4, 5, 6], [7, 8, 19]]
    expect_output_of(page, image)
    expect(cell(page, 3, 3)).to_have_value("19")
    expect(area).to_have_value("1 2 3\n4 5 6\n7 8 19")

    cell(page, 1, 1).fill("5")
    cell(page, 1, 1).press("Enter")
    expect(area).to_have_value("5 2 3\n4 5 6\n7 8 19")


def test_a_hundred_by_a_hundred_still_answers(page):
    """It waits for selectors: to expect something of 20,000 cells takes Playwright many seconds."""
    paste(page, "\n".join(" ".join(str(row * column % 7) for column in range(100)) for row in range(100)))
    page.locator(".note", has_text="of 9604 steps.").wait_for()
    cell(page, 100, 100).wait_for()  # the grid follows the stage
    assert inputs(page).count() == 10_000
    cell(page, 1, 1).fill("12345")
    cell(page, 1, 1).press("Enter")
    page.locator(".board[data-board='0'] .cell[data-cell='0']", has_text="12345").wait_for()
    button(page, "rows: fewer").click()
    page.locator(".note", has_text="of 9506 steps.").wait_for()
    assert inputs(page).count() == 9_900

"""Typing matrices in a real browser: cells, pastes, sizes, fills, text, and the address."""

import re
from base64 import b64decode
from collections.abc import Sequence

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from tests.browser.stepping import cells, reveal, type_into

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
    "a parameter": lambda matrix: repr(torch.nn.Parameter(torch.tensor(matrix, dtype=torch.float64)[None])),
    "PowerPoint": lambda matrix: "\v".join(" ".join(map(str, row)) for row in matrix.tolist()),
    "a Chinese input method": lambda matrix: (
        "；".join("，".join(map(str, row)) for row in matrix.tolist()).replace("-", "－").replace("1", "１")
    ),
}


def cell(page: Page, row: int, column: int) -> Locator:
    """Of the input."""
    rows = page.locator(".stepper .box[aria-label='Input'] .row")
    return rows.nth(row - 1).locator(".cell").nth(column - 1)


def inside(page: Page, row: int, column: int) -> Locator:
    """What is typed into, where a cell has the focus."""
    return cell(page, row, column).locator("input")


def told(page: Page) -> Locator:
    return page.locator(".stepper .refusal")


def button(page: Page, name: str) -> Locator:
    return page.locator(".stepper .tools").get_by_role("button", name=name, exact=True)


def typed(page: Page) -> list[list[float]]:
    """The numbers of the input, as they stand; none has the focus."""
    rows = page.locator(".stepper .box[aria-label='Input'] .row").all()
    return [[float(text) for text in row.locator(".cell").all_inner_texts()] for row in rows]


def expect_typed(page: Page, matrix: Sequence[Sequence[float]]) -> None:
    expect(cells(page, "Input")).to_have_text([f"{value:g}" for row in matrix for value in row])


def paste(page: Page, text: str) -> None:
    cell(page, 1, 1).click()
    inside(page, 1, 1).evaluate(PASTE, text)


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
    reveal(page)
    return page


def test_what_is_typed_is_convolved_and_stands_in_the_address(page, open_page):
    image = typed(page)
    expect_output_of(page, image)
    cell(page, 1, 1).click()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    image[0][0] = 42
    expect_output_of(page, image)
    expect(inside(page, 2, 1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(inside(page, 1, 3)).to_be_focused()
    page.keyboard.type("-2.5")
    page.keyboard.press("ArrowRight")
    expect(inside(page, 1, 4)).to_be_focused()
    image[0][2] = -2.5
    expect_output_of(page, image)
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(inside(page, 1, 4)).to_have_value("0")

    expect(page).to_have_url(re.compile(r"image=42\W.*-2\.5\W"))
    elsewhere = open_page(page.url.rsplit("/", 1)[1])
    reveal(elsewhere)
    expect_typed(elsewhere, image)
    expect_output_of(elsewhere, image)


def test_a_grid_is_one_stop_of_the_tab_key_and_remembers_its_cell(page):
    cell(page, 2, 2).click()
    page.keyboard.press("Home")
    expect(inside(page, 2, 1)).to_be_focused()
    page.keyboard.press("Control+End")
    expect(inside(page, 5, 5)).to_be_focused()
    page.keyboard.press("Tab")
    expect(cells(page, "Kernel").nth(0).locator("input")).to_be_focused()
    expect(page.locator(".tools .name")).to_have_text("Kernel")
    page.keyboard.press("Tab")
    expect(cells(page, "Bias").locator("input")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(inside(page, 5, 5)).to_be_focused()


def test_a_number_that_is_being_typed_survives_the_answer_to_the_one_before(page):
    image = typed(page)
    cell(page, 1, 1).click()
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    image[0][0] = 42
    expect_output_of(page, image)
    expect(inside(page, 2, 1)).to_have_value("7")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    image[1][0] = 75
    expect_output_of(page, image)


def test_what_is_typed_at_once_on_top_of_a_paste_is_kept(page):
    paste(page, "1 2 3 4\n5 6 7 8\n9 10 11 12\n13 14 15 16")
    page.keyboard.type("42\n43\n")
    expect_output_of(page, [[42, 2, 3, 4], [43, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]])


def test_what_is_no_number_is_marked_and_named_and_loses_nothing(page):
    image = typed(page)
    type_into(cell(page, 2, 3), "crx")  # Streamlit has shortcuts on c and r
    expect(told(page)).to_have_text("Row 2, column 3: “crx” is not a number.")
    expect(cell(page, 2, 3)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Tab")
    expect(told(page)).to_have_text("Input: Row 2, column 3: “crx” is not a number.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_output_of(page, image)

    type_into(cell(page, 5, 5), "-7")
    image[4][4] = -7
    expect_output_of(page, image)
    expect(cell(page, 2, 3)).to_have_text("crx")

    page.get_by_role("link", name="Pooling").click(delay=80)
    expect(page.locator("h1")).to_have_text("Pooling")
    page.get_by_role("link", name="Convolution").click(delay=80)
    expect(cell(page, 2, 3)).to_have_text("crx")
    expect(cell(page, 2, 3)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, 5, 5)).to_have_text("-7")

    type_into(cell(page, 2, 3), "1,5")
    expect(told(page)).to_have_text("Row 2, column 3: “1,5” is not a number; write “1.5”.")
    type_into(cell(page, 2, 3), "1.5")
    image[1][2] = 1.5
    expect_output_of(page, image)
    expect(told(page)).to_have_text("")
    expect(page.locator(".stepper [aria-invalid]")).to_have_count(0)


def test_what_does_not_fit_can_be_mended_where_it_stands(page):
    page.locator(".st-key-convolution-more").get_by_text("More").click()
    type_into(cell(page, 1, 1), "1")
    for _ in range(3):
        button(page, "rows: fewer").click()
    expect(page.get_by_role("alert")).to_contain_text("kernel")
    expect(cells(page, "Input")).to_have_count(10)
    expect(cells(page, "Kernel")).to_have_count(9)
    button(page, "rows: more").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(cells(page, "Output")).to_have_count(3)


def test_every_format_can_be_pasted_and_what_is_too_long_never_leaves_the_browser(page):
    for number, write in enumerate(FORMATS.values()):
        rows, columns = 3 + number % 3, 3 + number % 2
        matrix = (7 * np.arange(rows * columns) % 11 - 5 + number).reshape(rows, columns)
        paste(page, write(matrix))
        expect_output_of(page, matrix.tolist())
        page.keyboard.press("Tab")
        expect_typed(page, matrix.tolist())
        expect(told(page)).to_have_text("")

    sent = listen_to_the_socket(page)
    image = typed(page)
    paste(page, "[[1, 2], [3]]")
    expect(told(page)).to_have_text("Row 2 has 1 number, row 1 has 2.")
    refused = {
        "8642 " * 200_001: "The text has more than 1000000 characters.",
        "1\n" * 101: "101 rows are too many; at most 100.",
        "1 " * 101: "101 columns are too many; at most 100.",
        "1,234.5": "“1,234.5” can mean “1234.5” or “1, 234.5”; write the one you mean.",
        "1\u202f234": "“1<U+202F>234” can mean “1234” or “1, 234”; write the one you mean.",
    }
    for text, refusal in refused.items():
        paste(page, text)
        expect(told(page)).to_have_text(refusal)
    page.keyboard.press("Tab")
    expect_typed(page, image)

    type_into(cell(page, 1, 1), "77")
    image[0][0] = 77
    expect_output_of(page, image)
    expect(told(page)).to_have_text("")
    assert any(b"[[1, 2], [3]]" in frame for frame in sent)
    assert not any(b"8642" in frame for frame in sent)


def test_numbers_are_typed_as_a_chinese_input_method_writes_them(page):
    image = typed(page)
    for column, (text, value) in enumerate({"－３": -3, "１．５": 1.5, "2。5": 2.5, "1／4": 0.25}.items()):
        type_into(cell(page, 1, column + 1), text)
        image[0][column] = value
    expect_output_of(page, image)
    expect(told(page)).to_have_text("")
    expect(page).to_have_url(re.compile(r"image=-3\W.*1\.5\W"))

    # At once, while the rest of the page is about to follow the new numbers.
    page.locator(".st-key-convolution-as-text").get_by_text("As text").click()
    area = page.get_by_role("textbox", name="Input", exact=True)
    area.fill("［［１，２，３］，［4，5，6］，［7，8，1／8］］")
    area.press("Control+Enter")
    image = [[1, 2, 3], [4, 5, 6], [7, 8, 0.125]]
    expect_output_of(page, image)
    expect_typed(page, image)

    paste(page, "torch.tensor(－7.)")
    image[0][0] = -7
    expect_output_of(page, image)
    page.keyboard.press("Tab")
    expect_typed(page, image)


def test_the_matrix_is_resized_filled_and_written_as_text(page):
    image = typed(page)
    button(page, "rows: more").click()
    image.append([0] * 5)
    expect_output_of(page, image)
    expect(button(page, "rows: more")).to_be_focused()
    button(page, "columns: fewer").click()
    image = [row[:4] for row in image]
    expect_output_of(page, image)
    expect_typed(page, image)

    button(page, "0 1 2 …").click()
    expect_output_of(page, np.arange(24).reshape(6, 4).tolist())
    button(page, "ones").click()
    expect(cell(page, 6, 4)).to_have_text("1")
    button(page, "zeros").click()
    expect_typed(page, [[0] * 4] * 6)  # the output is that of the ones
    expect_output_of(page, [[0] * 4] * 6)
    button(page, "random").click()
    expect(cells(page, "Input").filter(has_text=re.compile("[1-9]"))).not_to_have_count(0)
    image = typed(page)
    expect_output_of(page, image)

    # At once, while the rest of the page is about to follow the new numbers.
    page.locator(".st-key-convolution-as-text").get_by_text("As text").click()
    area = page.get_by_role("textbox", name="Input", exact=True)
    expect(area).to_have_value("\n".join(" ".join(f"{value:g}" for value in row) for row in image))

    area.fill("1 2 3\n4 5 x\n7 8 9")
    area.press("Control+Enter")
    expect(page.get_by_text("Row 2, column 3: x is not a number.")).to_be_visible()
    expect(area).to_have_value("1 2 3\n4 5 x\n7 8 9")
    expect_output_of(page, image)

    area.fill("[[1, 2, 3], [4, 5, 6], [7, 8, 19]]")
    area.press("Control+Enter")
    image = [[1, 2, 3], [4, 5, 6], [7, 8, 19]]
    expect_output_of(page, image)
    expect(cell(page, 3, 3)).to_have_text("19")
    expect(area).to_have_value("1 2 3\n4 5 6\n7 8 19")

    type_into(cell(page, 1, 1), "5")
    expect(area).to_have_value("5 2 3\n4 5 6\n7 8 19")


def test_a_hundred_by_a_hundred_still_answers(page):
    """It waits for selectors: to expect something of 20,000 cells takes Playwright many seconds."""
    paste(page, "\n".join(" ".join(str(row * column % 7) for column in range(100)) for row in range(100)))
    page.locator(".note", has_text="of 9604 steps.").wait_for()
    type_into(cell(page, 1, 1), "12345")
    page.locator(".board[data-board='0'] .cell[data-cell='0']", has_text="12345").wait_for()
    button(page, "rows: fewer").click()
    page.locator(".note", has_text="of 9506 steps.").wait_for()
    assert cells(page, "Input").count() == 9_900


def test_millions_of_digits_in_a_cell_are_refused_and_the_connection_stays(page):
    cell(page, 1, 1).click()
    page.locator("input.typing").evaluate(
        "(input) => { input.select(); document.execCommand('insertText', false, '1'.repeat(27_000_000)); }"
    )
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text("Row 1, column 1: A number has 100 characters at most.")
    assert cell(page, 1, 5).bounding_box()["width"] > 20
    type_into(cell(page, 1, 1), "3")
    expect(told(page)).to_be_empty()

"""Pictures that learners bring to the lesson on inference: drawn by hand, and several files at once."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.planes import said
from tests.browsing import sideways, wait_until_idle


def show_answer(page: Page) -> None:
    page.locator("[class*=st-key-show-] button").first.click()
    expect(said(page, r"^Shown\.")).to_be_visible()
    wait_until_idle(page)


def test_what_is_drawn_goes_to_the_net_when_the_hand_rests(open_page):
    page = open_page("inference?view=wrong&picture=drawn&wrong=unscaled")
    expect(said(page, r"from 1 to 1$")).to_be_visible()  # an empty sheet is white
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 200, steps=5)
    page.mouse.up()
    expect(said(page, r"from -0\.\d+ to 1$")).to_be_visible()


def png(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


def test_several_files_become_a_table_and_a_file_and_their_names_stay_text(open_page):
    page = open_page("inference?view=several&several=own", width=400)
    files = {"<img src=x onerror=boom()>.png": png("red"), "=1+1.png": png("blue"), "text.png": b"none"}
    sent = [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in files.items()]
    page.locator("input[type=file]").set_input_files(sent)
    expect(said(page, "1 file was left out:")).to_be_visible()
    show_answer(page)
    expect(page.locator(".answers tr")).to_have_count(3)
    expect(page.locator(".answers td:nth-child(2)").first).to_have_text("<img src=x onerror=boom()>.png")
    assert page.locator(".answers img").evaluate_all(
        "pictures => pictures.every(each => each.naturalWidth > 0)"
    )
    assert sideways(page) == 0
    with page.expect_download() as download:
        page.get_by_role("button", name="This table as CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["file", "<img src=x onerror=boom()>.png", "'=1+1.png"]

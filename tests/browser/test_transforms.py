"""The strip of transforms in a real browser: broken and mended, moved, followed, locked; its program run."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from lessons.data.transforms.lesson import Inputs, run
from lessons.data.transforms.operations import OPERATIONS
from lessons.engine.pictures.samples import sample
from tests.browser.test_order import drag, middle, tile
from tests.browsing import wait_until_idle
from tests.oracles import executed

STEPS = ["Picture", "Resize", "RandomCrop", "RandomHorizontalFlip", "ToImage", "ToDtype", "Normalize"]


def expect_steps(page: Page, *titles: str) -> None:
    expect(page.locator(".tile .title")).to_have_text(list(titles))


def code(page: Page) -> Locator:
    return page.locator(".st-key-code-transforms code")


def choose(page: Page, view: str) -> None:
    page.get_by_role("radio", name=view, exact=True).click()


@pytest.fixture
def page(open_page) -> Page:
    page = open_page("transforms")
    expect_steps(page, *STEPS)
    return page


def test_the_strip_is_moved_by_hand_and_by_keys_and_undone(page):
    drag(page, "RandomHorizontalFlip", beside="Resize", by=-60)
    page.mouse.up()
    expect_steps(page, "Picture", "RandomHorizontalFlip", "Resize", "RandomCrop", *STEPS[4:])
    tile(page, "ToImage").locator(".pick").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(tile(page, "RandomCrop").locator(".lines")).to_contain_text("uint8 tensor")
    expect(page).to_have_url(re.compile("steps="))
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # at once
    expect_steps(page, *STEPS)


def test_another_draw_moves_nothing_up_below_the_strip(open_page):
    page = open_page("transforms?steps=RandomPerspective:p=0.5|ToImage")
    expect_steps(page, "Picture", "RandomPerspective", "ToImage")
    lines, heights = tile(page, "RandomPerspective").locator(".lines"), []
    for seed, drawn in ((1, "coefficients"), (4, "not applied"), (5, "coefficients")):
        page.locator(".st-key-transforms-seed input").fill(str(seed))
        page.keyboard.press("Enter")
        expect(lines).to_contain_text(drawn)
        heights.append(round(page.locator(".strip").bounding_box()["height"]))
    assert heights[0] == heights[1] <= heights[2]


def test_what_does_not_fit_says_so_and_is_mended_with_a_click(page):
    page.get_by_role("button", name="Mistake: Normalize too early", exact=True).click()
    expect_steps(page, "Picture", "Resize", "Normalize", "ToTensor")
    trouble = tile(page, "Normalize").locator(".trouble")
    expect(trouble).to_contain_text("needs a float tensor, and this is a PIL picture")
    trouble.get_by_role("button").click()
    expect_steps(page, "Picture", "Resize", "ToImage", "ToDtype", "Normalize", "ToTensor")
    trouble = tile(page, "ToTensor").locator(".trouble")
    expect(trouble).to_contain_text("a tensor already")
    trouble.get_by_role("button").click()
    expect_steps(page, "Picture", "Resize", "ToImage", "ToDtype", "Normalize")
    expect(page.locator(".trouble:visible")).to_have_count(0)


def test_a_pixel_is_followed_along_the_strip(page):
    page.get_by_role("button", name="Show me").first.click()
    place = tile(page, "Picture").locator("img")
    place.hover(position={"x": 40, "y": 60})
    values = page.locator(".point .now")
    expect(values).to_contain_text("→")
    first = values.inner_text()
    place.hover(position={"x": 90, "y": 30})
    expect(values).not_to_have_text(first)


def test_a_draw_is_pinned_and_locked(page):
    choose(page, "Chance")
    page.locator(".cards button").nth(4).click()
    expect(page.locator(".st-key-transforms-seed input")).to_have_value("4")
    choose(page, "Strip")
    tile(page, "RandomCrop").locator(".pick").click()
    page.get_by_text("Lock this draw", exact=True).click()
    expect(page).to_have_url(re.compile("RandomCrop%40402"))
    seed = page.locator(".st-key-transforms-seed input")
    seed.fill("9")
    seed.press("Enter")
    expect(code(page)).to_contain_text("(402, v2.RandomCrop(size=224))")
    expect(code(page)).to_contain_text("(903, v2.RandomHorizontalFlip())")


def test_a_box_of_ones_own_is_dragged_and_moved_by_keys_and_then_judged(open_page):
    page = open_page("transforms?view=chance")
    own, place = page.locator(".own"), page.locator(".boxes .place")
    expect(place).to_have_text("300 x 200, 150 from the left, 100 from the top")
    corner = own.locator("[data-corner=se]")
    corner.scroll_into_view_if_needed()
    x, y = middle(corner)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 900, y - 900, steps=3)
    expect(place).to_have_text("1 x 1, 150 from the left, 100 from the top")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(place).to_have_text("300 x 200, 150 from the left, 100 from the top")
    expect(own).to_be_focused()
    for key in ("Shift+ArrowLeft", "Shift+ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(place).to_have_text("294 x 206, 156 from the left, 94 from the top")
    page.get_by_role("button", name="This is the smallest").click()
    expect(page.get_by_text("Your box has 25.24 % of the area")).to_contain_text("It is too flat")
    x, y = middle(own)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 900, y, steps=3)
    page.mouse.up()
    expect(place).to_have_text("294 x 206, 0 from the left, 94 from the top")
    expect(page).to_have_url(re.compile("box=0_94_294_206"))
    choose(page, "Gallery")
    choose(page, "Chance")
    expect(place).to_have_text("294 x 206, 0 from the left, 94 from the top")


def test_a_box_around_something_goes_where_the_picture_goes(open_page):
    page = open_page("transforms?view=targets")
    place = page.locator(".boxes .place")
    expect(place).to_have_text("200 x 200, 50 from the left, 100 from the top")
    page.locator(".own").focus()
    page.keyboard.press("ArrowLeft")
    expect(place).to_have_text("200 x 200, 44 from the left, 100 from the top")
    expect(page).to_have_url(re.compile("around=44_100_200_200"))
    page.get_by_text("The program of both ways").click()
    expect(page.locator(".st-key-code-transforms-targets-together code")).to_contain_text(
        "[[44, 100, 244, 300]]"
    )
    page.locator("label").filter(has_text="the first").click()
    expect(page.get_by_text("three calls", exact=True)).to_be_visible()
    expect(page.get_by_text("one call", exact=True)).to_be_visible()


def test_a_card_of_the_gallery_goes_onto_the_strip(page):
    choose(page, "Gallery")
    expect(page.locator(".cards img")).to_have_count(len(OPERATIONS) - 2)  # but for those on batches
    page.get_by_role("button", name=re.compile("^RandomErasing")).click()
    choose(page, "Strip")
    expect_steps(page, *STEPS, "RandomErasing")


def test_the_program_makes_the_tensor_of_the_page_from_an_uploaded_picture(page, tmp_path, monkeypatch):
    file = BytesIO()
    sample("coast").resize((700, 500)).save(file, "PNG")
    page.goto(page.url.split("?")[0] + "?picture=own&seed=3")
    upload = {"name": "own.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(upload)
    expect(page.get_by_text("The page works on a preview of")).to_be_visible()
    wait_until_idle(page)  # until then the button may still hand out the sample
    with page.expect_download() as download:
        page.get_by_role("button", name="This picture, for the program").click()
    monkeypatch.chdir(tmp_path)
    download.value.save_as(tmp_path / "picture.png")
    expect(code(page)).to_contain_text("(303, v2.RandomHorizontalFlip())")
    made = executed(code(page).inner_text())["output"]
    lines = tile(page, "Normalize").locator(".lines")
    expect(lines).to_contain_text(f"R {made[0].min():.3g}…{made[0].max():.3g}")
    preview = np.asarray(Image.open(tmp_path / "picture.png"))
    assert preview.shape == (366, 512, 3)
    result = run(Inputs((tmp_path / "picture.png").read_bytes(), Inputs().steps, 3)).output
    assert (made == result).all()
    page.get_by_role("button", name="Run the strip on the whole picture").click()
    expect(page.get_by_role("columnheader", name="whole picture")).to_be_visible()


def test_a_photo_from_the_camera_goes_through_the_strip(open_page):
    page = open_page("transforms?picture=own")
    page.get_by_text("Take it with the camera").click()
    page.wait_for_function("document.querySelector('video')?.readyState === 4")  # it shows a picture
    page.get_by_role("button", name="Take Photo").click()
    expect(page.get_by_text("The page works on a preview of 512 x 288")).to_be_visible()
    expect(tile(page, "Picture").locator(".lines")).to_contain_text("RGB, 512 x 288")
    expect(tile(page, "Normalize").locator(".lines")).to_contain_text("(3, 224, 224)")


def test_a_link_restores_the_strip(page, open_page):
    tile(page, "ToDtype").locator(".pick").focus()
    page.keyboard.press("Delete")
    expect(tile(page, "Normalize").locator(".trouble")).to_be_visible()
    expect(page).to_have_url(re.compile("steps="))
    again = open_page(page.url.rsplit("/", 1)[1])
    expect_steps(again, *(each for each in STEPS if each != "ToDtype"))

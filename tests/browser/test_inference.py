"""Inference in a real browser: the box is dragged and the probabilities follow; the program is taken home."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from lessons.core.boxes import Box
from lessons.engine.pictures.samples import sample
from lessons.engine.training.runs import Run
from lessons.models.inference.choosing import Inputs
from lessons.models.inference.seeing import run
from tests.browser.test_order import tile
from tests.browsing import sideways, wait_until_idle
from tests.oracles import executed


def bars(page: Page) -> str:
    """The five most probable classes, and how probable."""
    return page.locator(".shares").inner_text()


def shown(inputs: Inputs) -> str:
    result = run(inputs)
    return "\n".join(f"{result.classes[each]}\n{result.probabilities[each]:.1%}" for each in result.top)


def pull(page: Page, corner: str, right: float, down: float) -> None:
    box = page.locator(f".own [data-corner={corner}]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=3)
    page.mouse.up()


def test_a_box_that_is_dragged_changes_what_the_net_sees_and_answers(open_page):
    page = open_page("inference?picture=coast")
    expect(page.locator(".boxes .place")).to_have_text("600 x 400, 0 from the left, 0 from the top")
    expect(page.locator(".shares")).to_contain_text("%")
    assert bars(page) == shown(Inputs(picture="coast"))
    pull(page, "nw", 60, 0)
    expect(tile(page, "Crop").locator(".lines")).to_contain_text("RGB, ")
    wait_until_idle(page)
    box = Box(*map(int, re.search(r"box=(\d+)_(\d+)_(\d+)_(\d+)", page.url).groups()))
    assert box.left > 0
    assert bars(page) == shown(Inputs(picture="coast", box=box))
    page.locator(".own").focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"box={box.left - 6}_"))
    wait_until_idle(page)
    assert bars(page) == shown(Inputs(picture="coast", box=box._replace(left=box.left - 6)))


def test_a_tile_is_chosen_by_hand_and_tells_what_it_does(open_page):
    page = open_page("inference")
    tile(page, "Normalize").locator(".pick").click()
    expect(page.get_by_text("Less the mean, divided by the standard deviation")).to_be_visible()
    expect(page.locator(".tools button:visible")).to_have_count(0)
    expect(tile(page, "unsqueeze").locator(".lines")).to_contain_text("?")
    page.get_by_text("(1, 3, 32, 32)", exact=True).click()
    expect(tile(page, "unsqueeze").locator(".lines")).to_contain_text("(1, 3, 32, 32)")


def test_an_own_picture_goes_through_a_run_and_the_program_says_the_same(
    open_page, finished_run: Run, server_home: Path, tmp_path, monkeypatch
):
    file = BytesIO()
    sample("coast").resize((700, 500)).save(file, "PNG")
    page = open_page(f"inference?net={finished_run.id}&picture=own")
    upload = {"name": "own.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(upload)
    expect(page.get_by_text("The page works on a preview of")).to_be_visible()
    expect(page.locator(".boxes .place")).to_contain_text("512 x 366")
    wait_until_idle(page)  # what is offered below is about the new picture
    for name in ("This picture, for the program", "checkpoint.pt, for the program"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    assert Image.open(tmp_path / "picture.png").size == (512, 366)
    monkeypatch.chdir(tmp_path)
    cells = page.locator(".st-key-code-inference code").all_inner_texts()
    probabilities = executed("\n".join(cells))["probabilities"]
    wait_until_idle(page)
    assert f"{float(probabilities.max()):.1%}" in bars(page)


@pytest.mark.parametrize("view", ["seen", "changes", "square", "empty"])
def test_every_view_fits_a_phone(view, open_page):
    page = open_page(f"inference?view={view}&lang=zh", width=400)
    expect(page.locator(".st-key-prose")).to_be_visible()
    assert sideways(page) == 0


def test_on_a_phone_the_name_of_the_net_has_a_row_to_itself(open_page):
    page = open_page("inference", width=400)
    settings = page.locator(".st-key-inference-settings")
    net = settings.locator("[data-testid=stSelectbox]").first
    expect(net).to_be_visible()
    wide, room = (each.bounding_box()["width"] for each in (net, settings))
    assert wide > 0.98 * room
    top, undo = net.bounding_box()["y"], page.get_by_role("button", name="Undo").bounding_box()
    assert top >= undo["y"] + undo["height"]

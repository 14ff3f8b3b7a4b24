"""The strip of transforms with a large picture: how soon a changed setting stands there, and the gallery."""

import statistics
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from lessons.data.transforms.gallery import mixed
from lessons.data.transforms.lesson import Inputs
from lessons.data.transforms.operations import BATCH, FAMILIES, OPERATIONS
from lessons.engine.pictures.samples import sample
from pages.data import transforms_gallery
from pages.kit.picture import choose
from pages.kit.picture.choose import preview
from tests.benchmarks.measure import seconds_of
from tests.benchmarks.test_stepping import (
    Slider,
    bare_server,
    bare_slider,
    change_in_turn,
    server_home,
    told,
)
from tests.browser.test_order import tile

__all__ = ["bare_server", "server_home"]

pytestmark = pytest.mark.benchmark

TURNS = 5
STEPS = "Resize|RandomRotation|RandomHorizontalFlip|ToImage|ToDtype|Normalize"


def photo() -> bytes:
    """12 megapixels: the coast, with the noise of a camera, which makes its file as large as a photo's."""
    pixels = np.asarray(sample("coast").resize((4000, 3000)), np.int16)
    noise = np.random.default_rng(0).integers(-12, 13, pixels.shape, np.int16)
    buffer = BytesIO()
    Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def test_a_setting_of_a_step_takes_twice_as_long_as_a_bare_slider_at_most(open_page, bare_server) -> None:
    page = open_page(f"transforms?picture=own&steps={STEPS}")
    upload = {"name": "own.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(upload)
    expect(page.get_by_text("the picture has 4000 x 3000")).to_be_visible()
    page.get_by_role("button", name="Show me").first.click()
    tile(page, "RandomRotation").locator(".pick").click()
    page.locator(".st-key-transforms-steps-2-RandomRotation-degrees").scroll_into_view_if_needed()
    page.wait_for_timeout(2000)
    lines = tile(page, "RandomRotation").locator(".lines")
    ours = Slider(page, "transforms-steps-2-RandomRotation-degrees", lines)
    our_times, bare_times = change_in_turn(ours, bare_slider(open_page(base=bare_server)))
    ratio = told("our slider", our_times) / told("a bare slider", bare_times)
    print(f"\n{len(upload['buffer']) / 1e6:.1f} MB uploaded, {ratio:.2f} times as long")
    assert ratio <= 2


def fill_gallery(inputs: Inputs) -> None:
    """Every card, computed and encoded, and the batches."""
    transforms_gallery._family.cache_clear()
    for family in FAMILIES:
        transforms_gallery._family(family, inputs, "")
    for name in (name for name, each in OPERATIONS.items() if each.family == BATCH):
        mixed(name, inputs.open(), inputs.seed)


def test_the_gallery_of_a_preview_is_filled_in_a_second_and_a_half() -> None:
    inputs = Inputs(preview(choose.own_of(photo()))[0])
    fill_gallery(Inputs("house"))  # imports what it needs
    times = [seconds_of(lambda: fill_gallery(inputs)) for _ in range(TURNS)]
    print("\nthe gallery:", *(f"{each:.2f}" for each in times), "s")
    assert statistics.median(times) < 1.5

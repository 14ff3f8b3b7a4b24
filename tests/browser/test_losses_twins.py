"""The trap of a softmax too many is flipped in a real browser: asked first, seen, walked along, mended."""

import re

from playwright.sync_api import expect

from pages.learning.losses_twins import PAGE
from tests.browsing import sideways

LINES = ".js-plotly-plot .scatterlayer .trace"


def test_flip_the_trap(open_page):
    page = open_page("losses?view=twins&numbers=0,5,0,0,0,0,0,0,0,0&target=0&weight=1,1,1,1,1,1,1,1,1,1")
    expect(page.locator(LINES)).to_have_count(1)
    switch = page.locator(f".st-key-{PAGE}-mistake").get_by_role("switch")
    expect(switch).to_be_disabled()

    page.get_by_placeholder("Your number").fill("0")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not quite.")).to_be_visible()
    expect(switch).to_be_enabled()
    place = page.locator(".js-plotly-plot").bounding_box()
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator(LINES)).to_have_count(3)
    expect(page.get_by_text("floor: 1.461")).to_be_visible()
    assert page.locator(".js-plotly-plot").bounding_box() == place

    row = page.get_by_role("row").filter(has_text="softmax, then cross_entropy")
    expect(row).to_contain_text("?")
    page.locator("label").filter(has_text="more than 50 times").click()
    expect(row).to_contain_text("0.01517")
    page.locator(f".st-key-{PAGE}-step").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("step=1$"))
    expect(page.get_by_role("columnheader", name="step 1", exact=True)).to_be_visible()

    mending = page.locator("[data-testid=stCode]")
    expect(mending).to_contain_text("-    loss = F.cross_entropy(F.softmax(numbers, dim=1), target)")
    expect(mending).to_contain_text("+    loss = F.cross_entropy(numbers, target)")
    page.set_viewport_size({"width": 400, "height": 900})
    assert not sideways(page)

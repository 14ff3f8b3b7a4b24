"""Fine-tuning, side by side, in a real browser: the guess by hand and by keys, and runs that are followed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.planes import dot, drag, said
from tests.browsing import sideways, wait_until_idle

SMALL = "finetuning?per_class=5&epochs=4&ways=frozen,whole"


def percent(page: Page, way: str) -> float:
    """Where the bar of a way stands."""
    return float(re.search(r"[\d.]+(?=\D*$)", dot(page, way).get_attribute("aria-valuetext")).group())


def test_bars_are_dragged_and_moved_by_keys_then_the_runs_are_followed_to_their_end(open_page):
    page = open_page(SMALL)
    run = page.get_by_role("button", name="Run all of them").first  # the old one stays for a moment
    expect(run).to_be_disabled()
    drag(page, "Frozen backbone", 0, -60)
    page.mouse.up()
    assert percent(page, "Frozen backbone") > 60
    dot(page, "Whole net").focus()
    page.keyboard.press("ArrowUp")
    assert percent(page, "Whole net") == 51
    wait_until_idle(page)
    page.get_by_role("button", name="This is my guess").click()
    expect(run).to_be_enabled()
    run.click()
    expect(said(page, "After 4 epochs, on the test pictures")).to_be_visible(timeout=120_000)
    expect(said(page, "Your bars are off by")).to_be_visible()
    expect(page.locator(".st-key-finetuning-chart .scatterlayer .trace")).to_have_count(3)
    expect(page.get_by_role("heading", name="Pictures that one way gets")).to_be_visible()
    page.set_viewport_size({"width": 400, "height": 900})
    assert not sideways(page)

"""What stories do on planes, wherever these stand."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browsing import wait_until_idle


def dot(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, name: str, right: float, down: float) -> None:
    """By so many pixels; the button stays down."""
    # Away from the player, which stays at the foot of the window.
    dot(page, name).evaluate("dot => dot.scrollIntoView({ block: 'center' })")
    x, y = middle(dot(page, name))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)


def said(page: Page, words: str) -> Locator:
    """The first place on the page that says so: a pattern."""
    return page.get_by_text(re.compile(words)).first


def show_first(page: Page) -> Page:
    """A page whose view has planes, when its first question is shown."""
    expect(page.locator(".handle").first).to_be_visible()
    page.locator("[class*=st-key-show-] button").first.click()
    expect(said(page, r"^Shown\.")).to_be_visible()
    wait_until_idle(page)  # what comes with the answer has moved what is below
    return page

"""Putting steps in order in a real browser, by hand, by buttons, by keys; and following a pixel along."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browsing import serving, sideways

STEPS = ("Picture", "Resize", "Flip", "Normalize")  # as the page of order_page.py begins


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home"), "tests/browser/order_page.py") as url:
        yield url


@pytest.fixture
def page(address, open_page) -> Page:
    page = open_page(base=address)
    expect_order(page, STEPS, "1 2 3 4")
    return page


def expect_order(page: Page, steps: tuple[str, ...], kept: str) -> None:
    """On the screen, and by their keys in Python."""
    expect(page.locator(".tile .title")).to_have_text(list(steps))
    expect(page.get_by_text(kept, exact=True)).to_be_visible()


def expect_changes(page: Page, *changes: str) -> None:
    expect(page.get_by_text(f"changes: {' '.join(changes)}".strip(), exact=True)).to_be_visible()


def tile(page: Page, title: str) -> Locator:
    return page.locator(".tile").filter(has=page.get_by_text(title, exact=True)).first


def pick(page: Page, title: str) -> Locator:
    return tile(page, title).locator(".pick")


def button(page: Page, title: str, name: str) -> Locator:
    """Of the tile, which is selected first."""
    pick(page, title).click()
    return tile(page, title).get_by_role("button", name=name, exact=True)


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, title: str, beside: str, by: float) -> None:
    """Take the tile by its title, to so many pixels from the middle of another; the button stays down."""
    page.mouse.move(*middle(tile(page, title).locator(".title")))
    page.mouse.down()
    x, y = middle(tile(page, beside))
    page.mouse.move(x + by, y, steps=4)


def told(page: Page) -> Locator:
    return page.locator(".told")


def test_a_click_selects_and_only_the_selected_one_has_tools(page):
    expect(page.locator(".tools button:visible")).to_have_count(0)
    tile(page, "Flip").locator(".place").click()
    expect(pick(page, "Flip")).to_have_attribute("aria-pressed", "true")
    expect(pick(page, "Flip")).to_be_focused()
    expect(page.get_by_text("selected 3")).to_be_visible()
    expect(page.locator(".tools button:visible")).to_have_count(5)
    tile(page, "Picture").click()
    expect(page.get_by_text("selected 1")).to_be_visible()
    expect(page.locator(".tools button:visible")).to_have_count(0)
    expect_changes(page, "select", "select")


def test_a_tile_is_dragged_and_only_the_drop_is_told(page):
    drag(page, "Resize", beside="Flip", by=40)
    expect(page.locator(".tile[data-mark]")).to_have_count(1)
    expect(tile(page, "Normalize")).to_have_attribute("data-mark", "before")
    expect_order(page, STEPS, "1 2 3 4")
    page.mouse.up()
    expect_order(page, ("Picture", "Flip", "Resize", "Normalize"), "1 3 2 4")
    expect_changes(page, "move")
    expect(told(page)).to_have_text("Resize is now step 2 of 3.")
    expect(page.locator(".tile[data-mark], .dragged, .dragging")).to_have_count(0)
    expect(pick(page, "Resize")).to_be_focused()

    drag(page, "Normalize", beside="Picture", by=-40)  # in front of it nothing lands
    page.mouse.up()
    expect_order(page, ("Picture", "Normalize", "Flip", "Resize"), "1 4 3 2")
    drag(page, "Flip", beside="Resize", by=300)
    page.mouse.up()
    expect_order(page, ("Picture", "Normalize", "Resize", "Flip"), "1 4 2 3")
    expect_changes(page, "move", "move", "move")


def test_a_drag_that_is_given_up_or_comes_back_or_is_of_a_fixed_tile_changes_nothing(page):
    drag(page, "Resize", beside="Normalize", by=40)
    expect(page.locator(".dragged")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".dragged")).to_have_count(0)
    page.mouse.up()
    drag(page, "Flip", beside="Normalize", by=40)
    page.mouse.move(*middle(tile(page, "Resize")), steps=4)
    expect(tile(page, "Flip").or_(tile(page, "Resize")).and_(page.locator("[data-mark]"))).to_have_count(0)
    page.mouse.up()
    drag(page, "Picture", beside="Normalize", by=40)
    expect(page.locator(".dragged")).to_have_count(0)
    page.mouse.up()
    expect_order(page, STEPS, "1 2 3 4")
    drag(page, "Flip", beside="Flip", by=20)
    page.mouse.up()
    expect(page.locator(".dragged")).to_have_count(0)
    tile(page, "Resize").click()  # the very next click selects again
    expect(page.get_by_text("selected 2")).to_be_visible()
    expect_changes(page, "select")


def test_buttons_move_a_tile_and_keep_the_focus(page):
    left, right = button(page, "Flip", "Move left"), button(page, "Flip", "Move right")
    left.click()
    expect_order(page, ("Picture", "Flip", "Resize", "Normalize"), "1 3 2 4")
    expect(left).to_be_focused()
    expect(left).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    right.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect_order(page, ("Picture", "Resize", "Normalize", "Flip"), "1 2 4 3")
    expect(right).to_be_focused()
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text("Flip is now step 3 of 3.")
    expect_changes(page, "select", "move", "move", "move")


def test_the_strip_is_one_stop_of_the_tab_key_and_arrows_lead_through_it(page):
    page.get_by_role("button", name="Follow a pixel").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Put ToTensor before it")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(pick(page, "Normalize")).to_be_focused()
    for key, title in [
        ("Home", "Picture"),
        ("ArrowRight", "Resize"),
        ("ArrowRight", "Flip"),
        ("ArrowLeft", "Resize"),
        ("ArrowLeft", "Picture"),
        ("ArrowLeft", "Picture"),
        ("End", "Normalize"),
        ("ArrowRight", "Normalize"),
        ("Home", "Picture"),
        ("ArrowRight", "Resize"),
    ]:
        page.keyboard.press(key)
        expect(pick(page, title)).to_be_focused()
    expect_changes(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("selected 2")).to_be_visible()
    page.keyboard.press("Tab")
    expect(tile(page, "Resize").get_by_role("button", name="Move left")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(pick(page, "Resize")).to_be_focused()
    page.evaluate("addEventListener('keydown', ({ key }) => (window.heard = key))")
    page.keyboard.press("r")  # Streamlit would run the page again
    assert page.evaluate("window.heard") is None
    expect_changes(page, "select")


@pytest.mark.parametrize("held", ["Alt", "Control"])
def test_keys_move_the_tile_with_the_focus_which_stays_with_it(page, held):
    pick(page, "Resize").focus()
    for _turn in range(3):  # quicker than Python answers; it is at the end before the last
        page.keyboard.press(f"{held}+ArrowRight")
    expect_order(page, ("Picture", "Flip", "Normalize", "Resize"), "1 3 4 2")
    expect(pick(page, "Resize")).to_be_focused()
    expect(told(page)).to_have_text("Resize is now step 3 of 3.")
    for _turn in range(3):
        page.keyboard.press(f"{held}+ArrowLeft")
    expect_order(page, STEPS, "1 2 3 4")
    expect(pick(page, "Resize")).to_be_focused()
    expect_changes(page, *["move"] * 4)
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(f"{held}+{key}")
    expect_order(page, ("Picture", "Flip", "Resize", "Normalize"), "1 3 2 4")
    expect_changes(page, *["move"] * 7)


@pytest.mark.parametrize(("motion", "slides"), [("no-preference", 2), ("reduce", 0)])
def test_tiles_slide_to_their_new_places_unless_motion_is_unwelcome(address, open_page, motion, slides):
    page = open_page(base=address, reduced_motion=motion)
    expect_order(page, STEPS, "1 2 3 4")
    page.evaluate("() => { window.slides = 0; Element.prototype.animate = () => void window.slides++; }")
    pick(page, "Resize").press("Alt+ArrowRight")
    expect_order(page, ("Picture", "Flip", "Resize", "Normalize"), "1 3 2 4")
    assert page.evaluate("window.slides") == slides


def test_a_removed_tile_leaves_the_focus_to_its_neighbour(page):
    pick(page, "Flip").focus()
    page.keyboard.press("Delete")
    expect_order(page, ("Picture", "Resize", "Normalize"), "1 2 4")
    expect(pick(page, "Normalize")).to_be_focused()
    expect(told(page)).to_have_text("Flip is removed.")
    page.keyboard.press("Delete")
    expect_order(page, ("Picture", "Resize"), "1 2")
    expect(pick(page, "Resize")).to_be_focused()
    button(page, "Resize", "Remove").click()
    expect_order(page, ("Picture",), "1")
    expect(pick(page, "Picture")).to_be_focused()
    page.keyboard.press("Delete")
    expect_changes(page, "remove", "remove", "select", "remove")


def test_a_tile_that_is_off_says_so(page):
    switch = button(page, "Flip", "Switch off")
    switch.click()
    expect_order(page, STEPS, "1 2 3 off 4")
    expect(pick(page, "Flip")).to_have_text("offFlip")
    expect(pick(page, "Flip")).to_have_accessible_name("Flip, step 2 of 3, off")
    expect(told(page)).to_have_text("Flip is switched off.")
    back = tile(page, "Flip").get_by_role("button", name="Switch on")
    expect(back).to_be_focused()
    back.click()
    expect_order(page, STEPS, "1 2 3 4")
    expect(pick(page, "Flip")).to_have_accessible_name("Flip, step 2 of 3")
    expect(told(page)).to_have_text("Flip is switched on.")


def test_a_copy_stands_behind_its_tile_which_keeps_the_focus(page):
    copy = button(page, "Resize", "Duplicate")
    copy.click()
    expect_order(page, ("Picture", "Resize", "Resize", "Flip", "Normalize"), "1 2 5 3 4")
    expect(copy).to_be_focused()
    expect(told(page)).to_have_text("Resize is duplicated.")


def test_trouble_stands_in_the_place_of_the_picture_and_can_be_mended(page):
    before = tile(page, "Normalize").bounding_box()
    expect(tile(page, "Normalize").locator("img")).to_be_hidden()
    expect(pick(page, "Normalize")).to_have_accessible_name(
        "Normalize, step 3 of 3, It takes a tensor, not a picture."
    )
    tile(page, "Normalize").get_by_role("button", name="Put ToTensor before it").click()
    expect(tile(page, "Normalize").locator("img")).to_be_visible()
    expect(tile(page, "Normalize").locator(".trouble")).to_be_hidden()
    expect(pick(page, "Normalize")).to_be_focused()
    expect_changes(page, "mend")
    assert tile(page, "Normalize").bounding_box() == before


def test_a_pixel_is_followed_by_the_pointer(page):
    now, spots = page.locator(".now"), page.locator(".spot:visible")
    hint = page.get_by_text("Move over a picture, or use the arrow keys on this button.")
    expect(hint).to_be_visible()
    expect(spots).to_have_count(0)
    height = page.locator(".point").bounding_box()["height"]
    square = tile(page, "Picture").locator(".place")
    side = square.bounding_box()["width"]
    square.hover(position={"x": side * 4.5 / 8, "y": side * 2.5 / 8})  # the third point of the second row
    expect(now).to_have_text("6 → 3 → 2 → –")
    expect(spots).to_have_count(3)
    expect(hint).to_be_hidden()
    x, y = middle(tile(page, "Flip").locator(".spot"))
    box = tile(page, "Flip").locator(".place").bounding_box()
    assert (x - box["x"]) / side == pytest.approx(3.5 / 8, abs=0.01)
    assert (y - box["y"]) / side == pytest.approx(2.5 / 8, abs=0.01)
    tile(page, "Flip").locator(".lines").hover()
    expect(now).to_have_text("6 → 3 → 2 → –")  # it stays

    square.hover(
        position={"x": 2, "y": side * 2.5 / 8}
    )  # the first of the second row leaves the third picture
    expect(now).to_have_text("4 → 2 → – → –")
    expect(spots).to_have_count(2)
    tile(page, "Flip").locator(".place").hover(position={"x": side * 3.5 / 8, "y": side * 2.5 / 8})
    expect(now).to_have_text("6 → 3 → 2 → –")
    pick(page, "Flip").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(now).to_have_text("6 → 2 → 3 → –")
    assert page.locator(".point").bounding_box()["height"] == height
    expect_changes(page, "move")


def test_a_pixel_is_followed_by_keys(page):
    now, follow = page.locator(".now"), page.get_by_role("button", name="Follow a pixel")
    follow.click()
    expect(follow).to_be_focused()
    values = [now.inner_text()]
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        values.append(now.inner_text())
    assert [float(each.split(" ")[0]) for each in values] == [10, 11, 15, 14, 10]
    for _turn in range(5):
        page.keyboard.press("ArrowLeft")
    expect(now).to_have_text("8 → 4 → – → –")
    expect_changes(page)


@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_is_no_wider_than_its_window(address, open_page, width):
    page = open_page(base=address, width=width)
    expect_order(page, STEPS, "1 2 3 4")
    for _turn in range(4):
        button(page, "Resize", "Duplicate").click()
        expect(told(page)).to_have_text("Resize is duplicated.")
    expect(page.locator(".tile")).to_have_count(8)
    assert sideways(page) == 0
    tops = page.locator(".tile").evaluate_all("tiles => new Set(tiles.map(tile => tile.offsetTop)).size")
    assert tops == (1 if width == 400 else 2)


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    session.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
    )


def test_a_finger_drags_a_tile_by_its_handle_and_at_its_end_the_lane_goes_on(address, open_page):
    page = open_page(base=address, width=400)
    expect_order(page, STEPS, "1 2 3 4")
    session = page.context.new_cdp_session(page)
    x, y = middle(tile(page, "Resize").locator(".handle"))
    touch(session, "touchStart", (x, y))
    for to in (x + 10, x + 20, 385):
        touch(session, "touchMove", (to, y + 5))
    expect(page.locator(".dragged")).to_have_count(1)
    expect(tile(page, "Normalize")).to_have_attribute("data-mark", "after")
    touch(session, "touchEnd")
    expect_order(page, ("Picture", "Flip", "Normalize", "Resize"), "1 3 4 2")
    expect_changes(page, "move")


@pytest.mark.parametrize(("part", "count"), [("lines", 0), ("handle", 1)])
def test_a_finger_elsewhere_on_a_tile_is_left_to_scroll(page, part, count):
    taken = tile(page, "Resize").locator(f".{part}")
    x, y = middle(taken)
    pointer = {"pointerId": 9, "pointerType": "touch", "isPrimary": True, "clientY": y}
    for kind, to in (("pointerdown", x), ("pointermove", x + 60)):
        taken.dispatch_event(kind, {**pointer, "clientX": to})
    expect(page.locator(".dragged")).to_have_count(count)
    taken.dispatch_event("pointercancel", pointer)
    expect(page.locator(".dragged")).to_have_count(0)
    expect_order(page, STEPS, "1 2 3 4")

"""Dots are moved and paths are played in a real browser, by hand, by keys and by numbers that are typed."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.planes import dot, drag, middle
from tests.browsing import darken, serving, sideways, wait_until_idle

FRAME = 1000 / 60  # milliseconds


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home"), "tests/browser/plane_page.py") as url:
        yield url


@pytest.fixture
def open_planes(address, open_page) -> Callable[..., Page]:
    """open_planes("?scene=other", width=400)"""

    def opened(path: str = "", **more: object) -> Page:
        page = open_page(path, base=address, **more)
        expect(page.locator(".handle").first).to_be_visible()
        return page

    return opened


def field(page: Page, number: int) -> Locator:
    return page.locator(".fields input").nth(number)


def expect_held(page: Page, line: str) -> None:
    """In Python."""
    expect(page.get_by_text(line, exact=True)).to_be_visible()


def told(page: Page) -> Locator:
    return page.locator(".told .now")


def pale(page: Page) -> Locator:
    return page.locator(".stale")


def test_a_dot_is_dragged_and_what_hangs_on_it_follows_before_it_is_let_go(open_planes):
    page = open_planes()
    expect(told(page)).to_have_text("After 12 steps at the rate 0.1 it is 1.139.")
    sums, line = page.locator(".sums"), page.locator(".straight").first
    before = line.get_attribute("d"), sums.inner_text()
    drag(page, "Start", -160, -60)
    expect(field(page, 0)).not_to_have_value("3")
    assert (line.get_attribute("d"), sums.inner_text()) != before
    expect(page.locator(".told")).to_have_class(re.compile("stale"))
    assert pale(page).count() > 2
    expect_held(page, "start: (3, -2)")
    page.mouse.up()
    x, y = (float(field(page, number).input_value()) for number in (0, 1))
    expect_held(page, f"start: ({x:.4g}, {y:.4g})")
    expect_held(page, "changes: start")
    expect(pale(page)).to_have_count(0)
    expect(dot(page, "Start")).to_be_focused()


def test_a_point_is_chosen_its_gap_is_told_and_escape_puts_it_back(open_planes):
    page = open_planes()
    drag(page, "Point 4", -40, 30)
    expect(page.locator(".sums p").last).to_have_text(
        re.compile("^Point 4 is .+ from the line: .+ % of the sum")
    )
    expect(page.locator(".fields .name")).to_have_text("Point 4")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(field(page, 0)).to_have_value("8")
    expect(pale(page)).to_have_count(0)
    expect_held(page, "changes:")


def test_a_press_that_moves_nothing_chooses_and_tells_nothing(open_planes):
    page = open_planes()
    page.mouse.move(*middle(dot(page, "Point 2")))
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".fields .name")).to_have_text("Point 2")
    dot(page, "Point 3").press("ArrowUp")
    expect_held(page, "changes: points")
    expect_held(page, "points: (-8, -16) (-2.667, -4.333) (2.667, 7.4) (8, 19)")


def test_points_are_added_where_it_is_empty_and_taken_away(open_planes):
    page = open_planes()
    sheet = page.get_by_role("group", name="Line and points", exact=True)
    sheet.click(position={"x": 120, "y": 60})
    expect(dot(page, "Point 5")).to_be_focused()
    expect(page.locator(".spoken")).to_have_text(re.compile("^Point 5 is added. Point 5: x .+, y .+"))
    expect_held(page, "changes: points")
    page.get_by_role("button", name="Add a point").click()
    expect(dot(page, "Point 6")).to_be_focused()
    expect(page.get_by_role("button", name="Add a point")).to_have_attribute("aria-disabled", "true")
    sheet.click(position={"x": 200, "y": 60})
    expect(dot(page, "Point 7")).to_have_count(0)
    expect(page.locator(".trouble")).to_have_text("There can be 6 at most.")
    dot(page, "Point 6").focus()
    for key, left in (("Delete", 5), ("Backspace", 4), ("Delete", 3)):
        page.keyboard.press(key)
        expect(dot(page, f"Point {left}")).to_be_focused()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Remove")).to_have_attribute("aria-disabled", "true")
    expect_held(page, "points: (-8, -16) (-2.667, -4.333)")  # its answer takes away what was refused before
    page.keyboard.press("Delete")
    expect(page.locator(".trouble")).to_have_text("At least 2 must stay.")
    expect(dot(page, "Point 2")).to_be_focused()
    expect_held(page, "points: (-8, -16) (-2.667, -4.333)")


def test_keys_alone_do_all_of_it_and_each_group_is_one_stop(open_planes):
    page = open_planes()
    dot(page, "Start").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    expect(field(page, 0)).to_have_value("2.99")
    expect(field(page, 1)).to_have_value("-1.8")
    page.keyboard.press("Tab")
    expect(dot(page, "Point 1")).to_be_focused()
    expect_held(page, "start: (2.99, -1.8)")
    page.keyboard.press("End")
    expect(dot(page, "Point 4")).to_be_focused()
    page.keyboard.press("PageUp")
    expect(dot(page, "Point 3")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page, 0)).to_be_focused()
    expect(page.locator(".chosen-row .name")).to_have_text("Point 3")
    page.keyboard.press("Shift+Tab")
    dot(page, "Point 3").focus()
    page.keyboard.press("+")
    expect(dot(page, "Point 5")).to_be_focused()
    page.keyboard.press("Tab")
    expect(dot(page, "Rate")).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert dot(page, "Rate").get_attribute("aria-valuetext") == "rate 0.102"
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Tab")
    expect(dot(page, "Foot")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(field(page, 0)).to_have_value("1.1")
    expect_held(page, "foot: (1.1, 1.81)")
    expect_held(page, "rate: (0.081, 0)")


def test_a_number_is_typed_and_what_is_none_is_said_and_stays(open_planes):
    page = open_planes()
    trouble = page.locator(".trouble")
    field(page, 0).fill("1.2345")
    page.keyboard.press("Enter")
    expect_held(page, "start: (1.234, -2)")
    field(page, 1).fill("two")
    page.keyboard.press("Tab")
    expect(trouble).to_have_text("two is not a number.")
    expect(field(page, 1)).to_have_value("two")
    expect(field(page, 1)).to_have_attribute("aria-invalid", "true")
    field(page, 1).fill("99")
    page.keyboard.press("Enter")
    expect(trouble).to_have_text("b goes from -3 to 5 here.")
    field(page, 1).press("Escape")
    expect(field(page, 1)).to_have_value("-2")
    expect(trouble).to_be_empty()
    expect_held(page, "changes: start")
    dot(page, "Rate").focus()
    expect(page.locator(".fields input:visible")).to_have_count(1)
    field(page, 0).fill("0,5")
    page.keyboard.press("Enter")
    expect(trouble).to_have_text("0,5 is not a number.")
    field(page, 0).fill("0.5")
    page.mouse.click(*middle(dot(page, "Foot")))
    expect_held(page, "rate: (0.5, 0)")
    expect(dot(page, "Foot")).to_be_focused()


def test_all_that_was_moved_is_kept_however_quickly(open_planes):
    page = open_planes()
    page.locator(".handle[role=slider]").evaluate_all(
        """dots => dots.forEach((dot) => {
            dot.focus();
            dot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
        })"""
    )
    page.keyboard.press("Tab")
    expect_held(page, "start: (3, -1.98)")
    expect_held(page, "points: (-8, -15.9) (-2.667, -4.2) (2.667, 7.4) (8, 19.1)")
    expect_held(page, "rate: (0.102, 0)")
    expect_held(page, "foot: (1.01, 1.98)")


def test_frames_are_stepped_through_and_told_where_they_rest(open_planes):
    page = open_planes()
    count = page.locator(".count")
    expect(count).to_have_text("step 12 of 12")
    page.get_by_role("button", name="To the start").click()
    expect(told(page)).to_have_text("At the start the loss is 6.167.")
    expect_held(page, "at 0")
    page.get_by_role("button", name="Step on").click()
    expect(told(page)).to_have_text("After 1 step at the rate 0.1 it is 4.77.")
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text("step 2 of 12")
    expect_held(page, "at 2")
    dot(page, "Foot").press("ArrowRight")
    expect_held(page, "changes: foot")
    expect(count).to_have_text("step 2 of 12")
    page.get_by_role("button", name="To the end").click()
    expect_held(page, "at None")
    lit = page.locator(".handle.lit")
    expect(lit).to_have_attribute("aria-label", "Point 1")
    page.get_by_role("button", name="Step back").click()
    expect(lit).to_have_attribute("aria-label", "Point 4")


def test_from_where_a_dot_is_let_go_its_path_is_played(open_planes):
    page = open_planes("?frames=60", reduced_motion="no-preference")
    page.get_by_role("button", name="To the start").click()
    expect_held(page, "at 0")
    drag(page, "Start", -100, 0)
    page.mouse.up()
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    expect(told(page)).to_have_attribute("aria-live", "off")
    expect_held(page, "at None")
    pause.click()
    expect(told(page)).to_have_attribute("aria-live", "polite")
    expect(page.locator(".count")).not_to_have_text("step 59 of 59")
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Space")
    expect(pause).to_be_visible()
    expect(page.locator(".count")).to_have_text("step 59 of 59")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect_held(page, "at None")


def test_whoever_wants_less_motion_sees_the_end_at_once(open_planes):
    page = open_planes()
    page.get_by_role("button", name="To the start").click()
    expect_held(page, "at 0")
    dot(page, "Start").press("ArrowLeft")
    expect(page.locator(".count")).to_have_text("step 12 of 12")
    expect_held(page, "at None")
    expect_held(page, "changes: start")


def test_a_finger_moves_a_dot_and_adds_one_by_a_tap_and_elsewhere_the_page_has_it(open_planes):
    page = open_planes(width=400)
    assert not sideways(page)
    session: CDPSession = page.context.new_cdp_session(page)

    def finger(x: float, y: float, *ways: tuple[float, float]) -> None:
        steps = [("touchStart", x, y), *(("touchMove", x + right, y + down) for right, down in ways)]
        for kind, left, top in steps:
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": left, "y": top}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    page.evaluate("addEventListener('touchstart', (event) => (window.kept = event.defaultPrevented))")
    finger(*middle(dot(page, "Start")), (-10, -10), (-60, -60))
    expect_held(page, "changes: start")
    assert page.evaluate("window.kept")
    sheet = page.get_by_role("group", name="Line and points", exact=True)
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    finger(box["x"] + 300, box["y"] + 200, (0, -20), (0, -60))
    assert not page.evaluate("window.kept")
    finger(box["x"] + 100, box["y"] + 60)
    expect_held(page, "changes: start points")
    expect(dot(page, "Point 5")).to_be_focused()
    expect(dot(page, "Point 6")).to_have_count(0)
    assert not sideways(page)


def test_nothing_jumps_when_another_dot_is_chosen_or_another_frame_shown(open_planes):
    page = open_planes()
    page.set_viewport_size({"width": 1280, "height": 1600})
    places = [page.locator(each) for each in (".legend", ".bar", ".sums", ".chosen-row", ".hint")]

    def stand() -> list[list[int]]:
        return [[round(side) for side in place.bounding_box().values()] for place in places]

    before = stand()
    dot(page, "Point 2").focus()
    field(page, 0).fill("x")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="To the start").click()
    expect(told(page)).to_have_text(re.compile("^At the start"))
    assert stand() == before


def test_lines_curves_and_gaps_hang_on_the_dots_that_they_go_through(open_planes):
    page = open_planes("?scene=other")
    sums, bent = page.locator(".sums"), page.locator(".line:not(.straight)").first
    before = sums.inner_text(), bent.get_attribute("d")
    dot(page, "End 2").press("Shift+ArrowUp")
    expect(sums).not_to_have_text(before[0])
    knot = dot(page, "Knot 2")
    knot.press("Shift+ArrowDown")
    knot.press("ArrowLeft")
    expect(field(page, 1)).to_be_visible()
    expect(field(page, 0)).to_be_hidden()
    assert bent.get_attribute("d") != before[1]
    expect_held(page, "knots: (0, 0.2) (0.5, 0.878) (1, 0.4)")
    page.get_by_role("button", name="Add a point").click()
    expect_held(page, "few: (0.5, 0.5)")
    expect(dot(page, "Dot 1")).to_be_focused()
    page.keyboard.press("Delete")
    expect_held(page, "few:")
    expect(page.locator(".bar")).to_be_hidden()


def test_it_speaks_the_learners_language_and_goes_dark_with_the_page(open_planes):
    page = open_planes("?lang=zh")
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    expect(page.locator(".hint")).to_have_text(re.compile("方向键"))
    paper = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    darken(page)
    edge = page.locator(".sign.dot").first
    expect(edge).to_have_css("stroke", page.evaluate(paper))


def test_a_key_is_answered_within_a_frame(open_planes):
    """With a hundred dots and squares, twelve contours and a thousand frames: the script's time, and that of
    the layout, in the middle of a hundred."""
    page = open_planes("?points=100&frames=1000")
    wait_until_idle(page)
    measure = """(dot, keys) => Array.from({ length: 100 }, (_, at) => {
        const started = performance.now();
        const key = keys[at % 2];
        dot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        dot.getBoundingClientRect();
        return performance.now() - started;
    })"""
    scrub = """(scrub) => Array.from({ length: 100 }, (_, at) => {
        const started = performance.now();
        scrub.value = (at * 337) % 1000;
        scrub.dispatchEvent(new Event("input", { bubbles: true }));
        scrub.getBoundingClientRect();
        return performance.now() - started;
    })"""
    times = {
        "start": dot(page, "Start").evaluate(measure, ["ArrowLeft", "ArrowUp"]),
        "point": dot(page, "Point 50").evaluate(measure, ["ArrowUp", "ArrowDown"]),
        "frame": page.locator(".scrub").evaluate(scrub),
    }
    for name, each in times.items():
        each.sort()
        print(f"{name}: {each[50]:.1f} ms, 95 % within {each[94]:.1f} ms")
        assert each[50] < FRAME

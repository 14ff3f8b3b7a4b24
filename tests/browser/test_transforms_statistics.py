"""Pictures of a set are added in a real browser: the numbers follow, and nothing moves."""

from playwright.sync_api import Page, expect

CHART, PROGRAM = ".st-key-transforms-statistics-mean", ".st-key-transforms-statistics-program"


def places(page: Page) -> list[dict[str, float]]:
    return [page.locator(each).bounding_box() for each in (CHART, "table >> nth=0", PROGRAM)]


def test_a_picture_that_is_added_moves_the_lines_and_nothing_else(open_page):
    page = open_page("transforms?view=statistics")
    page.get_by_role("button", name="Add ten").click()
    expect(page.get_by_text("After 11 of 5000 pictures")).to_be_visible()
    expect(page.locator(f"{CHART} .scatterlayer .trace")).to_have_count(6)
    expect(
        page.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img").first
    ).to_be_visible()
    so_far = page.locator("table td").nth(1)
    before, number = places(page), so_far.inner_text()
    page.get_by_role("button", name="Add one").click()
    expect(page.get_by_text("After 12 of 5000 pictures")).to_be_visible()
    expect(so_far).not_to_have_text(number)
    assert places(page) == before

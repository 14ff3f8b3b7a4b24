"""What stories of stepping look at: the cells of a board by its name, and where the stepper stands."""

from playwright.sync_api import Locator, Page, expect


def cells(page: Page, board: str) -> Locator:
    return page.get_by_role("table", name=board, exact=True).get_by_role("cell")


def places(cells: Locator, among: str) -> list[int]:
    """Which of these cells match a selector."""
    return cells.evaluate_all(f"all => all.flatMap((each, at) => each.matches('{among}') ? [at] : [])")


def expect_step(page: Page, step: int, of: int = 9) -> None:
    expect(page.locator(".stepper .count")).to_have_text(f"step {step} of {of}")

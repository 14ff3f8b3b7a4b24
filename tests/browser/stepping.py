"""What stories of a stage look at and do: the cells of a board by its name, typing, where it stands."""

from playwright.sync_api import Locator, Page, expect


def cells(page: Page, board: str) -> Locator:
    return page.locator(f".stepper .box[aria-label='{board}'] .cell")


def type_into(cell: Locator, text: str, key: str = "Enter") -> None:
    cell.click()
    cell.locator("input").fill(text)
    cell.page.keyboard.press(key)


def places(cells: Locator, among: str) -> list[int]:
    """Which of these cells match a selector."""
    return cells.evaluate_all(f"all => all.flatMap((each, at) => each.matches('{among}') ? [at] : [])")


def expect_step(page: Page, step: int, of: int = 9) -> None:
    expect(page.locator(".stepper .count")).to_have_text(f"step {step} of {of}")


def reveal(page: Page) -> None:
    """Ask to be shown the open number: from then on all are there."""
    page.locator(".stepper [data-do=reveal]").click()
    expect(page.locator(".stepper .answer")).to_have_count(0)

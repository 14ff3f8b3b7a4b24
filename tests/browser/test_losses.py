"""The page "Losses" in a real browser: a wrong and a right answer, and the code, copied and run."""

from playwright.sync_api import expect

from lessons.learning.losses.questions import floor
from tests.browser.stepping import cells, reveal, type_into
from tests.oracles import executed


def test_a_wrong_and_a_right_answer_are_told_apart_and_the_copied_code_gives_the_number_of_the_page(
    open_page,
):
    page = open_page("losses")
    for question, answer, verdict in (
        ("What is its cross-entropy?", 0.0, "Not quite."),
        ("How low can its loss get with 5 classes?", floor(5), "Right."),
    ):
        field = page.get_by_role("spinbutton", name=question)
        field.fill(f"{answer:.3f}")
        field.press("Enter")
        expect(page.get_by_text(verdict, exact=True)).to_be_visible()
    type_into(cells(page, "Logits").first, "1000")
    expect(page.get_by_role("code").filter(has_text="1000")).to_be_visible()
    reveal(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id("stCode").hover()
    page.get_by_role("button", name="Copy to clipboard").click()
    program = executed(page.evaluate("navigator.clipboard.readText()"))
    expect(cells(page, "Loss")).to_have_text(f"{program['output'].item():.4g}")

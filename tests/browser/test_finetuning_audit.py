"""Audit and mistakes of fine-tuning in a real browser, by keyboard, and on a narrow screen."""

from playwright.sync_api import expect

from pages.models import finetuning_audit, finetuning_mistakes
from tests.browsing import sideways

CHART = ".js-plotly-plot"


def test_what_moves_is_answered_seen_and_stopped_by_keyboard(open_page):
    page = open_page("finetuning?view=audit")
    page.get_by_placeholder("Your number").fill("970")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Right.")).to_be_visible()
    page.get_by_role("radio", name="none: all stay as they are").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Not quite.")).to_be_visible()
    expect(page.locator(CHART)).to_be_visible()
    kept = page.locator(f".st-key-{finetuning_audit.PAGE}-audit_kept").get_by_role("switch")
    kept.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("is set to eval() again")).to_be_visible()
    expect(page.locator(CHART)).to_have_count(0)
    page.get_by_role("radio", name="none: all stay as they are").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("No running statistics moved")).to_be_visible()
    page.set_viewport_size({"width": 400, "height": 900})
    assert not sideways(page)


def test_a_mistake_is_made_and_mended_by_keyboard(open_page):
    page = open_page("finetuning?view=mistakes&mistake=optimizer")
    switch = page.locator(f".st-key-{finetuning_mistakes.PAGE}-with_mistake").get_by_role("switch")
    expect(switch).to_be_disabled()
    page.get_by_role("radio", name="no error, and the loss stays where it is").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Right.")).to_be_visible()
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator(f"{CHART} .scatterlayer .trace")).to_have_count(2)
    expect(page.locator("[data-testid=stCode]")).to_contain_text("-net[-1] = nn.Linear(96, 10)")
    page.set_viewport_size({"width": 400, "height": 900})
    assert not sideways(page)

"""A step against the gradient in a real browser: from a typed logit to its arrows, and to a smaller loss."""

from playwright.sync_api import expect

from tests.browser.stepping import cells, type_into
from tests.browsing import sideways, wait_until_idle


def test_a_logit_of_1000_is_stepped_and_the_loss_falls(open_page):
    page = open_page("losses?reduction=sum", width=400)
    type_into(cells(page, "Logits").first, "1000")
    page.get_by_role("radio", name="One step", exact=True).click()
    first = page.get_by_role("img", name="sample 1, target: class 2")
    expect(first).to_have_accessible_name("sample 1, target: class 2. 0: 1000, 1: 2, 2: 3")
    step = page.get_by_role("button", name="One step against it")
    expect(step).to_be_disabled()
    page.locator("[class*=st-key-show-] button").click()
    expect(first).to_have_accessible_name("sample 1, target: class 2. 0: 1000 → 995, 1: 2, 2: 3 → 8")
    expect(page.locator(".arrows .head")).to_have_count(8)
    expect(page.locator(".arrows .up.short")).not_to_have_count(0)
    assert not sideways(page)

    step.scroll_into_view_if_needed()
    before = [step.bounding_box(), first.bounding_box()]
    step.click()
    expect(page.get_by_text("Step 1: the loss fell from 997.9 to 987.")).to_be_visible()
    expect(first).to_have_accessible_name("sample 1, target: class 2. 0: 995 → 990, 1: 2, 2: 8 → 13")
    wait_until_idle(page)
    assert [step.bounding_box(), first.bounding_box()] == before

    page.get_by_role("radio", name="Forward", exact=True).click()
    expect(cells(page, "Logits").first).to_have_text("995")

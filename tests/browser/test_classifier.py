"""Watching a network learn: train, leave, come back, stop, go on, and look into what was learned."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.engine.training.runs import Run, every, find
from tests.browsing import follow, sideways, wait_until_idle

QUICK = "classifier?net=lenet&train_size=500&epochs=3"
ENDLESS = "classifier?net=lenet&epochs=200"
DRAWN = "key => document.querySelector(`.st-key-${key} .js-plotly-plot`)?._fullData?.[0]?.x.length ?? 0"
EPOCH = "[class*=st-key-inside-epoch] input"
SECONDS = 1000


def standing(page: Page) -> Locator:
    """The line above the curves."""
    return page.get_by_test_id("stProgress")


def drawn(page: Page, key: str = "watch-loss") -> int:
    """How many points the first curve of this chart has; 0 before there is one."""
    return page.evaluate(DRAWN, key)


def wait_for_points(page: Page, more_than: int, key: str = "watch-loss") -> int:
    page.wait_for_function(f"least => ({DRAWN})('{key}') > least", arg=more_than)
    return drawn(page, key)


def train(page: Page) -> None:
    """Press Train and wait until the new run goes on."""
    before = run_in_address(page)
    page.locator(".st-key-train button").click()
    expect(page).not_to_have_url(re.compile(f"run={before}"))
    expect(standing(page)).to_contain_text(re.compile("learning|done"), timeout=60 * SECONDS)


def run_in_address(page: Page) -> str:
    expect(page).to_have_url(re.compile("run="))
    (run,) = re.findall(r"run=([\w-]+)", page.url)
    return run


@pytest.fixture
def finished(finished_run: Run) -> str:
    """The page of a run of three epochs, as others open it."""
    return f"classifier?net=lenet&train_size=500&epochs=3&run={finished_run.id}"


@pytest.fixture
def going(open_page: Callable[..., Page], server_home: Path) -> Iterator[Page]:
    """A page that watches a run without an end in sight; the run is stopped whatever becomes of the story."""
    page = open_page(ENDLESS)
    try:
        train(page)
        yield page
    finally:
        for run in every(server_home / "runs"):
            if run.state().active:
                run.ask(want="stop")


def test_a_first_run_outlives_the_server_that_was_killed_and_its_worker_does_not(
    drawn_home, start_again, open_page
):
    """Nobody has visited either server before, and both are opened by the address of a page."""
    server, url = start_again()
    page = open_page("classifier", base=url)
    expect(page.locator("[class*=st-key-run-shown] input")).to_have_value(re.compile("A first look"))
    expect(standing(page)).to_contain_text("learning", timeout=60 * SECONDS)
    wait_for_points(page, more_than=0)
    run = find(drawn_home / "runs", run_in_address(page))
    worker = psutil.Process(run.state().pid)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.goto("about:blank")  # it would complain about the server
    server.kill()
    server.wait()
    worker.wait(timeout=10)
    assert run.state().status == "interrupted"

    epochs = run.state().epoch + 1  # to the end of the one that it was in; the others would tell nothing new
    run.change_config(replace(run.config(), epochs=epochs))
    _server, url = start_again()
    page = open_page(f"classifier?lang=zh&run={run.id}", base=url)
    expect(page.locator("h1")).to_have_text("训练一个分类器")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".confusion button")).to_have_count(100, timeout=60 * SECONDS)
    steps = epochs * 63
    expect(standing(page)).to_contain_text(f"已完成 · 第 {steps} 步，共 {steps} 步", timeout=60 * SECONDS)


def test_train_to_the_end_see_the_curve_grow_and_add_an_epoch(open_page):
    page = open_page("classifier?net=lenet&train_size=2000&epochs=3")
    train(page)
    first = wait_for_points(page, more_than=0)
    assert wait_for_points(page, more_than=first) > first
    expect(standing(page)).to_contain_text("done · step 96 of 96", timeout=60 * SECONDS)
    assert wait_for_points(page, more_than=95) == 96
    assert wait_for_points(page, more_than=2, key="watch-accuracy") == 3
    page.locator(".st-key-watch-more button").click()
    expect(standing(page)).to_contain_text("done · step 128 of 128", timeout=60 * SECONDS)


def test_a_run_goes_on_while_its_page_is_away_until_it_is_stopped_or_paused(going):
    page = going
    run = run_in_address(page)
    before = wait_for_points(page, more_than=0)
    page.reload()
    expect(standing(page)).to_contain_text("learning")
    assert run_in_address(page) == run
    before = wait_for_points(page, more_than=before)

    follow(page, "Home")
    expect(page.locator("h1")).to_have_text("PyTorch by touch")
    follow(page, "Train a classifier")
    expect(standing(page)).to_contain_text("learning")
    assert run_in_address(page) == run
    wait_for_points(page, more_than=before)
    expect(page.locator(".st-key-config-epochs input")).to_have_value("200")
    expect(page).to_have_url(re.compile("net=lenet"))

    page.locator(".st-key-watch-stop button").click()
    expect(standing(page)).to_contain_text("stopped in epoch")
    page.locator(".st-key-watch-resume button").click()
    expect(standing(page)).to_contain_text("learning", timeout=20 * SECONDS)

    page.locator("[class*=st-key-watch-rate] input").press("ArrowRight")
    expect(page.locator(".st-key-watch-loss .annotation-text")).to_have_text("lr 0.02")
    page.locator(".st-key-watch-pause button").click()
    expect(standing(page)).to_contain_text("paused in epoch")
    expect(page.locator(".st-key-code-classifier")).to_contain_text("new_rates")


def test_what_is_done_with_a_run_in_one_tab_shows_in_the_other(going, open_page):
    """Within two seconds, the round trip and a busy machine aside."""
    one = going
    wait_for_points(one, more_than=0)
    one.locator(".st-key-watch-pause button").click()
    expect(standing(one)).to_contain_text("paused in epoch")
    other = open_page(one.url.rsplit("/", 1)[1])
    expect(standing(other)).to_contain_text("paused in epoch")
    expect(other.locator(".st-key-code-classifier")).to_be_visible()  # the last of the page

    one.locator(".st-key-watch-resume button").click()
    expect(standing(other)).to_contain_text(re.compile("learning|next to start"))
    expect(standing(other)).to_contain_text("learning", timeout=20 * SECONDS)
    other.locator(".st-key-watch-stop button").click()
    expect(standing(one)).to_contain_text("stopped in epoch")

    one.get_by_test_id("stPopover").click()
    one.locator("[class*=st-key-name-] input").fill("told to both")
    one.locator("[class*=st-key-name-] input").press("Enter")
    chosen = other.locator("[class*=st-key-run-shown] input").first  # the old one stays for a moment
    expect(chosen).to_have_value(re.compile("told to both"))
    one.locator(".st-key-run-delete button").click()
    expect(chosen).not_to_have_value(re.compile("told to both"))


def test_train_stays_where_it_is_when_more_opens(open_page, finished):
    page = open_page(finished)
    expect(page.locator(".st-key-code-classifier")).to_be_visible()  # the last of the page
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    more = page.locator(".st-key-config-more")

    def below_the_first_control() -> float:
        boxes = [page.locator(f".st-key-{key}").bounding_box() for key in ("config-data", "train")]
        return boxes[1]["y"] - boxes[0]["y"]

    before = below_the_first_control()
    more.locator("summary").click()
    expect(more.locator(".st-key-config-seed input")).to_be_visible()
    wait_until_idle(page)
    assert below_the_first_control() == pytest.approx(before, abs=1)


def test_every_row_of_the_worst_mistakes_is_whole(open_page, finished):
    page = open_page(finished)
    inside = page.locator(".st-key-inside")
    inside.get_by_text("Worst mistakes").click()
    pictures = inside.get_by_test_id("stImage").locator("img")
    expect(pictures).to_have_count(18)
    inside.evaluate("inside => inside.scrollIntoView()")
    expect(pictures.last).to_be_in_viewport(ratio=1)


def test_the_same_run_again(open_page, finished):
    page = open_page(finished)
    before = run_in_address(page)
    page.get_by_test_id("stPopover").click()
    page.locator(".st-key-run-again button").click()
    expect(page).not_to_have_url(re.compile(f"run={before}"))
    expect(standing(page)).to_contain_text("done · step 24 of 24", timeout=60 * SECONDS)


def test_a_run_is_looked_into_mistake_by_mistake_epoch_by_epoch_and_view_by_view(open_page, finished):
    page = open_page(finished)
    cells, inside = page.locator(".confusion button"), page.locator(".st-key-inside")
    pictures = inside.get_by_test_id("stImage").locator("img")
    expect(cells).to_have_count(100)
    counts = [int(count) for count in cells.all_inner_texts()]
    assert sum(counts) == 1000
    others = [cell for cell in range(100) if 0 < counts[cell] != max(counts)][:2]
    for cell in others:
        cells.nth(cell).click()
        expect(inside).to_contain_text(f": {counts[cell]}")
        expect(pictures).to_have_count(min(counts[cell], 18))
        expect(cells.nth(cell)).to_have_attribute("aria-pressed", "true")

    page.locator(EPOCH).press("ArrowLeft")
    expect(page.locator(EPOCH)).to_have_attribute("aria-valuetext", "2")
    expect(cells).not_to_have_text(list(map(str, counts)))
    (count,) = page.locator(".confusion button[aria-pressed=true]").all_inner_texts()
    expect(inside).to_contain_text(f": {count}")  # and its pictures beside it

    inside.get_by_text("Worst mistakes").click()
    expect(pictures).to_have_count(18)
    expect(inside).to_contain_text("→")
    inside.get_by_text("First filters").click()
    expect(pictures).to_have_count(1)
    last = pictures.get_attribute("src")
    page.locator(EPOCH).press("Home")
    expect(pictures).not_to_have_attribute("src", last)
    inside.get_by_text("Layers").click()
    expect(inside).to_contain_text("parameters in all.")


def test_two_rates_race_to_their_answer(open_page):
    page = open_page("classifier?net=linear&train_size=500")
    race = page.locator(".st-key-race")
    race.get_by_text("0.001").click()
    race.get_by_role("button", name="Run both").click()
    expect(race).to_contain_text("The mean loss of the epoch is", timeout=60 * SECONDS)
    assert wait_for_points(page, more_than=7, key="race-loss") == 8


def test_the_program_the_notebook_and_the_zip_are_taken_home_in_the_language_of_the_page(open_page, finished):
    page = open_page(f"{finished}&lang=zh")
    for key, title in (("py", "# %% 网络\n"), ("ipynb", "## 网络")):
        with page.expect_download() as download:
            page.locator(f".st-key-code-classifier-{key} button").click()
        assert download.value.suggested_filename == f"classifier.{key}"
        assert title in download.value.path().read_text()
    page.get_by_test_id("stPopover").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="打包下载（zip）").click()
    name = run_in_address(page)
    assert download.value.suggested_filename == f"{name}.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "# %% 网络\n" in archive.read(f"{name}/repeat.py").decode()


def test_an_address_opens_the_same_page_elsewhere_and_another_language_changes_nothing_else(
    open_page, finished
):
    first = open_page(finished)
    expect(first.locator(".st-key-code-classifier")).to_be_visible()  # the last of the page
    second = open_page(first.url.rsplit("/", 1)[1])
    expect(standing(second)).to_have_text(standing(first).inner_text())
    expect(second.locator(".st-key-config-net input")).to_have_value("LeNet")
    expect(second).to_have_url(first.url)

    second.get_by_text("中文").click()
    expect(standing(second)).to_contain_text("已完成 · 第 24 步，共 24 步")
    assert run_in_address(second) == run_in_address(first)
    expect(second.locator(".st-key-config-epochs input")).to_have_value("3")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_a_narrow_screen(open_page, finished, language):
    page = open_page(f"{finished}&lang={language}", width=400)
    for view in range(4):
        page.locator(".st-key-inside-view button").nth(view).click()
        wait_until_idle(page)
        assert sideways(page) <= 0

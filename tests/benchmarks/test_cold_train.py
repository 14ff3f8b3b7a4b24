"""Train on a server that has just been started, pressed as soon as the page stands: no worker is warm yet.

The worker imports torch, and what torch imports for an optimizer takes as long again; beside it the server
imports torch as well, and the browser compiles the page.
"""

import statistics
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.benchmarks.measure import first_point, import_of_torch, seconds_of, wait_for
from tests.browsing import IDLE, serving

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

TURNS = 5
TRAIN = ".st-key-train button"


def by_home(page: Page, url: str) -> None:
    page.goto(url, wait_until="commit")
    page.locator(".st-key-card-classifier a").click()


def by_link(page: Page, url: str) -> None:
    page.goto(f"{url}/classifier", wait_until="commit")


@pytest.mark.parametrize("arrive", [by_home, by_link])
def test_from_train_to_the_first_point_before_a_worker_is_warm(
    arrive: Callable[[Page, str], None], chromium: Browser, home: Path
) -> None:
    stands, points, imports = [], [], []
    for turn in range(TURNS):
        with serving(home / str(turn)) as url, closing(chromium.new_context()) as context:
            page = context.new_page()
            arrive(page, url)
            stands.append(seconds_of(lambda page=page: wait_for(page, f"{IDLE} {TRAIN}")))
            points.append(first_point(page))
        imports.append(import_of_torch())
    print(f"\n{arrive.__name__}: the page stands after", *(f"{each:.2f}" for each in stands), "s")
    print("first point:", *(f"{each:.2f}" for each in points), "s")
    print("import torch:", *(f"{each:.2f}" for each in imports), "s")
    assert statistics.median(points) <= 2.5 * statistics.median(imports)

"""Browser stories: the real server on a free port of this machine, and a real Chromium.

Without a Chromium these tests are skipped and say so; with LESSONS_BROWSER=required they fail instead.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from lessons.engine.training.config import Config
from lessons.engine.training.runs import Run, create

ROOT = Path(__file__).parent.parent
QUICK = Config(net="lenet", train_size=500, epochs=3)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# On a deep link Streamlit asks for /<page>/_stcore first, which answers 404; so does a picture or a download
# of a page that ran again before it was fetched. The first visitor of a server is sent on once.
EXPECTED = ("/_stcore/", "/media/", "Download Button source error", "The page that you have requested")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--process-per-site",
    "--use-fake-device-for-media-stream",  # a camera that shows a green picture
    "--use-fake-ui-for-media-stream",  # and may be used
)
IDLE = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"

expect.set_options(timeout=20_000)  # two cores for a server, a worker and a browser


def start_server(home: Path, script: str = "app.py") -> tuple[subprocess.Popen[bytes], str]:
    """A fresh server of a script, with its data and runs in home, answering: (process, url)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.headless": "true", "server.address": "127.0.0.1", "server.port": str(port)}
    command = [sys.executable, "-X", "faulthandler", "-m", "streamlit", "run", script]
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {"LESSONS_HOME": str(home), "LESSONS_STRICT": "1"}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
        except OSError:
            time.sleep(0.05)
        else:
            return server, url
    server.kill()
    raise RuntimeError((home / "server.log").read_text(encoding="utf-8"))


@contextmanager
def serving(home: Path, script: str = "app.py") -> Iterator[str]:
    """The address of a fresh server, which is stopped at the end as Ctrl-C stops it.

    One that does not stop tells where all its threads are.
    """
    home.mkdir(parents=True, exist_ok=True)
    server, url = start_server(home, script)
    try:
        yield url
    finally:
        server.terminate()
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGABRT)
            server.wait(timeout=60)
            raise RuntimeError((home / "server.log").read_text(encoding="utf-8")) from None


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory, drawn: Path) -> Path:
    """The folder of `server` with its data and runs."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(drawn, home / "data")
    return home


@pytest.fixture(scope="session")
def finished_run(server_home: Path) -> Run:
    """A run of three epochs that somebody has made; so `server` makes no first run beside the stories."""
    from lessons.engine.training.work import carry_out  # imports torch

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(server_home))
        run = create(server_home / "runs", QUICK)
        carry_out(run)
    return run


@pytest.fixture(scope="session")
def server(server_home: Path, finished_run: Run, chromium: Browser) -> Iterator[str]:
    """The address of one server for all stories; somebody has visited it before."""
    with serving(server_home) as url:
        visitor = chromium.new_page()
        visitor.goto(url)
        wait_until_idle(visitor)
        visitor.close()
        yield url


@pytest.fixture
def start_again(tmp_path: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[bytes], str]]]:
    """Starts a server in the test's home, anew at each call; ask for it before open_page.

    They are killed in the end: what they leave is nobody's, and a worker ends when its server is gone.
    """
    processes: list[subprocess.Popen[bytes]] = []

    def start() -> tuple[subprocess.Popen[bytes], str]:
        process, url = start_server(tmp_path)
        processes.append(process)
        return process, url

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def fresh_server(start_again: Callable[[], tuple[subprocess.Popen[bytes], str]]) -> str:
    """The address of a server that nobody has visited yet; ask for it before open_page."""
    return start_again()[1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with sync_playwright() as playwright:
        if not path and not Path(playwright.chromium.executable_path).exists():
            reason = "no Chromium found: install Debian's chromium, or run `playwright install chromium`"
            (pytest.fail if os.environ.get("LESSONS_BROWSER") == "required" else pytest.skip)(reason)
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(chromium: Browser) -> BrowserContext:
    """One for all stories: Streamlit's own files are fetched once. Every page is a session of its own.

    Drawings stand still for those who ask for it; in stories they would only take the cores.
    """
    return chromium.new_context(reduced_motion="reduce")


@pytest.fixture(scope="module")
def kept_process(context: BrowserContext, server: str) -> Iterator[Page]:
    """A page of the server that is no session of the app, and stays open: so all pages share its process.

    Each would begin one of its own, and compile Streamlit's scripts anew: half of what it costs to open one.
    A process grows with every page that it has shown, so it ends with the module.
    """
    page = context.new_page()
    page.goto(f"{server}/_stcore/health")
    yield page
    page.close()


@pytest.fixture
def open_page(context: BrowserContext, server: str, kept_process: Page) -> Iterator[Callable[..., Page]]:
    """open_page("classifier?lang=zh", width=400): a new page at that address, its script finished.

    An error in the browser or an error box on the page fails the test when it ends.
    """
    pages: list[Page] = []
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        told = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not any(each in told for each in EXPECTED):
            troubles.append(told)

    def opened(path: str = "", width: int = 1280, base: str = server, **media: Any) -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", note)
        page.goto(f"{base}/{path}")
        wait_until_idle(page)
        return page

    yield opened
    for page in pages:
        troubles += page.locator("[data-testid=stException]").all_inner_texts()
        page.close()
    assert not troubles, "\n".join(troubles)


def wait_until_idle(page: Page) -> None:
    """Until the page's script has finished; wait for what it shows after that."""
    page.wait_for_selector(IDLE, timeout=60_000)


def follow(page: Page, title: str) -> None:
    """Go to the page with this title by the navigation."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()


def darken(page: Page) -> None:
    """From light to dark while it is open, as the learner's system changes it in the evening."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_css("color-scheme", "light")
    page.emulate_media(color_scheme="dark")
    expect(app).to_have_css("color-scheme", "dark")


def sideways(page: Page) -> int:
    """How many pixels of the page do not fit its width."""
    return page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth - main.clientWidth")

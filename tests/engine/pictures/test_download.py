"""Fetching a published set: what comes out well, what goes wrong, and what is said then."""

from pathlib import Path

import pytest
from filelock import FileLock
from torchvision import datasets

from lessons.core import limits
from lessons.core.folders import data_folder
from lessons.engine.fetching import download
from lessons.engine.pictures import published, sources
from tests.website import Slow, half, says


def fetched(key: str = "cifar10") -> download.Download:
    done = download.start(published.parcel(key))
    assert done.wait(30)
    return done


def complaint(key: str = "cifar10") -> str:
    """What a failed download says; it must leave nothing behind."""
    done = fetched(key)
    assert done.error is not None
    assert not sources.source(key).ready
    assert left_behind() == []
    return str(done.error)


def left_behind() -> list[str]:
    return [str(path) for path in data_folder().rglob("*") if path.is_file() and path.suffix != ".lock"]


@pytest.fixture
def slow(site):
    site.answer = Slow()
    yield site.answer
    site.answer.go_on.set()
    if running := download.latest(published.parcel("cifar10")):
        running.wait(30)  # it must not outlive its home


def wait_for_first_bytes(running: download.Download) -> None:
    while running.done_bytes == 0:
        assert not running.wait(0.01)


def test_cifar10_is_fetched_unpacked_and_loaded(site, cifar10, home):
    assert not sources.source("cifar10").ready

    done = fetched()

    assert done.error is None
    assert done.progress == 1
    assert done.total_bytes == len(site.files[cifar10])
    assert sources.source("cifar10").ready
    assert len(sources.load("cifar10").train) == 20


def test_fashion_mnist_is_fetched_file_by_file(site, fashion_mnist):
    done = fetched("fashion-mnist")

    assert done.error is None
    assert done.done_bytes == done.total_bytes == sum(map(len, site.files.values()))
    assert len(sources.load("fashion-mnist").train) == 20


def test_what_is_here_already_is_not_fetched_again(site, fashion_mnist, home):
    raw = home / "data/FashionMNIST/raw"
    raw.mkdir(parents=True)
    (raw / fashion_mnist[0]).write_bytes(site.files[fashion_mnist[0]])

    fetched("fashion-mnist")

    assert sorted(site.asked) == sorted(fashion_mnist[1:])


def test_two_sessions_share_one_download(site, cifar10, slow):
    first, second = download.start(published.parcel("cifar10")), download.start(published.parcel("cifar10"))
    slow.go_on.set()
    first.wait(30)

    assert first is second is download.latest(published.parcel("cifar10"))
    assert site.asked[cifar10] == 1


def test_two_processes_do_not_fetch_the_same_file(site, cifar10, data):
    with FileLock(data / ".cifar10.lock"):  # as another process holds it while it fetches
        waiting = download.start(published.parcel("cifar10"))
        assert not waiting.wait(0.3)
        (data / cifar10).write_bytes(site.files[cifar10])
    waiting.wait(30)

    assert waiting.error is None
    assert site.asked[cifar10] == 0


def test_waiting_for_another_process_can_be_cancelled(cifar10, data):
    with FileLock(data / ".cifar10.lock"):
        waiting = download.start(published.parcel("cifar10"))
        waiting.cancel()
        assert waiting.wait(30)

    assert waiting.error is None


def test_while_it_comes_slowly_the_progress_shows_and_the_file_has_no_final_name(slow, cifar10, home):
    running = download.start(published.parcel("cifar10"))
    wait_for_first_bytes(running)

    assert 0 < running.progress < 1
    assert not running.done
    assert not (home / "data" / cifar10).exists()


def test_a_cancelled_download_ends_without_a_complaint_and_leaves_nothing(slow, cifar10):
    running = download.start(published.parcel("cifar10"))
    wait_for_first_bytes(running)
    running.cancel()
    slow.go_on.set()

    assert running.wait(30)
    assert running.cancelled
    assert running.error is None
    assert left_behind() == []


def test_after_a_cancelled_download_another_can_be_started(slow, cifar10):
    running = download.start(published.parcel("cifar10"))
    running.cancel()
    slow.go_on.set()
    running.wait(30)

    again = fetched()

    assert again is not running
    assert again.error is None


def test_a_download_that_is_cut_off_never_gets_the_final_name(site, cifar10):
    site.answer = half

    assert "broke off after 0.0 of 0.1 MB" in complaint()


def test_wrong_bytes_never_get_the_final_name(site, cifar10):
    site.files[cifar10] = site.files[cifar10][:-1] + b"?"

    assert "not the published file (its checksum differs)" in complaint()


def test_an_archive_without_an_end_is_refused(site, cifar10, monkeypatch):
    monkeypatch.setattr(limits, "DOWNLOAD_BYTES", 1000)

    assert "sends more than cifar-10-python.tar.gz can be" in complaint()


def test_a_web_page_instead_of_the_archive_is_recognised(site, cifar10):
    site.answer = says(200, "text/html; charset=utf-8", b"<html>Please log in</html>")

    message = complaint()

    assert message.startswith("127.0.0.1 sent a web page instead of cifar-10-python.tar.gz.")
    assert "log in" in message


def test_a_file_that_is_gone_is_named_with_the_answer(site, cifar10):
    site.answer = says(404, "text/html", b"Not found")

    assert complaint() == f"127.0.0.1 does not have the file (it answered 404): {site.url}{cifar10}"


def test_a_server_that_falls_silent_is_given_up(slow, cifar10, monkeypatch):
    monkeypatch.setattr(download, "SILENCE", 0.1)

    assert "sent nothing for" in complaint()


def test_without_a_network_it_says_what_to_fetch_and_where_to_put_it(cifar10, home, monkeypatch):
    nobody = "http://127.0.0.1:9/cifar-10-python.tar.gz"
    monkeypatch.setattr(datasets.CIFAR10, "url", nobody)

    message = complaint()

    assert message.startswith("127.0.0.1 cannot be reached (")
    assert message.endswith(
        f"Try again later; or fetch {nobody} in another way, put it into {home / 'data'}, and look again."
    )


def test_a_retry_after_a_failure_succeeds(site, cifar10):
    good = site.answer
    site.answer = half
    complaint()
    site.answer = good

    assert fetched().error is None
    assert sources.source("cifar10").ready


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's always full device")
def test_a_full_disk_is_named(cifar10, data):
    (data / f".{cifar10}.part").symlink_to("/dev/full")

    assert complaint().startswith("The disk is full: CIFAR-10 needs about 511 MB in ")


def test_a_data_folder_that_cannot_be_written_is_named(cifar10, home):
    (home / "data").write_text("a file where the folder should be")

    done = fetched()

    assert str(done.error).startswith(f"{home / 'data'} cannot be used: ")


def test_what_nobody_foresaw_is_logged_and_still_a_sentence(cifar10, monkeypatch, caplog):
    def broken(key: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(published, "unpack", broken)

    assert "unknown reason" in str(fetched().error)
    assert "ZeroDivisionError" in caplog.text

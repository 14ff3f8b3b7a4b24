"""Fetching published weights: what comes out well, what goes wrong, and what is said then."""

import pytest

from lessons.__main__ import main
from lessons.core import limits
from lessons.engine.fetching import download
from lessons.engine.weights import catalog
from tests.squeezenet import KEY
from tests.website import Slow, half, says


def fetched() -> download.Download:
    done = download.start(catalog.parcel(KEY))
    assert done.wait(30)
    return done


def complaint() -> str:
    """What a failed download says; it must leave nothing behind."""
    done = fetched()
    assert done.error is not None
    assert left_behind() == []
    return str(done.error)


def left_behind() -> list[str]:
    return [path.name for path in catalog.folder().iterdir() if path.suffix != ".lock"]


def test_weights_are_fetched_into_their_place(site, squeezenet_site):
    done = fetched()
    assert done.error is None
    assert done.done_bytes == done.total_bytes == len(site.files[squeezenet_site])
    assert catalog.file(KEY).read_bytes() == site.files[squeezenet_site]
    catalog.require_intact(KEY)


def test_what_is_here_already_is_not_fetched_again(site, squeezenet_site, squeezenet_here):
    assert fetched().error is None
    assert site.asked[squeezenet_site] == 0


def test_a_damaged_file_is_replaced(site, squeezenet_site, squeezenet_here):
    squeezenet_here.write_bytes(b"damaged")
    assert fetched().error is None
    catalog.require_intact(KEY)


def test_a_download_that_is_cut_off_can_be_tried_again(site, squeezenet_site):
    good, site.answer = site.answer, half
    assert "broke off after 2.5 of 5.0 MB. Try again." in complaint()
    site.answer = good
    assert fetched().error is None


def test_other_weights_never_get_the_name_of_the_published_ones(site, squeezenet_site):
    content = site.files[squeezenet_site]
    site.files[squeezenet_site] = content[:-1] + bytes([content[-1] ^ 1])
    assert "not the published file (its checksum differs)" in complaint()


def test_a_web_page_instead_of_weights_is_recognised(site, squeezenet_site):
    site.answer = says(200, "text/html", b"<html>Please log in</html>")
    assert complaint().startswith(f"127.0.0.1 sent a web page instead of {squeezenet_site}.")


def test_a_server_that_does_not_end_is_given_up(squeezenet_site, monkeypatch):
    monkeypatch.setattr(limits, "WEIGHTS_BYTES", 1000)
    assert f"sends more than {squeezenet_site} can be" in complaint()


def test_a_slow_download_shows_how_far_it_is_and_can_be_cancelled(site, squeezenet_site):
    site.answer = Slow()
    running = download.start(catalog.parcel(KEY))
    while running.done_bytes == 0:
        assert not running.wait(0.01)
    assert 0 < running.progress < 1
    assert not catalog.is_here(KEY)
    running.cancel()
    site.answer.go_on.set()
    assert running.wait(30)
    assert running.error is None
    assert left_behind() == []


def test_the_command_line_fetches_and_lists(squeezenet_site, capsys):
    assert main(["weights", "fetch", KEY]) == 0
    assert capsys.readouterr().out == f"SqueezeNet 1.1 (ImageNet) is in {catalog.folder()}\n"

    assert main(["weights", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == list(catalog.NETS)
    assert lines[KEY].split()[-2:] == ["here", str(catalog.file(KEY))]
    assert "ResNet-18             11,689,512 parameters  47 MB to fetch" in lines["resnet18"]
    assert lines["resnet18"].endswith(str(catalog.file("resnet18")))


def test_a_failed_fetch_is_one_sentence_and_exit_code_2(site, squeezenet_site, capsys):
    site.files[squeezenet_site] = b"wrong"
    assert main(["weights", "fetch", KEY]) == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith("(its checksum differs). Try again later.")


@pytest.mark.parametrize("arguments", [[], ["fetch"], ["fetch", "vgg99"], ["list", "all"]])
def test_a_wrong_command_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["weights", *arguments])
    assert stopped.value.code == 2
    assert "usage: python -m lessons" in capsys.readouterr().err

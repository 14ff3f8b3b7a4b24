"""``python -m lessons pictures``, called as a function."""

import pytest

from lessons.__main__ import main
from lessons.engine.fetching import download
from lessons.engine.pictures import cache, published, sources


def test_list_names_every_set_and_what_has_to_be_fetched(data, capsys):
    (data / "我的 pets/train").mkdir(parents=True)
    (data / "pets.zip").write_bytes(b"PK")

    assert main(["pictures", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["doodles", "Doodles", "5,000", "+", "1,000"]
    assert " ".join(lines[2].split()) == "doodles-others Twenty other doodles 10,000 + 2,000"
    assert lines[3].endswith("50,000 + 10,000, 170 MB to fetch")
    assert lines[-2].startswith("folder:我的 pets")
    assert lines[-2].endswith("not read yet, a fifth of each class is for the test")
    assert lines[-1] == (
        "data/pets.zip is no set to learn from. It is an archive: unpack it, into a folder in data/."
    )


def test_draw_draws_and_keeps(capsys, home, monkeypatch):
    monkeypatch.setitem(sources.DOODLES, "doodles", ("Doodles", 20, 10))

    assert main(["pictures", "draw"]) == 0

    assert capsys.readouterr().out.startswith("20 + 10 pictures in ")
    assert cache.summary("doodles").train_size == 20


@pytest.mark.parametrize(("option", "key"), [("--full", "doodles-full"), ("--others", "doodles-others")])
def test_draw_draws_the_larger_set_or_the_other_kinds(option, key, capsys, home, monkeypatch):
    monkeypatch.setitem(sources.DOODLES, key, ("Doodles", 40, 20))

    assert main(["pictures", "draw", option]) == 0

    assert capsys.readouterr().out.startswith("40 + 20 pictures in ")
    assert cache.summary(key).train_size == 40


def test_fetch_fetches(cifar10, capsys, home):
    assert main(["pictures", "fetch", "cifar10"]) == 0

    assert capsys.readouterr().out == f"CIFAR-10 is in {home / 'data'}\n"
    assert sources.source("cifar10").ready


def test_a_failed_fetch_is_one_sentence_and_exit_code_2(site, cifar10, capsys):
    site.files[cifar10] = b"wrong"

    assert main(["pictures", "fetch", "cifar10"]) == 2

    printed = capsys.readouterr()
    assert printed.err.splitlines()[-1].endswith(
        "not the published file (its checksum differs). Try again later."
    )
    assert "Traceback" not in printed.err


def test_an_interrupted_fetch_is_cancelled(cifar10, capsys, monkeypatch):
    wait, presses = download.Download.wait, iter([KeyboardInterrupt])

    def interrupted(self: download.Download, seconds: float) -> bool:
        if press := next(presses, None):
            raise press
        return wait(self, seconds)

    with monkeypatch.context() as patch:
        patch.setattr(download.Download, "wait", interrupted)
        assert main(["pictures", "fetch", "cifar10"]) == 2

    assert "Stopped" in capsys.readouterr().err
    stopped = download.latest(published.parcel("cifar10"))
    assert stopped.cancelled
    assert stopped.wait(30)


@pytest.mark.parametrize("arguments", [[], ["paint"], ["fetch"], ["fetch", "imagenet"], ["draw", "--quick"]])
def test_a_wrong_command_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["pictures", *arguments])

    assert stopped.value.code == 2
    assert "usage: python -m lessons" in capsys.readouterr().err

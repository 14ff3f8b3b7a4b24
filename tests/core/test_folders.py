"""One home for the app and for every process that it starts, however it is written."""

import os
from pathlib import Path

import pytest

from lessons.__main__ import main
from lessons.core.folders import PROJECT, data_folder, environment, home, runs_folder
from lessons.core.messages import LessonError


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("", PROJECT), ("mine", "here/mine"), ("../mine", "here/../mine"), ("~", "me"), ("~/mine", "me/mine")],
)
def test_a_home_is_the_same_folder_wherever_a_process_works(tmp_path, monkeypatch, asked, meant) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("LESSONS_HOME", asked)
    assert home() == tmp_path / meant
    told = environment()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LESSONS_HOME", told["LESSONS_HOME"])
    assert (data_folder(), runs_folder()) == (tmp_path / meant / "data", tmp_path / meant / "runs")


def test_the_tilde_of_somebody_who_is_not_there_is_a_name_like_any_other(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LESSONS_HOME", "~nobody-of-that-name/mine")
    assert home() == Path(tmp_path, "~nobody-of-that-name/mine")


IMPOSSIBLE = {"x" * 300: "File name too long", os.fsdecode(b"\xff"): "its name is no UTF-8"}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_home_that_cannot_be_is_refused_in_a_sentence(tmp_path, monkeypatch, name) -> None:
    monkeypatch.setenv("LESSONS_HOME", str(tmp_path / name))
    with pytest.raises(LessonError, match=rf"LESSONS_HOME cannot be .*: {IMPOSSIBLE[name]}\."):
        runs_folder()


@pytest.mark.parametrize(
    "command", ["train", "train --resume x", "pictures list", "pretrain", "weights list"]
)
def test_every_command_refuses_a_home_that_cannot_be(tmp_path, monkeypatch, capsys, command) -> None:
    monkeypatch.setenv("LESSONS_HOME", str(tmp_path / ("x" * 300)))
    assert main(command.split()) == 2
    assert capsys.readouterr().err.startswith("LESSONS_HOME cannot be")

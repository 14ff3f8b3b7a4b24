"""One home for the app and for every process that it starts, however it is written."""

from pathlib import Path

import pytest

from lessons.core.folders import PROJECT, data_folder, environment, home, runs_folder


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

"""A run knows which pictures it had: it goes on with the same alone, and what it answered stays right."""

import io
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from lessons.__main__ import main
from lessons.core.messages import LessonError
from lessons.engine.pictures import sources
from lessons.engine.training import inspection, runs, work
from lessons.engine.training.config import Config
from lessons.engine.training.export import export
from lessons.engine.training.reports import Step
from lessons.engine.training.runs import Run
from lessons.engine.training.supervisor import Supervisor
from lessons.engine.training.trained import of_run
from lessons.engine.training.work import carry_out

TINY = Config("folder:tiny", net="lenet", batch_size=8, epochs=3, device="cpu", threads=1)
CHANGED = "The pictures have changed since this run began"


@pytest.fixture(autouse=True)
def own(home: Path, tiny_data: Path, monkeypatch) -> Path:
    """The set "folder:tiny" of this test alone."""
    monkeypatch.setattr(work, "LISTEN_SECONDS", -1.0)
    monkeypatch.setattr(Supervisor, "_slot", lambda self: None)
    shutil.copytree(tiny_data / "tiny", home / "data/tiny")
    return home / "data/tiny"


def rename_a_class(tiny: Path) -> None:
    for part in ("train", "test"):
        (tiny / part / "a").rename(tiny / part / "z")


def take_eight_away(tiny: Path) -> None:
    for number in range(8):
        (tiny / "train/b" / f"{number}.png").unlink()


def change_a_pixel(tiny: Path) -> None:
    shutil.copy(tiny / "train/a/1.png", tiny / "train/a/0.png")


CHANGES = [rename_a_class, take_eight_away, change_a_pixel]


def stopped_at(home: Path, step: int) -> Run:
    """A run that a learner stopped after so many steps; an epoch has six."""
    run = runs.create(home / "runs", TINY)

    def stop(report) -> None:
        if isinstance(report, Step) and report.step == step:
            run.ask(want="stop")

    carry_out(run, watch=stop)
    assert run.state().step == step
    return run


def content(run: Run) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in run.folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("change", CHANGES)
def test_the_app_refuses_to_resume_on_other_pictures_before_it_touches_anything(home, own, change) -> None:
    run = stopped_at(home, 8)
    change(own)
    before = content(run)
    with closing(Supervisor(home / "runs", slots=1)) as supervisor, pytest.raises(LessonError, match=CHANGED):
        supervisor.resume(run)
    assert content(run) == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_terminal_refuses_to_resume_on_other_pictures_before_it_touches_anything(
    home, own, change, capsys
) -> None:
    run = stopped_at(home, 8)
    change(own)
    before = content(run)
    assert main(["train", "--resume", run.id]) == 2
    assert CHANGED in capsys.readouterr().err
    assert content(run) == before


@pytest.mark.parametrize("step", [3, 8, 9])
@pytest.mark.parametrize("change", CHANGES)
def test_a_worker_does_not_go_on_with_other_pictures_and_what_was_learned_stays(
    home, own, change, step
) -> None:
    """They may change while the run waits."""
    run = stopped_at(home, step)
    change(own)
    before = content(run)
    carry_out(run)
    assert run.state().status == "failed"
    assert CHANGED in str(run.state().reason)
    after = content(run)
    kept = [name for name in before if name.name != "state.json"]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_with_its_pictures_back_a_run_goes_on_to_the_same_end(home, own) -> None:
    run, undisturbed = stopped_at(home, 8), runs.create(home / "runs", TINY)
    carry_out(undisturbed)
    (own / "train/a").rename(own / "train/z")
    (own / "test/a").rename(own / "test/z")
    carry_out(run)
    (own / "train/z").rename(own / "train/a")
    (own / "test/z").rename(own / "test/a")
    run.begin_again()
    carry_out(run)
    assert run.state().status == "done"
    assert run.history().losses == undisturbed.history().losses


def test_a_run_that_has_learned_nothing_begins_with_the_pictures_that_are_there(home, own) -> None:
    run = runs.create(home / "runs", TINY)

    def break_off(report) -> None:
        raise RuntimeError("on purpose")

    carry_out(run, watch=break_off)
    assert not run.resumable()
    rename_a_class(own)
    run.begin_again()
    carry_out(run)
    assert run.state().status == "done"
    assert of_run(run).classes == ("b", "c", "z")


def test_a_run_of_an_earlier_version_goes_on_as_ever_and_knows_its_pictures_from_then_on(home, own) -> None:
    run = stopped_at(home, 8)
    (run.folder / "pictures.json").unlink()
    run.begin_again()
    carry_out(run)
    assert run.state().status == "done"
    assert (run.folder / "pictures.json").exists()


@pytest.mark.parametrize("step", [8, 9])
def test_a_checkpoint_of_an_earlier_version_does_not_fit_a_set_with_fewer_pictures(home, own, step) -> None:
    run = stopped_at(home, step)
    (run.folder / "pictures.json").unlink(missing_ok=True)
    take_eight_away(own)
    run.begin_again()
    carry_out(run)
    assert run.state().status == "failed"
    assert "This checkpoint does not fit the run" in str(run.state().reason)


def test_the_net_of_a_run_keeps_its_own_classes_whatever_becomes_of_the_set(home, own) -> None:
    run = stopped_at(home, 8)
    rename_a_class(own)
    sources.load("folder:tiny")
    assert of_run(run).classes == ("a", "b", "c")
    shutil.rmtree(own)
    assert of_run(run).classes == ("a", "b", "c")


def test_the_program_of_a_run_says_first_that_its_pictures_have_changed(home, own) -> None:
    run = stopped_at(home, 8)

    def first_line(language: str) -> str:
        with zipfile.ZipFile(io.BytesIO(export(run, language))) as archive:
            return archive.read(f"{run.id}/repeat.py").decode().splitlines()[0]

    assert first_line("en") == "# %% Files"
    rename_a_class(own)
    sources.load("folder:tiny")
    assert first_line("en").startswith("# The pictures have changed since this run")
    assert first_line("zh").startswith("# 这次训练之后图片有了变动")


def test_what_a_run_knows_of_its_pictures_is_checked_like_its_other_files(home, own) -> None:
    run = stopped_at(home, 8)
    assert inspection.damages(run) == []
    (run.folder / "pictures.json").write_bytes(b"{}\n")
    assert list(map(str, inspection.damages(run))) == ["The file pictures.json is damaged."]
    before = content(run)
    with (
        closing(Supervisor(home / "runs", slots=1)) as supervisor,
        pytest.raises(LessonError, match="pictures"),
    ):
        supervisor.resume(run)
    assert content(run) == before

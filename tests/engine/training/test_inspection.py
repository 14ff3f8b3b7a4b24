"""Looking through a run's folder: what was changed, cut short or taken away is named."""

import shutil
from pathlib import Path

import pytest

from lessons.engine.training import inspection, runs
from lessons.engine.training.config import Config
from lessons.engine.training.records import METRICS, State
from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out

CHECKED = [
    "config.json",
    "name.json",
    "pictures.json",
    "state.json",
    "control.json",
    "metrics.jsonl",
    "checkpoint.pt",
]
PATTERNS = [*CHECKED, "checkpoint.pt.sha256", "epochs/0001.npz", "events/events.out.*"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory, tiny_data) -> Run:
    home = tmp_path_factory.mktemp("finished")
    (home / "data").symlink_to(tiny_data)
    config = Config("folder:tiny", "lenet", batch_size=8, epochs=2, device="cpu", threads=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(home))
        run = runs.create(home / "runs", config, name="finished")
        run.ask(lr=0.02)
        carry_out(run)
    return run


@pytest.fixture
def run(finished, tmp_path) -> Run:
    return Run(Path(shutil.copytree(finished.folder, tmp_path / "runs" / finished.id)))


def file_of(run: Run, pattern: str) -> Path:
    [file] = run.folder.glob(pattern)
    return file


def named(run: Run) -> str:
    return " ".join(map(str, inspection.damages(run)))


def test_an_undamaged_run_has_no_damages(run) -> None:
    assert inspection.damages(run) == []


def test_the_patterns_cover_every_file_of_a_run_but_the_empty_reserve(run) -> None:
    covered = {file for pattern in PATTERNS for file in run.folder.glob(pattern)}
    left = {file.name for file in run.folder.rglob("*") if file.is_file() and file not in covered}
    assert left == {"0002.npz", runs.RESERVE}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_flipped_bit_is_named_with_its_file(run, pattern, place) -> None:
    file = file_of(run, pattern)
    content = bytearray(file.read_bytes())
    content[int(place * (len(content) - 1))] ^= 0b100
    file.write_bytes(content)
    assert file.name.removesuffix(".sha256") in named(run)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("left", [0.0, 0.5, 0.999])
def test_a_file_cut_short_is_named(run, pattern, left) -> None:
    file = file_of(run, pattern)
    content = file.read_bytes()
    file.write_bytes(content[: int(left * len(content))])
    assert file.name.removesuffix(".sha256") in named(run)


MAY_BE_MISSING = ["control.json", "pictures.json"]  # nothing was asked for; a run of an earlier version


@pytest.mark.parametrize("pattern", [each for each in PATTERNS if each not in MAY_BE_MISSING])
def test_a_file_that_is_gone_is_named(run, pattern) -> None:
    file = file_of(run, pattern)
    file.unlink()
    assert file.name.removesuffix(".sha256") in named(run)


def test_a_line_cut_out_of_the_curves_is_named(run) -> None:
    metrics = run.folder / METRICS
    first, _second, *others = metrics.read_bytes().splitlines(keepends=True)
    metrics.write_bytes(b"".join([first, *others]))
    assert METRICS in named(run)


def test_damage_is_found_also_in_what_was_read_before(run) -> None:
    assert run.history().damages == []
    metrics = run.folder / METRICS
    metrics.write_bytes(metrics.read_bytes().replace(b'"step": 1,', b'"step": 3,', 1))
    assert "Line 1 of metrics.jsonl is damaged." in named(run)


def test_what_a_kill_leaves_half_written_is_no_damage(run) -> None:
    for name in ("metrics.jsonl", "state.json.new", "checkpoint.pt.new"):
        with (run.folder / name).open("ab") as file:
            file.write(b"half a")
    with file_of(run, "events/events.out.*").open("ab") as file:
        file.write(b"\x20\x00\x00")
    assert inspection.damages(run) == []


def test_several_damages_are_all_named(run) -> None:
    for name in CHECKED:
        (run.folder / name).write_bytes(b"?")
    assert all(name in named(run) for name in CHECKED if name != METRICS)


def test_a_run_that_has_just_been_asked_for_is_undamaged(tmp_path) -> None:
    run = runs.create(tmp_path / "runs", Config())
    assert inspection.damages(run) == []
    run.write_state(State("interrupted"))
    assert inspection.damages(run) == []

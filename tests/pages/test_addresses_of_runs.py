"""Whatever stands in the address of a page of runs, and whatever became of sets and runs: no part fails."""

import random
import shutil
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from lessons.engine.pictures import sources
from lessons.engine.training import runs
from lessons.engine.training.choices import ALL_NETS, DEVICES, OPTIMIZERS, TUNINGS
from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out
from tests.pages.test_classifier import flip_a_bit
from tests.pages.test_unready import UNREADY
from tests.pages.trained import TINY

FEW, MANY = 12, 300
JUNK = ["", "0", "-1", "nan", "inf", "1e309", "abc", "9" * 20, "½", "{x}", "%s", "../x", "<b>", "1,2", "٣"]
SETS = ["tiny", "changed", "gone", "fresh", *(make.__name__ for make in UNREADY)]
DATA = [*(f"folder:{name}" for name in SETS), *sources.DOODLES, "cifar10", "folder:", "folder:.."]
COUNTS = ["1", "2", "5", "16", "17", "48", "500", "1000000"]
PAGES = {
    "training/classifier": {
        "data": DATA,
        "net": [*ALL_NETS],
        "optimizer": [*OPTIMIZERS],
        "lr": ["0", "1e-05", "0.3", "100"],
        "batch_size": ["1", "3", "1024"],
        "epochs": ["1", "3", "200"],
        "nesterov": ["true"],
        "momentum": ["0", "0.9"],
        "tuning": [*TUNINGS],
        "train_size": COUNTS,
        "per_class": COUNTS,
        "flip": ["true"],
        "shift": ["3"],
        "device": [*DEVICES],
    },
    "models/finetuning": {
        "view": ["compare", "crossing"],
        "data": DATA,
        "net": [*ALL_NETS],
        "per_class": COUNTS,
        "ways": ["scratch", "frozen,whole", "head-first"],
        "epochs": ["4", "200"],
        "seeds": ["1", "3"],
    },
    "models/inference": {
        "view": ["seen", "changes", "lists", "wrong", "square", "empty", "several"],
        "picture": ["test-0", "test-17", "test-99", "other-3", "coast", "own", "drawn"],
        "box": ["0_0_5_5", "1_1_40_40"],
        "several": ["test", "own", "folder:tiny"],
    },
    "learning/descent": {"view": ["net"], "racers": ["sgd,adam", "sgd"], "net_rate": ["0.001", "5"]},
}


@pytest.fixture(scope="session")
def worn(tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Path:
    """A home with sets that changed, are gone or cannot be used, and runs on them, some of them damaged."""
    home = tmp_path_factory.mktemp("worn")
    shutil.copytree(trained, home, dirs_exist_ok=True)
    data = home / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_HOME", str(home))
        (first,) = runs.every(home / "runs")
        tuned = runs.create(home / "runs", replace(TINY, net="resnet", tuning="frozen", epochs=1))
        carry_out(tuned)
        for key, run in product(("folder:changed", "folder:gone"), (first, tuned)):
            copied(run).change_config(replace(run.config(), data=key))
        for file in ("config.json", "state.json", "pictures.json", "checkpoint.pt", "epochs/0003.npz"):
            flip_a_bit(copied(first).folder / file)
        (copied(first).folder / "pictures.json").unlink()
        runs.create(home / "runs", replace(TINY, net="alexnet", tuning="frozen"))
        runs.create(home / "runs", replace(TINY, device="cuda", train_size=500))
        for name in ("fresh", "changed"):
            shutil.copytree(data / "tiny", data / name)
        for part in ("train", "test"):
            (data / "changed" / part / "red").rename(data / "changed" / part / "amber")
        sources.load("folder:changed")
        for make in UNREADY:
            shutil.copytree(data / "tiny", data / make.__name__)
            make(data / make.__name__)
    return home


def copied(run: Run) -> Run:
    """Under an id of its own."""
    number = len(runs.every(run.folder.parent))
    return Run(Path(shutil.copytree(run.folder, run.folder.with_name(f"20250101-000000-{number:06x}"))))


@pytest.mark.parametrize(
    "seed", [*range(FEW), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(FEW, MANY))]
)
def test_no_part_of_a_page_of_runs_fails(seed, home, worn, open_lesson) -> None:
    shutil.copytree(worn, home, dirs_exist_ok=True)
    chance = random.Random(seed)
    page = list(PAGES)[seed % len(PAGES)]
    any_run = [run.id for run in runs.every(home / "runs")]
    fields = PAGES[page] | {"run": any_run, "lang": ["en", "zh"]}
    if page == "models/inference":
        fields["net"] = [*any_run, "backbone", "alexnet"]
    address = {
        name: chance.choice(JUNK if chance.random() < 0.15 else values)
        for name, values in fields.items()
        if chance.random() < (0.9 if name in ("data", "net", "run", "view") else 0.4)
    }
    app = open_lesson(page, **address)
    assert not app.exception, address
    assert not app.error, address

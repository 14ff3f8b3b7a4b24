"""The shipped backbone: what lies in its file, and that it can be made again from nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from lessons.__main__ import main
from lessons.core.files import write_with_digest
from lessons.core.messages import LessonError
from lessons.engine.backbone import backbone
from lessons.engine.backbone.terminal import pretrain
from lessons.engine.pictures import doodles, others, sources
from lessons.engine.training.config import Config
from lessons.engine.training.loop import Training
from lessons.engine.training.preparing import scale
from lessons.engine.training.reports import Step


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped file, somewhere else."""
    file = tmp_path / backbone.FILE.name
    write_with_digest(file, backbone.FILE.read_bytes())
    return file


def about(file: Path) -> dict[str, object]:
    with safe_open(file, "pt") as opened:
        return {name: json.loads(value) for name, value in opened.metadata().items()}


def right(weights: dict[str, Tensor], count: int) -> float:
    """The fraction of so many test pictures that a net with these weights names."""
    net = backbone.build()
    net.load_state_dict(weights)
    images, labels = map(torch.from_numpy, doodles.draw(count, "test", kinds=others.KINDS))
    with torch.inference_mode():
        return (net.eval()(scale(images)).argmax(dim=1) == labels).float().mean().item()


def test_the_file_is_small_and_keeps_every_weight_in_half_precision():
    weights = load_file(backbone.FILE)

    assert backbone.FILE.stat().st_size < 400_000
    assert set(weights) == set(backbone.build().state_dict())
    assert {weight.dtype for name, weight in weights.items() if "num_batches" not in name} == {torch.float16}


def test_the_file_tells_what_it_is():
    known = about(backbone.FILE)

    assert tuple(known["classes"]) == backbone.CLASSES == others.CLASSES
    assert known["test_accuracy"] >= 0.95
    assert {"epochs", "torch"} <= set(known)


def test_what_is_loaded_is_the_file_in_single_precision():
    loaded, kept = backbone.load(), load_file(backbone.FILE)

    assert loaded.keys() == kept.keys()
    for name, weight in loaded.items():
        assert weight.dtype == backbone.build().state_dict()[name].dtype
        assert torch.equal(weight, kept[name].to(weight.dtype))


def test_loading_draws_no_random_numbers():
    before = torch.get_rng_state()
    backbone.load()

    assert torch.equal(torch.get_rng_state(), before)


def test_it_names_nearly_every_picture_of_its_test_set():
    assert right(backbone.load(), 400) >= 0.95


def test_its_classes_are_known_without_torch():
    program = (
        "import sys; from lessons.engine.backbone import backbone, terminal; print(len(backbone.CLASSES));"
        "print('torch' in sys.modules)"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert printed.stdout.split() == ["20", "False"]


@pytest.mark.parametrize("missing", [backbone.FILE.name, f"{backbone.FILE.name}.sha256"])
def test_a_missing_file_is_named(copy, missing):
    copy.with_name(missing).unlink()

    with pytest.raises(LessonError, match=f"The file {missing} is missing or cannot be read"):
        backbone.load(copy)


def test_a_changed_file_is_noticed(copy):
    content = bytearray(copy.read_bytes())
    content[200_000] ^= 1
    copy.write_bytes(content)

    with pytest.raises(LessonError, match="is damaged: its checksum does not match"):
        backbone.load(copy)


def test_a_file_of_something_else_is_refused(copy):
    write_with_digest(copy, b"these are no weights")

    with pytest.raises(LessonError, match=r"is not this version's backbone.*python -m lessons pretrain"):
        backbone.load(copy)


def test_weights_of_another_net_are_refused(copy):
    backbone.save(torch.nn.Linear(3, 2), copy)

    with pytest.raises(LessonError, match="is not this version's backbone"):
        backbone.load(copy)


def test_the_rate_goes_up_to_its_top_and_down_to_almost_nothing(monkeypatch):
    monkeypatch.setitem(sources.DOODLES, "doodles", ("Doodles", 60, 20))
    training = Training(Config(net="linear", lr=0.1, epochs=5, batch_size=12))

    rates = [report.lr for report in pretrain(training) if isinstance(report, Step)]

    assert len(rates) == 25
    assert rates[0] == pytest.approx(0.1 / 25)
    assert max(rates) == pytest.approx(0.1, rel=0.01)
    assert rates.index(max(rates)) == 7
    assert rates[-1] < 0.001


def test_pretraining_writes_a_file_that_can_be_loaded(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sources.DOODLES, "doodles-others", ("Twenty other doodles", 60, 40))

    assert main(["pretrain", "--epochs", "1", "--out", str(tmp_path / "made")]) == 0

    file = tmp_path / "made" / backbone.FILE.name
    said = capsys.readouterr().out
    assert f"The weights are in {file}" in said
    assert f"Test accuracy {right(backbone.load(file), 40):.1%}" in said
    assert about(file)["epochs"] == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_from_nothing_it_learns_to_name_its_classes_again(tmp_path):
    program = [sys.executable, "-m", "lessons", "pretrain", "--out", str(tmp_path)]
    subprocess.run(program, cwd=Path(__file__).parents[3], check=True, capture_output=True)

    made = backbone.load(tmp_path / backbone.FILE.name)
    assert {name: weight.shape for name, weight in made.items()} == {
        name: weight.shape for name, weight in backbone.load().items()
    }
    assert right(made, 2000) >= 0.95

"""What a net sees of a picture, and what it answers: every value, and the program, against torch's own."""

import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor
from torchvision.models import get_model, get_model_weights

from lessons.core.boxes import Box
from lessons.core.messages import LessonError
from lessons.engine.pictures.doodles import CLASSES
from lessons.engine.pictures.samples import SAMPLES
from lessons.engine.training import trained, tuning
from lessons.engine.training.config import Config
from lessons.engine.training.runs import CHECKPOINT, Run, create
from lessons.engine.training.trained import Trained
from lessons.engine.training.work import carry_out
from lessons.engine.weights import catalog
from lessons.models.inference import choosing, program
from lessons.models.inference.changing import EVAL, change
from lessons.models.inference.choosing import BACKBONE, Inputs, beyond, see, trained_net, truth, usable
from lessons.models.inference.lesson import LESSON, PRESETS
from lessons.models.inference.seeing import Result, ask_answer, ask_shape, check, describe, run
from tests.oracles import executed
from tests.strategies import SEEDS

QUICK = Config(net="lenet", train_size=100, epochs=1)
FROZEN = Config(net="resnet", tuning="frozen", per_class=2, epochs=1)


def noise(seed: int, width: int, height: int) -> bytes:
    """A PNG of random colours."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """A picture of any shape, and a box in it, or none."""
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    box = Box(left, top, draw(st.integers(1, width - left)), draw(st.integers(1, height - top)))
    return Inputs(picture=noise(draw(SEEDS), width, height), box=draw(st.sampled_from([None, box])))


def carried_out(home: Path, config: Config) -> Run:
    made = create(home / "runs", config)
    carry_out(made)
    return made


def printed_at_home(inputs: Inputs, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The variables of the program, run where the page's files were put beside it."""
    inputs.open().save(folder / "picture.png")
    for file in program.weights_files(inputs.net):
        shutil.copy(file, folder)
    monkeypatch.chdir(folder)
    return executed(LESSON.snippet(inputs))


def assert_same(variables: dict[str, object], inputs: Inputs) -> None:
    probabilities, result = variables["probabilities"], run(inputs)
    assert isinstance(probabilities, Tensor)
    assert torch.allclose(probabilities.double(), result.probabilities, rtol=0, atol=1e-6)
    assert variables["best"] == result.best
    assert variables["classes"] == list(result.classes)


@given(inputs())
def test_step_by_step_it_is_what_torch_makes_in_one_go(inputs):
    result = run(inputs)
    assert check(inputs, result).agrees
    assert result.batch.shape == (1, 3, 32, 32)
    assert result.order[0] == int(result.logits.argmax())
    result.probabilities[result.best] += 1e-6
    assert not check(inputs, result).agrees


@given(seen=inputs())
def test_the_program_opens_the_picture_and_gives_the_probabilities_of_the_page(seen, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        assert_same(printed_at_home(seen, tmp_path_factory.mktemp("program"), patch), seen)


@pytest.mark.parametrize("config", [QUICK, FROZEN], ids=["all of it", "a new head"])
def test_the_program_of_a_run_reads_its_checkpoint(config, drawn_home, tmp_path, monkeypatch):
    inputs = Inputs(carried_out(drawn_home, config).id, "coast", Box(370, 120, 220, 220))
    folder = tmp_path / "program"
    folder.mkdir()
    assert_same(printed_at_home(inputs, folder, monkeypatch), inputs)


def test_the_program_of_a_net_of_imagenet_lets_torchvision_fetch_its_weights(
    tmp_path, monkeypatch, squeezenet
):
    hub = tmp_path / "hub" / "checkpoints"
    hub.mkdir(parents=True)
    torch.save(squeezenet.net.state_dict(), hub / catalog.NETS["squeezenet1_1"].file_name)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    inputs = Inputs("squeezenet1_1", "coast", Box(30, 90, 200, 220))
    assert program.weights_files(inputs.net) == ()
    assert_same(printed_at_home(inputs, tmp_path, monkeypatch), inputs)
    assert run(inputs).batch.shape == (1, 3, 224, 224)


def test_a_net_of_imagenet_gives_twenty_answers_with_its_own_dropout(squeezenet):
    changing = change(see(Inputs("squeezenet1_1")), EVAL, 0)
    assert (changing.dropouts, changing.put_in, changing.norms) == (1, False, None)


@pytest.fixture
def squeezenet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trained]:
    """SqueezeNet with random weights, as if they had been learned on ImageNet."""
    torch.manual_seed(0)
    net = get_model("squeezenet1_1").eval()
    names = get_model_weights("squeezenet1_1").IMAGENET1K_V1.meta["categories"]
    made = Trained(net, tuple(names), tuning.wanted("squeezenet1_1"))
    monkeypatch.setattr(trained, "of_imagenet", lambda name: made)
    choosing._trained.cache_clear()
    yield made
    choosing._trained.cache_clear()


def test_every_preset_can_be_seen():
    for preset in PRESETS:
        assert check(preset.inputs, run(preset.inputs)).agrees
    known = run(PRESETS[0].inputs)
    assert known.classes[known.best] == truth(PRESETS[0].inputs) == "heart"
    assert truth(PRESETS[1].inputs) == "car"
    assert "car" not in known.classes


def test_the_tiles_are_the_steps_of_training_and_the_batch():
    names = [step.name for step in run(PRESETS[2].inputs).steps]
    normal = ["Resize", "CenterCrop", "ToImage", "ToDtype", "Normalize", "unsqueeze"]
    assert names == ["Picture", "crop", *normal]
    assert [step.name for step in run(Inputs()).steps] == ["Picture", *normal]


def test_what_the_bars_show_is_said_with_what_the_picture_is():
    logits, shares = torch.tensor([1.0, 2.0, 0.0]), torch.tensor([0.2, 0.75, 0.05])
    result = Result((), ("apple", "heart", "key"), logits, shares, (1, 0, 2))
    told = "heart: 75.0%. Then comes apple with 20.0%."
    assert str(describe(result)) == told
    assert str(describe(result, "heart")) == f"{told} It is a picture of heart: right."
    assert str(describe(result, "apple")) == f"{told} It is a picture of apple: wrong."
    assert str(describe(result, "car")) == (f"{told} It is a picture of car, which this net has no name for.")


def test_of_what_a_net_of_doodles_cannot_know_that_is_said(drawn_home):
    nothing = "It is a picture of nothing that this net has a name for."
    own = (
        "This net knows only drawn doodles, of {} kinds: whatever your picture shows, it gets the name of one"
    )
    run = carried_out(drawn_home, QUICK).id
    assert [str(beyond(Inputs(picture=each))) for each in SAMPLES] == [nothing] * len(SAMPLES)
    assert [beyond(Inputs(run, each)) is None for each in SAMPLES] == [True, False, True]  # houses it knows
    assert beyond(Inputs(picture="test-0")) is None
    assert beyond(Inputs("alexnet", "coast")) is None
    for net, count in ((BACKBONE, 20), (run, 10)):
        assert str(beyond(Inputs(net, noise(0, 9, 9)))).startswith(own.format(count))


def test_the_shapes_before_and_behind_the_net_are_asked():
    result = run(Inputs())
    shape, answer = ask_shape(result), ask_answer(result)
    assert str(shape.choices[int(shape.answer)]) == "(1, 3, 32, 32)"
    theirs = tuple(trained.of_backbone().net(torch.rand(3, 3, 32, 32)).shape)
    assert str(answer.choices[int(answer.answer)]) == str(theirs) == "(3, 20)"
    assert f"here {result.best}, and only the list says that this is" in str(answer.reason)
    few = Result((), ("a", "b", "c"), torch.zeros(3), torch.ones(3) / 3, (0, 1, 2))
    assert list(map(str, ask_answer(few).choices)) == ["(3,)", "(3, 3)", "(1, 3)"]


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"net": "resnet"}, "There is no run 'resnet' here."),
        ({"net": "../secrets"}, "There is no run '../secrets' here."),
        ({"picture": "dog"}, "There is no picture called 'dog'."),
        ({"picture": "test-1000"}, "There is no picture called 'test-1000'."),
    ],
)
def test_what_cannot_be_is_told(wish, told):
    with pytest.raises(LessonError) as error:
        Inputs(**wish)
    assert str(error.value.message) == told


def test_a_box_that_reaches_out_of_the_picture_is_refused():
    with pytest.raises(LessonError, match="which is 600 x 400"):
        Inputs(picture="coast", box=Box(500, 0, 200, 100)).cut()


# Nets and pictures


def test_a_run_is_shown_its_own_test_pictures_and_others_that_it_does_not_know(drawn_home):
    made = carried_out(drawn_home, QUICK)
    assert usable(made)
    assert truth(Inputs(made.id)) in CLASSES
    assert truth(Inputs(made.id, "other-0")) == truth(Inputs(BACKBONE))
    assert truth(Inputs(made.id)) == truth(Inputs(BACKBONE, "other-0"))
    assert see(Inputs(made.id)).trained.classes == CLASSES


def test_pictures_of_a_published_set_or_folder_come_from_its_test_split(home):
    folder = home / "data" / "tiny"
    for split, kind in (("train", "a"), ("train", "b"), ("test", "a"), ("test", "b")):
        (folder / split / kind).mkdir(parents=True)
        Image.open(BytesIO(noise(1, 32, 32))).save(folder / split / kind / "1.png")
    images, names = choosing.test_pictures("folder:tiny")
    assert [image.shape for image in images] == [(32, 32, 3)] * 2
    assert list(names) == ["a", "b"]


def test_a_run_without_a_checkpoint_is_no_net_yet(home):
    waiting = create(home / "runs", QUICK)
    assert not usable(waiting)
    with pytest.raises(LessonError, match="checkpoint"):
        trained_net(waiting.id)


def test_a_net_is_read_once_and_again_when_it_has_learned_more(drawn_home):
    made = carried_out(drawn_home, QUICK)
    first = trained_net(made.id)
    assert trained_net(made.id) is first
    checkpoint = made.folder / CHECKPOINT
    later = checkpoint.stat().st_mtime + 5
    os.utime(checkpoint, (later, later))
    assert trained_net(made.id) is not first

"""Wrong ways to prepare a picture: what torch refuses, what passes, and what comes of it."""

from io import BytesIO

import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

from lessons.core.boxes import Box
from lessons.engine.backbone import backbone
from lessons.engine.pictures import published
from lessons.engine.pictures.samples import sample
from lessons.engine.training import nets, trained, tuning
from lessons.engine.training.preparing import Preparation
from lessons.engine.training.trained import Trained
from lessons.models.inference import wrong
from lessons.models.inference.choosing import Inputs, Seen, see
from lessons.models.inference.wrong import RIGHT, WAYS
from tests.oracles import executed

GREY = Preparation(28, (28, 28), channels=1)
LONG = sample("coast")  # 600 x 400
PASSES = {"unscaled", "unnormalised", "bgr", "stretched", "grey"}
REFUSED = {"unbatched", "alpha", "bytes"}


@pytest.fixture(scope="module")
def shipped() -> Trained:
    return trained.of_backbone()


def seen_by(made: Trained, picture: Image.Image = LONG) -> Seen:
    return Seen(Inputs(), made, picture)


def untrained(name: str, wanted: Preparation) -> Trained:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Trained(nets.build(name, wanted.shape, 10).eval(), tuple("abcdefghij"), wanted)


def test_the_right_way_is_that_of_the_preparation(shipped):
    outcome = wrong.run(seen_by(shipped))
    assert torch.equal(outcome.given[0], shipped.preparation.prepare(LONG))
    assert torch.equal(outcome.answer, shipped.probabilities(outcome.given)[0])
    assert not outcome.refusals


@pytest.mark.parametrize("name", ["linear", "mlp", "lenet", "cnn", "cnn-64", "resnet"])
def test_torch_refuses_types_and_shapes_and_lets_pass_what_numbers_mean(name):
    seen = seen_by(untrained(name, tuning.OWN))
    outcomes = {slug: wrong.run(seen, slug) for slug in wrong.ways(tuning.OWN)}
    assert {slug for slug, each in outcomes.items() if each.refusals} == REFUSED
    assert outcomes.keys() == PASSES | REFUSED
    for slug in PASSES:
        assert float(outcomes[slug].answer.sum()) == pytest.approx(1, abs=1e-5)
    question = wrong.ask_count(seen.trained, outcomes)
    assert question.answer == len(REFUSED)
    assert f"the others, {len(PASSES)} in all" in str(question.reason)


@pytest.mark.parametrize(("name", "passes"), [("mlp", True), ("lenet", False), ("resnet", False)])
def test_a_net_for_grey_pictures_is_asked_other_things(name, passes):
    seen = seen_by(untrained(name, GREY))
    outcomes = {slug: wrong.run(seen, slug) for slug in wrong.ways(GREY)}
    assert "bgr" not in outcomes
    assert "grey" not in outcomes
    assert outcomes["colour"].given.shape == (1, 3, 28, 28)
    assert outcomes["colour"].refusals
    assert (outcomes["unbatched"].answer is not None) == passes  # one row of 784 numbers, by luck


def test_torchs_words_are_its_own(shipped):
    seen = seen_by(shipped)
    with pytest.raises(ValueError, match="4D") as unbatched:
        shipped.net(shipped.preparation.prepare(LONG))
    (refusal,) = wrong.run(seen, "unbatched").refusals
    assert refusal == wrong.Refusal("", f"ValueError: {unbatched.value}")
    normalize, net = wrong.run(seen, "alpha").refusals
    assert normalize.who == "Normalize"
    assert "tensor a (4) must match the size of tensor b (3)" in normalize.words
    assert "to have 3 channels, but got 4 channels" in net.words
    normalize, net = wrong.run(seen, "bytes").refusals
    assert normalize.words == "TypeError: Input tensor should be a float tensor. Got torch.uint8."
    assert "Byte" in net.words


def test_what_the_net_gets_is_what_the_mistake_makes_of_it(shipped):
    seen = seen_by(shipped)
    given = {slug: wrong.run(seen, slug).given[0] for slug in (RIGHT, *PASSES)}
    scaled = given[RIGHT] / 2 + 0.5  # mean and std are a half
    assert torch.allclose(given["unscaled"], (255 * scaled - 0.5) / 0.5, atol=1e-3)
    assert torch.allclose(given["unnormalised"], scaled, atol=1e-6)
    assert torch.equal(given["bgr"], given[RIGHT].flip(0))
    squashed = F.to_dtype(F.to_image(F.resize(LONG, [32, 32])), torch.float32, scale=True)
    assert torch.allclose(given["stretched"], squashed * 2 - 1, atol=1e-6)
    assert torch.equal(given["grey"][0], given["grey"][2])  # Normalize has made three channels of one
    assert wrong.run(seen, "unbatched").given.shape == (3, 32, 32)
    assert wrong.run(seen, "alpha").given.shape == (1, 4, 32, 32)
    assert wrong.run(seen, "bytes").given.dtype == torch.uint8


def test_a_square_is_not_stretched_and_that_is_said(shipped):
    seen = seen_by(shipped, LONG.crop((0, 0, 100, 100)))
    right, other = wrong.run(seen), wrong.run(seen, "stretched")
    assert torch.equal(right.given, other.given)
    assert "the very same" in str(wrong.difference(shipped, right, other))
    assert wrong.ask_way(shipped, "stretched", right, other).answer == 1


@pytest.mark.parametrize("slug", [slug for slug in WAYS if slug not in (RIGHT, "colour")])
def test_the_question_about_a_way_has_the_answer_that_comes(shipped, slug):
    for picture in (LONG, sample("house"), sample("letter")):
        seen = seen_by(shipped, picture)
        right, other = wrong.run(seen), wrong.run(seen, slug)
        question = wrong.ask_way(shipped, slug, right, other)
        told = str(wrong.difference(shipped, right, other))
        before = shipped.classes[int(right.answer.argmax())]
        assert before in told or slug in REFUSED
        if slug in REFUSED:
            assert question.answer == 0
        else:
            after = shipped.classes[int(other.answer.argmax())]
            assert question.answer == (1 if after == before else 2)
            assert after in told
        assert told in str(question.reason)


def test_a_net_that_gives_several_answers_for_one_picture_says_so():
    seen = seen_by(untrained("mlp", GREY))
    right = wrong.run(seen)
    several = wrong.Outcome(torch.rand(3, 28, 28), (), torch.rand(3, 10))
    assert several.answer is None
    assert "3 answers" in str(wrong.difference(seen.trained, right, several))
    assert wrong.ask_way(seen.trained, "unbatched", right, several).answer == 2


def test_what_the_net_takes_it_for_is_the_picture_itself_when_it_is_prepared_right(shipped):
    picture, outside = wrong.understood(wrong.run(seen_by(shipped)).given, shipped.preparation)
    small = v2.Compose(shipped.preparation.steps()[:3])(LONG)
    assert int((F.pil_to_tensor(picture).int() - F.pil_to_tensor(small).int()).abs().max()) <= 1
    assert outside == 0
    white, outside = wrong.understood(wrong.run(seen_by(shipped), "unscaled").given, shipped.preparation)
    assert outside > 0.9
    assert white.getpixel((3, 3)) == (255, 255, 255)
    for slug in REFUSED:
        assert wrong.understood(wrong.run(seen_by(shipped), slug).given, shipped.preparation)[0].size == (
            32,
            32,
        )


@pytest.mark.parametrize("slug", [slug for slug in WAYS if slug not in (RIGHT, "colour")])
@pytest.mark.parametrize("box", [None, Box(40, 80, 200, 150)])
def test_the_program_prints_both_answers_of_the_page(tmp_path, monkeypatch, capsys, slug, box):
    inputs = Inputs(picture="coast", box=box)
    monkeypatch.chdir(tmp_path)
    inputs.open().save("picture.png")
    (tmp_path / backbone.FILE.name).write_bytes(backbone.FILE.read_bytes())
    exec(wrong.snippet(inputs, slug), {})
    printed = capsys.readouterr().out.split("\n\n")
    seen = see(inputs)
    for text, outcome in zip(printed, (wrong.run(seen), wrong.run(seen, slug)), strict=True):
        if outcome.answer is None:
            assert text.strip() == outcome.refusals[0].words
            continue
        best = outcome.answer.topk(5)
        assert text.split("\n")[:5] == [
            f"{share:.1%} {seen.trained.classes[place]}"
            for share, place in zip(*map(torch.Tensor.tolist, best), strict=True)
        ]


# Three answers


def test_flatten_takes_channels_for_pictures():
    made = wrong.flattened(LONG)
    assert [each.shape for each in made] == list(wrong.SHAPES)
    assert [each.flat for each in made] == [(1, 784), (1, 784), (3, 784), (1, 2352)]
    assert [len(each.answers) for each in made] == [1, 1, 3, 0]
    assert made[3].words == "mat1 and mat2 shapes cannot be multiplied (1x2352 and 784x512)"
    net = wrong.flat_net()
    colour = wrong.flat_inputs(LONG)[2]
    assert made[2].answers == tuple(net(colour).argmax(dim=1).tolist())
    question = wrong.ask_flat(made)
    assert str(question.choices[int(question.answer)]) == "3 answers"
    assert isinstance(net, nn.Sequential)
    assert len(published.SETS["fashion-mnist"].classes) == net[-1].out_features


def test_the_program_of_three_answers_gives_three(capsys):
    variables = executed(wrong.FLAT)
    exec(wrong.FLAT, {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[4] == "(3, 28, 28) torch.Size([3, 784])"
    assert lines[5].count(",") == 2
    assert lines[7] == "mat1 and mat2 shapes cannot be multiplied (1x2352 and 784x512)"
    ours = wrong.flat_net().state_dict()
    assert all(torch.equal(each, ours[name]) for name, each in variables["net"].state_dict().items())


def test_a_picture_of_one_pixel_can_be_prepared_in_every_way(shipped):
    file = BytesIO()
    Image.new("RGB", (1, 1), "red").save(file, "PNG")
    seen = see(Inputs(picture=file.getvalue()))
    for slug in wrong.ways(seen.trained.preparation):
        assert (wrong.run(seen, slug).answer is None) == (slug in REFUSED)

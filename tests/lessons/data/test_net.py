"""To the net: what is told of batches, bytes, sizes and objects is what torch and torchvision do."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor
from torchvision import transforms
from torchvision.transforms import v2

from lessons.data.transforms import calling, net, resizing, scaling
from lessons.data.transforms.lesson import PRESETS, TRAINING, Inputs, run
from lessons.data.transforms.steps import read, step, strip
from lessons.data.transforms.strip import Stop
from lessons.engine.pictures.samples import SAMPLES, sample
from tests.oracles import executed

SCOPE = {"np": np, "torch": torch, "Image": Image, "transforms": transforms, "v2": v2}


@pytest.fixture(autouse=True)
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Image.Image:
    """The picture that programs open."""
    monkeypatch.chdir(tmp_path)
    sample("coast").save("picture.png")
    return sample("coast")


# The batch


def test_the_batch_is_the_output_of_the_strip_with_a_side_of_one_in_front() -> None:
    output = run(Inputs()).output
    made = net.batch(output)
    assert made.shape == (1, 3, 224, 224)
    assert torch.equal(made[0], output)
    question = net.ask_shape(output)
    assert str(question.choices[int(question.answer)]) == "(1, 3, 224, 224)"


@pytest.mark.parametrize(
    ("steps", "words", "before"),
    [
        ("Resize", "'Image' object has no attribute 'unsqueeze'", "ToImage ToDtype"),
        ("ToImage", "Input type (unsigned char) and bias type (float) should be the same", "ToDtype"),
        ("Grayscale|ToTensor", "to have 3 channels, but got 1 channels instead", "RGB"),
        ("FiveCrop", "'tuple' object has no attribute 'unsqueeze'", ""),
        ("ToTensor|Lambda:lambd=batch", "Expected 3D (unbatched) or 4D (batched) input", ""),
    ],
)
def test_what_no_net_takes_is_refused_in_the_words_of_torch_and_put_right(
    steps: str, words: str, before: str
) -> None:
    inputs = Inputs(steps=read(steps))
    stop = net.batch(run(inputs).output)
    assert isinstance(stop, Stop)
    assert words in stop.words
    assert " ".join(each.name for each in stop.before) == before
    if before:
        right = net.batch(run(Inputs(steps=strip(*inputs.steps, *stop.before))).output)
        assert right.shape[:2] == (1, 3)


@given(st.tuples(*[st.floats(0.0, 1.0)] * 3), st.tuples(*[st.floats(0.1, 1.0)] * 3))
def test_without_normalize_the_bytes_are_those_before_it(mean: tuple[float, ...], std: tuple[float, ...]):
    inputs = Inputs("house", strip(step("ToTensor"), step("Normalize", mean=mean, std=std)))
    back = net.back(inputs, run(inputs))
    assert back.largest < 1e-6
    assert back.in_bytes == 0
    assert net.ask_back(back).answer == 0
    bytes_ = (back.numbers * 255).round().to(torch.uint8)
    assert torch.equal(bytes_, v2.functional.to_image(sample("house")).as_subclass(Tensor))


def test_what_stands_behind_normalize_is_counted_and_not_undone() -> None:
    flipped = Inputs(steps=(*TRAINING, step("RandomHorizontalFlip", 9, p=1.0)))
    back = net.back(flipped, run(flipped))
    assert back.behind == 1
    assert back.in_bytes > 100
    cropped = Inputs(steps=(*TRAINING, step("CenterCrop", 9, size=20)))
    back = net.back(cropped, run(cropped))
    assert (back.behind, back.largest) == (1, None)
    assert net.ask_back(back) is None
    plain = Inputs(steps=strip(step("ToTensor")))
    assert net.back(plain, run(plain)) is None


@pytest.mark.parametrize(
    "inputs", [each.inputs for each in PRESETS], ids=lambda each: str(each.steps[0].name)
)
def test_the_program_makes_the_batch_and_the_way_back(inputs: Inputs) -> None:
    result = run(inputs)
    made = net.batch(result.output) if result.output is not None else None
    if not isinstance(made, Tensor):
        return
    inputs.open().save("picture.png")
    variables = executed(net.snippet(inputs, 3, 5))
    assert torch.equal(variables["batch"], made)
    assert torch.equal(variables["back"], net.back(inputs, result).numbers)
    assert Image.open("back.png").size == (made.shape[-1], made.shape[-2])


def test_the_program_prints_the_window_of_the_page() -> None:
    told = io.StringIO()
    inputs = Inputs(steps=read("ToTensor"))
    with contextlib.redirect_stdout(told):
        exec(net.snippet(inputs, 3, 5), {})
    window = net.batch(run(inputs).output)[0, :, 3:9, 5:11]
    assert told.getvalue() == f"torch.Size([1, 3, 400, 600]) torch.float32\n{window}\n"


# Divided by 255


@pytest.mark.parametrize("case", scaling.CASES, ids=lambda each: f"{each.holder}-{each.dtype}")
def test_what_is_written_is_what_is_called_and_the_divisor_is_found_by_dividing(case: scaling.Case) -> None:
    theirs = eval(case.code, SCOPE)
    assert theirs.dtype == case.made.dtype
    assert torch.equal(theirs, case.made)
    assert theirs.flatten().tolist() == pytest.approx([each / case.divisor for each in scaling.NUMBERS])
    question = scaling.ask_divisor(case)
    assert str(question.choices[int(question.answer)]) in (f"by {case.divisor}", "by nothing")


def test_only_bytes_are_divided_by_255() -> None:
    assert [case.divisor for case in scaling.CASES] == [255, 1, 1, 255, 1, 1, 255, 32767, 1]
    results = executed(scaling.program())["results"]
    assert all(torch.equal(one, case.made) for one, case in zip(results, scaling.CASES, strict=True))


def test_the_last_bit_differs_because_one_divides_and_the_other_multiplies() -> None:
    both, numbers = scaling.both_ways(), torch.arange(256)
    assert torch.equal(both.divided, numbers / 255)
    assert torch.equal(both.multiplied, numbers * (1 / 255))
    exact = numbers.double() / 255
    assert ((both.divided - exact).abs() <= (both.multiplied - exact).abs()).all()
    assert len(both.differing) == scaling.ask_differing().answer == 126
    assert both.largest == 2**-24
    variables = executed(scaling.LAST_BIT)
    assert torch.equal(variables["divided"], both.divided)
    assert torch.equal(variables["multiplied"], both.multiplied)


@given(st.integers(0, 255))
def test_bits_are_those_of_the_float(byte: int) -> None:
    number = scaling.both_ways().divided[byte].item()
    sign, exponent, *fraction = scaling.bits(number).split()
    power = int(exponent, 2) - 127
    assert number == ((1 + int("".join(fraction), 2) / 2**23) * 2.0**power if byte else 0)
    assert sign == "0"


# Smaller


def test_one_number_keeps_the_shape_two_squash_it_and_a_crop_cuts() -> None:
    small = sample("coast").resize((60, 40))
    made = resizing.shapes(small, 32)
    assert [way.value.size for way in made] == [(48, 32), (32, 32), (32, 32)]
    assert made[2].code == "Resize(size=32), CenterCrop(size=32)"
    cropped = made[0].value.crop((8, 0, 40, 32))
    assert np.array_equal(np.asarray(made[2].value), np.asarray(cropped))
    assert not np.array_equal(np.asarray(made[1].value), np.asarray(cropped))


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_question_about_the_size_is_answered_by_torchvision(width: int, height: int) -> None:
    picture = Image.new("RGB", (width, height))
    for size in resizing.sizes(picture):
        question = resizing.ask_shape(width, height, size, resizing.shapes(picture, size))
        side = v2.Resize(size)(picture).size
        if question:
            assert str(question.choices[int(question.answer)]) == f"{side[0]} x {side[1]}"
        else:
            assert side == (size, size)


@pytest.mark.parametrize("name", SAMPLES)
def test_tensors_are_near_the_picture_with_antialias_and_far_without(name: str) -> None:
    sample(name).save("picture.png")
    for size in resizing.sizes(sample(name))[:2]:
        _first, ways = resizing.compared(sample(name), size)
        bytes_, floats, plain = ways
        assert bytes_.largest <= 1
        assert 0 < floats.largest <= 1
        assert plain.largest > 10
        assert resizing.ask_furthest(ways).answer == 2
        assert plain.difference.max() == 1
        theirs = executed(resizing.program(size))
        for way, made in zip(ways, theirs["ways"], strict=True):
            difference = (made - theirs["pil"]).abs()
            assert way.largest == pytest.approx(float(difference.max()), abs=1e-4)
            assert way.mean == pytest.approx(float(difference.mean()), abs=1e-4)


def test_a_picture_of_one_colour_asks_nothing() -> None:
    assert resizing.ask_furthest(resizing.compared(Image.new("RGB", (40, 30), "red"), 16)[1]) is None


# Calling an object


@pytest.mark.parametrize("by", [0.0, 1.5, 2.0])
def test_the_class_on_the_page_is_the_one_that_is_run(by: float, picture: Image.Image) -> None:
    variables = executed(calling.program(by))
    assert variables["output"] == calling.Brighter(by)(picture)
    bytes_ = np.rint(np.minimum(np.asarray(picture) * by, 255)).astype(np.uint8)
    assert np.array_equal(np.asarray(variables["output"]), bytes_)


@pytest.mark.parametrize("name", ["Resize", "ToTensor", "RandAugment", "Normalize", "Lambda"])
def test_what_an_object_tells_is_what_dir_and_help_tell(name: str) -> None:
    looked, told = calling.look_into(name), io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(calling.look_program(name), {})
    own, classes, *rest = told.getvalue().splitlines()
    assert eval(own) == list(looked.own)
    assert eval(classes) == [*looked.classes, "object"]
    assert rest[: calling.LINES] == looked.told.splitlines()


def test_a_v2_transform_is_a_module_and_its_call_runs_forward() -> None:
    resize, ran = v2.Resize(32), []
    resize.forward = lambda *given: ran.append(given)
    resize("a picture")
    assert ran == [("a picture",)]
    module, plain = calling.ask_owner("Resize"), calling.ask_owner("ToTensor")
    assert str(module.choices[int(module.answer)]) == "Module"
    assert str(plain.choices[int(plain.answer)]) == "ToTensor"

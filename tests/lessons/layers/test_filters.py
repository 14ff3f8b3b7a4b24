"""Kernels with a name do to a picture what they are named after, and the program does the same."""

import numpy as np
import pytest
import torch
from PIL import Image

from lessons.core.matrix import Matrix
from lessons.layers.convolution import filters
from lessons.layers.convolution.inputs import Inputs
from lessons.layers.convolution.lesson import LESSON

EDGE_UPRIGHT: Matrix = ((0.0, 0.0, 9.0, 9.0),) * 4
EDGE_LEVEL: Matrix = tuple(zip(*EDGE_UPRIGHT, strict=True))
SURFACE: Matrix = ((5.0,) * 4,) * 4
TOLD = [name for name, kernel in filters.KERNELS.items() if kernel.why]  # apart by what they make


def respond(image: Matrix, name: str) -> torch.Tensor:
    inputs = Inputs(image=(image,), weight=((filters.KERNELS[name].weights,),))
    return LESSON.run(inputs).output[0]


@pytest.mark.parametrize("name", filters.KERNELS)
def test_the_program_gives_the_numbers_of_the_page(name, tmp_path, monkeypatch):
    filters.sample().resize((300, 200)).save(tmp_path / "picture.png")
    monkeypatch.chdir(tmp_path)
    names: dict[str, torch.Tensor] = {}
    exec(filters.snippet(filters.KERNELS[name].weights), names)
    with Image.open("picture.png") as picture:
        image = filters.matrix_of(picture)
    assert len(image) == 64
    assert torch.allclose(names["response"], respond(image, name), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["sobel-x", "sobel-y", "laplacian"])
def test_an_edge_kernel_gives_nothing_on_a_surface(name):
    assert not respond(SURFACE, name).any()


@pytest.mark.parametrize("name", ["identity", "box-blur", "gaussian-blur", "sharpen", "emboss"])
def test_the_other_kernels_leave_a_surface_as_it_is(name):
    assert torch.allclose(respond(SURFACE, name), torch.tensor(5.0, dtype=torch.float64))


def test_sobel_x_answers_to_upright_edges_and_sobel_y_to_level_ones():
    assert respond(EDGE_UPRIGHT, "sobel-x").all()
    assert not respond(EDGE_UPRIGHT, "sobel-y").any()
    assert respond(EDGE_LEVEL, "sobel-y").all()
    assert not respond(EDGE_LEVEL, "sobel-x").any()


@pytest.mark.parametrize("size", [(4000, 10), (10, 4000), (96, 96), (1, 1)])
def test_a_picture_becomes_a_matrix_that_the_page_can_hold(size):
    image = filters.matrix_of(Image.new("RGB", size, "#ff0000"))
    assert max(len(image), len(image[0])) <= filters.SIDE
    assert {number for row in image for number in row} == {76.0}


def test_kernels_tell_the_sample_apart():
    image = filters.matrix_of(filters.sample())
    made = [respond(image, name).numpy() for name in TOLD]
    for index, one in enumerate(made):
        for other in made[:index]:
            assert np.abs(one - other).max() > 100


@pytest.mark.parametrize("seed", range(20))
def test_the_question_offers_the_kernel_that_was_drawn(seed):
    weights, question = filters.question(seed)
    (kernel,) = [kernel for kernel in filters.KERNELS.values() if kernel.weights == weights]
    assert question.choices[int(question.answer)] == kernel.name
    assert len({str(choice) for choice in question.choices}) == 4
    assert str(question.reason).startswith(f"{kernel.name}: ")


def test_every_kernel_is_asked_for_some_time():
    asked = {filters.question(seed)[0] for seed in range(60)}
    assert asked == {filters.KERNELS[name].weights for name in TOLD}

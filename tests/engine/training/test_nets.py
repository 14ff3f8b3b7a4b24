"""The nets have the parameters and the shapes that the course says they have."""

import pytest
import torch
from torch import nn

from lessons.core.messages import LessonError
from lessons.engine.training import nets
from lessons.engine.training.choices import NETS

CIFAR = (3, 32, 32)
DIGITS = (1, 28, 28)


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("linear", DIGITS, 784 * 10 + 10),
        ("mlp", DIGITS, 784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10),
        ("lenet", DIGITS, 61_706),
        ("lenet", CIFAR, 62_006),
        ("cnn", CIFAR, 89_578),
        ("cnn-64", CIFAR, 145_578),
        ("resnet", CIFAR, 174_274),
    ],
)
def test_a_net_has_as_many_parameters_as_the_notes_count(name, shape, expected) -> None:
    assert nets.parameters(nets.build(name, shape, 10)) == expected


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("shape", [DIGITS, CIFAR, (3, 64, 64), (1, 33, 47)])
def test_every_net_takes_pictures_of_any_usual_shape(name, shape) -> None:
    net = nets.build(name, shape, 7)
    assert net(torch.zeros(2, *shape)).shape == (2, 7)


@pytest.mark.parametrize("name", NETS)
def test_the_smallest_allowed_picture_can_be_learned_from(name) -> None:
    side = NETS[name].smallest_side
    net = nets.build(name, (3, side, side), 10)
    net(torch.zeros(1, 3, side, side)).sum().backward()


@pytest.mark.parametrize("name", ["lenet", "cnn", "cnn-64", "resnet"])
def test_a_smaller_picture_is_refused_in_words(name) -> None:
    with pytest.raises(
        LessonError, match=rf"{name} needs pictures of at least (8 x 8|12 x 12) pixels; .* 7 x 40"
    ):
        nets.build(name, (3, 7, 40), 10)


def test_lenet_flattens_to_400_for_digits_and_for_32_pixels() -> None:
    for shape in (DIGITS, CIFAR):
        assert (400,) in [output for _, _, output, _ in nets.shapes(nets.build("lenet", shape, 10), shape)]


def test_a_net_knows_its_shape_after_every_layer() -> None:
    rows = nets.shapes(nets.build("cnn", CIFAR, 10), CIFAR)
    assert [(kind, shape) for _, kind, shape, _ in rows if kind != "ReLU"] == [
        ("Conv2d", (32, 32, 32)),
        ("MaxPool2d", (32, 16, 16)),
        ("Conv2d", (32, 16, 16)),
        ("MaxPool2d", (32, 8, 8)),
        ("Conv2d", (64, 8, 8)),
        ("MaxPool2d", (64, 4, 4)),
        ("Flatten", (1024,)),
        ("Linear", (10,)),
    ]
    assert sum(parameters for *_, parameters in rows) == 89_578


def test_asking_for_the_shapes_changes_nothing_in_the_net() -> None:
    net = nets.build("resnet", CIFAR, 10).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    nets.shapes(net, CIFAR)
    assert net.training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert not any(module._forward_hooks for module in net.modules())


def test_relu_after_the_pool_is_relu_before_it() -> None:
    pictures = torch.randn(4, 3, 16, 16)
    pool, relu = nn.MaxPool2d(2), nn.ReLU()
    assert torch.equal(relu(pool(pictures)), pool(relu(pictures)))

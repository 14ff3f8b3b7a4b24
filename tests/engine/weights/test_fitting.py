"""Tensors from a file against a net: what fits, and what each of the others is told."""

import pytest
import torch
from safetensors.torch import load, save
from torch import nn
from torchvision import models

from lessons.core.messages import LessonError
from lessons.engine.weights.fitting import fitted, wanted

TYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def refusal(found, net) -> str:
    with pytest.raises(LessonError) as refused:
        fitted(found, wanted(net), "file.pth")
    return str(refused.value)


def on_meta(key, **options) -> nn.Module:
    with torch.device("meta"):
        return models.get_model(key, **options)


def zeros_for(key, **options) -> dict[str, torch.Tensor]:
    """Of the right shapes, all zero: quicker than drawing them."""
    return {
        name: torch.zeros_like(each, device="cpu")
        for name, each in on_meta(key, **options).state_dict().items()
    }


def changed(net, **tensors) -> dict[str, torch.Tensor]:
    """changed(net, **{"0.bias": ...}): with this in the place of what is there."""
    return {**net.state_dict(), **tensors}


def without(net, *names) -> dict[str, torch.Tensor]:
    return {name: each for name, each in net.state_dict().items() if name not in names}


def test_the_weights_of_the_net_itself_fit(net):
    weights = fitted(net.state_dict(), wanted(net), "file.pth")
    assert list(weights) == list(net.state_dict())
    assert all(torch.equal(weights[name], each) for name, each in net.state_dict().items())
    assert not any(each.requires_grad for each in weights.values())


@pytest.mark.parametrize("kind", TYPES)
def test_numbers_with_a_point_become_the_nets_own_type(kind, net):
    found = {
        name: each.to(kind) if each.is_floating_point() else each for name, each in net.state_dict().items()
    }
    weights = fitted(found, wanted(net), "file.pth")
    for name, each in net.state_dict().items():
        assert weights[name].dtype == each.dtype
        assert torch.equal(weights[name], found[name].to(each.dtype))


def test_files_that_do_not_count_batches_are_taken_as_torch_takes_them(net):
    found = without(net, "1.num_batches_tracked")
    weights = fitted(found, wanted(net), "file.pth")
    net.load_state_dict(found | {})  # torch accepts it, too
    assert weights["1.num_batches_tracked"] == 0
    assert weights["1.num_batches_tracked"].dtype == torch.int64


def test_what_is_missing_is_counted_and_one_is_named(net):
    assert refusal(without(net, "3.weight"), net) == (
        "file.pth is of another net: 1 of the 9 tensors of this net is not in it, such as 3.weight."
    )
    assert refusal({}, net) == (
        "file.pth is of another net: 8 of the 9 tensors of this net are not in it, such as 0.weight."
    )


def test_what_is_too_much_is_counted_and_one_is_named(net):
    assert refusal(changed(net, **{"4.weight": torch.zeros(2)}), net) == (
        "file.pth is of another net: it holds 1 tensor that this net does not have, such as 4.weight."
    )


def test_an_endless_name_is_cut(net):
    assert refusal(changed(net, **{"x" * 10**6: torch.zeros(2)}), net).endswith(f"such as {'x' * 59}….")


@pytest.mark.parametrize("shape", [(2,), (2, 17), (16, 2), (2, 16, 1), (0, 16), (32,)])
def test_another_shape_is_told_with_the_right_one(shape, net):
    assert refusal(changed(net, **{"3.weight": torch.zeros(shape)}), net) == (
        f"In file.pth 3.weight has the shape {list(shape)}, and this net needs [2, 16]."
    )


def test_a_shape_that_would_take_terabytes_takes_none(net):
    assert "has the shape [1000000, 1000000, 10]" in refusal(
        changed(net, **{"3.weight": torch.zeros(1).expand(10**6, 10**6, 10)}), net
    )


@pytest.mark.parametrize(
    "kind", [torch.int8, torch.uint8, torch.int64, torch.bool, torch.complex64, torch.float8_e4m3fn]
)
def test_other_types_of_numbers_are_refused(kind, net):
    name = str(kind).removeprefix("torch.")
    assert refusal(changed(net, **{"3.bias": torch.zeros(2).to(kind)}), net) == (
        f"In file.pth 3.bias holds numbers of the type {name}; "
        "this net can take: float16, bfloat16, float32, float64."
    )


def test_a_count_is_a_whole_number(net):
    assert refusal(changed(net, **{"1.num_batches_tracked": torch.tensor(1.5)}), net).endswith(
        "this net can take: int64."
    )


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (torch.tensor([0.0, torch.nan]), "1 number that is not finite"),
        (torch.tensor([torch.inf, -torch.inf]), "2 numbers that are not finite"),
        (torch.tensor([0, 1e300], dtype=torch.float64), "or too large for float32."),
        (torch.tensor([0, torch.nan], dtype=torch.float16), "1 number that is not finite"),
    ],
)  # fmt: skip
def test_numbers_that_are_not_finite_are_counted(numbers, said, net):
    assert said in refusal(changed(net, **{"3.bias": numbers}), net)


def test_views_of_one_storage_come_out_as_tensors_of_their_own(net):
    shared = torch.arange(100.0)
    found = changed(net, **{"3.bias": shared[::50], "0.bias": shared[:4], "1.bias": shared[:4]})
    weights = fitted(found, wanted(net), "file.pth")
    assert weights["3.bias"].tolist() == [0, 50]
    assert load(save(weights)).keys() == weights.keys()  # safetensors takes nothing that is shared


def test_of_a_known_net_the_name_is_said():
    assert refusal(zeros_for("squeezenet1_1"), on_meta("resnet18")) == (
        "file.pth holds SqueezeNet 1.1 with its 1000 classes of ImageNet, and that is another net: "
        "the first difference is at conv1.weight."
    )


def test_of_a_known_net_with_another_head_the_layer_is_said():
    assert refusal(zeros_for("resnet18"), on_meta("resnet18", num_classes=10)) == (
        "file.pth holds ResNet-18 with its 1000 classes of ImageNet, and that is another net: "
        "the first difference is at fc.weight."
    )
    assert refusal(zeros_for("resnet18", num_classes=10), on_meta("resnet18")) == (
        "In file.pth fc.weight has the shape [10, 512], and this net needs [1000, 512]."
    )


def test_a_known_net_is_known_without_its_counts():
    found = {name: each for name, each in zeros_for("resnet18").items() if "num_batches" not in name}
    assert "holds ResNet-18 with" in refusal(found, on_meta("alexnet"))
    assert (
        fitted(found, wanted(on_meta("resnet18")), "file.pth").keys()
        == on_meta("resnet18").state_dict().keys()
    )

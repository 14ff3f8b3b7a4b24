"""torchvision's nets with weights as published: held to what torchvision itself makes of the file."""

import pytest
import torch
from torchvision import models

from lessons.core.messages import LessonError
from lessons.engine.weights import catalog
from lessons.engine.weights.nets import categories, imagenet, transforms
from tests.squeezenet import KEY


@pytest.fixture
def picture():
    torch.manual_seed(0)
    return torch.randint(0, 256, (3, 300, 400), dtype=torch.uint8)


def test_a_net_answers_as_torchvisions_own(squeezenet_here, picture):
    theirs = models.get_model(KEY)
    theirs.load_state_dict(torch.load(squeezenet_here, weights_only=True))
    batch = transforms(KEY)(picture).unsqueeze(0)
    assert batch.shape == (1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(imagenet(KEY)(batch), theirs.eval()(batch))

    net, other = imagenet(KEY), imagenet(KEY)
    assert not net.training
    assert all(each.requires_grad for each in net.parameters())
    with torch.no_grad():
        for each in net.parameters():
            each.zero_()
    assert all(map(torch.equal, other.parameters(), theirs.parameters()))


def test_without_the_file_it_says_what_is_missing():
    with pytest.raises(LessonError, match=r"ResNet-18 is not here yet: .*resnet18-f37072fd\.pth is missing"):
        imagenet("resnet18")


def test_another_file_under_the_name_is_not_even_opened(squeezenet_here, monkeypatch):
    squeezenet_here.write_bytes(squeezenet_here.read_bytes()[:-1])
    monkeypatch.setattr("lessons.engine.weights.nets.read", None)
    with pytest.raises(LessonError, match="not the published file"):
        imagenet(KEY)


@pytest.mark.parametrize("key", catalog.NETS)
def test_transforms_and_categories_are_torchvisions(key, picture):
    theirs = models.get_model_weights(key)[catalog.WEIGHTS]
    assert torch.equal(transforms(key)(picture), theirs.transforms()(picture))
    assert list(categories(key)) == theirs.meta["categories"]
    assert categories(key)[263] == "Pembroke"

"""The table of published weights, held to torchvision's own."""

import re

import pytest
import torch
from torch.hub import HASH_REGEX
from torchvision import models

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.weights import catalog
from tests.squeezenet import KEY

every_net = pytest.mark.parametrize("key", catalog.NETS)


@every_net
def test_the_table_agrees_with_torchvision(key):
    about, theirs = catalog.NETS[key], models.get_model_weights(key)[catalog.WEIGHTS]
    assert theirs.url.rpartition("/")[2] == about.file_name
    assert theirs.meta["_file_size"] == about.megabytes
    assert theirs.meta["num_params"] == about.parameters
    assert HASH_REGEX.search(about.file_name)[1] == about.digest
    assert re.fullmatch("[0-9a-f]{8}", about.digest)


@every_net
def test_the_parameters_are_those_of_the_net(key):
    with torch.device("meta"):
        net = models.get_model(key)
    assert sum(each.numel() for each in net.parameters()) == catalog.NETS[key].parameters


@every_net
def test_every_file_may_be_fetched_and_read(key):
    assert catalog.NETS[key].size < limits.WEIGHTS_BYTES
    assert catalog.parcel(key).size == catalog.NETS[key].size


@every_net
def test_what_is_fetched_is_what_torchvision_names_and_lies_below_data(key, home):
    (file,) = catalog.parcel(key).files()
    assert file.url == models.get_model_weights(key)[catalog.WEIGHTS].url
    assert file.path == home / "data/weights" / catalog.NETS[key].file_name


def test_a_file_that_is_not_here_is_named_with_its_place():
    assert not catalog.is_here(KEY)
    with pytest.raises(LessonError, match=f"SqueezeNet 1.1 is not here yet: {catalog.file(KEY)} is missing"):
        catalog.require_intact(KEY)


def test_a_file_that_was_put_there_by_hand_is_enough(squeezenet_here):
    assert catalog.is_here(KEY)
    catalog.require_intact(KEY)


def test_a_file_that_was_changed_is_not_the_published_one_until_it_is_put_right(squeezenet_here):
    good = squeezenet_here.read_bytes()
    for wrong in (good[:-1], b"", good[:-1] + b"?"):
        squeezenet_here.write_bytes(wrong)
        with pytest.raises(LessonError, match=r"not the published file .* Delete it, or fetch it again"):
            catalog.require_intact(KEY)
    squeezenet_here.write_bytes(good)
    catalog.require_intact(KEY)

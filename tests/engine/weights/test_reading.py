"""Files from outside, read in a process of its own: what it gives, and what becomes of it."""

import json
import os
import sys
from copy import deepcopy

import pytest
import torch

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.weights import reading
from lessons.engine.weights.child import hand_over
from lessons.engine.weights.reading import read
from tests.engine.weights.conftest import FORMATS, Call

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone limits a process's own memory")


@pytest.fixture
def asked(monkeypatch):
    """The files that were read, here instead of in another process, which takes seconds to begin."""
    names = []

    def answer(file, asked):
        names.append(file.name)
        try:
            hand_over(file, asked["net"], asked["into"])
        except LessonError as error:
            return json.dumps([error.message.template, error.message.values])
        return ""

    monkeypatch.setattr(reading, "_answer", answer)
    return names


@pytest.fixture(autouse=True)
def nothing_kept():
    reading._outcome.cache_clear()


def refusal(file, net) -> str:
    with pytest.raises(LessonError) as refused:
        read(file, net)
    return str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_weights_come_through_another_process(name, files, net):
    weights = read(files[name], net)
    assert weights.keys() == net.state_dict().keys()
    for key, each in net.state_dict().items():
        assert torch.equal(weights[key], each)
        assert weights[key].dtype == each.dtype


@pytest.mark.slow
def test_a_refusal_comes_through_another_process(tmp_path, net):
    file, marker = tmp_path / "own.pth", tmp_path / "it_ran"
    torch.save({"weight": Call(os.system, f"touch {marker}")}, file)
    assert refusal(file, net).startswith("own.pth holds a call of ")
    assert not marker.exists()


@LINUX
def test_memory_is_limited(tmp_path, net):
    """torch lets a pickle make a bytearray, of any size."""
    torch.save({"weight": Call(bytearray, 2 * limits.READING_BYTES)}, tmp_path / "large.pth")
    assert refusal(tmp_path / "large.pth", net) == (
        "large.pth needs more memory than reading weights may take: 2048 MB."
    )


def test_time_is_limited(files, net, monkeypatch):
    monkeypatch.setattr(limits, "READING_SECONDS", 0.01)
    assert refusal(files["safetensors"], net) == (
        "Reading safetensors.pth took more than 0.01 seconds and was given up."
    )


def test_a_process_that_is_lost_is_a_sentence_and_a_line_in_the_log(files, net, monkeypatch, caplog):
    monkeypatch.setattr(reading, "PROJECT", "/")  # where there is no such module
    assert refusal(files["safetensors"], net).startswith("safetensors.pth cannot be read: ")
    assert "No module named" in caplog.text


@pytest.mark.parametrize("name", FORMATS)
def test_weights_are_read_once_and_are_the_own_of_each_who_asks(name, files, net, asked):
    first, second = read(files[name], net), read(files[name], net)
    first["3.weight"].zero_()
    for weights in (second, read(files[name], net)):
        assert torch.equal(weights["3.weight"], net.state_dict()["3.weight"])
    assert len(asked) == 1


def test_the_net_may_be_on_the_meta_device(files, net, asked):
    empty = deepcopy(net).to("meta")
    empty.load_state_dict(read(files["zip"], empty), assign=True)
    pictures = torch.rand(2, 3, 4, 4)
    assert torch.equal(empty.eval()(pictures), net.eval()(pictures))
    assert all(each.requires_grad for each in empty.parameters())


def test_the_same_file_is_read_anew_for_another_net(files, net, asked):
    read(files["zip"], net)
    assert "is of another net" in refusal(files["zip"], net[:2])
    assert len(asked) == 2


def test_a_refusal_is_kept_until_the_file_changes(tmp_path, net, asked):
    file = tmp_path / "own.pth"
    torch.save({}, file)
    assert refusal(file, net) == refusal(file, net)
    assert len(asked) == 1
    torch.save(net.state_dict(), file)
    assert read(file, net).keys() == net.state_dict().keys()


def test_two_nets_are_kept_and_no_third(files, net, asked):
    for name in [*FORMATS, *FORMATS]:
        read(files[name], net)
        read(files[name], net)
    assert len(asked) == 2 * len(FORMATS)


def test_what_needs_no_reading_needs_no_process(tmp_path, net, asked):
    (tmp_path / "page.pth").write_text("<html>Log in</html>")
    assert "holds a web page" in refusal(tmp_path / "page.pth", net)
    assert "is a folder" in refusal(tmp_path, net)
    assert asked == []


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_files_cut_off_at_eight_points_are_refused_in_another_process(name, files, net, tmp_path):
    content = files[name].read_bytes()
    for eighth in range(8):
        file = tmp_path / f"{eighth}.pth"
        file.write_bytes(content[: len(content) * eighth // 8])
        assert file.name in refusal(file, net)


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("key", ["vgg16", "resnet50"])
@pytest.mark.parametrize("kind", [torch.float16, torch.float32])
def test_the_largest_nets_are_read_within_the_limits(key, kind, tmp_path):
    from torchvision import models

    with torch.device("meta"):
        net = models.get_model(key)
    weights = {name: torch.ones_like(each, device="cpu") for name, each in net.state_dict().items()}
    saved = {name: each.to(kind) if each.is_floating_point() else each for name, each in weights.items()}
    torch.save(saved, tmp_path / "net.pth", _use_new_zipfile_serialization=False)
    found = read(tmp_path / "net.pth", net)
    assert all(torch.equal(found[name], each) for name, each in weights.items())

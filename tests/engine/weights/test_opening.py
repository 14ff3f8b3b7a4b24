"""Files from outside: what can be opened, and what each of the others is told. Without the child process."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from contextlib import suppress

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.weights.opening import opened, require_file_of_weights
from tests.engine.weights.conftest import FORMATS, Call

# torch warns of pickles of other protocols, and of sparse tensors, before they are refused.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

every_format = pytest.mark.parametrize("name", FORMATS)


def refusal(file, content=None) -> str:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(LessonError) as refused:
        opened(file)
    assert str(refused.value).startswith((file.name, f"In {file.name} "))
    return str(refused.value)


def saved(value, **options) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "from outside.pth"


@every_format
def test_every_format_gives_the_weights(name, files, net):
    weights = opened(files[name])
    assert weights.keys() == net.state_dict().keys()
    assert all(torch.equal(weights[key], value) for key, value in net.state_dict().items())


def test_a_state_dict_of_parameters_is_read_as_older_files_have_it(file, net):
    file.write_bytes(saved(OrderedDict(net.named_parameters())))
    assert opened(file).keys() == dict(net.named_parameters()).keys()


def test_weights_may_lie_one_level_down_in_a_checkpoint(file, net):
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9).state_dict()
    checkpoint = {"epoch": 3, "state_dict": net.state_dict(), "optimizer": optimizer, "best": None}
    file.write_bytes(saved(checkpoint))
    assert opened(file).keys() == net.state_dict().keys()


def test_weights_two_levels_down_are_not_looked_for(file, net):
    message = refusal(file, saved({"model": {"net": net.state_dict()}}))
    assert message.startswith("In from outside.pth there is dict under model; weights are a dict of tensors")


def test_two_state_dicts_are_not_chosen_from(file, net):
    assert "there is OrderedDict under net" in refusal(
        file, saved({"net": net.state_dict(), "average": net.state_dict()})
    )


HOSTILE = {
    "posix.system": lambda marker: Call(os.system, f"touch {marker}"),
    "eval": lambda marker: Call(eval, f"open({str(marker)!r}, 'w')"),
    "exec": lambda marker: Call(exec, f"open({str(marker)!r}, 'w')"),
    "torch.hub.load": lambda marker: Call(torch.hub.load, str(marker), "net"),
    "bytes": lambda marker: Call(bytes, 10**12),
}


@pytest.mark.skipif(os.name == "nt", reason="os.system has another name there")
@pytest.mark.parametrize("written", ["zip", "before torch 1.6", "pickle"])
@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_run_code_is_not_opened(name, written, file, tmp_path):
    marker = tmp_path / "it_ran"
    value = {"weight": torch.zeros(2), "more": HOSTILE[name](marker)}
    if written == "pickle":
        content = pickle.dumps(value["more"], protocol=2)
    else:
        content = saved(value, _use_new_zipfile_serialization=written == "zip")
    message = refusal(file, content)
    assert message.startswith(f"from outside.pth holds a call of {name}: opening it would run code")
    assert not marker.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_of_a_whole_model_it_says_how_to_save_the_weights(zipped, file, net):
    message = refusal(file, saved(net, _use_new_zipfile_serialization=zipped))
    assert "holds a call of torch.nn.modules.container.Sequential" in message
    assert message.endswith("save the weights alone: torch.save(model.state_dict(), file).")


def test_a_torchscript_archive_is_a_whole_model_too(file):
    archive = zipped({"net/data.pkl": b"", "net/constants.pkl": b"", "net/code/__torch__.py": b"op = ..."})
    assert "holds a call of torch.jit.load" in refusal(file, archive)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (torch.zeros(3), "holds Tensor; weights"),
        ([torch.zeros(3)], "holds list; weights"),
        ({"weight": 3}, "there is int under weight"),
        ({"weight": [torch.zeros(3)]}, "there is list under weight"),
        ({7: torch.zeros(3)}, "there is Tensor under 7"),
        ({"weight": torch.zeros(3).to_sparse()}, "there is Tensor under weight"),
        ({"weight": torch.zeros(3, device="meta")}, "there is Tensor under weight"),
        ({"\u200b" * 3: 1}, "under <U+200B><U+200B><U+200B>"),
        ({"x" * 10**6: 1}, f"under {'x' * 59}…"),
    ],
)
def test_what_is_no_dict_of_plain_tensors_is_named(value, what, file):
    assert what in refusal(file, saved(value))


def test_an_empty_dict_has_no_tensors(file):
    file.write_bytes(saved({}))
    assert opened(file) == {}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty."),
        (b"  <!DOCTYPE html><html><body>Log in</body></html>", "holds a web page, not weights."),
        (b"<HTML>404</HTML>", "holds a web page, not weights."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is no file of weights"),
        (b"cposix\nsystem\n(S'true'\ntR.", "is no file of weights"),  # a pickle of protocol 0
        (b"PK\x03\x04" + bytes(100), "is damaged or cut off"),
        (b"\x80\x02.", "is damaged or cut off"),
        (pickle.dumps({"weight": 1}, protocol=2), "is damaged or cut off"),
        (pickle.dumps({"weight": 1}, protocol=5), "is damaged or cut off"),
    ],
)
def test_what_is_no_file_of_weights_is_told_apart(content, what, file):
    assert what in refusal(file, content)


def test_a_folder_and_a_file_that_is_not_there_are_told(tmp_path):
    assert refusal(tmp_path).endswith("is a folder, not a file of weights.")
    assert refusal(tmp_path / "gone.pth") == "gone.pth cannot be opened: No such file or directory."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.pth")
    assert refusal(tmp_path / "pipe.pth") == "pipe.pth is not an ordinary file."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(files, file):
    file.write_bytes(files["zip"].read_bytes())
    file.chmod(0)
    assert refusal(file) == "from outside.pth cannot be opened: Permission denied."


def test_a_file_that_is_too_large_is_not_read(file):
    with file.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(limits.WEIGHTS_BYTES + 1)
    assert refusal(file) == "from outside.pth would take 600 MB; a file of weights can have up to 600 MB."


def zipped(members, compression=zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("megabytes", [4, pytest.param(1024, marks=pytest.mark.slow)])
def test_an_archive_that_unpacks_to_too_much_is_refused_by_its_directory(megabytes, file, monkeypatch):
    monkeypatch.setattr(limits, "WEIGHTS_BYTES", (megabytes - 1) * limits.MEGABYTE)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"")
        with archive.open("archive/data/0", "w", force_zip64=True) as member:
            for _ in range(megabytes):
                member.write(bytes(limits.MEGABYTE))
    assert file.stat().st_size < megabytes * limits.MEGABYTE / 500
    assert f"would take {megabytes} MB" in refusal(file)


def test_nothing_compressed_is_unpacked_whatever_its_directory_says(file, net):
    with zipfile.ZipFile(io.BytesIO(saved(net.state_dict()))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert "is compressed, which a file of torch.save never is" in refusal(
        file, zipped(members, zipfile.ZIP_DEFLATED)
    )


def test_members_that_share_their_bytes_are_counted_each(file):
    """A directory may name the same bytes many times: together they are more than the file."""
    content = bytearray(zipped({"archive/data.pkl": b"", "archive/data/0": bytes(5000)}))
    end = content.rindex(b"PK\x05\x06")
    directory = content[content.index(b"PK\x01\x02") : end]
    copies = bytes(directory) * 3
    count, size = struct.pack("<H", 6), struct.pack("<I", len(copies))
    tail = bytearray(content[end:])
    tail[8:10] = tail[10:12] = count
    tail[12:16] = size
    assert "is compressed" in refusal(file, bytes(content[: end - len(directory)]) + copies + bytes(tail))


def test_another_zip_archive_is_told(file):
    assert refusal(file, zipped({"notes.txt": b"hello"})).endswith(
        "is a zip archive, but not one of torch.save."
    )


def header(text: bytes, length: int | None = None, data: bytes = bytes(8)) -> bytes:
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(**changes) -> bytes:
    return json.dumps({"weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        header(entry(), length=10**6),
        header(entry(), length=2**63),
        header(entry(), length=5),
        header(b"{" + b" " * 10**6 + entry()[1:], length=10**6),
        header(entry(data_offsets=[0, 10**9])),
        header(entry(data_offsets=[8, 0])),
        header(entry(data_offsets=[4, 12])),
        header(entry(shape=[10**9])),
        header(entry(shape=[2**62, 4])),
        header(entry(dtype="F99")),
        header(entry(), data=bytes(7)),
        header(entry(), data=bytes(9)),
        header(b"{nonsense"),
        header(b"{}" + b" " * 6, data=bytes(1)),
    ],
)
def test_a_safetensors_file_that_contradicts_itself_is_damaged(content, file):
    assert "is damaged or cut off" in refusal(file, content)


@pytest.mark.parametrize("name", FORMATS)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_refused(name, files, tmp_path_factory, share):
    content = files[name].read_bytes()
    cut = tmp_path_factory.getbasetemp() / "cut.pth"
    refusal(cut, content[: int(share * len(content))])


@pytest.mark.parametrize("name", FORMATS)
@given(share=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_byte_changed_anywhere_gives_tensors_or_a_sentence(name, files, tmp_path_factory, share, byte):
    content = bytearray(files[name].read_bytes())
    content[int(share * len(content))] = byte
    changed = tmp_path_factory.getbasetemp() / "changed.pth"
    changed.write_bytes(content)
    with suppress(LessonError):
        assert all(type(each) in (torch.Tensor, nn.Parameter) for each in opened(changed).values())


@every_format
def test_a_look_from_outside_lets_weights_pass(name, files):
    require_file_of_weights(files[name])

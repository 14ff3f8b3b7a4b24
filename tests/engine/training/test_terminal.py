"""``python -m lessons train``: called as a function, and once as a process."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lessons.__main__ import main, parser
from lessons.engine.training import inspection, runs, work
from lessons.engine.training.config import Config
from lessons.engine.training.records import State
from lessons.engine.training.reports import Step

PROJECT = Path(__file__).parents[3]
TINY = ["--data", "folder:tiny", "--net", "linear", "--batch-size", "8", "--device", "cpu", "--threads", "1"]


def refused(capsys, *arguments: str) -> str:
    """The sentence, after which the program ended with 2 and without a traceback."""
    try:
        status = main(["train", *arguments])
    except SystemExit as error:
        status = error.code
    assert status == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


def test_a_run_made_in_a_terminal_is_a_run_like_any_other(tiny, capsys) -> None:
    assert main(["train", *TINY, "--epochs", "2", "--lr", "0.001", "--flip", "--name", "by hand"]) == 0
    [run] = runs.every(tiny)
    expected = Config(
        "folder:tiny", "linear", batch_size=8, epochs=2, lr=0.001, flip=True, device="cpu", threads=1
    )
    assert run.config() == expected
    assert run.name() == "by hand"
    assert run.state().status == "done"
    said = capsys.readouterr().out
    assert f"Done. Test accuracy {run.state().test_accuracy:.1%}. The run is in {run.folder}" in said


def test_a_collapsed_net_is_explained_in_the_terminal_too(drawn_home, capsys) -> None:
    options = ["--net", "lenet", "--optimizer", "adam", "--lr", "0.05", "--train-size", "1000"]
    assert main(["train", *options, "--epochs", "3", "--device", "cpu", "--threads", "1"]) == 0
    assert "Train anew with a rate ten times smaller: 0.005." in capsys.readouterr().err


def test_every_setting_is_an_option_and_left_out_it_is_the_default() -> None:
    chosen = vars(parser().parse_args(["train"]))
    assert {name: chosen[name] for name in Config().to_json()} == Config().to_json()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--lr", "-1"], "lr is -1; it must be a number from 0 to 100."),
        (["--lr", "nan"], "lr is nan; it must be a number from 0 to 100."),
        (["--name", "\udcff"], "A name can only have characters that can be written down."),
        (["--data", "folder:\udcff"], "There is no set of pictures called 'folder:\\udcff'."),
        (["--epochs", "0"], "epochs is 0; it must be a whole number from 1 to 200."),
        (["--data", "folder:gone"], "There is no set of pictures called 'folder:gone'."),
        (["--data", "../secret"], "There is no set of pictures called '../secret'."),
        (["--nesterov", "--momentum", "0"], "nesterov looks ahead along the momentum"),
        (["--name", "x" * 61], "A name can have up to 60 characters."),
        (["--resume", "../x"], "There is no run '../x' here."),
        (["--resume", "20250101-000000-abcdef", "--epochs", "9"], "leave the other options out."),
        (["--epochs", "eight"], "invalid int value: 'eight'"),
        (["--net", "huge"], "invalid choice: 'huge'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(tiny, capsys, arguments, expected) -> None:
    assert expected in refused(capsys, *arguments)
    assert runs.every(tiny) == []


def test_a_runs_folder_that_cannot_be_written_is_refused_in_one_sentence(tiny, capsys) -> None:
    tiny.touch()
    assert "Nothing can be written to the folder" in refused(capsys, *TINY)


def test_where_nothing_more_can_be_written_there_is_a_sentence_and_no_traceback(
    tiny, capsys, monkeypatch
) -> None:
    def unwritable(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(work, "carry_out", unwritable)
    assert "Read-only file system" in refused(capsys, *TINY)


def test_a_run_that_failed_says_why_and_how_to_go_on(tiny, capsys) -> None:
    assert main(["train", *TINY, "--net", "lenet", "--lr", "100"]) == 1
    said = capsys.readouterr()
    assert "Try a rate ten times smaller: 10." in said.err
    assert (
        f"The run is failed. Go on with: python -m lessons train --resume {runs.every(tiny)[0].id}"
        in said.out
    )


def test_a_run_still_going_on_is_not_resumed(tiny, capsys) -> None:
    run = runs.create(tiny, Config())
    run.write_state(State("running"))
    with run.held():
        assert "still going on" in refused(capsys, "--resume", run.id)


@pytest.mark.slow
def test_a_run_resumed_in_two_terminals_at_once_is_carried_out_in_one(tiny, capsys) -> None:
    run = runs.create(tiny, Config("folder:tiny", "lenet", batch_size=1, epochs=8, device="cpu", threads=1))
    run.write_state(State("stopped"))
    command = [sys.executable, "-m", "lessons", "train", "--resume", run.id]
    both = [subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [each.communicate(timeout=120)[1].splitlines()[-1] for each in both]
    assert sorted(each.returncode for each in both) == [0, 2]
    assert "This run is still going on." in said
    assert inspection.damages(run) == []
    assert len(run.history().losses) == 48 * 8


def test_a_second_control_c_ends_it_where_it_is(tiny, monkeypatch) -> None:
    monkeypatch.setattr(work, "LISTEN_SECONDS", -1.0)
    handlers, take = [], work.Recorder.take

    def take_and_interrupt(recorder, report) -> None:
        take(recorder, report)
        if isinstance(report, Step) and report.step == 3:
            signal.raise_signal(signal.SIGINT)
            handlers.append(signal.getsignal(signal.SIGINT))

    monkeypatch.setattr(work.Recorder, "take", take_and_interrupt)
    assert main(["train", *TINY, "--epochs", "3"]) == 1
    assert handlers == [signal.SIG_DFL]


def test_a_damaged_run_is_not_resumed(tiny, capsys) -> None:
    run = runs.create(tiny, Config())
    run.write_state(State("stopped"))
    (run.folder / "config.json").write_bytes(b"")
    assert refused(capsys, "--resume", run.id) == "The file config.json is damaged."


def test_control_c_stops_the_run_and_it_can_be_resumed(tiny, capsys, monkeypatch) -> None:
    monkeypatch.setattr(work, "LISTEN_SECONDS", -1.0)
    take = work.Recorder.take

    def take_and_interrupt(recorder, report) -> None:
        take(recorder, report)
        if isinstance(report, Step) and report.step == 8:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(work.Recorder, "take", take_and_interrupt)
        assert main(["train", *TINY, "--epochs", "3"]) == 1
    assert signal.getsignal(signal.SIGINT) is before
    [run] = runs.every(tiny)
    assert (run.state().status, run.state().step) == ("stopped", 8)
    assert (
        f"The run is stopped. Go on with: python -m lessons train --resume {run.id}"
        in capsys.readouterr().out
    )

    assert main(["train", "--resume", run.id]) == 0
    assert main(["train", *TINY, "--epochs", "3"]) == 0
    undisturbed = next(other for other in runs.every(tiny) if other != run)
    assert run.history().losses == undisturbed.history().losses


def test_help_explains_the_options_without_loading_torch() -> None:
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lessons", "train", "--help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "how much of the last step is kept (SGD) (default: 0.9)" in " ".join(answer.stdout.split())
    imported = {line.split("|")[-1].strip() for line in answer.stderr.splitlines()}
    assert "lessons.engine.training.runs" in imported
    assert not {"torch", "torchvision", "streamlit"} & imported

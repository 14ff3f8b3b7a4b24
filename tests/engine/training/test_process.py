"""A process that trains has its environment before it starts, and the lowest priority."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lessons.__main__ import main
from lessons.engine.training import process
from lessons.engine.training.process import ENVIRONMENT

PROJECT = Path(__file__).parents[3]

# Every Python process imports this first. At its end it tells how it was started.
TELL = """
import atexit, json, os, sys
import psutil

def tell():
    about = {
        "environment": dict(os.environ),
        "command": sys.orig_argv[1:],
        "utf8": sys.flags.utf8_mode,
        "nice": psutil.Process().nice(),
        "pid": os.getpid(),
    }
    print("told", json.dumps(about))

atexit.register(tell)
"""


@pytest.fixture
def told(tmp_path):
    """Runs the command line as a process, which tells about itself at its end."""
    (tmp_path / "sitecustomize.py").write_text(TELL, encoding="utf-8")

    def run(*arguments: str, **environment: str):
        bare = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
        done = subprocess.run(
            [sys.executable, "-m", "lessons", *arguments],
            cwd=PROJECT,
            env=bare | {"PYTHONPATH": str(tmp_path)} | environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        told = [line.removeprefix("told") for line in done.stdout.splitlines() if line.startswith("told")]
        return json.loads(told[0])  # where a process cannot become another one, the other one ends first

    return run


def test_training_in_a_terminal_has_the_environment_of_a_worker_from_the_start(told) -> None:
    about = told("train", "--help")
    assert about["environment"].items() >= ENVIRONMENT.items()
    assert about["utf8"] == 1  # read when a process starts, as all of them are
    assert about["command"] == ["-m", "lessons", "train", "--help"]


def test_what_somebody_has_set_in_the_environment_is_kept(told) -> None:
    environment = told("train", "--help", OMP_WAIT_POLICY="ACTIVE")["environment"]
    assert environment["OMP_WAIT_POLICY"] == "ACTIVE"
    assert environment.keys() >= ENVIRONMENT.keys()


def test_a_command_that_does_not_train_is_not_started_twice(told) -> None:
    about = told("pictures", "--help")
    assert not about["environment"].keys() & ENVIRONMENT.keys()
    assert about["nice"] == psutil.Process().nice()


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are classes there")
def test_training_has_the_lowest_priority(told) -> None:
    assert told("train", "--help")["nice"] == 19


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_where_a_lower_priority_is_refused_training_goes_on(monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "nice", refuse)
    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(os, "getsid", lambda _: os.getpid())
    process.step_back()


def test_main_called_as_a_function_starts_no_other_process(monkeypatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.setattr(process, "ensure_environment", lambda: pytest.fail("started again"))
    with pytest.raises(SystemExit):
        main(["train", "--help"])


AUTOGROUP = Path("/proc/self/autogroup")


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="sessions are not weighed here")
@pytest.mark.parametrize(("own", "weight"), [(True, "nice 5"), (False, "nice 0")])
def test_a_session_of_its_own_steps_back_as_a_whole_and_a_learners_terminal_does_not(own, weight) -> None:
    program = "import os; from lessons.engine.training.process import step_back; step_back();"
    program += f"print(open({str(AUTOGROUP)!r}).read())"
    inner = [sys.executable, "-c", program]
    outer = inner if own else [sys.executable, "-c", f"import subprocess; subprocess.run({inner!r})"]
    done = subprocess.run(
        outer, cwd=PROJECT, capture_output=True, text=True, check=True, start_new_session=True
    )
    assert done.stdout.strip().endswith(weight)

"""What a process that trains needs of the operating system, so that it is fast and in nobody's way."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

# Read by libgomp and glibc when a process starts. Threads that wait must not spin: server and browser need
# the cores too. And glibc keeps the memory of one step for the next instead of asking for it anew: 11 % less
# time a step.
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONUTF8": "1",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}


def ensure_environment() -> None:
    """Start this program once more where something of the environment is missing; what is set is kept."""
    if os.environ.keys() >= ENVIRONMENT.keys():
        return
    command = [sys.executable, *sys.orig_argv[1:]]
    environment = ENVIRONMENT | os.environ
    if sys.platform != "win32":
        os.execve(sys.executable, command, environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other one
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def step_back() -> None:
    """The lowest priority for this process and the threads that it will start, as far as the system allows.

    Linux may share the processor out among sessions first (autogroups), and only then within each. So where a
    session is this process's own, it steps back as a whole: to a quarter beside a busy one.
    """
    with suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS)
        else:
            os.nice(19)
    if sys.platform == "linux" and os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text("5")

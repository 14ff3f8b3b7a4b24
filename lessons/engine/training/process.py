"""What a process that trains needs of the operating system, so that it is fast and in nobody's way."""

import os
import signal
import subprocess
import sys
import time
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
    _share_out(5)


def step_forward() -> None:
    """Take the session's full part of the processor again: undoes what ``step_back`` did to the autogroup."""
    _share_out(0)


def _share_out(niceness: int) -> None:
    """The autogroup's niceness, where there are autogroups and this session is the process's own."""
    if sys.platform != "linux" or os.getsid(0) != os.getpid():
        return
    with suppress(OSError):
        while True:
            try:
                Path("/proc/self/autogroup").write_text(str(niceness))
                return
            except BlockingIOError:  # the kernel takes ten of these a second
                time.sleep(0.05)

"""A process that reads one file of weights and ends: whatever the file does to it, the app goes on.

It is asked in JSON on stdin: the file, what it must hold, and where the weights go, as safetensors. On stdout
it answers in JSON why it refuses; nothing where it does not.
"""

import json
import os
import sys
from pathlib import Path

from safetensors.torch import save_file

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.weights.fitting import Wanted, fitted
from lessons.engine.weights.opening import opened, require_memory


def main() -> None:
    asked = json.load(sys.stdin)
    file = Path(asked["file"])
    net = tuple((name, tuple(shape), kind) for name, shape, kind in asked["net"])
    limit()
    try:
        hand_over(file, net, asked["into"])
    except LessonError as error:
        print(json.dumps([error.message.template, error.message.values]))


def hand_over(file: Path, net: Wanted, into: str) -> None:
    """Write the weights to ``into``; LessonError where they are refused."""
    try:
        save_file(fitted(opened(file), net, file.name), into)
    except (MemoryError, RuntimeError) as error:
        require_memory(file, error)
        raise


def limit() -> None:
    """No more memory than READING_BYTES beside what is taken already, and no more than READING_SECONDS.

    What is limited is the process's own memory (RLIMIT_DATA). The address space (RLIMIT_AS) would count the
    libraries of torch as well: three gigabytes or more, as torch was built. Linux alone keeps to it.
    """
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[5])
    most = pages * os.sysconf("SC_PAGE_SIZE") + limits.READING_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.READING_SECONDS, limits.READING_SECONDS))


if __name__ == "__main__":
    main()

"""Reads a file of weights for a net in a process of its own, which is limited in memory and time.

Opening such a file means trusting torch's readers with bytes that anybody may have made. So the process that
does it can be lost: it hands over plain numbers, or the reason why not.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from lessons.core import limits
from lessons.core.folders import PROJECT
from lessons.core.messages import LessonError, Message
from lessons.core.words import recall
from lessons.engine.weights.fitting import Wanted, wanted
from lessons.engine.weights.opening import require_file_of_weights

log = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()


def read(file: Path, net: nn.Module) -> dict[str, Tensor]:
    """The weights in a .pth, .pt or .safetensors file, as ``net.load_state_dict`` takes them.

    They are the caller's own, on the CPU, of the net's own types. The net says what must be in the file, and
    is not changed; it may be on the meta device, ``load_state_dict(weights, assign=True)`` fills it then. The
    last two nets that were read are kept in memory until their file changes.

    Raises LessonError where the file cannot be opened, is no file of weights, would run code, is damaged, too
    large, of another net, or holds numbers that are not finite (see ``opening`` and ``fitting``).
    """
    require_file_of_weights(file)
    about = file.stat()
    with _one_at_a_time:  # who wants the same file waits for it, and memory is taken once
        kept = _outcome(file.resolve(), about.st_mtime_ns, about.st_size, wanted(net))
    if isinstance(kept, Message):
        raise LessonError(kept.template, **kept.values)
    return {name: tensor.clone() for name, tensor in kept.items()}


@lru_cache(maxsize=2)
def _outcome(file: Path, changed: int, size: int, net: Wanted) -> dict[str, Tensor] | Message:
    """The weights, or why the file is refused: asked again, it would only be refused again."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        into = Path(folder) / "weights.safetensors"
        refusal = _answer(file, {"file": str(file), "net": net, "into": str(into)})
        if refusal:
            template, values = json.loads(refusal)
            return recall(template, values)
        return load_file(into)


def _answer(file: Path, asked: dict[str, object]) -> str:
    """What the process says. LessonError where it takes too long, or is lost."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "lessons.engine.weights.child"],
            input=json.dumps(asked),
            capture_output=True,
            encoding="utf-8",
            cwd=PROJECT,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"},
            timeout=limits.READING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LessonError(
            "Reading {file} took more than {seconds} seconds and was given up.",
            file=file.name,
            seconds=limits.READING_SECONDS,
        ) from error
    if child.returncode:
        log.warning("Reading %s ended with %s: %s", file, child.returncode, child.stderr[-2000:])
        raise LessonError(
            "{file} cannot be read: the process that tried was lost. The log has the details.", file=file.name
        )
    return child.stdout

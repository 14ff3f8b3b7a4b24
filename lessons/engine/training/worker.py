"""A worker process: stands by with torch loaded, and carries out the runs whose folders it reads from stdin.

An empty line there says that somebody may be waiting already: then it does not step back while it warms up.
It says "ready" on stdout when it can begin at once. The end of stdin means that nobody is left to work for:
the run going on is saved, and the process ends; without one it ends at once.
"""

import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread, Timer

from lessons.engine.training.process import step_back, step_forward

SECONDS_TO_SAVE = 8.0


def main() -> None:
    step_back()  # pages come first, and a worker that nobody needs yet is in no hurry
    orders: SimpleQueue[str] = SimpleQueue()
    at_work, orphaned = Event(), Event()
    Thread(target=_listen, args=(orders, at_work, orphaned), daemon=True).start()
    # Importing torch takes seconds, and the app may be gone by then: so it comes after listening.
    _warm_up()
    from lessons.engine.training.holding import Held
    from lessons.engine.training.runs import Run
    from lessons.engine.training.work import carry_out

    while not orphaned.is_set():
        print("ready", flush=True)
        if folder := orders.get():
            step_back()
            with suppress(Held):  # another process was quicker
                carry_out(Run(Path(folder)), orphaned)
            at_work.clear()


def _listen(orders: SimpleQueue[str], at_work: Event, orphaned: Event) -> None:
    for line in sys.stdin:
        if folder := line.rstrip("\n"):
            at_work.set()
            orders.put(folder)
        elif not at_work.is_set():
            step_forward()
    if not at_work.is_set():
        os._exit(0)  # nothing to save, and torch may still be loading for seconds
    orphaned.set()
    orders.put("")
    deadline = Timer(SECONDS_TO_SAVE, os._exit, [1])  # in case it hangs where nobody listens
    deadline.daemon = True
    deadline.start()


def _warm_up() -> None:
    """What takes seconds the first time, before the click: imports, pictures, an optimizer, a step."""
    gc.disable()  # it would look through all that is imported again and again
    from lessons.engine.pictures.sources import load
    from lessons.engine.training.config import Config

    drawing = Thread(target=load, args=(Config().data,), daemon=True)
    drawing.start()
    import torch

    import lessons.engine.training.work  # noqa: F401

    net = torch.nn.Conv2d(3, 8, 5).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.0)
    net(torch.zeros(8, 3, 32, 32)).sum().backward()
    optimizer.step()
    drawing.join()
    gc.freeze()  # it stays to the end: neither a collection nor the end looks through it
    gc.enable()


if __name__ == "__main__":
    main()

"""A worker process: stands by with torch loaded, and carries out the runs whose folders it reads from stdin.

It says "ready" on stdout when it can begin at once. The end of stdin means that nobody is left to work for:
the run going on is saved, and the process ends; without one it ends at once.
"""

import os
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread, Timer

from lessons.engine.training.process import step_back

SECONDS_TO_SAVE = 8.0


def main() -> None:
    orders: SimpleQueue[str] = SimpleQueue()
    at_work, orphaned = Event(), Event()
    Thread(target=_listen, args=(orders, at_work, orphaned), daemon=True).start()
    # Importing torch takes seconds, and the app may be gone by then: so it comes after listening.
    from lessons.engine.training.runs import Run
    from lessons.engine.training.work import carry_out

    _warm_up()
    while not orphaned.is_set():
        print("ready", flush=True)
        if folder := orders.get():
            step_back()  # pages come first; but a click must not wait for the warming up
            carry_out(Run(Path(folder)), orphaned)
            at_work.clear()


def _listen(orders: SimpleQueue[str], at_work: Event, orphaned: Event) -> None:
    for line in sys.stdin:
        at_work.set()
        orders.put(line.rstrip("\n"))
    if not at_work.is_set():
        os._exit(0)  # nothing to save, and torch may still be loading for seconds
    orphaned.set()
    orders.put("")
    deadline = Timer(SECONDS_TO_SAVE, os._exit, [1])  # in case it hangs where nobody listens
    deadline.daemon = True
    deadline.start()


def _warm_up() -> None:
    """The first optimizer and the first step of a process take a second: take it before the click."""
    import torch

    net = torch.nn.Conv2d(3, 8, 5).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.0)
    net(torch.zeros(8, 3, 32, 32)).sum().backward()
    optimizer.step()


if __name__ == "__main__":
    main()

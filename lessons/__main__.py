"""The explorer in a terminal, without the app: ``python -m lessons train``, or ``pictures list``."""

import argparse
import sys
from collections.abc import Sequence

from lessons.core.messages import LessonError
from lessons.engine.backbone import terminal as backbone
from lessons.engine.pictures import terminal as pictures
from lessons.engine.training import process
from lessons.engine.training import terminal as training
from lessons.engine.weights import terminal as weights


def parser() -> argparse.ArgumentParser:
    """Every command sets ``run``: what carries it out, given what was asked, and returns the exit status."""
    options = argparse.ArgumentParser(
        prog="python -m lessons", description="PyTorch by touch, without the app."
    )
    commands = options.add_subparsers(required=True, metavar="command")
    training.add_command(commands)
    pictures.add_command(commands)
    backbone.add_command(commands)
    weights.add_command(commands)
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 1 ended early, 2 refused, and stderr says why."""
    asked = parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except LessonError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    if sys.argv[1:2] in (["train"], ["pretrain"]):
        process.ensure_environment()
        process.step_back()
    sys.exit(main())

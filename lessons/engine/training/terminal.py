"""Train in a terminal: ``python -m lessons train --data doodles --net cnn --epochs 8``.

Writes the same run folder as the app, which shows it among its own runs.
"""

import argparse
import signal
import sys
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from lessons.core import folders as places
from lessons.core.messages import LessonError
from lessons.engine.pictures import published, sources
from lessons.engine.training import origin, runs
from lessons.engine.training.choices import ALL_NETS, DEVICES, OPTIMIZERS, TUNINGS
from lessons.engine.training.collapse import collapse
from lessons.engine.training.config import Config
from lessons.engine.training.records import State
from lessons.engine.training.runs import Run

if TYPE_CHECKING:  # imports torch, which takes seconds: first the options are checked
    from lessons.engine.training.reports import Report


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each option is declared once, with its type, its default and a sentence; argparse does the rest."""
    default = Config()
    options = commands.add_parser(
        "train",
        help="train an image classifier",
        description="Train an image classifier; the run is kept in runs/, for the app and for TensorBoard.",
        epilog="An option has a name (--epochs), a type (int: '8' becomes 8, 'eight' is refused), a default"
        " for when it is left out, and sometimes a list of choices. A flag such as --flip takes no value:"
        " it is there or it is not. Try: --net linear --epochs 3, then: --net cnn --epochs 3.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = options.add_argument
    add(
        "--data",
        default=default.data,
        help=f"{', '.join([*sources.DOODLES, *published.SETS])} or folder:NAME",
    )
    add("--net", default=default.net, choices=ALL_NETS, help="which network learns")
    add("--optimizer", default=default.optimizer, choices=OPTIMIZERS, help="how a gradient becomes a step")
    add("--lr", type=float, default=default.lr, help="learning rate: how long a step is")
    add("--momentum", type=float, default=default.momentum, help="how much of the last step is kept (SGD)")
    add("--nesterov", action="store_true", help="look ahead along the momentum (SGD)")
    add("--weight-decay", type=float, default=default.weight_decay, help="pull of every weight towards 0")
    add("--batch-size", type=int, default=default.batch_size, help="pictures a step")
    add("--epochs", type=int, default=default.epochs, help="passes over the training pictures")
    add("--seed", type=int, default=default.seed, help="the same seed gives the same run")
    add("--train-size", type=int, help="use only so many of the training pictures")
    add("--per-class", type=int, help="use only so many training pictures of each class, drawn with the seed")
    add("--tuning", default=default.tuning, choices=TUNINGS, help="what is done with pretrained weights")
    add("--flip", action="store_true", help="mirror every other picture")
    add("--shift", type=int, default=default.shift, help="move each picture by up to so many pixels")
    add("--device", default=default.device, choices=DEVICES, help="where the arithmetic happens")
    add("--bf16", action="store_true", help="bfloat16 arithmetic: faster where the processor has it")
    add("--threads", type=int, help="processor threads (part of what makes a run repeat exactly)")
    add("--name", default="", help="a name of your own for the run")
    add("--resume", metavar="ID", help="go on with an interrupted, paused or stopped run instead")
    options.set_defaults(run=partial(_run, options))


def _run(options: argparse.ArgumentParser, asked: argparse.Namespace) -> int:
    """Returns the exit status: 0 done, 1 ended early."""
    run = _find(asked.resume, options, asked) if asked.resume else _create(asked)
    state = _train(run)
    if state.reason:
        print(state.reason, file=sys.stderr)
    if found := collapse(run):
        print(found.reason, file=sys.stderr)
    if state.status == "done":
        print(f"Done. Test accuracy {state.test_accuracy:.1%}. The run is in {run.folder}")
        return 0
    print(f"The run is {state.status}. Go on with: python -m lessons train --resume {run.id}")
    return 1


def _create(asked: argparse.Namespace) -> Run:
    from lessons.engine.training.possible import require_possible

    settings: dict[str, Any] = {field.name: getattr(asked, field.name) for field in fields(Config)}
    config = Config(**settings)
    sources.load(config.data)  # a folder may have changed since it was read
    require_possible(config)
    return runs.create(places.runs_folder(), config, name=asked.name)


def _find(run_id: str, options: argparse.ArgumentParser, asked: argparse.Namespace) -> Run:
    if asked != options.parse_args(["--resume", run_id]):
        raise LessonError("A resumed run keeps its own settings: leave the other options out.")
    run = runs.find(places.runs_folder(), run_id)
    origin.require_same(run)
    run.queue_again()
    return run


def _train(run: Run) -> State:
    """Carry the run out under a progress bar. Ctrl-C asks for a stop, as the app's button does; a second one
    ends the process where it is, for it may hang."""
    from lessons.engine.training.work import carry_out

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        run.ask(want="stop")

    before = signal.signal(signal.SIGINT, ask)
    with tqdm(total=_total_steps(run.config()), unit="step", dynamic_ncols=True) as bar:
        try:
            with runs.writing_to(run.folder):
                carry_out(run, watch=partial(show, bar))
        finally:
            signal.signal(signal.SIGINT, before)
    return run.state()


def show(bar: tqdm, report: "Report") -> None:
    """A step moves the bar; an epoch is a line above it."""
    from lessons.engine.training.reports import Epoch, Step

    if isinstance(report, Step):
        bar.set_postfix(loss=f"{report.loss:.3f}", refresh=False)
        bar.update(report.step - bar.n)
    elif isinstance(report, Epoch):
        bar.write(
            f"epoch {report.epoch}: train {report.train_loss:.3f} {report.train_accuracy:.1%}, "
            f"test {report.test_loss:.3f} {report.test_accuracy:.1%}"
        )


def _total_steps(config: Config) -> int | None:
    """None for a folder of pictures that was never read: it is read when the run begins."""
    source = sources.source(config.data)
    pictures = config.pictures(source.train_size, len(source.classes))
    return config.total_steps(pictures) if pictures else None

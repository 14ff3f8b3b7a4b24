"""Takes up what a checkpoint holds, if that belongs to the run."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from lessons.core import limits
from lessons.core.messages import LessonError
from lessons.engine.training import nets, tuning
from lessons.engine.training.config import Config
from lessons.engine.training.possible import require_resumable
from lessons.engine.training.records import Progress


def restore(
    state: Mapping[str, Any],
    config: Config,
    learner: nn.Module,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    count: int,
) -> Progress:
    """Fill what goes on with what was saved, and tell how far that had come.

    count: how many pictures it learns from. LessonError where the state belongs to another net, optimizer or
    set, or is not complete, or has numbers that are not finite.
    """
    with _fitting():
        _require_fitting(state["optimizer"], optimizer)
        restore_net(state, learner)
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        progress = Progress.of(state)
    _require_a_place(progress, config, count)
    return progress


def restore_net(state: Mapping[str, Any], learner: nn.Module) -> None:
    """The weights alone; LessonError as above."""
    with _fitting():
        kinds = {name: each.dtype for name, each in learner.state_dict().items()}
        if any(each.dtype != kinds[name] for name, each in state["net"].items()):
            raise ValueError("other types of numbers")
        learner.load_state_dict(state["net"])
        _require_finite(learner.state_dict().values())


def try_on(state: Mapping[str, Any], config: Config, shape: nets.Shape, classes: int, available: int) -> None:
    """LessonError where a run could not go on from this state, told without its pictures and without what its
    net begins with. shape: of its pictures; available: how many there are to learn from."""
    shape = tuning.preparation(config, shape).shape
    require_resumable(config, shape, classes)
    with torch.device("meta"):
        net = nets.build(config.net, shape, classes)
    learner = tuning.learner(config, net).to_empty(device="cpu")
    count = config.pictures(available, classes) or available
    restore(state, config, learner, tuning.make_optimizer(config, learner), torch.Generator(), count)


@contextmanager
def _fitting() -> Iterator[None]:
    """Whatever torch says of a state that is not what was saved is told in one sentence."""
    try:
        yield
    except (AttributeError, LookupError, OverflowError, RuntimeError, TypeError, ValueError) as error:
        raise LessonError(
            "This checkpoint does not fit the run: it is of another net or optimizer, or not complete."
        ) from error


def _require_a_place(progress: Progress, config: Config, count: int) -> None:
    """LessonError unless the steps, the epochs and the pictures seen belong to each other and to the run."""
    each = config.steps_per_epoch(count)
    done = progress.step - progress.epoch * each
    seen = min(done * config.batch_size, count)
    if not (0 <= done <= each and progress.step <= config.total_steps(count) and progress.seen == seen):
        raise LessonError(
            "This checkpoint does not fit the run: step {step} is not in epoch {epoch}.",
            step=progress.step,
            epoch=progress.epoch + 1,
        )


def _require_fitting(state: Mapping[str, Any], optimizer: torch.optim.Optimizer) -> None:
    """ValueError unless what is kept of an optimizer belongs to this one, but for the learning rate: the same
    settings, and for each parameter finite numbers of its shape and type, or a single one."""
    (saved,), (group,) = state["param_groups"], optimizer.state_dict()["param_groups"]
    if not 0 <= float(saved["lr"]) <= limits.RUN_RATE or any(
        saved[name] != group[name] for name in saved.keys() & group.keys() - {"lr"}
    ):
        raise ValueError("other settings")
    parameters = optimizer.param_groups[0]["params"]
    for number, kept in state["state"].items():
        tensors = [each for each in kept.values() if each is not None]
        if any(each.numel() > 1 and not _are_alike(each, parameters[number]) for each in tensors):
            raise ValueError("other shapes")
        _require_finite(tensors)


def _are_alike(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype


def _require_finite(tensors: Iterable[Tensor]) -> None:
    if not all(each.isfinite().all() for each in tensors):
        raise ValueError("numbers that are not finite")

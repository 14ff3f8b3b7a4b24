"""What a run is refused for before it begins: each reason once, for whoever asks for it and for the loop."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.messages import LessonError
from lessons.engine.pictures import facts, sources
from lessons.engine.pictures.sources import Source
from lessons.engine.training import nets, tuning
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.config import HEAD_EPOCHS, Config
from lessons.engine.training.devices import pick_device


def require_possible(config: Config) -> None:
    """LessonError where such a run would break off before its first step, or would not do what it says.

    The pictures are those of the set's last reading; a folder that was never read is read now.
    """
    pick_device(config.device)
    about = _read(config.data)
    assert about.train_size
    assert about.test_size
    assert about.shape
    require_enough(config.train_size, about.train_size)
    if config.per_class is not None:
        require_enough_of_each(config.per_class, about.classes, facts.class_sizes(config.data))
    if config.tuning == "head-first" and config.epochs <= HEAD_EPOCHS:
        raise LessonError(
            "For the first {count} {count:epoch|epochs} the head learns alone: with so few epochs nothing "
            "else ever would. Give the run more of them.",
            count=HEAD_EPOCHS,
        )
    prepared = tuning.preparation(config, about.shape)
    if prepared.shape != about.shape:
        learned = config.pictures(about.train_size, len(about.classes))
        for count in (learned or 0, min(about.test_size, tuning.TESTED)):
            prepared.require_room(count)
    require_resumable(config, prepared.shape, len(about.classes))
    if config.pretrained and config.net in PUBLISHED_NETS:
        from lessons.engine.weights import catalog

        catalog.require_intact(config.net)


def _read(key: str) -> Source:
    about = sources.source(key)
    if about.ready and about.shape:
        return about
    pictures = sources.load(key)  # it says what is missing
    return replace(
        about,
        train_size=len(pictures.train),
        test_size=len(pictures.test),
        classes=pictures.classes,
        shape=pictures.shape,
    )


def require_enough(wanted: int | None, available: int) -> None:
    """LessonError where there are not so many training pictures; None: all."""
    if wanted is not None and wanted > available:
        raise LessonError(
            "{wanted} training pictures are asked for, and there are {available}.",
            wanted=wanted,
            available=available,
        )


def require_enough_of_each(wanted: int, classes: Sequence[str], sizes: Sequence[int]) -> None:
    """LessonError where a class has not so many training pictures. sizes: how many each has."""
    for name, available in zip(classes, sizes, strict=True):
        if wanted > available:
            raise LessonError(
                "{wanted} training pictures of each class are asked for, and {name} has {available}.",
                wanted=wanted,
                name=spelled(name),
                available=available,
            )


def require_resumable(config: Config, shape: nets.Shape, classes: int) -> None:
    """LessonError where pictures of that shape are too small for the net, or make it so large that its
    checkpoint could not be read again: that holds all that learns in float32, and again for each average
    that the optimizer keeps."""
    with torch.device("meta"):  # counts without taking the memory
        count = nets.parameters(tuning.learner(config, nets.build(config.net, shape, classes)))
    size = 4 * count * (1 + config.averages)
    if size > limits.CHECKPOINT_BYTES:
        raise LessonError(
            "For pictures this large {net} has {parameters} parameters, and with {optimizer} its checkpoint "
            "has {size} MB; up to {most} MB are allowed.",
            net=config.net,
            parameters=count,
            optimizer=config.optimizer,
            size=size // limits.MEGABYTE,
            most=limits.CHECKPOINT_BYTES // limits.MEGABYTE,
        )

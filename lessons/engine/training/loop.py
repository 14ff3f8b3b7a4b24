"""The training loop, written to be read from top to bottom.

Every epoch shuffles the training pictures, cuts them into batches, and for each batch: forward, loss,
backward, step. Then the net is tested on pictures it has never learned from.

It is fast because it does little: all pictures lie in one uint8 tensor, and a batch is one slice of it,
scaled in one go. The tutorials' DataLoader opens, converts and stacks the pictures one by one.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons.core.messages import LessonError
from lessons.engine.pictures.pictures import Pictures, Split
from lessons.engine.training import tuning
from lessons.engine.training.choices import PUBLISHED_NETS
from lessons.engine.training.config import Config, ten_times_smaller
from lessons.engine.training.devices import pick_device
from lessons.engine.training.possible import require_enough, require_enough_of_each, require_resumable
from lessons.engine.training.records import Progress
from lessons.engine.training.reports import Answered, Epoch, Report, Step
from lessons.engine.training.restoring import restore

TEST_BATCH = 250  # pictures of up to 64 x 64; of larger ones fewer


class Diverged(LessonError):
    """The loss is no longer a finite number: the run cannot go on from here.

    lr: the rate that led here; advised_lr: one to try instead.
    """

    def __init__(self, step: int, lr: float) -> None:
        self.advised_lr = ten_times_smaller(lr)
        super().__init__(
            "The loss is no longer a number at step {step}: with a learning rate of {lr} every step jumps"
            " further from the valley. Try a rate ten times smaller: {smaller}.",
            step=step,
            lr=f"{lr:g}",
            smaller=f"{self.advised_lr:g}",
        )


def fit(config: Config, training: "Training | None" = None) -> Iterator[Report]:
    """Train, and yield a ``Step`` after every optimizer step and an ``Epoch`` at each epoch's end.

    A ``training`` with a loaded state carries on where that state was saved, be it in the middle of an
    epoch; its ``change_lr`` may be called between two reports. Raises Diverged when a loss is not finite,
    before the net is changed by it.
    """
    run = training or Training(config)
    while run.epoch < config.epochs:
        yield from run.begin_epoch()
        for batch in run.batches_left():
            started = time.perf_counter()
            loss = run.learn(batch)
            run.seconds += time.perf_counter() - started
            yield Step(run.step, run.epoch + 1, loss, run.lr)
        yield from run.finish_epoch()


class Training:
    """The state of a run: a net, its optimizer, and how far they have come.

    step counts the optimizer steps made, epoch the epochs finished; the sums (losses, correct, seen,
    seconds) belong to the epoch under way. While the head alone learns, features holds what the frozen
    backbone makes of all pictures, float32 (N, features), of those to learn from and those of the test.
    Raises LessonError when more pictures are asked for than there are, when the device is not there, when the
    pictures are too small for the net, and when they make it so large that its checkpoint could not be read
    again.
    """

    def __init__(self, config: Config, pictures: Pictures | None = None) -> None:
        if pictures is None:
            from lessons.engine.pictures import sources

            pictures = sources.load(config.data)
        if config.threads is not None:
            torch.set_num_threads(config.threads)
        self.config = config
        self.pictures = pictures
        self.device = pick_device(config.device)
        self.prepared = tuning.preparation(config, pictures.shape)
        train = self.prepared.fit(chosen(config, pictures))
        self.images, self.labels = train.images.to(self.device), train.labels.to(self.device)
        self.test = self.prepared.fit(tuning.tested(config, pictures.test))
        self.steps_per_epoch = config.steps_per_epoch(len(train))

        shape, classes = self.prepared.shape, len(pictures.classes)
        require_resumable(config, shape, classes)
        torch.manual_seed(config.seed)
        net = tuning.build(config, shape, classes)
        self.net = net.to(self.device).to(memory_format=torch.channels_last)
        self.learner = tuning.learner(config, self.net)
        self.optimizer = tuning.make_optimizer(config, self.learner)
        self.features: tuple[Tensor, Tensor] | None = None
        self.generator = torch.Generator()
        self.step = 0
        self.epoch = 0
        self._start_sums()

    @property
    def lr(self) -> float:
        lr: float = self.optimizer.param_groups[0]["lr"]
        return lr

    def change_lr(self, lr: float | None) -> None:
        """Use ``lr`` from the next step on; None changes nothing."""
        if lr is not None:
            self.optimizer.param_groups[0]["lr"] = lr

    def begin_epoch(self) -> Iterator[Report]:
        """Into train mode; where the backbone is frozen, its features are computed now, and once."""
        if self.epoch >= self.config.head_epochs:
            self.features = None
        elif self.features is None:
            parts: list[Tensor] = []
            counts = [len(self.images), len(self.test)]
            backbone, prepare = self.net[:-1], self.prepared.scale
            started = time.perf_counter()
            for images in (self.images, self.test.images):
                for batch in answers(backbone, images, prepare, self.config.bf16):
                    parts.append(batch)
                    self.seconds += time.perf_counter() - started
                    yield Answered(self.epoch + 1, sum(map(len, parts)), sum(counts))
                    started = time.perf_counter()
            self.features = torch.cat(parts).to(self.device).split(counts)
        self.net.train()

    def batches_left(self) -> tuple[Tensor, ...]:
        """Indices of the batches that are still to come in this epoch, in their shuffled order.

        The order follows from the seed and the epoch alone, so a resumed run finds it again.
        """
        done = self.step - self.epoch * self.steps_per_epoch
        shuffle = torch.Generator().manual_seed(self.config.seed * 1000 + self.epoch + 1)
        order = torch.randperm(len(self.images), generator=shuffle)
        if done == 0:
            self.generator.set_state(shuffle.get_state())
        batches: tuple[Tensor, ...] = order.split(self.config.batch_size)
        return batches[done:]

    def learn(self, batch: Tensor) -> float:
        """One step on the pictures with these indices; returns the loss before the step."""
        labels = self.labels[batch]
        if self.config.net in PUBLISHED_NETS:  # what their Dropout drops follows from seed and step alone
            torch.manual_seed(self.config.seed * 1_000_000 + self.step)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.bf16):
            logits = self._logits(batch)
            loss = F.cross_entropy(logits, labels)
        value = loss.item()
        self._require_finite(value, self.step + 1)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

        self.step += 1
        self.seen += len(batch)
        self.losses += value * len(batch)
        self.correct += int((logits.argmax(dim=1) == labels).sum())
        return value

    def _logits(self, batch: Tensor) -> Tensor:
        if self.features:
            return torch.as_tensor(self.net[-1](self.features[0][batch]))
        images = self.images[batch]
        if self.config.flip:
            images = flip(images, self.generator)
        if self.config.shift:
            images = shift(images, self.config.shift, self.generator)
        return torch.as_tensor(self.net(self.prepared.scale(images)))

    def finish_epoch(self) -> Iterator[Report]:
        """Test the net, start the sums of the next epoch, and report this one."""
        logits: list[Tensor] = []
        for batch in self._answers():
            logits.append(batch)
            yield Answered(self.epoch + 1, sum(map(len, logits)), len(self.test))
        test = grade(torch.cat(logits), self.test.labels)
        self._require_finite(test.loss, self.step)
        self.epoch += 1
        report = Epoch(
            epoch=self.epoch,
            step=self.step,
            train_loss=self.losses / self.seen,
            train_accuracy=self.correct / self.seen,
            test_loss=test.loss,
            test_accuracy=test.accuracy,
            seconds=self.seconds,
            logits=test.logits,
            filters=first_filters(self.net),
        )
        self._start_sums()
        yield report

    def _answers(self) -> Iterator[Tensor]:
        """To the pictures of the test."""
        if self.features:
            return answers(self.net[-1], self.features[1], bf16=self.config.bf16)
        return answers(self.net, self.test.images, self.prepared.scale, self.config.bf16)

    def state_dict(self) -> dict[str, Any]:
        """Everything a resumed run needs, as tensors, numbers and dicts (loads with ``weights_only=True``).

        Raises Diverged rather than hand out weights that are not finite.
        """
        if not all(parameter.isfinite().all() for parameter in self.learner.parameters()):
            self._require_finite(math.nan, self.step)
        return {
            "net": self.learner.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "generator": self.generator.get_state(),
            **{each.name: getattr(self, each.name) for each in fields(Progress)},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Carry on from ``state_dict()``; raises LessonError when it belongs to another net or data."""
        count = len(self.images)
        progress = restore(state, self.config, self.learner, self.optimizer, self.generator, count)
        for name, value in vars(progress).items():
            setattr(self, name, value)

    def _start_sums(self) -> None:
        self.losses = 0.0
        self.correct = 0
        self.seen = 0
        self.seconds = 0.0

    def _require_finite(self, loss: float, step: int) -> None:
        if not math.isfinite(loss):
            raise Diverged(step, self.lr)


def flip(images: Tensor, generator: torch.Generator) -> Tensor:
    """Each picture mirrored left to right, or not, with even chances."""
    heads = torch.rand(len(images), generator=generator).to(images.device) < 0.5
    return torch.where(heads[:, None, None, None], images.flip(3), images)


def shift(images: Tensor, most: int, generator: torch.Generator) -> Tensor:
    """Each picture moved by -most..most pixels in both directions; black comes in at the edge."""
    count, _, height, width = images.shape
    corner = torch.randint(2 * most + 1, (2, count, 1), generator=generator)
    rows = (corner[0] + torch.arange(height)).to(images.device)
    columns = (corner[1] + torch.arange(width)).to(images.device)
    picture = torch.arange(count, device=images.device)
    padded = F.pad(images, [most] * 4)
    return padded[picture[:, None, None], :, rows[:, :, None], columns[:, None]].permute(0, 3, 1, 2)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """loss: mean cross-entropy; accuracy: 0..1; logits: float32 (pictures, classes), on the CPU."""

    loss: float
    accuracy: float
    logits: Tensor


@torch.no_grad()
def answers(
    net: nn.Module, inputs: Tensor, prepare: Callable[[Tensor], Tensor] = Tensor.clone, bf16: bool = False
) -> Iterator[Tensor]:
    """What the net makes of all inputs, in eval mode: float32 (a batch, ...) a time."""
    net.eval()
    device = next(net.parameters()).device
    for batch in inputs.split(test_batch(inputs.shape[1:])):
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            made = net(prepare(batch.to(device)))
        yield made.float().cpu()


def test_batch(shape: Sequence[int]) -> int:
    """How many of so large inputs are put through a net at once when it is tested.

    >>> test_batch((3, 32, 32)), test_batch((3, 224, 224))
    (250, 20)
    """
    return max(1, min(TEST_BATCH, TEST_BATCH * 3 * 64 * 64 // math.prod(shape)))


def grade(logits: Tensor, labels: Tensor) -> Evaluation:
    """How good the answers are. logits: float32 (N, classes); labels: int64 (N,)."""
    return Evaluation(
        loss=F.cross_entropy(logits, labels).item(),
        accuracy=(logits.argmax(dim=1) == labels).double().mean().item(),
        logits=logits,
    )


def first_filters(net: nn.Module) -> Tensor | None:
    """A copy of the first convolution's weight, float32 (out, in, height, width), or None without one."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            return layer.weight.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
    return None


def chosen(config: Config, pictures: Pictures) -> Split:
    """The pictures that the net learns from; LessonError where there are not so many."""
    if config.per_class is None:
        return subset(pictures.train, config.train_size)
    order = torch.randperm(len(pictures.train), generator=torch.Generator().manual_seed(config.seed))
    labels = pictures.train.labels[order]
    sizes = labels.bincount(minlength=len(pictures.classes)).tolist()
    require_enough_of_each(config.per_class, pictures.classes, sizes)
    of = torch.cat([order[labels == label][: config.per_class] for label in range(len(sizes))])
    return Split(pictures.train.images[of], pictures.train.labels[of])


def subset(split: Split, size: int | None) -> Split:
    """``size`` of the pictures (None: all), spread evenly: a folder's pictures come class by class."""
    if size is None:
        return split
    require_enough(size, len(split))
    chosen = torch.arange(size) * len(split) // size
    return Split(split.images[chosen], split.labels[chosen])

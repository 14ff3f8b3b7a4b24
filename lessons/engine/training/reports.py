"""What the loop tells while it trains."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Step:
    """One optimizer step. step counts from 1 over the whole run; loss: the batch's mean, before the step."""

    step: int
    epoch: int
    loss: float
    lr: float


@dataclass(frozen=True)
class Answered:
    """done of total pictures are behind the net, of a test, or of those whose features are kept: what takes
    long can be broken off here."""

    epoch: int
    done: int
    total: int


@dataclass(frozen=True, eq=False)
class Epoch:
    """The end of one pass over the training pictures.

    train_loss and train_accuracy are averages over the epoch's batches, measured while the net was still
    changing; test_loss and test_accuracy are measured once, in eval mode, at the end. seconds: training
    alone. logits: float32 (test pictures, classes); filters: float32 (out, in, height, width) of the
    first convolution, or None for a net without one.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float
    logits: Tensor
    filters: Tensor | None


Report = Step | Answered | Epoch

"""What a net is given: a batch of the one tensor at the end of the strip; and the picture back from it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question
from lessons.data.transforms.program import program
from lessons.data.transforms.steps import Step, step
from lessons.data.transforms.strip import REFUSALS, Stop, conversion
from lessons.engine.pictures.values import FLOATS, Value, channels_of, kind

if TYPE_CHECKING:
    from lessons.data.transforms.lesson import Inputs, Result

CHANNELS = 3  # red, green and blue: what a net for pictures takes
WINDOW = 6  # numbers along each side of what is shown of a channel


def batch(value: Value) -> Tensor | Stop:
    """The batch of one, (1, 3, H, W), or why no net takes it, with its words, and the steps to put behind."""
    try:
        made: Tensor = value.unsqueeze(0)
        F.conv2d(made, torch.zeros(1, CHANNELS, 1, 1), torch.zeros(1))  # what many nets begin with
    except (*REFUSALS, AttributeError) as error:
        return _explained(value, str(error))
    return made


def _explained(value: Value, words: str) -> Stop:
    given = kind(value)
    if isinstance(value, tuple):
        reason = Message(
            "The strip ends in several pictures. torch.stack makes a batch of them, not unsqueeze(0)."
        )
        return Stop(words, reason)
    if given != FLOATS:
        reason = Message("A net takes a float tensor, and the strip ends in a {given}.", given=Message(given))
        return Stop(words, reason, before=conversion(given, FLOATS))
    if value.ndim > 3:
        return Stop(words, Message("The strip makes a batch already: one more unsqueeze(0) is one too many."))
    reason = Message(
        "A net for colour pictures takes 3 channels, and the strip ends in {count}.", count=channels_of(value)
    )
    return Stop(words, reason, before=(step("RGB"),))


def ask_shape(output: Tensor) -> Question:
    """Where the side of the batch comes: first, behind the channels, or last."""
    shapes = [tuple(output.unsqueeze(place).shape) for place in (-1, 0, 1)]
    return Question(
        Message(
            "The strip ends in a tensor of shape {shape}. Which shape has output.unsqueeze(0)?",
            shape=str(tuple(output.shape)),
        ),
        shapes.index((1, *output.shape)),
        Message(
            "A net takes batches: pictures, channels, rows, columns. unsqueeze(0) puts a side of length 1 in "
            "front: a batch of one picture. No number changes."
        ),
        choices=tuple(Message("{shape}", shape=str(shape)) for shape in shapes),
        about="batch",
    )


# Back


@dataclass(frozen=True)
class Back:
    """The output with its last Normalize undone.

    numbers: (3, H, W); behind: how many steps stand behind Normalize, and are not undone; largest, in_bytes:
    the largest difference from what Normalize was given, and that of both as bytes; None where the sizes
    differ.
    """

    numbers: Tensor
    behind: int
    largest: float | None = None
    in_bytes: int | None = None


def back(inputs: "Inputs", result: "Result") -> Back | None:
    """Of a strip that a net takes; None without Normalize."""
    place = _last_normalize(inputs.steps)
    if place is None:
        return None
    mean, std = (torch.tensor(inputs.steps[place].value(name)).reshape(-1, 1, 1) for name in ("mean", "std"))
    numbers = result.tiles[-1].value.as_subclass(Tensor) * std + mean
    behind = sum(each.on for each in inputs.steps[place + 1 :])
    before = result.tiles[place].value.as_subclass(Tensor)  # the first tile is the picture
    if before.shape[-2:] != numbers.shape[-2:]:
        return Back(numbers, behind)
    in_bytes = (_bytes(numbers) - _bytes(before)).abs().max()
    return Back(numbers, behind, float((numbers - before).abs().max()), int(in_bytes))


def ask_back(back: Back) -> Question | None:
    """How far the bytes are from those before; None where nothing can be compared."""
    if back.largest is None or back.in_bytes is None:
        return None
    return Question(
        Message(
            "The output times std, plus mean, rounded to bytes: by how much does a byte differ from before "
            "Normalize, at most?"
        ),
        back.in_bytes,
        Message(
            "By {bytes}. As floats the two differ by {largest} at most, and from one byte to the next it is "
            "1/255, about 0.0039.",
            bytes=back.in_bytes,
            largest=show(back.largest),
        ),
        about="back",
    )


def _bytes(floats: Tensor) -> Tensor:
    return (floats * 255).round()


def _last_normalize(steps: tuple[Step, ...]) -> int | None:
    places = [place for place, each in enumerate(steps) if each.on and each.name == "Normalize"]
    return places[-1] if places else None


def snippet(inputs: "Inputs", top: int, left: int) -> str:
    """The program of the strip, and behind it the batch, a window of it, and the way back."""
    lines = [
        program(inputs.steps, inputs.seed).removesuffix("print(output)\n"),
        "batch = output.unsqueeze(0)",
        "print(batch.shape, batch.dtype)",
        f"print(batch[0, :, {top}:{top + WINDOW}, {left}:{left + WINDOW}])",
    ]
    place = _last_normalize(inputs.steps)
    if place is not None:
        mean, std = (list(inputs.steps[place].value(name)) for name in ("mean", "std"))
        lines += [
            "",
            f"mean = torch.tensor({mean}).reshape(-1, 1, 1)",
            f"std = torch.tensor({std}).reshape(-1, 1, 1)",
            "back = output * std + mean",
            'v2.functional.to_pil_image(back.clamp(0, 1)).save("back.png")',
        ]
    return "\n".join(lines) + "\n"

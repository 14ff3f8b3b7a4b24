"""A strip at full size, once: what is at its end, and which of its steps mean something else there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock

from lessons.core.limits import PICTURE_PIXELS
from lessons.core.messages import Message
from lessons.data.transforms.steps import Step
from lessons.data.transforms.strip import Stop, Tile, along, apply
from lessons.engine.pictures.decode import decode
from lessons.engine.pictures.values import Look, look, size_of

IN_PIXELS = {  # what is cut off, added or blurred does not grow with the picture
    "CenterCrop": "size",
    "RandomCrop": "size",
    "FiveCrop": "size",
    "Pad": "padding",
    "GaussianBlur": "kernel_size",
}
_one = Lock()  # at a time: 50 million pixels as floats take 600 MB, and a step has two such values

Sizes = Sequence[tuple[int, int]]  # width and height


@dataclass(frozen=True)
class Whole:
    """sizes: of the picture and of what each step made; end: what is at the end, None where a step cannot
    follow, and stop says why."""

    sizes: Sizes
    end: Look | None = None
    stop: Stop | None = None


def whole(file: bytes, steps: Sequence[Step], seed: int) -> Whole:
    """Walk a strip from a file on; no value outlives the step after it. LessonError: it cannot be read."""
    sizes: list[tuple[int, int]] = []
    with _one:
        for tile in along(Tile(decode(file)), steps, seed, after=partial(apply, most=PICTURE_PIXELS)):
            if tile.stop:
                return Whole(tuple(sizes), stop=tile.stop)
            sizes.append(size_of(tile.value))
        return Whole(tuple(sizes), look(tile.value))


def other_shares(steps: Sequence[Step], preview: Sizes, whole: Sizes) -> Iterator[Message]:
    """Of every step that counts in pixels, and is given another width in the whole picture. Sizes: of the
    picture and of what each step made, as far as they go."""
    for step, (small, _), (large, _) in zip(steps, preview, whole, strict=False):
        if step.on and step.name in IN_PIXELS and small != large:
            pixels = step.value(IN_PIXELS[step.name])
            count = pixels[1] if isinstance(pixels, tuple) else pixels
            yield Message(
                "At {name}, {count} {count:pixel is|pixels are} {small:g} % of the width in the preview, and "
                "{large:g} % in the whole picture.",
                name=step.name,
                count=count,
                small=round(100 * count / small, 1),
                large=round(100 * count / large, 1),
            )

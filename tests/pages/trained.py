"""A small set of pictures of one's own, and a run of it that takes a moment."""

from pathlib import Path

import numpy as np
from PIL import Image

from lessons.engine.training.config import Config

TINY = Config(data="folder:tiny", net="lenet", lr=0.01, batch_size=16, epochs=3, device="cpu", threads=1)


def draw_tiny(folder: Path) -> None:
    """48 + 18 noisy pictures of three colours."""
    shades = np.random.default_rng(0)
    for part, count in (("train", 16), ("test", 6)):
        for channel, name in enumerate(("red", "green", "blue")):
            (folder / part / name).mkdir(parents=True)
            for index in range(count):
                picture = shades.integers(0, 200, (32, 32, 3), dtype=np.uint8)
                picture[..., channel] += 55
                Image.fromarray(picture).save(folder / part / name / f"{index}.png")

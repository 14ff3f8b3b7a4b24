"""Doodles: ten kinds of small pictures, drawn on the spot and the same every time.

Each kind is a sketch of a few shapes, drawn with Pillow in four inks and in many variants. A picture is one
variant, turned, scaled, shifted and colored at random, on a random background and sometimes partly hidden.
All of that is done for hundreds of pictures at once with NumPy.
"""

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Array = NDArray[np.float32]  # inks and colors run from 0 to 1
Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]
Point = tuple[float, float]

SPLITS = ("train", "test")

SIZE = 32  # pixels along a side of a picture
DETAIL = 96  # pixels along a side of a variant: finer, because it is turned and shrunk later
VARIANTS = 32  # of each kind; train and test never share one
CHUNK = 200  # pictures drawn together; each chunk has its own random numbers, so n pictures begin 2n

SCALE = (0.7, 1.0)  # how much of the picture the drawing fills
SHIFT = 0.25  # how far off the middle, where 1 is half the picture
TURN = 25  # degrees to either side
USUAL = 0.3  # how often a kind has its usual hue
HIDDEN = 0.4  # how often something stands in front
NOISE = 0.05  # the standard deviation of the grainiest picture

SOFTEN = ImageFilter.BoxBlur(1)
Y, X = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j].astype(np.float32)  # each (SIZE, SIZE)

BODY, ACCENT, DARK, LIGHT = range(1, 5)  # the inks; what color they have differs from picture to picture


class Pen:
    """Draws on a unit square, x to the right and y down, with a slightly shaky hand."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.paper = Image.new("L", (2 * DETAIL, 2 * DETAIL))
        self.drawing = ImageDraw.Draw(self.paper)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def polygon(self, ink: int, *corners: Point) -> None:
        self.drawing.polygon(self._place(corners), fill=ink)

    def line(self, ink: int, width: float, *points: Point) -> None:
        self.drawing.line(self._place(points), fill=ink, width=round(width * 2 * DETAIL), joint="curve")

    def ellipse(self, ink: int, x: float, y: float, across: float, down: float | None = None) -> None:
        """An ellipse around (x, y) with these radii; a circle when only one is given."""
        down = across if down is None else down
        left, top, right, bottom = np.array([x - across, y - down, x + across, y + down]) * 2 * DETAIL
        self.drawing.ellipse((left, top, right, bottom), fill=ink)

    def box(self, ink: int, left: float, top: float, right: float, bottom: float) -> None:
        self.polygon(ink, (left, top), (right, top), (right, bottom), (left, bottom))

    def inks(self) -> Bytes:
        """How much of each ink lies on each spot: uint8 (DETAIL, DETAIL, 4), softened over 3x3 spots."""
        paper = np.asarray(self.paper)
        layers = [Image.fromarray(np.uint8(255) * (paper == ink)) for ink in (BODY, ACCENT, DARK, LIGHT)]
        return np.stack([np.asarray(layer.reduce(2).filter(SOFTEN)) for layer in layers], axis=-1)

    def _place(self, points: tuple[Point, ...]) -> list[Point]:
        shaken = np.array(points) + self.rng.uniform(-0.012, 0.012, (len(points), 2))
        return [(x, y) for x, y in (shaken * 2 * DETAIL).tolist()]


def airplane(pen: Pen) -> None:
    thick, sweep = pen.between(0.07, 0.1), pen.between(0.1, 0.25)
    pen.polygon(ACCENT, (0.5, 0.5), (0.64, 0.5), (0.62 - sweep, 0.14), (0.52 - sweep, 0.14))
    pen.polygon(BODY, (0.1, 0.2), (0.2, 0.2), (0.32, 0.5), (0.16, 0.5))
    pen.ellipse(BODY, 0.51, 0.5, 0.43, thick)
    pen.polygon(ACCENT, (0.48, 0.52), (0.66, 0.52), (0.56 - sweep, 0.9), (0.44 - sweep, 0.9))
    pen.polygon(ACCENT, (0.12, 0.5), (0.24, 0.5), (0.16, 0.64), (0.06, 0.64))
    pen.polygon(DARK, (0.8, 0.5 - thick * 0.7), (0.86, 0.5 - thick * 0.6), (0.9, 0.5), (0.8, 0.5))


def car(pen: Pen) -> None:
    roof, front, wheel = pen.between(0.26, 0.34), pen.between(0.58, 0.68), pen.between(0.09, 0.12)
    pen.polygon(BODY, (0.18, 0.5), (0.3, roof), (front, roof), (front + 0.16, 0.5))
    pen.polygon(BODY, (0.06, 0.48), (0.84, 0.48), (0.94, 0.54), (0.94, 0.7), (0.06, 0.7))
    frame, post = roof + 0.05, pen.between(0.46, 0.52)
    pen.polygon(LIGHT, (0.25, 0.49), (0.33, frame), (front, frame), (front + 0.09, 0.49))
    pen.box(BODY, post - 0.025, frame - 0.02, post + 0.025, 0.5)
    pen.box(ACCENT, 0.06, 0.6, 0.94, 0.64)
    for x in (0.26, 0.74):
        pen.ellipse(DARK, x, 0.71, wheel)
        pen.ellipse(LIGHT, x, 0.71, wheel * 0.45)


def bus(pen: Pen) -> None:
    top, wheel, windows = pen.between(0.16, 0.24), pen.between(0.07, 0.09), int(pen.rng.integers(3, 6))
    pen.box(BODY, 0.05, top, 0.95, 0.76)
    width = 0.72 / windows
    for left in 0.09 + width * np.arange(windows):
        pen.box(LIGHT, left, top + 0.08, left + width - 0.04, top + 0.27)
    pen.box(DARK, 0.83, top + 0.08, 0.92, 0.74)
    pen.box(ACCENT, 0.05, 0.56, 0.8, 0.63)
    for x in (0.22, pen.between(0.64, 0.72)):
        pen.ellipse(DARK, x, 0.77, wheel)
        pen.ellipse(LIGHT, x, 0.77, wheel * 0.4)


def cat(pen: Pen) -> None:
    tail = pen.between(0.3, 0.5)
    pen.line(BODY, 0.07, (0.6, 0.86), (0.82, 0.84), (0.88, 0.68), (0.84, tail))
    pen.ellipse(BODY, 0.46, 0.72, pen.between(0.19, 0.23), 0.22)
    head(pen, 0.46, 0.36)
    for side in (-1, 1):
        tip = 0.46 + side * pen.between(0.19, 0.24)
        pen.polygon(BODY, (tip, 0.05), (0.46 + side * 0.21, 0.36), (0.46 + side * 0.03, 0.2))
        pen.polygon(ACCENT, (tip - side * 0.02, 0.12), (0.46 + side * 0.17, 0.26), (0.46 + side * 0.1, 0.2))
        for slope in (-0.03, 0.04):
            pen.line(DARK, 0.015, (0.46 + side * 0.08, 0.44), (0.46 + side * 0.32, 0.44 + slope))
    pen.ellipse(LIGHT, 0.46, 0.76, 0.1, 0.14)


def rabbit(pen: Pen) -> None:
    pen.ellipse(LIGHT, pen.between(0.66, 0.7), 0.84, 0.08)
    pen.ellipse(BODY, 0.48, 0.76, pen.between(0.19, 0.23), 0.18)
    for side in (-1, 1):
        lean, droop = side * pen.between(0.02, 0.1), pen.between(0, 0.06)
        foot, tip = (0.48 + side * 0.08, 0.42), (0.48 + side * 0.09 + lean, 0.09 + droop)
        pen.line(BODY, 0.12, foot, tip)
        pen.ellipse(BODY, *tip, 0.06)
        pen.line(ACCENT, 0.05, foot, tip)
    head(pen, 0.48, 0.5)
    pen.ellipse(LIGHT, 0.48, 0.8, 0.1, 0.11)


def head(pen: Pen, x: float, y: float) -> None:
    """A face seen from the front: what cat and rabbit share."""
    pen.ellipse(BODY, x, y, pen.between(0.19, 0.22), pen.between(0.16, 0.18))
    for side in (-1, 1):
        pen.ellipse(LIGHT, x + side * 0.09, y - 0.02, 0.05)
        pen.ellipse(DARK, x + side * 0.09, y - 0.02, 0.03)
    pen.polygon(ACCENT, (x - 0.04, y + 0.06), (x + 0.04, y + 0.06), (x, y + 0.11))


def fish(pen: Pen) -> None:
    tall, fork = pen.between(0.17, 0.26), pen.between(0.16, 0.24)
    pen.polygon(ACCENT, (0.34, 0.5 - tall * 0.6), (0.5, 0.42 - tall), (0.7, 0.5 - tall * 0.7))
    pen.polygon(ACCENT, (0.3, 0.5), (0.06, 0.5 - fork), (0.13, 0.5), (0.06, 0.5 + fork))
    pen.ellipse(BODY, 0.57, 0.5, 0.36, tall)
    for x in np.linspace(0.4, 0.6, int(pen.rng.integers(0, 4))):
        pen.line(DARK, 0.03, (x, 0.5 - tall * 0.7), (x + 0.03, 0.5), (x, 0.5 + tall * 0.7))
    pen.polygon(ACCENT, (0.62, 0.54), (0.48, 0.56), (0.46, 0.66))
    pen.ellipse(LIGHT, 0.78, 0.45, 0.06)
    pen.ellipse(DARK, 0.79, 0.45, 0.035)


def house(pen: Pen) -> None:
    eaves, ridge, door = pen.between(0.4, 0.5), pen.between(0.08, 0.18), pen.between(0.25, 0.6)
    if pen.chance(0.6):
        pen.box(DARK, 0.68, ridge, 0.78, eaves)
    pen.box(BODY, 0.16, eaves - 0.02, 0.84, 0.9)
    pen.polygon(ACCENT, (0.06, eaves), (0.5, ridge), (0.94, eaves))
    pen.box(DARK, door, 0.62, door + 0.16, 0.9)
    for x in (0.22, 0.42, 0.64):
        if not door - 0.16 < x < door + 0.18:
            pen.box(LIGHT, x, eaves + 0.1, x + 0.14, eaves + 0.25)


def sailboat(pen: Pen) -> None:
    mast, top, front = pen.between(0.42, 0.55), pen.between(0.06, 0.12), pen.between(0.12, 0.22)
    pen.polygon(BODY, (0.08, 0.7), (0.92, 0.7), (pen.between(0.74, 0.84), 0.9), (0.22, 0.9))
    pen.line(DARK, 0.03, (mast, top), (mast, 0.72))
    pen.polygon(LIGHT, (mast + 0.03, top + 0.02), (mast + 0.03, 0.64), (pen.between(0.8, 0.9), 0.64))
    pen.polygon(ACCENT, (mast - 0.03, pen.between(0.16, 0.3)), (mast - 0.03, 0.64), (front, 0.64))


def tree(pen: Pen) -> None:
    pen.polygon(DARK, (0.45, 0.5), (0.55, 0.5), (0.59, 0.94), (0.41, 0.94))
    if pen.chance(0.4):
        for top, wide in ((0.36, 0.34), (0.2, 0.27), (0.05, 0.19)):
            wide += pen.between(-0.02, 0.03)
            pen.polygon(BODY, (0.5 - wide, top + 0.32), (0.5, top), (0.5 + wide, top + 0.32))
    else:
        for x, y in ((0.32, 0.46), (0.68, 0.46), (0.36, 0.28), (0.64, 0.28), (0.5, 0.22), (0.5, 0.44)):
            pen.ellipse(BODY, x + pen.between(-0.04, 0.04), y, pen.between(0.14, 0.19))
    for _ in range(int(pen.rng.integers(0, 6))):
        pen.ellipse(ACCENT, pen.between(0.34, 0.66), pen.between(0.25, 0.58), 0.035)


def mushroom(pen: Pen) -> None:
    brim, top, foot = pen.between(0.48, 0.56), pen.between(0.1, 0.2), pen.between(0.1, 0.15)
    pen.polygon(LIGHT, (0.42, brim), (0.58, brim), (0.5 + foot, 0.9), (0.5 - foot, 0.9))
    pen.line(DARK, 0.03, (0.36, brim + 0.02), (0.64, brim + 0.02))
    angles = np.linspace(np.pi, 2 * np.pi, 15)
    pen.polygon(BODY, *zip(0.5 + 0.4 * np.cos(angles), brim + (brim - top) * np.sin(angles), strict=True))
    for x, height in ((0.28, 0.3), (0.46, 0.62), (0.56, 0.25), (0.72, 0.4)):
        x += pen.between(-0.03, 0.03)
        pen.ellipse(LIGHT, x, brim - height * (brim - top), pen.between(0.03, 0.06))


class Kind(NamedTuple):
    """How to sketch one kind of picture, and the hues (0 to 1 around the color wheel) it often has."""

    sketch: Callable[[Pen], None]
    hue: float
    background: float


KINDS = {
    "airplane": Kind(airplane, 0.6, 0.55),
    "car": Kind(car, 0.0, 0.1),
    "bus": Kind(bus, 0.13, 0.7),
    "cat": Kind(cat, 0.08, 0.95),
    "rabbit": Kind(rabbit, 0.9, 0.3),
    "fish": Kind(fish, 0.05, 0.5),
    "house": Kind(house, 0.1, 0.4),
    "sailboat": Kind(sailboat, 0.03, 0.6),
    "tree": Kind(tree, 0.33, 0.2),
    "mushroom": Kind(mushroom, 0.0, 0.25),
}
CLASSES = tuple(KINDS)


def draw(
    count: int, split: str = "train", seed: int = 0, kinds: Mapping[str, Kind] = KINDS
) -> tuple[Bytes, Labels]:
    """The first ``count`` pictures of a split: uint8 (count, 3, 32, 32) and int64 labels (count,).

    The same arguments give the same pictures, and a smaller count gives the beginning of a larger one. Kinds
    take turns, so any beginning has as many pictures of one as of another, give or take one.
    ValueError: a negative count, or a split other than "train" and "test".
    """
    if count < 0:
        raise ValueError(f"cannot draw {count} pictures: the count must be 0 or more")
    if split not in SPLITS:
        raise ValueError(f"there is no split {split!r}: choose one of {', '.join(SPLITS)}")

    def rng(number: int) -> np.random.Generator:
        return np.random.default_rng((seed, SPLITS.index(split), number))

    variants = sketch_all(kinds, rng(0))
    chunks = range(1, 1 + max(1, math.ceil(count / CHUNK)))
    with ThreadPoolExecutor() as pool:  # NumPy lets other threads work while it computes
        drawn = pool.map(lambda chunk: render(kinds, variants, rng(chunk)), chunks)
        images, labels = zip(*drawn, strict=True)
    return np.concatenate(images)[:count], np.concatenate(labels)[:count]


def sketch_all(kinds: Mapping[str, Kind], rng: np.random.Generator) -> Bytes:
    """Every variant of every kind: uint8 (kinds * VARIANTS, DETAIL, DETAIL, 4), the last axis the inks."""
    pens = [Pen(rng) for _ in range(len(kinds) * VARIANTS)]
    for number, pen in enumerate(pens):
        list(kinds.values())[number // VARIANTS].sketch(pen)
    return np.stack([pen.inks() for pen in pens])


def render(kinds: Mapping[str, Kind], variants: Bytes, rng: np.random.Generator) -> tuple[Bytes, Labels]:
    """One chunk of pictures: uint8 (CHUNK, 3, SIZE, SIZE) and int64 labels (CHUNK,)."""
    turns = np.tile(np.arange(len(kinds)), (-(-CHUNK // len(kinds)), 1))
    labels = rng.permuted(turns, axis=1).ravel()[:CHUNK]
    inks = posed(variants, labels, rng)
    hues, backgrounds = np.array([(kind.hue, kind.background) for kind in kinds.values()]).T
    picture = background(backgrounds[labels], rng)
    picture = picture * (1 - inks.sum(axis=1, keepdims=True)) + colored(inks, hues[labels], rng)
    picture = obstructed(picture, rng) * shading(rng)
    picture += rng.normal(0, 1, picture.shape).astype(np.float32) * between(rng, 0.01, NOISE)
    return (picture.clip(0, 1) * 255).astype(np.uint8), labels


def posed(variants: Bytes, labels: Labels, rng: np.random.Generator) -> Array:
    """A random variant of each label, mirrored, turned, scaled and shifted: (CHUNK, 4, SIZE, SIZE)."""
    scale, turn = between(rng, *SCALE), np.radians(between(rng, -TURN, TURN))
    mirror = np.copysign(1, between(rng, -1, 1))
    x, y = X - between(rng, -SHIFT, SHIFT), Y - between(rng, -SHIFT, SHIFT)
    across = mirror * (np.cos(turn) * x + np.sin(turn) * y) / (scale * between(rng, 0.85, 1.15))
    down = (np.cos(turn) * y - np.sin(turn) * x) / scale
    column, row = (
        ((place[:, 0] + 1) / 2 * DETAIL).clip(0, DETAIL - 1).astype(int) for place in (across, down)
    )
    variant = labels * VARIANTS + rng.integers(VARIANTS, size=CHUNK)
    spots = variants.view(np.uint32).ravel()  # the four inks of a spot, fetched as one
    found = spots[(variant[:, None, None] * DETAIL + row) * DETAIL + column]
    inks: Array = found.view(np.uint8).reshape(CHUNK, SIZE, SIZE, 4).astype(np.float32) / 255
    return np.moveaxis(inks, -1, 1)


def colored(inks: Array, hues: Array, rng: np.random.Generator) -> Array:
    """The inks in random colors: (CHUNK, 3, SIZE, SIZE)."""
    body = rgb(usual(hues, rng), between(rng, 0.4, 1), between(rng, 0.45, 1))
    accent = rgb(between(rng, 0, 1), between(rng, 0.4, 1), between(rng, 0.45, 1))
    dark = rgb(between(rng, 0, 1), between(rng, 0, 0.5), between(rng, 0.03, 0.25))
    light = rgb(between(rng, 0, 1), between(rng, 0, 0.2), between(rng, 0.8, 1))
    colors = np.concatenate([body, accent, dark, light], axis=-1)[:, :, 0]
    return (colors @ inks.reshape(CHUNK, 4, -1)).reshape(CHUNK, 3, SIZE, SIZE)


def background(hues: Array, rng: np.random.Generator) -> Array:
    """Two related colors as a gradient, blotches, stripes or checks, and a blob: (CHUNK, 3, SIZE, SIZE)."""
    hue, angle, pace = usual(hues, rng), between(rng, 0, np.pi), between(rng, 4, 14)
    strength, value = between(rng, 0.05, 0.6), between(rng, 0.25, 0.95)
    first = rgb(hue, strength, value)
    second = rgb(
        hue + between(rng, -0.1, 0.1), strength * between(rng, 0.5, 1), value + between(rng, -0.25, 0.25)
    )
    along, across = np.cos(angle) * X + np.sin(angle) * Y, np.cos(angle) * Y - np.sin(angle) * X
    blotches = np.kron(
        rng.random((CHUNK, 1, 8, 8), dtype=np.float32), np.ones((SIZE // 8, SIZE // 8), np.float32)
    )
    stripes = np.sin(pace * along)
    patterns = [along / 2 + 0.5, blotches, soft(stripes), soft(stripes * np.sin(pace * across))]
    mix = np.choose(rng.integers(len(patterns), size=(CHUNK, 1, 1, 1)), patterns)
    blob = disc(between(rng, -1, 1), between(rng, -1, 1), between(rng, 0.2, 0.5))
    return laid_over(first + (second - first) * mix, blob, any_color(rng))


def obstructed(picture: Array, rng: np.random.Generator) -> Array:
    """Some of the pictures get a bar or a disc in front."""
    angle, width = between(rng, 0, np.pi), between(rng, 0.06, 0.15)
    bar = soft(width - np.abs(np.cos(angle) * X + np.sin(angle) * Y - between(rng, -0.6, 0.6)), 8)
    round_one = disc(between(rng, -0.8, 0.8), between(rng, -0.8, 0.8), between(rng, 0.15, 0.35))
    cover = np.where(rng.random((CHUNK, 1, 1, 1)) < 0.5, bar, round_one)
    return laid_over(picture, cover * (rng.random((CHUNK, 1, 1, 1)) < HIDDEN), any_color(rng))


def shading(rng: np.random.Generator) -> Array:
    """Light that falls off towards a random side: (CHUNK, 1, SIZE, SIZE)."""
    angle = between(rng, 0, 2 * np.pi)
    slope: Array = np.cos(angle) * X + np.sin(angle) * Y
    return between(rng, 0.75, 1.1) + between(rng, 0, 0.25) * slope


def laid_over(picture: Array, cover: Array, color: Array) -> Array:
    return picture + (color - picture) * cover


def disc(x: Array, y: Array, radius: Array) -> Array:
    return soft(radius - np.hypot(X - x, Y - y), 8)


def soft(inside: Array, sharpness: float = 2) -> Array:
    """1 where a number is positive, 0 where it is negative, with a soft edge between."""
    return (inside * sharpness + 0.5).clip(0, 1)


def any_color(rng: np.random.Generator) -> Array:
    return between(rng, 0, 1, channels=3)


def usual(hues: Array, rng: np.random.Generator) -> Array:
    """A hue for each picture: by chance its kind's usual one, otherwise any: (CHUNK, 1, 1, 1)."""
    near = hues.astype(np.float32)[:, None, None, None] + between(rng, -0.05, 0.05)
    return np.where(rng.random((CHUNK, 1, 1, 1)) < USUAL, near, between(rng, 0, 1))


def rgb(hue: Array, saturation: Array, value: Array) -> Array:
    """The usual conversion from hue, saturation and value, each (CHUNK, 1, 1, 1), to (CHUNK, 3, 1, 1)."""
    wheel = (hue * 6 + np.array([5, 3, 1], np.float32)[:, None, None]) % 6
    missing: Array = np.minimum(wheel, 4 - wheel).clip(0, 1)
    return value - value * saturation * missing


def between(rng: np.random.Generator, low: float, high: float, channels: int = 1) -> Array:
    """One random number a picture (and channel): (CHUNK, channels, 1, 1)."""
    return low + (high - low) * rng.random((CHUNK, channels, 1, 1), dtype=np.float32)

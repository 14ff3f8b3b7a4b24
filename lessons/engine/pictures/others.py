"""Twenty other kinds of doodle: what a net can learn from before it sees the ten.

They come from the same renderer: ``doodles.draw(count, split, kinds=KINDS)``.
"""

from collections.abc import Sequence

import numpy as np

from lessons.engine.pictures.doodles import ACCENT, BODY, DARK, LIGHT, Kind, Pen, Point

HOLE = 0  # no ink: what lies behind shows through


def around(
    x: float, y: float, across: float, down: float, turns: Sequence[float] | np.ndarray
) -> list[Point]:
    """Points on an ellipse around (x, y): turn 0 is on the right, 0.25 below, 0.75 above."""
    angles = 2 * np.pi * np.asarray(turns)
    return list(zip(x + across * np.cos(angles), y + down * np.sin(angles), strict=True))


def bird(pen: Pen) -> None:
    beak, wing = pen.between(0.9, 0.96), pen.between(0.06, 0.3)
    pen.polygon(ACCENT, (0.04, pen.between(0.34, 0.5)), (0.3, 0.48), (0.3, 0.64), (0.08, 0.62))
    for x in (0.42, 0.54):
        pen.line(DARK, 0.03, (x, 0.7), (x, 0.9), (x + 0.08, 0.91))
    pen.ellipse(BODY, 0.47, 0.56, 0.28, pen.between(0.16, 0.2))
    pen.ellipse(BODY, 0.7, 0.36, pen.between(0.14, 0.17))
    pen.polygon(DARK, (0.82, 0.3), (beak, 0.38), (0.82, 0.43))
    pen.polygon(ACCENT, (0.34, 0.5), (0.6, 0.54), (0.5, 0.66), (0.12, 0.44 + wing))
    pen.ellipse(LIGHT, 0.73, 0.33, 0.05)
    pen.ellipse(DARK, 0.74, 0.33, 0.03)


def butterfly(pen: Pen) -> None:
    upper, lower = pen.between(0.18, 0.22), pen.between(0.13, 0.17)
    for side in (-1, 1):
        pen.ellipse(ACCENT, 0.5 + side * 0.19, 0.7, lower, lower + 0.03)
        pen.polygon(BODY, (0.5, 0.5), (0.5 + side * 0.42, 0.2), (0.5 + side * 0.4, 0.5), (0.5, 0.6))
        pen.ellipse(BODY, 0.5 + side * 0.23, 0.36, upper)
        pen.ellipse(LIGHT, 0.5 + side * 0.27, 0.34, pen.between(0.06, 0.09))
        pen.line(DARK, 0.02, (0.5, 0.3), (0.5 + side * 0.1, 0.08))
    pen.ellipse(DARK, 0.5, 0.52, 0.045, 0.27)


def crab(pen: Pen) -> None:
    claw = pen.between(0.1, 0.12)
    for side in (-1, 1):
        for reach in (0.58, 0.72, 0.86):
            pen.line(
                ACCENT, 0.04, (0.5, 0.6), (0.5 + side * 0.36, reach - 0.04), (0.5 + side * 0.42, reach + 0.06)
            )
        pen.line(BODY, 0.07, (0.5 + side * 0.2, 0.54), (0.5 + side * 0.36, 0.44), (0.5 + side * 0.34, 0.28))
        pen.ellipse(BODY, 0.5 + side * 0.34, 0.22, claw)
        pen.polygon(HOLE, (0.5 + side * 0.32, 0.24), (0.5 + side * 0.2, 0.06), (0.5 + side * 0.36, 0.04))
        pen.line(DARK, 0.03, (0.5 + side * 0.09, 0.5), (0.5 + side * 0.1, 0.34))
        pen.ellipse(LIGHT, 0.5 + side * 0.1, 0.34, 0.06)
        pen.ellipse(DARK, 0.5 + side * 0.1, 0.34, 0.03)
    pen.ellipse(BODY, 0.5, 0.62, pen.between(0.26, 0.3), pen.between(0.16, 0.2))
    pen.line(DARK, 0.03, (0.42, 0.7), (0.5, 0.73), (0.58, 0.7))


def turtle(pen: Pen) -> None:
    top, neck = pen.between(0.2, 0.3), pen.between(0.4, 0.52)
    pen.polygon(ACCENT, (0.12, 0.66), (0.04, 0.76), (0.18, 0.72))
    pen.line(ACCENT, 0.12, (0.7, 0.68), (0.84, neck))
    pen.ellipse(ACCENT, 0.85, neck, 0.1, 0.08)
    pen.ellipse(DARK, 0.88, neck - 0.02, 0.03)
    for x in (0.24, 0.62):
        pen.line(ACCENT, 0.12, (x, 0.68), (x + pen.between(-0.05, 0.05), 0.84))
    pen.polygon(BODY, *around(0.44, 0.7, 0.35, 0.7 - top, np.linspace(0.5, 1, 15)))
    pen.line(DARK, 0.03, (0.1, 0.7), (0.78, 0.7))
    for x, height in ((0.25, 0.12), (0.44, 0.24), (0.63, 0.12)):
        pen.ellipse(LIGHT, x, 0.7 - height, 0.06, 0.07)


def flower(pen: Pen) -> None:
    petals, leaf = int(pen.rng.integers(5, 9)), pen.between(0.68, 0.78)
    pen.line(DARK, 0.045, (0.5, 0.4), (pen.between(0.46, 0.54), 0.95))
    pen.polygon(ACCENT, (0.5, leaf + 0.1), (0.6, leaf - 0.06), (0.82, leaf - 0.08), (0.7, leaf + 0.06))
    pen.polygon(ACCENT, (0.5, leaf + 0.14), (0.4, leaf - 0.02), (0.18, leaf - 0.04), (0.3, leaf + 0.1))
    for x, y in around(0.5, 0.35, 0.19, 0.19, pen.between(0, 1) + np.arange(petals) / petals):
        pen.ellipse(BODY, x, y, 0.03 + 0.45 / petals)
    pen.ellipse(LIGHT, 0.5, 0.35, pen.between(0.09, 0.12))


def apple(pen: Pen) -> None:
    wide, tall = pen.between(0.22, 0.25), pen.between(0.27, 0.31)
    for side in (-1, 1):
        pen.ellipse(BODY, 0.5 + side * 0.14, 0.6, wide, tall)
    pen.polygon(HOLE, (0.42, 0.28), (0.5, 0.4), (0.58, 0.28))
    pen.line(DARK, 0.045, (0.5, 0.42), (pen.between(0.46, 0.56), 0.16))
    pen.polygon(ACCENT, (0.52, 0.26), (0.62, 0.1), (0.84, 0.1), (0.74, 0.24))
    pen.ellipse(LIGHT, 0.3, 0.5, 0.05, 0.09)


def umbrella(pen: Pen) -> None:
    rim, top, hook = pen.between(0.46, 0.54), pen.between(0.1, 0.18), pen.between(0.06, 0.08)
    pen.polygon(BODY, *around(0.5, rim, 0.44, rim - top, np.linspace(0.5, 1, 15)))
    middle = (top + rim) / 2
    pen.polygon(ACCENT, (0.5, top), (0.35, middle), (0.35, rim), (0.65, rim), (0.65, middle))
    for x in (0.2, 0.5, 0.8):
        pen.ellipse(HOLE, x, rim + 0.02, 0.15, 0.07)
    pen.line(DARK, 0.04, (0.5, top - 0.06), (0.5, top))
    pen.line(DARK, 0.045, (0.5, rim - 0.06), *around(0.5 + hook, 0.82, hook, 0.1, np.linspace(0.5, 0, 7)))


def hat(pen: Pen) -> None:
    top, flare, brim = pen.between(0.12, 0.24), pen.between(-0.05, 0.05), pen.between(0.4, 0.45)
    pen.polygon(BODY, (0.26 - flare, top), (0.74 + flare, top), (0.72, 0.74), (0.28, 0.74))
    pen.ellipse(DARK, 0.5, 0.76, brim, 0.1)
    pen.ellipse(BODY, 0.5, 0.73, brim, 0.09)
    pen.box(BODY, 0.28, 0.5, 0.72, 0.74)
    pen.box(ACCENT, 0.27, 0.58, 0.73, 0.72)
    if pen.chance(0.5):
        pen.polygon(LIGHT, (0.62, 0.68), (0.7, 0.3), (0.84, 0.2), (0.8, 0.44))


def cup(pen: Pen) -> None:
    top, foot = pen.between(0.32, 0.4), pen.between(0.02, 0.12)
    pen.ellipse(ACCENT, 0.74, 0.56, 0.18, 0.15)
    pen.ellipse(HOLE, 0.74, 0.56, 0.1, 0.08)
    pen.polygon(BODY, (0.14, top), (0.74, top), (0.74 - foot, 0.82), (0.14 + foot, 0.82))
    pen.ellipse(DARK, 0.44, top, 0.3, 0.06)
    pen.ellipse(LIGHT, 0.44, 0.86, pen.between(0.34, 0.4), 0.06)
    for x in (0.32, 0.44, 0.56)[: int(pen.rng.integers(0, 4))]:
        pen.line(LIGHT, 0.03, (x, 0.26), (x + 0.03, 0.2), (x - 0.02, 0.14), (x + 0.02, 0.08))


def key(pen: Pen) -> None:
    bow, teeth = pen.between(0.2, 0.24), int(pen.rng.integers(2, 4))
    pen.line(BODY, 0.11, (0.3, 0.46), (0.94, 0.46))
    for x in np.linspace(0.88, 0.66, teeth):
        pen.box(BODY, x - 0.04, 0.46, x + 0.04, pen.between(0.64, 0.74))
    pen.ellipse(BODY, 0.28, 0.46, bow)
    pen.ellipse(HOLE, 0.25, 0.46, bow * 0.45)
    pen.box(ACCENT, 0.5, 0.36, 0.57, 0.56)
    pen.line(LIGHT, 0.02, (0.6, 0.44), (0.9, 0.44))


def lamp(pen: Pen) -> None:
    top, rim = pen.between(0.12, 0.2), pen.between(0.34, 0.4)
    pen.line(DARK, 0.06, (0.5, 0.4), (0.5, 0.86))
    pen.ellipse(ACCENT, 0.5, pen.between(0.6, 0.72), pen.between(0.06, 0.12), 0.12)
    pen.ellipse(DARK, 0.5, 0.88, 0.22, 0.06)
    pen.polygon(LIGHT, (0.5 - rim, 0.48), (0.5 + rim, 0.48), (0.5 + rim - 0.04, 0.54), (0.54 - rim, 0.54))
    pen.polygon(BODY, (0.36, top), (0.64, top), (0.5 + rim, 0.5), (0.5 - rim, 0.5))
    pen.line(DARK, 0.02, (0.72, 0.5), (0.72, 0.7))


def chair(pen: Pen) -> None:
    seat, top = pen.between(0.5, 0.56), pen.between(0.06, 0.14)
    for x, y, foot in ((0.22, 0.02, 0.86), (0.62, 0.02, 0.86), (0.36, 0.12, 0.95), (0.8, 0.12, 0.95)):
        pen.line(DARK, 0.05, (x, seat + y), (x, foot))
    for x in (0.22, 0.62):
        pen.line(BODY, 0.07, (x, seat), (x - 0.04, top))
    for height in np.linspace(top + 0.04, seat - 0.14, int(pen.rng.integers(2, 4))):
        pen.line(BODY, 0.07, (0.2, height), (0.6, height))
    pen.polygon(ACCENT, (0.18, seat), (0.66, seat), (0.84, seat + 0.14), (0.32, seat + 0.14))


def clock(pen: Pen) -> None:
    size, late = pen.between(0.32, 0.36), pen.between(0, 1)
    for side in (-1, 1):
        pen.line(DARK, 0.06, (0.5 + side * 0.2, 0.76), (0.5 + side * 0.28, 0.93))
        pen.ellipse(ACCENT, 0.5 + side * 0.24, 0.2, 0.13)
    pen.ellipse(BODY, 0.5, 0.54, size)
    pen.ellipse(LIGHT, 0.5, 0.54, size - 0.08)
    for spot in around(0.5, 0.54, 0.21, 0.21, np.arange(4) / 4):
        pen.ellipse(DARK, *spot, 0.02)
    pen.line(DARK, 0.04, (0.5, 0.54), *around(0.5, 0.54, 0.19, 0.19, [late * 12]))
    pen.line(DARK, 0.05, (0.5, 0.54), *around(0.5, 0.54, 0.12, 0.12, [late]))


def guitar(pen: Pen) -> None:
    waist, hips = pen.between(0.17, 0.21), pen.between(0.25, 0.3)
    pen.polygon(DARK, (0.42, 0.04), (0.58, 0.04), (0.56, 0.17), (0.44, 0.17))
    pen.ellipse(BODY, 0.5, 0.5, waist)
    pen.ellipse(BODY, 0.5, 0.73, hips, 0.22)
    pen.line(ACCENT, 0.09, (0.5, 0.15), (0.5, 0.58))
    pen.ellipse(DARK, 0.5, 0.63, 0.09)
    pen.line(DARK, 0.04, (0.4, 0.84), (0.6, 0.84))
    pen.line(LIGHT, 0.02, (0.5, 0.1), (0.5, 0.84))


def heart(pen: Pen) -> None:
    tip, rim = pen.between(0.8, 0.9), pen.between(0.03, 0.07)
    for ink, less in ((ACCENT, 0.0), (BODY, rim)):
        for x in (0.3, 0.7):
            pen.ellipse(ink, x, 0.34, 0.22 - less)
        pen.polygon(ink, (0.1 + less, 0.44), (0.5, 0.34), (0.9 - less, 0.44), (0.5, tip - 1.4 * less))
    pen.ellipse(LIGHT, 0.28, 0.3, 0.06, 0.05)


def star(pen: Pen) -> None:
    slim, turns = pen.between(0.4, 0.5), np.arange(5) / 5 - 0.25
    for ink, size in ((ACCENT, 0.45), (BODY, pen.between(0.3, 0.36))):
        tips = around(0.5, 0.53, size, size, turns)
        notches = around(0.5, 0.53, size * slim, size * slim, turns + 0.1)
        pen.polygon(ink, *(corner for pair in zip(tips, notches, strict=True) for corner in pair))
    pen.ellipse(LIGHT, 0.5, 0.53, pen.between(0.05, 0.1))


def rocket(pen: Pen) -> None:
    wide, fin = pen.between(0.15, 0.2), pen.between(0.32, 0.38)
    pen.polygon(LIGHT, (0.42, 0.74), (0.58, 0.74), (0.5, pen.between(0.88, 0.96)))
    for side in (-1, 1):
        pen.polygon(ACCENT, (0.5 + side * wide, 0.48), (0.5 + side * fin, 0.84), (0.5 + side * 0.1, 0.74))
    left, right = 0.5 - wide, 0.5 + wide
    pen.polygon(BODY, (left, 0.36), (right, 0.36), (right - 0.03, 0.76), (left + 0.03, 0.76))
    pen.polygon(ACCENT, *around(0.5, 0.37, wide, 0.32, np.linspace(0.5, 1, 9)))
    pen.ellipse(DARK, 0.5, 0.49, 0.11)
    pen.ellipse(LIGHT, 0.5, 0.49, 0.07)


def locomotive(pen: Pen) -> None:
    boiler, cab, wheel = pen.between(0.38, 0.46), pen.between(0.14, 0.22), pen.between(0.08, 0.1)
    pen.box(BODY, 0.08, cab + 0.04, 0.38, 0.74)
    pen.box(LIGHT, 0.14, cab + 0.12, 0.31, cab + 0.28)
    pen.box(ACCENT, 0.04, cab, 0.42, cab + 0.06)
    pen.box(BODY, 0.36, boiler, 0.86, 0.74)
    pen.polygon(DARK, (0.66, boiler), (0.63, 0.2), (0.81, 0.2), (0.78, boiler))
    pen.box(ACCENT, 0.5, boiler, 0.55, 0.7)
    pen.polygon(ACCENT, (0.82, 0.68), (0.96, 0.84), (0.8, 0.84))
    pen.box(DARK, 0.08, 0.68, 0.86, 0.74)
    for x in (0.2, 0.44, 0.68):
        pen.ellipse(DARK, x, 0.78, wheel)
        pen.ellipse(LIGHT, x, 0.78, wheel * 0.45)


def bicycle(pen: Pen) -> None:
    wheel, bar = pen.between(0.19, 0.22), pen.between(0.24, 0.3)
    for x in (0.26, 0.74):
        pen.ellipse(DARK, x, 0.66, wheel)
        pen.ellipse(HOLE, x, 0.66, wheel - 0.06)
        pen.ellipse(LIGHT, x, 0.66, 0.04)
    pen.line(BODY, 0.05, (0.26, 0.66), (0.38, 0.42), (0.66, 0.4), (0.48, 0.68), (0.26, 0.66))
    pen.line(BODY, 0.05, (0.35, 0.32), (0.48, 0.68))
    pen.line(BODY, 0.05, (0.74, 0.66), (0.64, bar))
    pen.line(ACCENT, 0.06, (0.56, bar), (0.74, bar - 0.02))
    pen.line(ACCENT, 0.08, (0.26, 0.31), (0.44, 0.31))


def snowman(pen: Pen) -> None:
    head, belly = pen.between(0.14, 0.17), pen.between(0.23, 0.27)
    for side in (-1, 1):
        pen.line(DARK, 0.03, (0.5 + side * 0.2, 0.6), (0.5 + side * 0.42, pen.between(0.4, 0.56)))
    pen.ellipse(LIGHT, 0.5, 0.68, belly)
    pen.ellipse(LIGHT, 0.5, 0.36, head)
    pen.box(BODY, 0.38, 0.46, 0.62, 0.53)
    pen.polygon(BODY, (0.54, 0.5), (0.64, 0.5), (0.66, 0.7), (0.57, 0.7))
    pen.box(DARK, 0.32, 0.2, 0.68, 0.25)
    pen.box(DARK, 0.39, pen.between(0.05, 0.1), 0.61, 0.24)
    pen.polygon(ACCENT, (0.5, 0.34), (0.5, 0.4), (0.7, 0.4))
    for x, y in ((0.44, 0.32), (0.56, 0.32), (0.46, 0.64), (0.46, 0.76)):
        pen.ellipse(DARK, x, y, 0.025)


KINDS = {
    "bird": Kind(bird, 0.58, 0.3),
    "butterfly": Kind(butterfly, 0.08, 0.3),
    "crab": Kind(crab, 0.02, 0.12),
    "turtle": Kind(turtle, 0.36, 0.14),
    "flower": Kind(flower, 0.92, 0.35),
    "apple": Kind(apple, 0.98, 0.15),
    "umbrella": Kind(umbrella, 0.75, 0.58),
    "hat": Kind(hat, 0.7, 0.1),
    "cup": Kind(cup, 0.55, 0.07),
    "key": Kind(key, 0.14, 0.6),
    "lamp": Kind(lamp, 0.12, 0.75),
    "chair": Kind(chair, 0.06, 0.45),
    "clock": Kind(clock, 0.5, 0.9),
    "guitar": Kind(guitar, 0.07, 0.02),
    "heart": Kind(heart, 0.97, 0.9),
    "star": Kind(star, 0.15, 0.66),
    "rocket": Kind(rocket, 0.62, 0.7),
    "locomotive": Kind(locomotive, 0.4, 0.25),
    "bicycle": Kind(bicycle, 0.6, 0.33),
    "snowman": Kind(snowman, 0.0, 0.57),
}
CLASSES = tuple(KINDS)

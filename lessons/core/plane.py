"""What stands on planes: dots that are moved, lines that hang on them, contours, paths that are played.

A lesson computes all of it, every frame included. The browser draws and plays it, and redraws what hangs on a
dot while that is moved. Places are (x, y) in the units of the axes; colours are those of ``style``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lessons.core import style
from lessons.core.messages import Message

Place = tuple[float, float]
Places = tuple[Place, ...]


@dataclass(frozen=True)
class Axis:
    """From low to high. log: equal factors are equally long; low is above 0 then. whole: only whole numbers
    are marked, and a dot that is moved comes to one. names: what stands at 1, 2, 3, ... instead of them."""

    name: Message
    low: float
    high: float
    log: bool = False
    whole: bool = False
    names: tuple[Message, ...] = ()

    def within(self, value: float) -> float:
        """The nearest number that is on it; a whole one, where only those are."""
        return min(max(float(round(value) if self.whole else value), self.low), self.high)


@dataclass(frozen=True)
class Dots:
    """Places with a sign each: "dot", "ring" or "cross".

    name: of each, with the gap {number}, counted from 1. moves: how they can be moved: "free", along "x" or
    "y" alone, "along" the curve whose key is ``on``, or "" not at all. fewest, most: where they can be added
    and taken away, how many there are then; as they are without. lit: by frame, the numbers of those that
    light up, counted from 0.
    """

    key: str
    name: Message
    places: Places
    moves: str = ""
    on: str = ""
    fewest: int = 0
    most: int = 0
    sign: str = "dot"
    colour: str = style.POSITIVE
    lit: Sequence[Sequence[int]] = ()


@dataclass(frozen=True)
class Curve:
    """From place to place; or through dots, whose key is ``through``, wherever these are moved."""

    key: str
    name: Message
    places: Places = ()
    through: str = ""
    colour: str = style.QUIET
    dash: str = "solid"


@dataclass(frozen=True)
class Path:
    """A place for every frame: the way up to the frame that is looked at, and its head.

    One that is shorter than the scene stays at its end. begins: the key of the dots, a single one, from which
    it starts: while that is held the path is gone, and its head is where the dot is.
    """

    key: str
    name: Message
    places: Places
    colour: str = style.HERE
    dash: str = "solid"
    begins: str = ""


@dataclass(frozen=True)
class Line:
    """y = slope x + intercept, from edge to edge.

    by: the key of a path, whose head is (slope, intercept); or of dots: of one it is the same, through two
    the line goes. These may be on another plane.
    """

    key: str
    name: Message
    by: str
    colour: str = style.HERE
    dash: str = "solid"


@dataclass(frozen=True)
class Gaps:
    """How far dots are from a line. shape: "upright", as pieces along y; "bars", the same, but broad;
    "squares" on these, as wide as they are high in the units of y; "across", perpendicular to the line in the
    units of the axes.

    each: told of the dot that is chosen, with the gaps {name}, {gap} (its y less that of the line; across:
    the distance), {square} and {share} (of all squares, in percent). all: told always, with {sum} and {mean}
    of the squares. Both are kept up with what is moved.
    """

    dots: str
    line: str
    shape: str = "upright"
    each: Message | None = None
    all: Message | None = None
    colour: str = style.NEGATIVE


@dataclass(frozen=True)
class Strokes:
    """For every frame a line of its own from place to place, as a tangent; stays at its last one."""

    name: Message
    frames: Sequence[Places]
    colour: str = style.NEGATIVE
    dash: str = "solid"


@dataclass(frozen=True)
class Contours:
    """Lines on which a height is the same everywhere: by height, from low to high, their pieces."""

    name: Message
    levels: Sequence[tuple[float, Sequence[Places]]]


@dataclass(frozen=True)
class Shading:
    """A picture over the whole plane, behind all else: a PNG. name: what it shows."""

    name: Message
    png: bytes


@dataclass(frozen=True)
class Mark:
    """A line across the plane at x, or at y; with ``to`` a band up to there, which has no dash."""

    name: Message
    x: float | None = None
    y: float | None = None
    to: float | None = None
    colour: str = style.HERE
    dash: str = "dash"


@dataclass(frozen=True)
class Label:
    """Words on the plane, at a place."""

    words: Message
    place: Place


Part = Dots | Curve | Path | Line | Gaps | Strokes | Contours | Shading | Mark | Label


@dataclass(frozen=True)
class Plane:
    """Parts are drawn in order, dots and the heads of paths above them. y None: a strip with one axis, for a
    number that is set; it is low, and the y of a place is how far above its middle it is, from -1 to 1.
    height: pixels."""

    name: Message
    x: Axis
    y: Axis | None
    parts: tuple[Part, ...]
    height: int = 300


@dataclass(frozen=True)
class Told:
    """A sentence for every frame. words: with gaps; numbers: what stands in them, frame by frame; which: by
    frame, the number of its words, counted from 0: all the first, if empty."""

    words: Sequence[Message]
    numbers: Mapping[str, Sequence[float]]
    which: Sequence[int] = ()


STEP = Message("step {step} of {all}")


@dataclass(frozen=True)
class Scene:
    """Planes that move together. rows: how they are laid out on a wide page, by their numbers, counted from
    0: all side by side, if empty. frames: how many can be played; 1: nothing can. unit: what the player calls
    a frame, with the gaps {step}, its number counted from 0, and {all}, that of the last. legend: whether the
    names and the signs of what is drawn stand below."""

    planes: tuple[Plane, ...]
    rows: tuple[tuple[int, ...], ...] = ()
    frames: int = 1
    told: Told | None = None
    legend: bool = True
    unit: Message = STEP

    def __post_init__(self) -> None:
        keys = [part.key for sheet in self.planes for part in sheet.parts if hasattr(part, "key")]
        if len(keys) > len(set(keys)):
            raise ValueError(f"two parts have one key: {', '.join(keys)}")

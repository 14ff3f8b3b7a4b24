"""A drawing by hand, as the strokes that it is made of; and the picture that they make, always the same."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

SPACE = 256  # the sheet is so wide and high, in units of its own
ROOM = 64  # so far beside the sheet a stroke can go
SIDE = 128  # pixels along each side of the picture
WIDTHS = (2, 64)  # of a stroke: least and most
COLOURS = {
    "black": "#23272f",
    "white": "#ffffff",
    "red": "#c8372d",
    "orange": "#e8871e",
    "yellow": "#f2c94c",
    "green": "#3f8f4f",
    "blue": "#306ede",
    "brown": "#7a4a2b",
}
PAPER = "paper"  # a stroke of it wipes out: it has the colour that the sheet has at last
_LARGE = 4  # drawn larger and made small, so that edges are smooth

Point = tuple[int, int]


@dataclass(frozen=True)
class Stroke:
    """colour: of COLOURS, or PAPER; points: (x, y) from the top left, in units of the sheet."""

    colour: str
    width: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Sketch:
    """paper: the colour of the sheet; strokes: a later one lies on those before."""

    paper: str = "white"
    strokes: tuple[Stroke, ...] = ()

    def picture(self) -> Image.Image:
        """RGB, SIDE x SIDE."""
        scale = _LARGE * SIDE / SPACE
        large = Image.new("RGB", (_LARGE * SIDE, _LARGE * SIDE), COLOURS[self.paper])
        draw = ImageDraw.Draw(large)
        for stroke in self.strokes:
            colour = COLOURS[self.paper if stroke.colour == PAPER else stroke.colour]
            width = round(stroke.width * scale)
            points = [(x * scale, y * scale) for x, y in stroke.points]
            draw.line(points, colour, width)
            for point in points:  # ends and corners are round
                draw.circle(point, width / 2, colour)
        return large.resize((SIDE, SIDE), Image.Resampling.BOX)

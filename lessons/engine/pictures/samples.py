"""Pictures that need no download and no upload: drawn here, always the same."""

from collections.abc import Callable, Mapping
from functools import cache

from PIL import Image, ImageDraw

LARGE = 3  # they are drawn larger and made small, so that edges are smooth


def _canvas(width: int, height: int, above: str, below: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A slope of two colours."""
    slope = Image.linear_gradient("L").resize((LARGE * width, LARGE * height))
    top, bottom = (Image.new("RGB", slope.size, colour) for colour in (above, below))
    picture = Image.composite(bottom, top, slope)
    return picture, ImageDraw.Draw(picture)


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // LARGE, picture.height // LARGE), Image.Resampling.LANCZOS)


def _scaled(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [(LARGE * x, LARGE * y) for x, y in corners]


def coast() -> Image.Image:
    """600 x 400: a house, a boat, a sun; nothing in it looks the same in a mirror."""
    picture, draw = _canvas(600, 400, "#6aa9e0", "#e8f1f8")
    draw.ellipse(_scaled((455, 35), (545, 125)), fill="#ffd34d")
    draw.rectangle(_scaled((0, 240), (600, 400)), fill="#2f7f96")
    for wave in range(6):
        draw.line(
            _scaled((320 + 40 * wave, 265 + 20 * wave), (400 + 30 * wave, 265 + 20 * wave)), "#8cc7d1", 8
        )
    draw.polygon(_scaled((0, 220), (270, 245), (330, 400), (0, 400)), fill="#5d8a3a")
    draw.rectangle(_scaled((60, 180), (200, 300)), fill="#d9b38c")
    draw.polygon(_scaled((40, 185), (130, 100), (220, 185)), fill="#a63d2f")
    draw.rectangle(_scaled((80, 210), (115, 245)), fill="#31506b")
    draw.rectangle(_scaled((140, 230), (175, 300)), fill="#5b3a26")
    draw.polygon(_scaled((400, 290), (540, 290), (515, 325), (420, 325)), fill="#7a2f2a")
    draw.polygon(_scaled((470, 150), (470, 280), (550, 280)), fill="#f7f3ea")
    draw.line(_scaled((465, 140), (465, 292)), "#3b2b20", 12)
    return _small(picture)


def letter() -> Image.Image:
    """240 x 320: an R on a frame of four colours, which tells how it was turned and mirrored."""
    picture, draw = _canvas(240, 320, "#f7f3ea", "#d8d2c4")
    for corners, colour in (
        (((0, 0), (240, 16)), "#b8382e"),
        (((0, 304), (240, 320)), "#306ede"),
        (((0, 0), (16, 320)), "#d4a20f"),
        (((224, 0), (240, 320)), "#3a8a4d"),
    ):
        draw.rectangle(_scaled(*corners), fill=colour)
    draw.rectangle(_scaled((62, 60), (94, 260)), fill="#23272f")
    draw.ellipse(_scaled((70, 60), (182, 168)), fill="#23272f")
    draw.ellipse(_scaled((98, 88), (152, 140)), fill="#efebe0")
    draw.polygon(_scaled((104, 160), (146, 150), (192, 260), (150, 260)), fill="#23272f")
    return _small(picture)


def house() -> Image.Image:
    """32 x 32, as small as the pictures of CIFAR-10."""
    return coast().resize((32, 32), Image.Resampling.LANCZOS, (40, 80, 240, 310))


SAMPLES: Mapping[str, Callable[[], Image.Image]] = {"coast": coast, "letter": letter, "house": house}
SHOWN: Mapping[str, tuple[str, ...]] = {  # what is in them
    "coast": ("house", "sailboat", "sun"),
    "letter": (),
    "house": ("house",),
}


@cache
def sample(slug: str) -> Image.Image:
    """Do not change it: all pages share it."""
    return SAMPLES[slug]()

"""Drawings: the picture that strokes make."""

from hypothesis import given
from hypothesis import strategies as st

from lessons.engine.pictures.sketch import COLOURS, PAPER, ROOM, SIDE, SPACE, WIDTHS, Sketch, Stroke

PLACES = st.tuples(*[st.integers(-ROOM, SPACE + ROOM)] * 2)
STROKES = st.builds(
    Stroke,
    st.sampled_from([*COLOURS, PAPER]),
    st.integers(*WIDTHS),
    st.lists(PLACES, min_size=1, max_size=6).map(tuple),
)


def colour(slug: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(COLOURS[slug][1:]))


def test_an_empty_sheet_is_paper():
    picture = Sketch("yellow").picture()
    assert (picture.mode, picture.size) == ("RGB", (SIDE, SIDE))
    assert picture.getcolors() == [(SIDE * SIDE, colour("yellow"))]


def test_a_stroke_is_as_wide_as_it_says_from_the_first_point_to_the_last_with_round_ends():
    line = Stroke("red", 32, ((64, 128), (192, 128)))
    picture = Sketch(strokes=(line,)).picture()
    for x, y, drawn in (
        (64, 64, True),  # pixels are half as many as units
        (32, 64, True),
        (96, 64, True),
        (64, 57, True),
        (64, 54, False),
        (26, 64, True),
        (22, 64, False),
        (26, 57, False),  # a corner, if the end were not round
    ):
        assert (picture.getpixel((x, y)) == colour("red")) == drawn, (x, y)


def test_a_point_alone_is_a_dot():
    picture = Sketch(strokes=(Stroke("blue", 20, ((128, 128),)),)).picture()
    assert picture.getpixel((64, 64)) == colour("blue")
    assert picture.getpixel((71, 64)) == colour("white")


def test_a_later_stroke_lies_above_and_one_of_paper_shows_the_sheet_whatever_colour_it_gets():
    cross = (Stroke("red", 20, ((0, 128), (256, 128))), Stroke(PAPER, 20, ((128, 0), (128, 256))))
    for paper in COLOURS:
        picture = Sketch(paper, cross).picture()
        assert picture.getpixel((20, 64)) == colour("red")
        assert picture.getpixel((64, 64)) == colour(paper)


@given(st.sampled_from(list(COLOURS)), st.lists(STROKES, max_size=4).map(tuple))
def test_the_same_strokes_make_the_same_picture(paper, strokes):
    sketch = Sketch(paper, strokes)
    assert sketch.picture().tobytes() == Sketch(paper, tuple(strokes)).picture().tobytes()

"""The controls of a page: how settings stand in the address, and how they keep within their bounds."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core.limits import MATRIX_CHARACTERS
from lessons.core.matrix import Matrix, Stack, pack, unpack
from lessons.core.messages import Message
from pages.kit.address import expanded, shortened
from pages.kit.controls import (
    Channels,
    Choice,
    Controls,
    Count,
    Pair,
    PairSlider,
    Settings,
    Several,
    Steps,
    Switch,
    Typed,
)
from tests.oracles import address_of
from tests.strategies import numbers


@dataclass(frozen=True)
class Inputs:
    image: Stack = (((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),)
    shape: str = "square"
    size: Pair | None = (2, 2)
    margin: Pair = (0, 0)
    filled: bool = False
    own: Matrix = ((1.0,),)
    colours: tuple[str, ...] = ("green", "blue")
    seed: int = 0
    rate: float = 0.01


def sides(settings: Settings) -> Pair:
    return len(settings["image"][0]), len(settings["image"][0][0])


IMAGE = Channels("Image", most=4)
SHAPE = Choice("Shape", options={"square": "square", "round": "round"})
SIZE = PairSlider("Size", low=1, high=5, words_label="Size as", words={"all": ("all of it", None)})
MARGIN = PairSlider("Margin", lambda now: now["shape"] == "square", low=0, high=5, highest=sides)
OWN = Typed("Own")
COLOURS = Several("Colours", options={"red": "red", "green": "green", "blue": "blue"})


def colourless(now: Settings) -> Message | None:
    return Message("Nothing is filled with {colour}.", colour="red") if "red" in now["colours"] else None


FILLED = Switch("Filled", barred=colourless)
CONTROLS = Controls(
    *("kit", Inputs),
    image=IMAGE,
    shape=SHAPE,
    size=SIZE,
    margin=MARGIN,
    own=OWN,
    colours=COLOURS,
    filled=FILLED,
    seed=Count("Seed", low=0, high=9),
    rate=Steps("Rate", usual=(0.001, 0.01)),
)


def script():
    from pages.kit.address import make_room
    from tests.pages.test_controls import CONTROLS

    make_room()
    CONTROLS.start()
    settings = CONTROLS.settle()
    CONTROLS.show(settings)
    CONTROLS.keep(settings)


@pytest.fixture
def open_controls() -> Callable[..., AppTest]:
    """A page of controls alone, as its address opens it, with "More" unfolded."""

    def opened(**address: str) -> AppTest:
        app = AppTest.from_function(script, default_timeout=30)
        app.query_params.update(address)
        app.session_state["kit-more"] = True
        return app.run()

    return opened


@pytest.mark.parametrize(
    ("control", "text", "value"),
    [
        (SIZE, "5", (5, 5)),
        (SIZE, "2x1", (2, 1)),
        (SIZE, "all", None),
        (IMAGE, "1|2|3|4", unpack("1|2|3|4")),
        (SHAPE, "round", "round"),
        (Switch("Filled"), "true", True),
        (COLOURS, "red,blue", ("red", "blue")),
    ],
)
def test_what_is_written_into_the_address_is_read_again(control, text, value):
    assert control.read(text) == value
    assert control.write(value) == text


@pytest.mark.parametrize(
    ("control", "texts"),
    [
        (SIZE, ["", "0", "6", "-1", "²", "1.5", "1x", "x1", "0x2", "2x6", "1x2x3", "some"]),
        (IMAGE, ["", "1|2|3|4|5", "1,2;3", "1|1,2", "x"]),
        (SHAPE, ["", "oval"]),
        (COLOURS, ["", "red,oval", "red,,blue"]),
        (Switch("Filled"), ["", "True", "1"]),
    ],
)
def test_what_cannot_be_is_not_read(control, texts):
    for text in texts:
        with pytest.raises((KeyError, ValueError)):
            control.read(text)


def test_of_several_words_those_that_are_ticked_stand_in_the_address_in_their_own_order(open_controls):
    app = open_controls(colours="blue,red")
    assert address_of(app)["colours"] == "red,blue"
    app.checkbox("kit-colours-red").uncheck().run()
    assert address_of(app)["colours"] == "blue"


def test_where_none_is_ticked_all_are(open_controls):
    app = open_controls(colours="blue")
    app.checkbox("kit-colours-blue").uncheck().run()
    assert address_of(app)["colours"] == "red,green,blue"


def test_a_barred_switch_is_off_and_says_why_until_nothing_bars_it(open_controls):
    app = open_controls(colours="red,blue", filled="true")
    assert "filled" not in address_of(app)
    assert app.toggle("kit-filled").disabled
    assert "Nothing is filled with" in app.caption[-1].value
    app.checkbox("kit-colours-red").uncheck().run()
    app.toggle("kit-filled").set_value(True).run()
    assert address_of(app)["filled"] == "true"


def test_one_slider_goes_as_far_as_the_narrower_side_and_two_go_each_as_far_as_its_own(open_controls):
    app = open_controls(margin="5")
    assert address_of(app)["margin"] == "2"
    app.toggle("kit-apart").set_value(True).run()
    app.slider("kit-margin-width").set_value(3).run()
    assert app.slider("kit-margin-width").max == 3
    assert address_of(app)["margin"] == "2x3"
    app.toggle("kit-apart").set_value(False).run()
    assert address_of(app)["margin"] == "2"


UNFIT = "which does not fit the other settings."


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"margin": "5"}, f"`margin` in the address is `5`, {UNFIT} It is `2` here."),
        (
            {"filled": "true", "colours": "red"},
            f"`filled` in the address is `true`, {UNFIT} It is `false` here.",
        ),
        ({"own": " "}, "`own` in the address is empty."),
        ({"seed": "12"}, "Seed is 12; it must be a whole number from 0 to 9."),
        ({"rate": "nan"}, "`rate` in the address is `nan`, which cannot be read."),
        ({"seed": "9", "margin": "5", "shape": "round"}, ""),
    ],
    ids=str,
)
def test_what_the_address_asks_for_and_cannot_be_is_mentioned_once(asked, told, open_controls):
    app = open_controls(**asked)
    assert [each.value.replace("`Seed`", "Seed") for each in app.info] == [told] * bool(told)
    app.run()
    assert not app.info


def test_what_the_learner_changes_afterwards_is_not_mentioned(open_controls):
    app = open_controls(margin="2")
    app.number_input("kit-image-count").set_value(2).run()
    app.checkbox("kit-colours-red").check().run()
    assert not app.info


def test_no_two_stops_of_a_slider_have_one_label(open_controls):
    app = open_controls(rate="0.0100000001")
    options = app.select_slider("kit-rate").options
    assert options == ["0.001", "0.01", "0.0100000001"]


def test_a_link_with_a_height_and_a_width_opens_them_apart(open_controls):
    app = open_controls(size="3x1", margin="5")
    assert [each.label for each in app.slider][:2] == ["Size: height", "Size: width"]
    assert address_of(app) == {"size": "3x1", "margin": "2x3"}


def test_a_word_takes_the_place_of_numbers_and_gives_it_back(open_controls):
    app = open_controls(size="3")
    for word, text in (("all", "all"), ("number", "3")):
        app.selectbox("kit-size-as").select(word).run()
        assert address_of(app)["size"] == text
    assert open_controls(size="all").selectbox("kit-size-as").value == "all"


def test_a_setting_out_of_play_is_kept_until_it_is_in_play_again(open_controls):
    app = open_controls(margin="1")
    for shape, address in (("round", {"shape": "round"}), ("square", {"margin": "1"})):
        app.selectbox("kit-shape").select(shape).run()
        assert address_of(app) == address


def test_more_channels_repeat_the_first_ones_with_their_numbers_moved_on(open_controls):
    app = open_controls(image="1,2;3,4|5,6;7,8")
    for count, channels in ((4, "1,2;3,4|5,6;7,8|4,1;2,3|8,5;6,7"), (1, "1,2;3,4")):
        app.number_input("kit-image-count").set_value(count).run()
        assert address_of(app)["image"] == channels


def pixels(side: int) -> str:
    """A matrix of so many rows and columns, as it stands in an address."""
    return pack((tuple(tuple(float(i * j % 256) for j in range(side)) for i in range(side)),))


def test_a_long_matrix_is_compressed_and_a_link_brings_it_back(open_controls):
    own = pixels(20)
    app = open_controls(own=own, image="7")
    short = address_of(app)["own"]
    assert len(short) < 0.6 * len(own)
    assert not app.caption
    assert expanded(short) == own
    assert address_of(open_controls(**address_of(app))) == address_of(app) == {"own": short, "image": "7"}


def test_matrices_that_are_too_long_together_stay_out_together_and_that_is_said(open_controls):
    long = pack((numbers(1, 12, 12),))
    app = open_controls(image="7", own=long, size="3")
    assert address_of(app) == {"size": "3"}
    assert "The matrices are too long for the address" in app.caption[0].value
    app = open_controls(image="7", own="5", size="3")
    assert address_of(app) == {"image": "7", "own": "5", "size": "3"}
    assert not app.caption


def test_a_value_is_only_compressed_where_that_helps():
    assert shortened("1,2;3,4") == "1,2;3,4"
    assert shortened(pixels(30)).startswith("~")
    assert len(shortened(pixels(30))) < len(pixels(30))


@pytest.mark.parametrize(
    "damaged",
    ["~", "~!", "~é", "~AAAA", shortened(pixels(20))[:-4], shortened("0" * (MATRIX_CHARACTERS + 1))],
    ids=range(6),
)
def test_a_damaged_or_boundless_value_is_named_and_not_read(open_controls, damaged):
    app = open_controls(own=damaged)
    assert "`own` in the address is" in app.info[0].value
    assert "own" not in address_of(app)

"""The page "Transforms": its strip, what is set of a step, the gallery, and chance."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from types import ModuleType

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.core.boxes import Box
from lessons.core.messages import LessonError
from lessons.data.transforms.lesson import PRESETS, TRAINING, Inputs, run
from lessons.data.transforms.scaling import Case
from lessons.data.transforms.steps import MOST, read, step, strip, write
from pages.data import (
    transforms_chance,
    transforms_gallery,
    transforms_net,
    transforms_strip,
    transforms_targets,
)
from pages.data.transforms_controls import added, changed, keep, mended
from pages.kit.controls import Slot
from pages.kit.order.order import Change, Tile
from pages.kit.picture import choose
from pages.kit.picture import tiles as shown_tiles
from pages.kit.picture.choose import own_of
from pages.kit.picture.inline import encode
from tests.oracles import address_of


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "data/transforms")


def preset(name: str) -> Inputs:
    return next(each.inputs for each in PRESETS if str(each.name) == name)


def tiles(inputs: Inputs, hidden: tuple[str, ...] = ()) -> list[Tile]:
    return transforms_strip.tiles(inputs, transforms_strip.walked(inputs), hidden)


# The strip


def test_every_step_has_a_tile_with_its_type_its_shape_and_its_numbers():
    shown = tiles(Inputs())
    assert [each.key for each in shown] == [0, 1, 2, 3, 4, 5, 6]
    assert [each.fixed for each in shown] == [True] + [False] * 6
    assert shown[0].size == (600, 400)
    assert shown[2].size == (224, 224)
    assert shown[4].lines[:2] == ("uint8 tensor", "(3, 224, 224)")
    assert shown[6].lines[0] == "float tensor"
    assert len(shown[6].bars) == 3
    assert "left = " in " ".join(shown[2].lines)


def test_a_coin_that_said_no_is_told():
    never = Inputs(steps=strip(step("RandomHorizontalFlip", p=0.0)))
    assert "not applied" in tiles(never)[1].lines


def test_the_followed_pixels_have_their_values_along_the_strip():
    shown = tiles(Inputs())
    assert len({len(each.points) for each in shown}) == 1
    place = next(at for at, point in enumerate(shown[6].points) if point)
    byte, float_, normal = (shown[at].values[place].split()[0] for at in (4, 5, 6))
    assert float(float_) == pytest.approx(int(byte) / 255, abs=1e-4)
    assert float(normal) == pytest.approx((int(byte) / 255 - 0.485) / 0.229, abs=1e-3)


def test_what_normalize_makes_of_a_pixel_is_hidden_while_it_is_asked():
    shown = tiles(Inputs(), ("pixel",))
    assert set(shown[6].values) == {"?"}
    assert "?" not in shown[5].values


def test_a_step_that_cannot_follow_says_why_and_the_tiles_before_it_stay():
    shown = tiles(preset("Mistake: Normalize too early"))
    assert shown[1].picture
    assert "Normalize needs a float tensor, and this is a PIL picture." in shown[2].trouble
    assert "does not support PIL images" in shown[2].trouble
    assert shown[2].mend == "Put this right"
    assert shown[3].lines == ("not reached",)


def test_the_pictures_and_numbers_of_tiles_before_a_change_are_kept(monkeypatch):
    encoded = []
    monkeypatch.setattr(shown_tiles, "png", lambda picture: encoded.append(picture.size) or b"")
    transforms_strip.seen.cache_clear()
    usual = Inputs()
    assert len(tiles(usual)) == len(encoded) == 7
    tiles(usual)
    tiles(Inputs(steps=(*usual.steps[:-1], usual.steps[-1].put("std", (0.5, 0.5, 0.5)))))
    assert len(encoded) == 8


STRIP = read("Resize|CenterCrop|ToImage")


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (Change("move", 1, 3), "CenterCrop ToImage Resize"),
        (Change("move", 3, 1), "ToImage Resize CenterCrop"),
        (Change("copy", 2), "Resize CenterCrop CenterCrop ToImage"),
        (Change("remove", 2), "Resize ToImage"),
        (Change("switch", 2), "Resize CenterCrop ToImage"),
    ],
)
def test_a_change_of_one_step_leaves_the_others_as_they_are(change: Change, names: str):
    after = changed(STRIP, change)
    assert " ".join(each.name for each in after) == names
    assert len({each.key for each in after}) == len(after)
    others = [each for each in STRIP if each.key != change.key]
    assert [each for each in after if each in others] == others


def test_a_step_that_is_switched_off_passes_on_what_it_is_given():
    off = changed(STRIP, Change("switch", 1))
    assert not off[0].on
    assert run(Inputs(steps=off)).tiles[2].value.size == (200, 200)
    assert changed(off, Change("switch", 1)) == STRIP


def test_what_is_missing_is_put_in_before_and_the_keys_stay_apart():
    early = preset("Mistake: Normalize too early")
    stop = run(early).tiles[-1].stop
    after = mended(early.steps, 2, stop.before, stop.instead)
    assert [each.name for each in after] == ["Resize", "ToImage", "ToDtype", "Normalize", "ToTensor"]
    assert len({each.key for each in after}) == 5
    assert added(STRIP, "Pad")[-1].key == 4


def test_a_step_that_is_mended_keeps_its_lock():
    locked = replace(step("RandomCrop", 1, size=500), locked=7)
    stop = run(Inputs("house", (locked,))).tiles[-1].stop
    (after,) = mended((locked,), 1, stop.before, stop.instead)
    assert after.value("pad_if_needed")
    assert after.locked == 7


# The page


def test_a_first_visit_shows_the_program_of_the_strip(open_page):
    app = open_page()
    assert "v2.RandomCrop(size=224)" in app.code[0].value
    assert address_of(app) == {}


def test_a_setting_of_the_chosen_step_changes_it_alone(open_page):
    app = open_page()
    app.session_state["transforms-chosen"] = 1
    app.run()
    app.text_input("transforms-steps-1-Resize-size").set_value("100, 200").run()
    app.selectbox("transforms-steps-1-Resize-interpolation").set_value("nearest").run()
    steps = read(address_of(app)["steps"])
    assert steps[0].settings == (("size", (100, 200)), ("interpolation", "nearest"))
    assert steps[1:] == TRAINING[1:]
    app.text_input("transforms-steps-1-Resize-size").set_value("many").run()
    assert app.toast[0].value == "Write one number, or several with commas between them."
    assert read(address_of(app)["steps"]) == steps
    app.button("undo").click().run()
    assert read(address_of(app)["steps"])[0].settings == (("size", (100, 200)),)


def test_a_locked_draw_stays_when_the_seed_changes(open_page):
    app = open_page()
    app.session_state["transforms-chosen"] = 2
    app.run()
    app.toggle("transforms-steps-2-locked").set_value(True).run()
    app.number_input("transforms-seed").set_value(7).run()
    assert "(2, v2.RandomCrop(size=224))" in app.code[0].value
    assert "(703, v2.RandomHorizontalFlip())" in app.code[0].value
    app.toggle("transforms-steps-2-locked").set_value(False).run()
    assert "(702, v2.RandomCrop(size=224))" in app.code[0].value


def test_a_step_is_added_at_the_end_and_one_too_many_is_refused(open_page):
    app = open_page()
    app.selectbox("transforms-steps-add").set_value("RandomErasing").run()
    assert read(address_of(app)["steps"])[-1].name == "RandomErasing"
    full = open_page(steps=write(strip(*[step("ToImage")] * MOST)))
    full.selectbox("transforms-steps-add").set_value("Pad").run()
    assert full.toast[0].value == "13 steps are too many; at most 12."
    assert len(read(address_of(full)["steps"])) == MOST


@pytest.mark.parametrize("view", ["gallery", "chance"])
def test_every_view_opens_on_every_preset(view, open_page):
    for index in range(len(PRESETS)):
        app = open_page(view=view)
        app.button(f"transforms-preset-{index}").click().run()
        assert app.code


def test_the_gallery_is_made_once_for_all_strips(open_page):
    app = open_page(view="gallery")
    made = transforms_gallery._family.cache_info().misses
    app.button("transforms-preset-1").click().run()
    assert transforms_gallery._family.cache_info().misses == made


def test_a_transform_that_refuses_a_small_picture_says_so_on_its_card(open_page):
    app = open_page(view="gallery", picture="house")
    assert app.code
    cards = transforms_gallery._family("geometry", Inputs("house"), "")
    refused = next(each for each in cards if each.key == "FiveCrop")
    assert refused.lines == ("Requested crop size (100, 100) is bigger than input size (32, 32)",)
    assert refused.picture


def upload(app: AppTest, colour: str, size: tuple[int, int] = (64, 64)) -> None:
    """A picture of one colour, as the learner's own."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    app.file_uploader("transforms-file").set_value((f"{colour}.png", file.getvalue(), "image/png")).run()


def test_a_picture_of_ones_own_goes_through_the_strip(open_page):
    app = open_page(picture="own", steps="ToImage")
    assert "Choose a picture of your own" in app.info[0].value
    upload(app, "red", (2000, 1000))
    assert not app.info
    assert any("512 x 256" in each.value for each in app.caption)


def test_two_learners_each_have_their_own_picture_and_their_own_draws(open_page, monkeypatch):
    shown: list[str] = []
    monkeypatch.setattr("pages.kit.order.order.order", lambda _, tiles, *__: shown.append(tiles[1].values[0]))
    learners = {("red", 3): "", ("red", 4): "", ("blue", 3): ""}
    apps = {who: open_page(picture="own", steps="ColorJitter", seed=str(who[1])) for who in learners}
    for (colour, seed), app in apps.items():
        upload(app, colour)
        pixel = run(Inputs(encode(Image.new("RGB", (64, 64), colour)), read("ColorJitter"), seed)).output
        learners[colour, seed] = " ".join(map(str, pixel.getpixel((0, 0))))
    shown.clear()
    for app in apps.values():
        app.run()
    assert shown == list(learners.values())
    assert len(set(shown)) == 3


def test_a_file_that_is_no_picture_is_refused_and_the_page_stays(open_page):
    app = open_page(picture="own")
    app.file_uploader("transforms-file").set_value(("red.png", b"<html>", "image/png")).run()
    assert "not a picture" in app.warning[0].value


@pytest.mark.parametrize(
    "asked", [{"seed": "1000"}, {"seed": "-1"}, {"seed": "x"}, {"picture": "sea"}, {"view": "all"}]
)
def test_what_is_out_of_bounds_in_the_address_is_told(asked, open_page):
    app = open_page(**asked)
    assert app.info
    assert address_of(app) == {}


def test_one_step_too_many_is_refused():
    with pytest.raises(LessonError, match="13 steps are too many; at most 12"):
        keep(Slot("transforms", "steps"), strip(*[step("ToImage")] * (MOST + 1)))


@pytest.mark.parametrize("steps", ["Resise", "Resize:size=0", "MixUp", "|".join(["ToImage"] * 13)])
def test_nonsense_in_the_address_is_told_and_the_usual_strip_stands(steps, open_page):
    app = open_page(steps=steps)
    assert app.info
    assert address_of(app) == {}


LINKS = {  # by view and name, what stands in the address and what it means
    transforms_chance: {
        "crop": ("RandomResizedCrop:scale=0.2_0.4", step("RandomResizedCrop", scale=(0.2, 0.4))),
        "box": ("10_20_30_40", Box(10, 20, 30, 40)),
        "swap": ("1", 1),
    },
    transforms_net: {
        "top": ("7", 7),
        "left": ("9", 9),
        "case": ("numpy-int16", Case("NumPy array", "int16")),
        "byte": ("5", 5),
        "shapes_size": ("64", 64),
        "compared_size": ("128", 128),
        "object": ("Normalize", "Normalize"),
        "by": ("0.5", 0.5),
    },
    transforms_targets: {
        "classes": ("12", 12),
        "target": ("-1", -1),
        "index": ("1", 1),
        "as_tensor": ("true", True),
        "as_one_hot": ("false", False),
        "move": ("RandomAffine", "RandomAffine"),
        "around": ("1_2_30_40", Box(1, 2, 30, 40)),
    },
}


def view_of(module: ModuleType) -> str:
    return module.__name__.rpartition("_")[2]


@pytest.mark.parametrize("module", LINKS, ids=view_of)
def test_a_link_restores_how_a_view_was_looked_at(module, open_lesson):
    link = {name: text for name, (text, _value) in LINKS[module].items()}
    app = open_lesson("data/transforms", view=view_of(module), steps="Resize|ToTensor|Normalize", **link)
    assert not any("cannot be read" in each.value for each in app.info)
    for slug in transforms_net.SECTIONS:
        app.session_state[f"{transforms_net.PAGE}-{slug}"] = True
    app.run()
    assert address_of(app).items() >= link.items()
    for name, (_text, value) in LINKS[module].items():
        assert app.session_state[Slot(module.PAGE, name).key()] == value


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, links in LINKS.items() for name in links], ids=str
)
def test_what_a_link_has_garbled_in_a_view_is_told_and_as_usual(module, name, open_lesson):
    app = open_lesson("data/transforms", view=view_of(module), **{name: "-7,x"})
    assert "cannot be read" in app.info[0].value or "There is no" in app.info[0].value
    assert name not in address_of(app)
    assert not app.exception


def test_a_strip_without_steps_stands_in_the_address(open_page):
    app = open_page(steps="none")
    assert "output = picture" in app.code[0].value
    assert address_of(app)["steps"] == "none"


@pytest.mark.parametrize("view", ["strip", "chance", "net", "targets"])
@pytest.mark.parametrize("size", [(1, 1), (512, 2), (2, 512)])
def test_no_picture_is_too_narrow_for_a_view(view, size, open_page, monkeypatch):
    narrow = encode(Image.new("RGB", size, "teal"))
    monkeypatch.setattr(choose, "choose_picture", lambda key: own_of(narrow))
    app = open_page(view=view, picture="own", steps="FiveCrop:size=1|ToImage|ToDtype|Normalize")
    assert not app.exception


def test_the_picture_that_the_programs_open_is_offered_for_the_samples_too(open_page):
    for view in ("strip", "targets"):
        labels = [each.proto.label for each in open_page(view=view).get("download_button")]
        assert labels.count("This picture, for the program") == 1


def test_a_file_that_cannot_be_read_leaves_the_strip_where_it_is(open_page):
    app = open_page(picture="own")
    app.file_uploader("transforms-file").set_value(("red.png", b"no picture", "image/png")).run()
    assert "`red.png`: This is not a picture" in app.warning[0].value
    assert "until then it is the coast" in app.info[0].value
    assert app.code

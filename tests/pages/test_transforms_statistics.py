"""The view "Mean and std" of the page "Transforms": pictures are added, and what they tell is asked first."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.data.transforms import statistics
from lessons.engine.pictures import published, sources
from lessons.engine.pictures.pictures import Pictures, Split
from lessons.engine.pictures.published import Published
from pages.data.transforms_statistics import PAGE
from pages.kit.predict import fingerprint
from tests.oracles import address_of, answer, executed, told


@pytest.fixture(autouse=True)
def few_doodles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources.DOODLES, "doodles", ("Doodles", 200, 20))
    monkeypatch.setitem(sources.DOODLES, "doodles-full", ("Doodles, twice as many", 400, 40))


@pytest.fixture
def open_page(open_lesson) -> Callable[..., AppTest]:
    return partial(open_lesson, "data/transforms", view="statistics")


@pytest.fixture
def fashion(monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """FashionMNIST is here: thirty grey pictures."""
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 120, (30, 1, 28, 28), dtype=np.uint8))
    split = Split(images, torch.zeros(30, dtype=torch.int64))
    monkeypatch.setattr(Published, "is_here", lambda self: self.dataset == "FashionMNIST")
    monkeypatch.setattr(published, "load", lambda key: Pictures("FashionMNIST", ("a",), split, split))
    return images


def add(app: AppTest, how_many: str) -> AppTest:
    return app.button(f"{PAGE}-add-{how_many}").click().run()


def row(app: AppTest, label: str) -> list[list[str]]:
    """The cells of this row, in every table that has it."""
    lines = [line.strip("| ").split(" | ") for line in told(app).splitlines() if line.startswith("| ")]
    return [line[1:] for line in lines if line[0] == label]


def lines(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What is drawn in the chart, but the thin lines."""
    (chart,) = (each for each in app.get("plotly_chart") if each.key == f"{PAGE}-{name}")
    return json.loads(chart.proto.spec)["data"][3:]


def pictures(key: str = "doodles", seed: int = 0) -> statistics.Added:
    return statistics.added(statistics.add_up(sources.load(key).train.images), seed)


def shown(numbers: tuple[float, ...]) -> list[str]:
    return [f"{each:.4f}" for each in numbers]


def draw_folder(folder: Path, count: int = 30) -> None:
    for part in ("train", "test"):
        for name, shade in (("dark", 40), ("bright", 210)):
            (folder / part / name).mkdir(parents=True, exist_ok=True)
            for number in range(count // 2):
                Image.new("L", (6, 4), shade + number).save(folder / part / name / f"{number}.png")


# Adding


def test_a_first_visit_has_one_picture_and_its_numbers(open_page):
    app = open_page()
    first = pictures().after(1)
    assert row(app, "So far") == [shown(first.mean), shown(first.std)]
    assert row(app, "ImageNet") == [["0.4850", "0.4560", "0.4060"], ["0.2290", "0.2240", "0.2250"]]
    assert row(app, "0.5") == [["0.5000"] * 3] * 2
    assert "After 1 of 200 pictures the mean of red is" in told(app)
    assert "The next one counts for 1/2 of the mean, so it moves it by 0.5 at most." in told(app)
    assert "The last one" not in told(app)


def test_pictures_are_added_one_by_one_and_many_at_once(open_page):
    app = open_page()
    for how_many, count in (("1", 2), ("10", 12), ("100", 112)):
        add(app, how_many)
        so_far = pictures().after(count)
        assert row(app, "So far") == [shown(so_far.mean), shown(so_far.std)]
        assert f"After {count} of 200 pictures" in told(app)
        assert [line["name"] for line in lines(app, "std")] == ["red", "green", "blue"]
    assert [each.proto.imgs[0].caption for each in app.image] == ["112", "111", "110", "109", "108"]
    add(app, "100")
    assert "After 200 of 200 pictures" in told(app)
    assert app.button(f"{PAGE}-add-1").disabled
    assert "The next one" not in told(app)
    app.button(f"{PAGE}-again").click().run()
    assert "After 1 of 200 pictures" in told(app)


def test_another_seed_adds_the_same_pictures_in_another_order(open_page):
    app = add(open_page(), "10")
    before = row(app, "So far")
    app.number_input("transforms-seed").set_value(1).run()
    after = pictures(seed=1).after(11)
    assert row(app, "So far") == [shown(after.mean), shown(after.std)] != before
    add(app, "all")
    assert row(app, "So far")[0] == shown(pictures().whole.mean)


# Asked first


def test_the_whole_set_is_told_when_it_was_asked_when_its_mean_settles(open_page):
    app = open_page()
    assert row(app, "The whole set") == [["?"] * 3] * 2
    assert "the band" not in told(app)
    low, high = 1, statistics.settled(pictures())
    answer(app, "From which picture on", [low <= 10 >= high, 10 < high <= 100, high > 100].index(True))
    whole = pictures().whole
    assert row(app, "The whole set") == [shown(whole.mean), shown(whole.std)]
    assert f"Right. From picture {high} on." in told(app).replace("**", "")
    assert "the band reaches 0.01" in told(app)


def test_why_the_std_of_all_is_larger_is_told_after_the_answer(open_page):
    app = open_page()
    assert "brightness" not in told(app)
    answer(app, "Compare the std of all numbers of red in Doodles", 2)
    assert "Not quite." in told(app)
    assert "also differ from each other in brightness" in told(app)


def test_what_normalize_makes_of_the_set_is_asked_and_then_told(open_page):
    app = open_page()
    assert not row(app, "its own")
    whole = pictures().whole
    answer(app, "Which mean has red afterwards?", (whole.mean[0] - 0.485) / 0.229 + 0.04)
    assert "Right." in told(app)
    assert row(app, "its own") == [["0.0000"] * 3, ["1.0000"] * 3]
    after = statistics.normalized(whole, statistics.IMAGENET)
    assert [row(app, "ImageNet")[place] for place in (2, 3)] == [shown(after.mean), shown(after.std)]


# Sets


def test_every_set_has_its_own_count_and_stands_in_the_address(open_page):
    app = add(open_page(), "10")
    assert "data" not in address_of(app)
    app.selectbox(f"{PAGE}-data").set_value("doodles-full").run()
    assert "After 1 of 400 pictures" in told(app)
    assert address_of(app)["data"] == "doodles-full"
    app.selectbox(f"{PAGE}-data").set_value("doodles").run()
    assert "After 11 of 200 pictures" in told(app)


def test_a_grey_set_has_one_channel_and_meets_three_numbers(fashion, open_page):
    app = add(open_page(data="fashion-mnist"), "all")
    whole = statistics.added(statistics.add_up(fashion), 0).whole
    assert row(app, "So far") == [shown(whole.mean), shown(whole.std)]
    assert row(app, "ImageNet") == [["0.4850, 0.4560, 0.4060"], ["0.2290, 0.2240, 0.2250"]]
    assert row(app, "0.5") == [["0.5000"]] * 2
    assert [line["name"] for line in lines(app, "mean")] == ["grey"]
    answer(app, "become three equal channels", 0)
    assert row(app, "its own") == [["0.0000"], ["1.0000"]]
    assert not app.exception


def test_a_set_that_is_not_here_offers_its_download(open_page):
    app = open_page(data="cifar10")
    assert "CIFAR-10 is not on this machine yet: 163 MB." in told(app)
    assert app.button("download-start")
    assert f"{PAGE}-again" not in {each.key for each in app.button}
    assert app.expander  # and the text goes on


def test_a_set_that_there_is_not_is_told_and_another_stands_there(open_page):
    app = open_page(data="folder:cats")
    assert "There is no set of pictures called 'folder:cats'." in told(app)
    assert app.selectbox(f"{PAGE}-data").value == "doodles"


def test_a_folder_of_ones_own_is_read_and_what_is_no_picture_named(home, open_page):
    draw_folder(home / "data/own")
    (home / "data/own/train/dark/notes.txt").write_text("no picture")
    app = add(open_page(data="folder:own"), "all")
    assert "After 30 of 30 pictures" in told(app)
    assert len(set(row(app, "So far")[0])) == 1  # grey files have three equal channels
    assert "train/dark/notes.txt" in told(app)
    assert "of the whole set, own?" in app.radio[0].label.replace("`", "")


def test_pictures_that_have_come_into_a_folder_are_there_when_it_begins_again(home, open_page):
    draw_folder(home / "data/own")
    app = add(open_page(data="folder:own"), "10")
    draw_folder(home / "data/own", 40)
    app.button(f"{PAGE}-again").click().run()
    assert "After 1 of 40 pictures" in told(app)


def test_a_set_of_a_single_colour_has_a_std_of_0_and_nothing_fails(home, open_page):
    for part in ("train", "test"):
        for name in ("one", "two"):
            (home / "data/flat" / part / name).mkdir(parents=True)
            Image.new("RGB", (4, 4), "red").save(home / "data/flat" / part / name / "0.png")
    app = open_page(data="folder:flat")
    assert row(app, "The whole set") == [["1.0000", "0.0000", "0.0000"], ["0.0000"] * 3]  # too few to guess
    answer(app, "Which mean has red afterwards?", 0)
    assert row(app, "its own") == [["–"] * 3] * 2


def test_a_folder_that_cannot_be_read_says_what_it_needs(home, open_page):
    (home / "data/half/train/cats").mkdir(parents=True)
    app = open_page(data="folder:half")
    assert "The folder has 1 class; there can be 2 to 200." in told(app)
    assert app.selectbox(f"{PAGE}-data")


# The page


def test_the_program_waits_behind_its_title_and_has_the_numbers_of_the_page(open_page):
    app = open_page()
    assert not any("squares" in each.value for each in app.code)
    app.session_state[f"{PAGE}-program"] = True
    add(app, "all")
    cells = [each.value for each in app.code]
    end = next(place for place, cell in enumerate(cells) if "squares" in cell)
    variables = executed("\n".join(cells[: end + 1]))
    assert row(app, "So far") == [shown(variables[name].tolist()) for name in ("mean", "std")]


def test_who_leaves_the_page_and_comes_back_finds_the_set_and_its_pictures(open_page):
    app = open_page()
    app.selectbox(f"{PAGE}-data").set_value("doodles-full").run()
    add(app, "100")
    app.switch_page("pages/home/home.py").run()
    app.switch_page("pages/data/transforms.py").run()
    assert "After 101 of 400 pictures" in told(app)
    assert address_of(app)["data"] == "doodles-full"


def test_everything_in_it_is_said_in_chinese(open_app, said):
    app = open_app(lang="zh", view="statistics", added="2")
    app.session_state[f"{PAGE}-program"] = True
    asked = (statistics.ask_settled, statistics.ask_spread, statistics.ask_normalized)
    app.session_state["answers"] = {fingerprint(ask(pictures(), "Doodles")): None for ask in asked}
    app.switch_page("pages/data/transforms.py").run()
    assert not app.exception
    assert {"red", "its own", "mean", "larger", "The last one moved the mean by {moved}."} <= said
    assert not sorted(said - words.labels("zh").keys() - {"CIFAR-10", "FashionMNIST"})


def test_a_link_restores_the_set_and_how_many_pictures_were_added(open_page):
    app = open_page(data="doodles-full", added="120")
    assert "After 120 of 400 pictures" in told(app)
    assert address_of(app)["added"] == "120"
    app.button(f"{PAGE}-add-1").click().run()
    assert address_of(app)["added"] == "121"
    app.button(f"{PAGE}-again").click().run()
    assert "added" not in address_of(app)


def test_only_the_seed_is_set_above_it_and_the_picture_is_found_again(open_page):
    app = open_page(picture="house")
    assert "transforms-picture" not in {each.key for each in app.selectbox}
    app.session_state["transforms-view"] = "strip"
    app.run()
    assert app.selectbox("transforms-picture").value == "house"

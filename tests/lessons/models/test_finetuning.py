"""The comparison: its runs, its words, its program."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lessons.core.messages import LessonError
from lessons.engine.training.history import EpochLine, History
from lessons.engine.weights import catalog
from lessons.models.finetuning import charts, courses, crossing, guess
from lessons.models.finetuning.courses import Course, Way
from lessons.models.finetuning.inputs import FROZEN, HEAD_FIRST, SCRATCH, THREE, WAYS, WHOLE, Inputs
from lessons.models.finetuning.lesson import run, snippet

TINY = Inputs(per_class=4, epochs=4, seeds=2, lr_scratch=0.01)


@pytest.fixture
def folder(home: Path) -> str:
    """A set of 2 x 8 + 2 x 3 noisy pictures of two sizes of nothing; its key."""
    noise = np.random.default_rng(0)
    for split, count in (("train", 8), ("test", 3)):
        for name, low in (("dark", 0), ("light", 100)):
            place = home / "data" / "tiny" / split / name
            place.mkdir(parents=True)
            for number in range(count):
                pixels = noise.integers(low, low + 150, (40, 40, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    return "folder:tiny"


def way(name: str, *ends: float, epochs: int = 3, seconds: float = 1.0, parameters: int = 970) -> Way:
    """Whose accuracy climbs to these ends, one a seed."""
    tall = [
        Course(
            tuple(end * (epoch + 1) / epochs for epoch in range(epochs)),
            tuple(seconds * (epoch + 1) for epoch in range(epochs)),
        )
        for end in ends
    ]
    return Way(name, tuple(tall), parameters, 174_274)


# Its runs


def test_all_ways_have_the_same_pictures_test_and_epochs_and_their_own_rates() -> None:
    runs = Inputs(per_class=20).runs()
    assert list(runs) == list(WAYS)
    for name, config in runs.items():
        assert config == replace(runs[SCRATCH], tuning=name, lr=config.lr)
    assert runs[HEAD_FIRST].lr == runs[WHOLE].lr != runs[FROZEN].lr


def test_several_seeds_make_several_runs_of_each_way() -> None:
    every = Inputs(seeds=3, ways=(SCRATCH, WHOLE)).all_runs()
    assert {name: [config.seed for config in each] for name, each in every.items()} == {
        SCRATCH: [0, 1, 2],
        WHOLE: [0, 1, 2],
    }


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ways": ()}, "Choose among these ways"),
        ({"ways": ("thawed",)}, "Choose among these ways"),
        ({"seeds": 9}, "seeds"),
        ({"epochs": 3}, "epochs"),
        ({"net": "cnn"}, "no pretrained weights"),
    ],
)
def test_what_cannot_be_compared_is_told(settings, words) -> None:
    with pytest.raises(LessonError, match=words):
        Inputs(**settings)


def test_with_a_frozen_backbone_pictures_cannot_be_mirrored() -> None:
    with pytest.raises(LessonError, match="computed once"):
        Inputs(flip=True).runs()


def test_without_a_frozen_backbone_pictures_may_be_mirrored() -> None:
    assert all(config.flip for config in Inputs(ways=(SCRATCH, WHOLE), flip=True).runs().values())


def test_of_the_head_as_many_parameters_learn_as_the_course_counts() -> None:
    assert courses.parameters("resnet", FROZEN, 10) == (970, 174_274)
    assert courses.parameters("resnet", WHOLE, 10) == (174_274, 174_274)
    assert courses.parameters("alexnet", FROZEN, 10) == (40_970, 57_044_810)


# Its program


@pytest.mark.parametrize("settings", [{}, {"ways": (SCRATCH, WHOLE), "flip": True, "seeds": 1}], ids=str)
def test_the_program_lands_on_the_accuracies_of_the_runs(settings, folder, beside_the_file) -> None:
    inputs = replace(TINY, data=folder, **settings)
    expected = run(inputs).accuracies
    variables: dict[str, object] = {}
    exec(snippet(inputs), variables)
    assert variables["accuracies"] == expected
    assert list(expected) == list(inputs.ways)


def test_of_a_published_net_the_program_does_the_same(folder, squeezenet_here, home, monkeypatch) -> None:
    hub = home / "torch" / "hub" / "checkpoints"  # where torchvision keeps what it has fetched
    hub.mkdir(parents=True)
    shutil.copy(squeezenet_here, hub / catalog.torchvisions("squeezenet1_1").url.rpartition("/")[2])
    monkeypatch.setenv("TORCH_HOME", str(home / "torch"))
    inputs = Inputs(data=folder, net="squeezenet1_1", per_class=1, epochs=4, ways=(FROZEN,))
    expected = run(inputs).accuracies
    monkeypatch.chdir(home)
    variables: dict[str, object] = {}
    exec(snippet(inputs), variables)
    assert variables["accuracies"] == expected


# Its words


def test_the_ranking_names_the_best_first_and_tells_why_few_pictures_favour_the_backbone() -> None:
    told = " ".join(
        map(str, courses.describe([way(SCRATCH, 0.5), way(FROZEN, 0.8), way(WHOLE, 0.9)], 20, 1000))
    )
    assert "Whole net 90 %, Frozen backbone 80 %, From scratch 50 %" in told
    assert "leads from scratch by 30 points: 20 pictures a class are too few" in told
    assert "better than the frozen backbone by 10 points" in told


def test_where_from_scratch_is_ahead_that_is_explained() -> None:
    told = " ".join(map(str, courses.describe([way(SCRATCH, 0.95), way(FROZEN, 0.87)], 200, 1000)))
    assert "From scratch leads the frozen backbone by 8 points: 200 pictures a class are enough" in told


def test_what_one_seed_cannot_tell_apart_is_called_so() -> None:
    told = " ".join(map(str, courses.describe([way(SCRATCH, 0.8), way(FROZEN, 0.795)], 50, 1000)))
    assert "0.5 points apart: too close to call on 1000 test pictures" in told


def test_before_the_first_epoch_nothing_is_said() -> None:
    assert courses.describe([Way(SCRATCH, (Course((), ()),), 1, 1)], 20, 1000) == []


def test_what_keeping_the_features_saves_is_told_from_the_seconds_of_the_runs() -> None:
    frozen = Way(FROZEN, (Course((0.5, 0.6, 0.7), (2.0, 2.1, 2.2)),), 970, 174_274)
    told = str(courses.saved([frozen, way(WHOLE, 0.9, seconds=1.5)]))
    assert "its first epoch took 2 s; each later one 0.1 s, against 1.5 s" in told
    assert courses.saved([frozen]) is None


def test_a_course_adds_up_the_seconds_of_its_epochs(tmp_path) -> None:
    history = History(tmp_path / "none")
    history.epochs = [EpochLine(epoch, epoch, 1, 0, 1, epoch / 10, 2.0, "") for epoch in (1, 2)]
    assert Course.of(history) == Course((0.1, 0.2), (2.0, 4.0))


def test_of_several_seeds_the_mean_and_the_band_are_shown_as_far_as_all_have_come() -> None:
    two = Way(WHOLE, (Course((0.2, 0.6), (1, 2)), Course((0.4,), (3,))), 1, 1)
    assert two.epochs == 1
    assert two.mean == (pytest.approx(0.3),)
    assert two.band == ((0.2, 0.4),)
    assert two.seconds == (2.0,)


@pytest.mark.parametrize(
    ("bars", "words"),
    [
        ({SCRATCH: 0.4, FROZEN: 0.7, WHOLE: 0.8}, "Your order is right. Your bars are off by 10 points"),
        ({SCRATCH: 0.6, FROZEN: 0.8, WHOLE: 0.7}, "The order came out otherwise"),
        ({SCRATCH: 0.5, FROZEN: 0.5, WHOLE: 0.9}, "The order came out otherwise"),
    ],
)
def test_a_guess_is_judged_by_its_order_and_its_distance(bars, words) -> None:
    assert words in str(courses.judged(bars, [way(SCRATCH, 0.5), way(FROZEN, 0.8), way(WHOLE, 0.9)]))


# The guess


def test_three_bars_can_be_dragged_up_and_down_alone() -> None:
    dots = [part for part in guess.scene({}).planes[0].parts if getattr(part, "moves", "")]
    assert [part.key for part in dots] == list(THREE)
    assert {part.moves for part in dots} == {"y"}


def test_a_bar_that_was_moved_is_kept_beside_the_others() -> None:
    moved = guess.read({FROZEN: ((2.0, 81.0),)}, {SCRATCH: 30.0})
    assert moved == {SCRATCH: 30.0, FROZEN: 81.0, WHOLE: guess.USUAL}


# The crossing

SURVEY = {
    20: [way(SCRATCH, 0.5), way(FROZEN, 0.8), way(WHOLE, 0.9)],
    200: [way(SCRATCH, 0.95), way(FROZEN, 0.87), way(WHOLE, 0.97)],
}


def test_the_crossing_lies_between_two_sizes_that_are_done() -> None:
    lines = [str(line) for line in crossing.describe(SURVEY, 1000)]
    assert lines == [
        "The frozen backbone leads from scratch at: 20.",
        "From scratch leads the frozen backbone at: 200.",
        "Between 20 and 200 pictures a class from scratch overtakes it.",
    ]
    assert not crossing.describe({20: [way(WHOLE, 0.9)]}, 1000)


def test_leads_that_change_sides_are_told_size_by_size_and_a_tie_is_none() -> None:
    back = {5: SURVEY[200], 20: SURVEY[20], 50: [way(SCRATCH, 0.8), way(FROZEN, 0.805)]}
    lines = [str(line) for line in crossing.describe(back, 1000)]
    assert lines == [
        "The frozen backbone leads from scratch at: 20.",
        "Too close to call at: 50.",
        "From scratch leads the frozen backbone at: 5.",
    ]


@pytest.mark.parametrize(
    ("guess", "words"), [((5, 400), "is right"), ((200, 400), "between 200 and 400"), ((100, 400), None)]
)
def test_a_guess_of_the_crossing_is_judged_as_far_as_the_sizes_tell(guess, words) -> None:
    told = crossing.judged(guess, SURVEY, 1000)
    assert (told is None) if words is None else words in str(told)
    assert crossing.judged(guess, {20: SURVEY[20]}, 1000) is None


def test_who_is_last_is_asked_at_ten_and_at_four_hundred_where_chance_does_not_decide() -> None:
    survey = {10: SURVEY[20], 20: SURVEY[20], 400: SURVEY[200]}
    first, last = crossing.questions(survey, 1000)
    assert (first.answer, last.answer) == (THREE.index(SCRATCH), THREE.index(FROZEN))
    close = [way(SCRATCH, 0.5), way(FROZEN, 0.505), way(WHOLE, 0.9)]
    assert not crossing.questions({10: close}, 1000)
    assert not crossing.questions({10: SURVEY[20][:2]}, 1000)


@pytest.mark.parametrize(
    ("one", "other", "tested", "close"), [(0.85, 0.8, 1000, False), (0.67, 0.6, 153, True)]
)
def test_a_lead_counts_where_chance_alone_would_hardly_make_it(one, other, tested, close) -> None:
    assert courses.too_close(one, other, tested) == close


def test_ways_are_compared_after_the_epochs_that_all_have_behind_them() -> None:
    ahead = Way(SCRATCH, (Course((0.1, 0.2, 0.6), (1, 2, 3)),), 1, 1)
    behind = Way(FROZEN, (Course((0.5,), (1,)),), 1, 1)
    first, *_why = courses.describe([ahead, behind], 20, 1000)
    assert str(first) == "After 1 epoch, on the test pictures: Frozen backbone 50 %, From scratch 10 %."


def test_where_the_whole_net_is_worse_that_is_told() -> None:
    told = str(courses.describe([way(WHOLE, 0.4), way(FROZEN, 0.6)], 5, 1000)[-1])
    assert "The whole net does worse than the frozen backbone by 20 points" in told


def test_one_way_alone_has_no_order_to_be_judged() -> None:
    assert courses.judged({FROZEN: 0.7}, [way(FROZEN, 0.8)]) is None


def test_sizes_are_offered_as_far_as_there_are_pictures() -> None:
    assert list(crossing.comparisons(Inputs(), 121)) == [5, 10, 20, 50, 100]
    assert list(crossing.comparisons(Inputs(), 1000)) == list(crossing.SIZES)
    assert list(crossing.comparisons(Inputs(), 3)) == [5]  # which is refused with the reason


# The charts


def test_every_way_has_its_own_colour_and_dash_in_all_charts() -> None:
    looks = {str(charts.line(name)) for name in WAYS}
    assert len(looks) == len(WAYS)
    by_epoch = charts.figure(SURVEY[20], "epochs", 3, {}, str)
    survey = crossing.figure(SURVEY, 20, str)
    for chart in (by_epoch, survey):
        for trace in chart.data:
            name = next(each for each in WAYS if str(charts.name(each)) == trace.name)
            assert trace.line.color == charts.line(name)["color"]


def test_a_guess_lies_behind_the_curves_and_several_seeds_make_a_band() -> None:
    chart = charts.figure([way(WHOLE, 0.8, 0.9)], "epochs", 3, {WHOLE: 0.7}, str)
    assert chart.layout.shapes[0].y0 == 0.7
    assert chart.data[0].fill == "toself"
    assert chart.data[-1].name == "your guess"


def test_by_parameters_each_way_is_one_point_where_it_ended() -> None:
    chart = charts.figure(SURVEY[20], "parameters", 3, {}, str)
    assert [(trace.x[0], trace.y[0]) for trace in chart.data] == [
        (970, pytest.approx(end)) for end in (0.5, 0.8, 0.9)
    ]

"""The lesson "Pooling": what the stories of every lesson draw from, and what is its alone."""

import math
import re
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, reject
from hypothesis import strategies as st
from torch import nn

from lessons.core.matrix import unpack
from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.layers.pooling.inputs import DISTINCT, Inputs
from lessons.layers.pooling.lesson import BACKWARD, LESSON, REPEATED
from lessons.layers.pooling.result import TIES_TOLD, ties
from lessons.layers.pooling.steps import WRITTEN_OUT
from tests.oracles import boards_after, evaluate, flow_back, named, stage_of, tensor
from tests.strategies import SEEDS, numbers, pairs, stacks

WINDOW = ("kernel_size", "stride", "padding", "ceil_mode")
TORCH = {
    "max": (F.max_pool2d, (*WINDOW, "dilation")),
    "average": (F.avg_pool2d, (*WINDOW, "count_include_pad")),
    "adaptive-max": (F.adaptive_max_pool2d, ("output_size",)),
    "adaptive-average": (F.adaptive_avg_pool2d, ("output_size",)),
}


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """The settings of a pooling, possible or not."""
    return {
        "image": numbers(draw(SEEDS), draw(st.integers(1, 3)), *draw(pairs(1, 9))),
        "kind": draw(st.sampled_from(list(TORCH))),
        "kernel_size": draw(pairs(1, 5)),
        "stride": draw(st.none() | pairs(1, 6)),
        "padding": draw(pairs(0, 2)),
        "dilation": draw(st.just((1, 1)) | pairs(1, 3)),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
        "output_size": draw(pairs(1, 11)),
        "grad_output": None,
    }


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Possible ones: a padding or a kernel that is too large is made smaller."""
    wish = draw(wishes())
    sides = len(wish["image"][0]), len(wish["image"][0][0])
    wish["kernel_size"] = tuple(map(min, wish["kernel_size"], sides))
    wish["padding"] = tuple(map(min, wish["padding"], (side // 2 for side in wish["kernel_size"])))
    try:
        made = Inputs(**wish)
    except LessonError:
        reject()
    return replace(made, grad_output=draw(st.none() | stacks(*made.output_shape)))


def by_torch(wish: dict[str, Any]) -> dict[str, torch.Tensor]:
    """RuntimeError also where a window sees nothing but padding, of which torch says -inf."""
    image, (function, names) = tensor(wish["image"]).requires_grad_(), TORCH[wish["kind"]]
    output = function(image, **{name: wish[name] for name in names})
    if output.isinf().any():
        raise RuntimeError("a window of nothing but padding")
    flow_back(output, wish["grad_output"])
    return {"output": output.detach(), "image": image.grad}


OUTPUTS = ["9 8 8 9 8 8 9 8 9", "2", "2 3 5 1", "1 2 2.5 1.25", "1.167 1.556 1.333 2.167 1.222 0.6667"]

JUMPING = {"image": unpack("1,2"), "kernel_size": (1, 2), "padding": (0, 1), "dilation": (1, 3)}
REFUSED = [
    ({"kind": "median"}, "kind is 'median'; it can be one of: max, average, adaptive-max, adaptive-average"),
    ({"kernel_size": (0, 3)}, "kernel_size is 0; it must be a whole number from 1 to 100"),
    ({"kernel_size": (101, 3)}, "kernel_size is 101; it must be a whole number from 1 to 100"),
    ({"kind": "adaptive-max", "output_size": (2, 0)}, "output_size is 0"),
    ({"kind": "adaptive-max", "image": (((1e101,),),)}, "up to 1e+100 can be computed with here"),
    ({"padding": (0, 2)}, "Padding 2 along the width is too much: a kernel of 3 allows 1"),
    ({"dilation": (3, 1)}, "along the height it spans 7, and the input with its padding has 5"),
    (JUMPING, "With dilation 3 a window jumps over the whole width of 2"),
]

WORTH = ["1 in, 1 out", "to learn: 0"]
CEILED = {"stride": None, "ceil_mode": True}
REACHED = JUMPING | CEILED | {"image": unpack("1,2,3")}
LATE = {"image": (DISTINCT[:3],), "kernel_size": (2, 2), "stride": (2, 2), "padding": (1, 0)}
DROPPED = "No window reaches 0 rows at the bottom and 2 columns at the right"
HANGING = "hang over the edge. Left of them at the bottom: 2 of 2 rows; at the right: 1 of 2 columns"
TIE = "largest number, 2, more than once: first at row 1, column 2, last at row 3, column 2"
NOTES = [
    (LESSON, {}, WORTH),
    (LESSON, {"image": (DISTINCT, REPEATED)}, ["2 in, 2 out", "to learn: 0"]),
    (LESSON, {"stride": (2, 3)}, [*WORTH, DROPPED]),
    (LESSON, REACHED, [*WORTH, "0 rows at the bottom and 1 column at the right", "hang over the edge"]),
    (LESSON, CEILED, [*WORTH, "hang over the edge"]),
    (LESSON, LATE, [*WORTH, "No window reaches"]),
    (
        LESSON,
        LATE | {"ceil_mode": True},
        [*WORTH, "No window reaches", HANGING, "would start in the padding"],
    ),
    (BACKWARD, {}, []),
    (BACKWARD, {"image": (REPEATED,), "stride": None}, [TIE]),
    (BACKWARD, {"image": (((7,) * 5,) * 5,)}, ["more than once"] * 5 + ["Windows with a tie, all told: 9"]),
]

NEGATIVE = {"image": unpack("-1,2"), "kind": "average", "kernel_size": (1, 2)}
WIDE = (tuple(tuple(float(row + column) for column in range(9)) for row in range(9)),)
FLOWING = {"grad_output": unpack("2,0,0;3,0,0;-1,0,0")}
PADDED = {"kind": "average", "padding": (1, 1)}
LOST = "Shares that fall on the padding and are lost: 5."
LINES = [
    (LESSON, NEGATIVE, 0, ["((-1) + 2) / 2 = 0.5"]),
    (LESSON, {"image": WIDE, "kernel_size": (9, 9)}, 0, ["the largest of 81 numbers is 16"]),
    (BACKWARD, FLOWING, 0, ["2 → row 3, column 1 (the largest, 9)"]),
    (BACKWARD, FLOWING, 3, ["3 → row 3, column 1 (the largest, 9)", "2 + 3 = 5"]),
    (BACKWARD, FLOWING, 6, ["-1 → row 3, column 1 (the largest, 9)", "5 + (-1) = 4"]),
    (BACKWARD, PADDED, 0, ["1 / 9 ≈ 0.1111 → each of 4 cells", LOST]),
    (BACKWARD, PADDED | {"count_include_pad": False}, 0, ["1 / 4 = 0.25 → each of 4 cells"]),
]

UNCOUNTED = {"kind": "average", "stride": (1, 2), "count_include_pad": False}
PROGRAMS = [
    ({"stride": None}, "output, indices = F.max_pool2d(image, kernel_size=3, return_indices=True)"),
    (CEILED, "output, indices = F.max_pool2d(image, kernel_size=3, ceil_mode=True, return_indices=True)"),
    ({"kind": "average", "stride": (3, 3)}, "output = F.avg_pool2d(image, kernel_size=3)"),
    (UNCOUNTED, "output = F.avg_pool2d(image, kernel_size=3, stride=(1, 2), count_include_pad=False)"),
    ({"kind": "adaptive-average"}, "output = F.adaptive_avg_pool2d(image, output_size=2)"),
]


def test_the_check_finds_a_wrong_index():
    result = LESSON.run(Inputs())
    assert LESSON.check(Inputs(), replace(result, argmax=result.argmax + 1)).difference == math.inf


def test_the_padding_counts_in_an_average_unless_it_is_told_not_to():
    inputs = Inputs(unpack("4,8;12,16"), "average", kernel_size=(2, 2), padding=(1, 1))
    assert LESSON.run(inputs).divisors.tolist() == [[4, 4, 4]] * 3
    assert LESSON.run(inputs).output[0, 0].tolist() == [1, 3, 2]
    inputs = replace(inputs, count_include_pad=False)
    assert LESSON.run(inputs).divisors.tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert LESSON.run(inputs).output[0, 0].tolist() == [4, 6, 8]


def test_settings_of_another_kind_do_not_matter():
    Inputs(kind="adaptive-max", kernel_size=(0, 0))
    Inputs(kind="average", dilation=(3, 3))


@given(inputs())
def test_a_step_shows_the_window_that_its_line_works_out(inputs):
    stage = stage_of(LESSON, inputs)
    for count, frame in enumerate(stage.frames, start=1):
        boards, (line,) = boards_after(stage, count), frame.lines
        window = [text for text in boards[inputs.shape[0]] if text]
        ((channel, seen),) = frame.marks
        if inputs.count_include_pad or inputs.kind != "average":
            assert window == [boards[channel][cell] for cell in seen]
        assert window
        if len(window) > WRITTEN_OUT:
            assert isinstance(line, Message)
        else:
            assert re.findall(r"-?(?:[0-9.]+(?:e[+-]?[0-9]+)?|∞)", line)[: len(window)] == window


@given(inputs())
def test_the_circled_cells_hold_the_first_of_the_largest(inputs):
    stage, backward = stage_of(LESSON, inputs), stage_of(BACKWARD, inputs)
    if inputs.averages:
        assert not any(frame.circled for frame in (*stage.frames, *backward.frames))
        return
    function, names = TORCH[inputs.kind]
    settings = {name: getattr(inputs, name) for name in names}
    largest, places = function(tensor(inputs.image), **settings, return_indices=True)
    for number, (frame, back) in enumerate(zip(stage.frames, backward.frames, strict=True)):
        boards = boards_after(stage, number + 1)
        (channel, (winner,)), (window, (place,)) = frame.circled
        assert back.circled == ((named(backward, "Input")[channel], (winner,)),)
        assert back.focus == (named(backward, "Gradient of the output")[channel], frame.focus[1])
        assert boards[channel][winner] == boards[window][place] == show(largest.flatten()[number].item())
        row, column = divmod(winner, stage.boards[channel].columns)
        flat = (row - inputs.ring[0]) * inputs.shape[2] + column - inputs.ring[1]
        assert (channel, flat) == (frame.marks[0][0], places.flatten()[number])


@given(inputs())
def test_a_share_goes_to_as_many_cells_as_the_line_says(inputs):
    for frame in stage_of(BACKWARD, inputs).frames:
        for line in frame.lines:
            if isinstance(line, Message) and "arithmetic" in line.values:
                assert line.values["count"] == len(frame.writes)


@given(inputs())
def test_every_window_with_a_tie_is_found(inputs):
    result = LESSON.run(inputs)
    windows = [
        [channel[row][column] for row in rows for column in columns]
        for channel in result.padded.tolist()
        for rows in result.rows
        for columns in result.columns
    ]
    tied = sum(window.count(max(window)) > 1 for window in windows if not inputs.averages)
    told = ties(inputs, result)
    assert len(told) == min(tied, TIES_TOLD) + (tied > TIES_TOLD)
    assert tied <= TIES_TOLD or told[-1].values == {"count": tied}


@given(inputs(), SEEDS)
def test_sizes_and_gradients_are_answered_by_torch(inputs, seed):
    *_, sized, unchanged, flows = LESSON.questions(inputs, LESSON.run(inputs), seed)
    channels = unchanged.prompt.values.get("channels", 1)
    pooled = nn.MaxPool2d(2)(torch.zeros(channels, 4, 4))
    assert unchanged.answer == {"channels": len(pooled), "parameters": 0}[unchanged.about]
    asked, height = sized.prompt.values, inputs.shape[1]
    if inputs.adaptive:
        rows = torch.eye(height, dtype=torch.float64)[None]
        seen = F.adaptive_avg_pool2d(rows, (asked["stops"], height))[0, asked["index"]]
        assert sized.answer == (seen > 0).sum()
    else:
        settings = (asked["kernel"], asked["stride"], asked["padding"], asked["ceil_mode"] == "True")
        size = F.avg_pool2d(torch.zeros(1, height, 99), *settings).shape[1]
        arithmetic, answer = sized.reason.values["arithmetic"].rsplit(" = ", 1)
        assert evaluate(arithmetic) == int(answer) == size == sized.answer
    place = flows.prompt.values["place"].values
    one = torch.zeros(inputs.output_shape, dtype=torch.float64)
    one[place.get("channel", 1) - 1, place["row"] - 1, place["column"] - 1] = 1.0
    gradient = by_torch(vars(inputs) | {"grad_output": one.tolist()})["image"]
    if inputs.averages:
        assert gradient.max().item() * flows.answer == pytest.approx(1)
    else:
        axis = 2 if "In which column" in str(flows.prompt) else 1
        assert gradient.nonzero()[0, axis] + 1 == flows.answer


def test_a_fraction_may_be_answered_as_it_is_shown():
    stage = stage_of(LESSON, Inputs(kind="average"))
    assert all(ask.question.is_right(float(show(ask.question.answer))) for ask in stage.asks.values())

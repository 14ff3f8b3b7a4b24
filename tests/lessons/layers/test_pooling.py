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

from lessons.core.messages import LessonError, Message
from lessons.core.numbers import show
from lessons.core.stage import Frame
from lessons.layers.pooling.inputs import DISTINCT, KINDS, Inputs
from lessons.layers.pooling.lesson import BACKWARD, LESSON, PRESETS, REPEATED
from lessons.layers.pooling.result import TIES_TOLD, ties
from lessons.layers.pooling.steps import WRITTEN_OUT
from tests.oracles import boards_after, evaluate, tensor
from tests.strategies import SEEDS, pairs, stacks


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """The settings of a pooling, possible or not."""
    sides = st.integers(1, 9)
    return {
        "image": draw(stacks(draw(st.integers(1, 3)), draw(sides), draw(sides))),
        "kind": draw(st.sampled_from(list(KINDS))),
        "kernel_size": draw(pairs(1, 5)),
        "stride": draw(st.none() | pairs(1, 6)),
        "padding": draw(pairs(0, 2)),
        "dilation": draw(st.just((1, 1)) | pairs(1, 3)),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
        "output_size": draw(pairs(1, 11)),
    }


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Possible ones: a padding or a kernel that is too large is made smaller."""
    wish = draw(wishes())
    sides = len(wish["image"][0]), len(wish["image"][0][0])
    wish["kernel_size"] = tuple(map(min, wish["kernel_size"], sides))
    half = (side // 2 for side in wish["kernel_size"])
    wish["padding"] = tuple(map(min, wish["padding"], half))
    try:
        made = Inputs(**wish)
    except LessonError:
        reject()
    return replace(made, grad_output=draw(st.none() | stacks(*made.output_shape)))


def by_torch(wish: dict[str, Any]) -> dict[str, torch.Tensor]:
    """RuntimeError also where a window sees nothing but padding, of which torch says -inf."""
    image = tensor(wish["image"]).requires_grad_()
    both = [wish[name] for name in ("kernel_size", "stride", "padding")]
    match wish["kind"]:
        case "max":
            output = F.max_pool2d(image, *both, dilation=wish["dilation"], ceil_mode=wish["ceil_mode"])
        case "average":
            output = F.avg_pool2d(image, *both, wish["ceil_mode"], wish["count_include_pad"])
        case "adaptive-max":
            output = F.adaptive_max_pool2d(image, wish["output_size"])
        case _:
            output = F.adaptive_avg_pool2d(image, wish["output_size"])
    if output.isinf().any():
        raise RuntimeError("a window of nothing but padding")
    given_gradient = wish.get("grad_output")
    output.backward(torch.ones_like(output) if given_gradient is None else tensor(given_gradient))
    return {"output": output.detach(), "image": image.grad}


def indices(inputs: Inputs) -> torch.Tensor:
    image = tensor(inputs.image)
    if inputs.adaptive:
        return F.adaptive_max_pool2d(image, inputs.output_size, return_indices=True)[1]
    settings = (inputs.kernel_size, inputs.stride, inputs.padding, inputs.dilation, inputs.ceil_mode)
    return F.max_pool2d(image, *settings, return_indices=True)[1]


# The numbers


@given(inputs())
def test_the_first_of_the_largest_is_where_torch_finds_it(inputs):
    result = LESSON.run(inputs)
    assert (result.argmax is None) == inputs.averages
    assert inputs.averages or torch.equal(result.argmax, indices(inputs))


def test_the_check_finds_a_wrong_index():
    result = LESSON.run(Inputs())
    assert LESSON.check(Inputs(), replace(result, argmax=result.argmax + 1)).difference == math.inf


@pytest.mark.parametrize(
    ("preset", "output"),
    [
        (0, [[9, 8, 8], [9, 8, 8], [9, 8, 9]]),
        (1, [[2]]),
        (2, [[2, 3], [5, 1]]),
        (3, [[1, 2], [2.5, 1.25]]),
    ],
)
def test_a_preset_gives_the_worked_numbers(preset, output):
    assert LESSON.run(PRESETS[preset].inputs).output.tolist() == [output]


def test_the_padding_counts_in_an_average_unless_it_is_told_not_to():
    inputs = Inputs(image=(((4.0, 8.0), (12.0, 16.0)),), kind="average", kernel_size=(2, 2), padding=(1, 1))
    assert LESSON.run(inputs).divisors.tolist() == [[4, 4, 4]] * 3
    assert LESSON.run(inputs).output[0, 0].tolist() == [1, 3, 2]
    inputs = replace(inputs, count_include_pad=False)
    assert LESSON.run(inputs).divisors.tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert LESSON.run(inputs).output[0, 0].tolist() == [4, 6, 8]


def test_a_window_that_hangs_over_the_edge_has_fewer_rows():
    result = LESSON.run(Inputs(image=(REPEATED,), stride=None, ceil_mode=True))
    assert result.rows == ((0, 1, 2), (3, 4))
    assert result.dropped == (0, 0)


def test_rows_that_fill_no_window_are_dropped():
    result = LESSON.run(Inputs(image=(DISTINCT[:4],), kernel_size=(3, 2), stride=(3, 2)))
    assert result.dropped == (1, 1)


# Sizes and notes


@given(inputs())
def test_the_formula_comes_to_the_size(inputs):
    result = LESSON.run(inputs)
    signs = {r"\lfloor ": "⌊", r" \rfloor": "⌋", r"\lceil ": "⌈", r" \rceil": "⌉", r" \cdot ": "·"}
    for formula, windows in zip(LESSON.formula(inputs), (result.rows, result.columns), strict=True):
        for tex, sign in signs.items():
            formula = formula.replace(tex, sign)
        if inputs.adaptive:
            size, start, end = (part.split("=")[1].strip() for part in formula.split(","))
            assert int(size) == len(windows)
            for i, window in enumerate(windows):
                assert [evaluate(start, i=i), evaluate(end, i=i)] == [window[0], window[-1] + 1]
        else:
            _, arithmetic, size = formula.split(" = ")
            assert evaluate(arithmetic) == int(size) == len(windows)


LATE = {"image": (DISTINCT[:3],), "kernel_size": (2, 2), "stride": (2, 2), "padding": (1, 0)}


@pytest.mark.parametrize(
    ("changes", "told", "said"),
    [
        ({"stride": None}, "No window reaches", True),
        ({}, "No window reaches", False),
        ({"stride": None, "ceil_mode": True}, "hang over the edge", True),
        ({"stride": None}, "hang over the edge", False),
        (LATE | {"ceil_mode": True}, "would start in the padding", True),
        (LATE, "would start in the padding", False),
        ({"image": (DISTINCT, REPEATED)}, "2 in, 2 out", True),
    ],
)
def test_the_notes_tell_what_is_dropped_cut_off_or_kept(changes, told, said):
    inputs = Inputs(**changes)
    assert any(told in str(note) for note in LESSON.notes(inputs, LESSON.run(inputs))) == said


# What is refused


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "median"}, "kind is 'median'; it can be one of: max, average"),
        ({"kernel_size": (0, 3)}, "kernel_size is 0"),
        ({"kernel_size": (101, 3)}, "from 1 to 100"),
        ({"stride": (1, 0)}, "stride is 0"),
        ({"padding": (-1, 0)}, "padding is -1"),
        ({"padding": (0, 2)}, "Padding 2 along the width is too much: a kernel of 3 allows 1"),
        ({"dilation": (0, 1)}, "dilation is 0"),
        ({"dilation": (3, 1)}, "along the height it spans 7, and the input with its padding has 5"),
        ({"kind": "adaptive-max", "output_size": (2, 0)}, "output_size is 0"),
        ({"image": ()}, "All channels"),
        ({"image": (DISTINCT, ((1.0,),))}, "All channels"),
        ({"image": ((),)}, "All channels"),
        ({"image": (((0,) * 101,),)}, "The input is 1 × 101; at most 100 × 100"),
        ({"image": (((1.0, math.nan),),)}, "largest is nan"),
        ({"image": (((1e101,),),), "kind": "adaptive-max"}, "up to 1e+100 can be computed with here"),
        ({"grad_output": (((1.0, 2.0), (3.0, 4.0)),)}, "channels 1, rows 3, columns 3"),
        ({"grad_output": (((math.inf,) * 3,) * 3,)}, "largest is inf"),
        (
            {"image": (((1.0, 2.0),),), "kernel_size": (1, 2), "padding": (0, 1), "dilation": (1, 3)},
            "jumps over the whole width of 2",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(changes, told):
    with pytest.raises(LessonError, match=re.escape(told)):
        Inputs(**changes)


def test_settings_of_another_kind_do_not_matter():
    Inputs(kind="adaptive-max", kernel_size=(0, 0))
    Inputs(kind="average", dilation=(3, 3))


# The steps


def forward(inputs: Inputs) -> tuple[Frame, ...]:
    return LESSON.steps(inputs, LESSON.run(inputs)).frames


def backward(inputs: Inputs) -> tuple[Frame, ...]:
    return BACKWARD.steps(inputs, BACKWARD.run(inputs)).frames


def lines(frame: Frame) -> list[str]:
    return list(map(str, frame.lines))


@given(inputs())
def test_a_step_shows_the_window_that_its_line_works_out(inputs):
    result = LESSON.run(inputs)
    stage = LESSON.steps(inputs, result)
    assert boards_after(stage)[: inputs.shape[0]] == [
        list(map(show, each)) for each in result.padded.flatten(1).tolist()
    ]
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
    result = LESSON.run(inputs)
    stage = LESSON.steps(inputs, result)
    for step, frame in enumerate(stage.frames):
        if inputs.averages:
            assert frame.circled == ()
            continue
        boards = boards_after(stage, step + 1)
        (channel, (winner,)), (window, (place,)) = frame.circled
        assert winner in frame.marks[0][1]
        assert boards[channel][winner] == boards[window][place] == show(result.output.flatten()[step].item())
        row, column = divmod(winner, result.padded.shape[2])
        flat = (row - inputs.ring[0]) * inputs.shape[2] + column - inputs.ring[1]
        assert flat == result.argmax.flatten()[step]


@given(inputs())
def test_a_share_goes_to_as_many_cells_as_the_line_says(inputs):
    for frame in backward(inputs):
        for line in frame.lines:
            if isinstance(line, Message) and "arithmetic" in line.values:
                assert line.values["count"] == len(frame.writes)


def test_a_gradient_goes_to_the_largest_and_adds_up():
    frames = backward(Inputs(grad_output=(((2, 0, 0), (3, 0, 0), (-1, 0, 0)),)))
    assert lines(frames[0]) == ["2 → row 3, column 1 (the largest, 9)"]
    assert frames[0].circled == ((1, (10,)),)
    assert frames[3].lines[1] == "2 + 3 = 5"
    assert frames[6].lines[1] == "5 + (-1) = 4"
    assert frames[-1].focus == (0, 8)


def test_shares_that_fall_on_the_padding_are_told():
    inputs = Inputs(kind="average", padding=(1, 1))
    assert lines(backward(inputs)[0]) == [
        "1 / 9 ≈ 0.1111 → each of 4 cells",
        "Shares that fall on the padding and are lost: 5.",
    ]
    assert lines(backward(replace(inputs, count_include_pad=False))[0]) == ["1 / 4 = 0.25 → each of 4 cells"]


def test_negative_numbers_stand_in_brackets():
    inputs = Inputs(image=(((-1.0, 2.0),),), kind="average", kernel_size=(1, 2))
    assert lines(forward(inputs)[0]) == ["((-1) + 2) / 2 = 0.5"]


def test_a_large_window_is_not_written_out():
    wide = (tuple(tuple(float(row + column) for column in range(9)) for row in range(9)),)
    (line,) = lines(forward(Inputs(image=wide, kernel_size=(9, 9)))[0])
    assert line == "the largest of 81 numbers is 16"


def test_padding_and_dropped_rows_are_known_to_the_boards():
    inputs = Inputs(image=(DISTINCT, REPEATED), stride=None, padding=(1, 0))
    boards = LESSON.steps(inputs, LESSON.run(inputs)).boards
    names = ["Input, channel 1", "Input, channel 2", "Window", "Output, channel 1", "Output, channel 2"]
    assert [str(board.name) for board in boards] == names
    assert (boards[0].ring, boards[0].dropped, boards[0].cells[0]) == ((1, 1, 0, 0), (1, 2), "-∞")


def test_a_long_stage_is_cut_and_the_rest_is_counted():
    large = (tuple((float(row),) * 100 for row in range(100)),)
    every = Inputs(image=large, kind="adaptive-average", output_size=(100, 100))
    for lesson in (LESSON, BACKWARD):
        stage = lesson.steps(every, lesson.run(every))
        assert (len(stage.frames), stage.left_out) == (3000, 7000)


# Ties


@given(inputs())
def test_every_window_with_a_tie_is_found(inputs):
    result = LESSON.run(inputs)
    tied = 0
    for channel in result.padded.tolist() if not inputs.averages else []:
        for rows in result.rows:
            for columns in result.columns:
                window = [channel[row][column] for row in rows for column in columns]
                tied += window.count(max(window)) > 1
    told = ties(inputs, result)
    assert len(told) == min(tied, TIES_TOLD) + (tied > TIES_TOLD)
    assert tied <= TIES_TOLD or told[-1].values == {"count": tied}


def test_a_tie_names_the_first_and_the_last():
    inputs = Inputs(image=(REPEATED,), stride=None)
    (tie,) = BACKWARD.notes(inputs, BACKWARD.run(inputs))
    assert "largest number, 2, more than once: first at row 1, column 2, last at row 3, column 2" in str(tie)


# Questions


@given(inputs(), SEEDS)
def test_sizes_and_gradients_are_answered_by_torch(inputs, seed):
    *_, sized, parameters, flows = LESSON.questions(inputs, LESSON.run(inputs), 0, seed)
    assert parameters.answer == 0
    asked = sized.prompt.values
    if inputs.adaptive:
        rows = torch.eye(inputs.shape[1], dtype=torch.float64)[None]
        seen = F.adaptive_avg_pool2d(rows, (asked["stops"], inputs.shape[1]))[0, asked["index"]]
        assert sized.answer == (seen > 0).sum()
    else:
        column = torch.zeros(1, inputs.shape[1], 1)
        settings = [
            (asked["kernel"], 1),
            (asked["stride"], 1),
            (asked["padding"], 0),
            asked["ceil_mode"] == "True",
        ]
        size = F.avg_pool2d(column, *settings).shape[1]
        arithmetic, answer = sized.reason.values["arithmetic"].rsplit(" = ", 1)
        assert evaluate(arithmetic) == int(answer) == size == sized.answer
    place = flows.prompt.values["place"].values
    one = torch.zeros(inputs.output_shape, dtype=torch.float64)
    one[place.get("channel", 1) - 1, place["row"] - 1, place["column"] - 1] = 1.0
    gradient = by_torch(vars(inputs) | {"grad_output": one.tolist()})["image"]
    if inputs.averages:
        assert gradient.max().item() * flows.answer == pytest.approx(1)
    else:
        assert gradient.nonzero()[0, 1] + 1 == flows.answer


def test_a_fraction_may_be_answered_as_it_is_shown():
    inputs = Inputs(kind="average")
    result = LESSON.run(inputs)
    assert LESSON.questions(inputs, result, 0, 0)[0].is_right(float(show(result.output.flatten()[1].item())))


# The program


@pytest.mark.parametrize(
    ("inputs", "call"),
    [
        (Inputs(stride=None), "output, indices = F.max_pool2d(image, kernel_size=3, return_indices=True)"),
        (Inputs(kind="average", stride=(3, 3)), "output = F.avg_pool2d(image, kernel_size=3)"),
        (
            Inputs(kind="average", stride=(1, 2), count_include_pad=False),
            "output = F.avg_pool2d(image, kernel_size=3, stride=(1, 2), count_include_pad=False)",
        ),
        (Inputs(kind="adaptive-average"), "output = F.adaptive_avg_pool2d(image, output_size=2)"),
    ],
)
def test_the_program_leaves_out_what_is_the_default(inputs, call):
    assert call in LESSON.snippet(inputs).splitlines()
    assert "grad" not in LESSON.snippet(inputs)
    operator = LESSON.check(inputs, LESSON.run(inputs)).operator
    assert operator.removeprefix("torch.nn.functional") in call

"""The lesson "Pooling": its numbers are PyTorch's, and every text on the stage is true."""

import contextlib
import io
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from lessons.core.matrix import Stack
from lessons.core.numbers import show
from lessons.core.messages import LessonError, Message
from lessons.core.stage import Frame, Stage
from lessons.layers.pooling import lesson as pooling
from lessons.layers.pooling import steps as pooling_stage
from lessons.layers.pooling.lesson import DISTINCT, KINDS, PRESETS, REPEATED, Inputs
from lessons.layers.pooling.steps import WRITTEN_OUT

CLOSE = 1e-12


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """On tensors as small as these, threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def stacks(*shape: int) -> st.SearchStrategy[Stack]:
    """Channels, height, width; a seed is drawn, not every number: that is ten times as fast."""
    return st.builds(partial(stack, shape), st.integers(0, 2**32), st.booleans())


def stack(shape: tuple[int, ...], seed: int, whole: bool) -> Stack:
    """A few whole numbers, so that many are equal, or fractions."""
    random = Random(seed)
    channels, height, width = shape
    return tuple(
        tuple(
            tuple(float(random.randint(-2, 3)) if whole else random.uniform(-5, 5) for _ in range(width))
            for _ in range(height)
        )
        for _ in range(channels)
    )


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """The settings of a pooling, possible or not."""
    return {
        "image": draw(stacks(draw(st.integers(1, 3)), draw(st.integers(1, 9)), draw(st.integers(1, 9)))),
        "kind": draw(st.sampled_from(KINDS)),
        "kernel_size": draw(pairs(1, 5)),
        "stride": draw(st.none() | pairs(1, 6)),
        "padding": draw(pairs(0, 2)),
        "dilation": draw(st.just((1, 1)) | pairs(1, 3)),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
        "output_size": draw(pairs(1, 11)),
    }


@st.composite
def poolings(draw: st.DrawFn) -> Inputs:
    """Possible ones: a padding or a kernel that is too large is made smaller."""
    wish = draw(wishes())
    sides = len(wish["image"][0]), len(wish["image"][0][0])
    wish["kernel_size"] = tuple(map(min, wish["kernel_size"], sides))
    wish["padding"] = tuple(
        min(padding, kernel // 2)
        for padding, kernel in zip(wish["padding"], wish["kernel_size"], strict=True)
    )
    try:
        return Inputs(**wish)
    except LessonError:
        reject()


@st.composite
def with_gradients(draw: st.DrawFn) -> tuple[Inputs, Stack]:
    inputs = draw(poolings())
    return inputs, draw(stacks(*pooling.run(inputs).output.shape))


def by_torch(image: torch.Tensor, wish: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Output and indices, called as a programmer would."""
    both = [wish[name] for name in ("kernel_size", "stride", "padding")]
    match wish["kind"]:
        case "max":
            return F.max_pool2d(
                image, *both, dilation=wish["dilation"], ceil_mode=wish["ceil_mode"], return_indices=True
            )
        case "average":
            return F.avg_pool2d(image, *both, wish["ceil_mode"], wish["count_include_pad"]), None
        case "adaptive max":
            return F.adaptive_max_pool2d(image, wish["output_size"], return_indices=True)
        case _:
            return F.adaptive_avg_pool2d(image, wish["output_size"]), None


def tensor(numbers: object) -> torch.Tensor:
    return torch.tensor(numbers, dtype=torch.float64)


# Against PyTorch


@settings(max_examples=500, deadline=None)
@given(poolings())
def test_outputs_and_indices_are_those_of_pytorch(inputs):
    result = pooling.run(inputs)
    output, indices = by_torch(tensor(inputs.image), vars(inputs))
    torch.testing.assert_close(result.output, output, rtol=0, atol=CLOSE)
    assert (result.argmax is None) == (indices is None)
    assert indices is None or torch.equal(result.argmax, indices)
    assert pooling.check(inputs, result) <= CLOSE


@settings(max_examples=500, deadline=None)
@given(with_gradients())
def test_gradients_are_those_of_autograd(drawn):
    inputs, grad_output = drawn
    image = tensor(inputs.image).requires_grad_()
    by_torch(image, vars(inputs))[0].backward(tensor(grad_output))
    gradient = pooling.backward(inputs, grad_output)
    torch.testing.assert_close(gradient, image.grad, rtol=0, atol=CLOSE)
    assert pooling.check_backward(inputs, grad_output, gradient) <= CLOSE


@settings(max_examples=500, deadline=None)
@given(wishes())
def test_what_pytorch_refuses_is_refused_and_so_is_a_window_of_nothing_but_padding(wish):
    try:
        impossible = bool(by_torch(tensor(wish["image"]), wish)[0].isinf().any())
    except RuntimeError:
        impossible = True
    try:
        Inputs(**wish)
        refused = False
    except LessonError:
        refused = True
    assert refused == impossible


def test_without_a_gradient_all_outputs_count_one():
    ones = tuple(tuple((1.0,) * 3 for _ in range(3)) for _ in range(1))
    assert torch.equal(pooling.backward(Inputs()), pooling.backward(Inputs(), ones))


def test_the_check_finds_a_wrong_number():
    result = pooling.run(Inputs())
    assert pooling.check(Inputs(), replace(result, output=result.output + 0.5)) == 0.5


def test_the_check_finds_a_wrong_index():
    result = pooling.run(Inputs())
    assert pooling.check(Inputs(), replace(result, argmax=result.argmax + 1)) == math.inf


def test_the_check_finds_a_wrong_gradient():
    assert pooling.check_backward(Inputs(), None, pooling.backward(Inputs()) + 0.25) == 0.25


# The worked numbers


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
    assert pooling.run(PRESETS[preset].inputs).output.tolist() == [output]


def test_a_printed_output_is_shown_only_where_it_is_wrong():
    printed = [preset for preset in PRESETS if preset.printed]
    assert len(printed) == 1
    assert pooling.run(printed[0].inputs).output[0].tolist() != [list(row) for row in printed[0].printed]


def test_the_padding_counts_in_an_average_unless_it_is_told_not_to():
    inputs = Inputs(image=(((4.0, 8.0), (12.0, 16.0)),), kind="average", kernel_size=(2, 2), padding=(1, 1))
    assert pooling.run(inputs).divisors.tolist() == [[4, 4, 4]] * 3
    assert pooling.run(inputs).output[0, 0].tolist() == [1, 3, 2]
    inputs = replace(inputs, count_include_pad=False)
    assert pooling.run(inputs).divisors.tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert pooling.run(inputs).output[0, 0].tolist() == [4, 6, 8]


def test_a_window_that_hangs_over_the_edge_has_fewer_rows():
    result = pooling.run(Inputs(image=(REPEATED,), stride=None, ceil_mode=True))
    assert result.rows == ((0, 1, 2), (3, 4))
    assert result.partial == ((1,), (1,))
    assert result.dropped == (0, 0)


def test_rows_that_fill_no_window_are_dropped():
    result = pooling.run(Inputs(image=(DISTINCT[:4],), kernel_size=(3, 2), stride=(3, 2)))
    assert result.dropped == (1, 1)
    assert result.partial == ((), ())


# Sizes


def evaluate(arithmetic: str, i: int = 0) -> float:
    """Arithmetic as it stands on the page."""
    python = arithmetic.replace("⌊", "floor(").replace("⌈", "ceil(").replace("⌋", ")").replace("⌉", ")")
    python = python.replace("·", "*").replace("∞", "inf")
    names = {"floor": math.floor, "ceil": math.ceil, "inf": math.inf, "max": lambda *numbers: max(numbers)}
    return eval(python.strip(), {"i": i, **names})


def untex(formula: str) -> str:
    for tex, sign in {
        r"\lfloor ": "⌊",
        r" \rfloor": "⌋",
        r"\lceil ": "⌈",
        r" \rceil": "⌉",
        r" \cdot ": "·",
    }.items():
        formula = formula.replace(tex, sign)
    return formula


@settings(max_examples=150, deadline=None)
@given(poolings())
def test_the_size_formula_comes_to_the_size(inputs):
    result = pooling.run(inputs)
    for formula, windows in zip(pooling.size_formula(inputs), (result.rows, result.columns), strict=True):
        if inputs.adaptive:
            size, start, end = (part.split("=")[1] for part in untex(formula).split(","))
            assert int(size) == len(windows)
            for i, window in enumerate(windows):
                assert [evaluate(start, i), evaluate(end, i)] == [window[0], window[-1] + 1]
        else:
            _, arithmetic, size = untex(formula).split(" = ")
            assert evaluate(arithmetic) == int(size) == len(windows)


def notes(**changes: Any) -> list[str]:
    inputs = Inputs(**changes)
    return [note.template for note in pooling.size_notes(inputs, pooling.run(inputs))]


def test_the_notes_tell_what_is_dropped():
    assert any("No window reaches" in note for note in notes(stride=None))
    assert not any("No window reaches" in note for note in notes())


def test_the_notes_tell_which_windows_hang_over_the_edge():
    assert any("hang over the edge" in note for note in notes(stride=None, ceil_mode=True))
    assert not any("hang over the edge" in note for note in notes(stride=None))


def test_the_notes_tell_when_a_window_would_start_in_the_padding():
    late = {"image": (DISTINCT[:3],), "kernel_size": (2, 2), "stride": (2, 2), "padding": (1, 0)}
    assert any("would start in the padding" in note for note in notes(**late, ceil_mode=True))
    assert not any("would start in the padding" in note for note in notes(**late))


def test_the_notes_tell_that_channels_stay():
    inputs = Inputs(image=(DISTINCT, REPEATED))
    assert "2 in, 2 out" in str(pooling.size_notes(inputs, pooling.run(inputs))[0])


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
        ({"kind": "adaptive max", "output_size": (2, 0)}, "output_size is 0"),
        ({"image": ()}, "All channels"),
        ({"image": (DISTINCT, ((1.0,),))}, "All channels"),
        ({"image": ((),)}, "All channels"),
        ({"image": (((0,) * 101,),)}, "The input is 1 × 101; at most 100 × 100"),
        ({"image": (((1.0, math.nan),),)}, "largest is nan"),
        ({"image": (((-1e101,),),), "kind": "adaptive max"}, "up to 1e+100 can be computed with here"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(changes, told):
    with pytest.raises(LessonError, match=re.escape(told)):
        Inputs(**changes)


def test_a_dilation_that_jumps_over_the_input_is_refused():
    with pytest.raises(LessonError, match="jumps over the whole width of 2"):
        Inputs(image=(((1.0, 2.0),),), kernel_size=(1, 2), padding=(0, 1), dilation=(1, 3))


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(LessonError, match="channels 1, rows 3, columns 3"):
        pooling.backward(Inputs(), (((1.0, 2.0), (3.0, 4.0)),))
    with pytest.raises(LessonError, match="largest is inf"):
        pooling.backward(Inputs(), (((math.inf,) * 3,) * 3,))


def test_settings_of_another_kind_do_not_matter():
    Inputs(kind="adaptive max", kernel_size=(0, 0))
    Inputs(kind="average", dilation=(3, 3))


# The stage


def played(stage: Stage) -> list[list[str]]:
    """The cells of every board after the last frame."""
    cells = [list(board.cells) for board in stage.boards]
    for frame in stage.frames:
        write(cells, frame)
    return cells


def write(cells: list[list[str]], frame: Frame) -> None:
    for board, cell, text in frame.writes:
        cells[board][cell] = text


def shown(numbers: torch.Tensor) -> list[list[str]]:
    return [list(map(show, flat)) for flat in numbers.flatten(1).tolist()]


def assert_true(equation: str) -> None:
    """Both sides agree: exactly with =, as far as numbers are shown with ≈."""
    left, sign, right = re.split(" ([=≈]) ", equation)
    sizes = [abs(float(number)) for number in re.findall(r"[0-9.]+(?:e[+-]?[0-9]+)?", left)]
    allowed = CLOSE if sign == "=" else 1e-3
    assert math.isclose(evaluate(left), float(right), rel_tol=0, abs_tol=allowed * (1 + sum(sizes)))


@settings(max_examples=100, deadline=None)
@given(poolings())
def test_the_stage_ends_with_the_output(inputs):
    result = pooling.run(inputs)
    stage = pooling_stage.stage(inputs, result)
    cells, channels = played(stage), inputs.shape[0]
    assert len(stage.frames) == result.output.numel()
    assert cells[:channels] == shown(result.padded)
    assert cells[channels + 1 :] == shown(result.output)


@settings(max_examples=100, deadline=None)
@given(poolings())
def test_a_frame_shows_the_window_that_its_line_works_out(inputs):
    result = pooling.run(inputs)
    stage = pooling_stage.stage(inputs, result)
    cells = [list(board.cells) for board in stage.boards]
    for frame in stage.frames:
        write(cells, frame)
        (line,), (board, focus) = frame.lines, frame.focus
        window = [text for text in cells[inputs.shape[0]] if text]
        ((channel, seen),) = frame.marks
        if inputs.count_include_pad or inputs.kind != "average":
            assert window == [cells[channel][cell] for cell in seen]
        assert window
        if len(window) > WRITTEN_OUT:
            assert isinstance(line, Message)
            continue
        assert_true(line)
        assert line.endswith(f" {cells[board][focus]}")
        assert re.findall(r"-?(?:[0-9.]+(?:e[+-]?[0-9]+)?|∞)", line)[: len(window)] == window


@settings(max_examples=100, deadline=None)
@given(poolings())
def test_the_circled_cells_hold_the_first_of_the_largest(inputs):
    result = pooling.run(inputs)
    stage = pooling_stage.stage(inputs, result)
    cells = [list(board.cells) for board in stage.boards]
    for step, frame in enumerate(stage.frames):
        write(cells, frame)
        if inputs.averages:
            assert frame.circled == ()
            continue
        (channel, (winner,)), (window, (place,)) = frame.circled
        assert winner in frame.marks[0][1]
        assert cells[channel][winner] == cells[window][place] == show(result.output.flatten()[step].item())
        row, column = divmod(winner, result.padded.shape[2])
        flat = (row - inputs.ring[0]) * inputs.shape[2] + column - inputs.ring[1]
        assert flat == result.argmax.flatten()[step]


@settings(max_examples=100, deadline=None)
@given(with_gradients())
def test_the_backward_stage_ends_with_the_gradient(drawn):
    inputs, grad_output = drawn
    stage = pooling_stage.backward_stage(inputs, grad_output)
    ends = [float(text) for board in played(stage)[-inputs.shape[0] :] for text in board]
    gradient = pooling.backward(inputs, grad_output).flatten().tolist()
    assert ends == pytest.approx(gradient, rel=1e-3, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(with_gradients())
def test_the_lines_of_the_backward_stage_are_true(drawn):
    for frame in pooling_stage.backward_stage(*drawn).frames:
        for line in frame.lines:
            if isinstance(line, str):
                assert_true(line)
            elif "arithmetic" in line.values:
                assert_true(line.values["arithmetic"])
                assert line.values["count"] == len(frame.writes)


def test_a_gradient_goes_to_the_largest_and_adds_up():
    first, *_, last = pooling_stage.backward_stage(Inputs(), (((2, 0, 0), (3, 0, 0), (-1, 0, 0)),)).frames
    assert [str(line) for line in first.lines] == ["2 → row 3, column 1 (the largest, 9)"]
    assert first.circled == ((1, (10,)),)
    frames = pooling_stage.backward_stage(Inputs(), (((2, 0, 0), (3, 0, 0), (-1, 0, 0)),)).frames
    assert frames[3].lines[1] == "2 + 3 = 5"
    assert frames[6].lines[1] == "5 + (-1) = 4"
    assert last.focus == (0, 8)


def test_shares_that_fall_on_the_padding_are_told():
    inputs = Inputs(kind="average", padding=(1, 1))
    frame = pooling_stage.backward_stage(inputs).frames[0]
    assert [str(line) for line in frame.lines] == [
        "1 / 9 ≈ 0.1111 → each of 4 cells",
        "Shares that fall on the padding and are lost: 5.",
    ]
    frame = pooling_stage.backward_stage(replace(inputs, count_include_pad=False)).frames[0]
    assert [str(line) for line in frame.lines] == ["1 / 4 = 0.25 → each of 4 cells"]


def test_negative_numbers_stand_in_brackets():
    inputs = Inputs(image=(((-1.0, 2.0),),), kind="average", kernel_size=(1, 2))
    assert pooling_stage.stage(inputs, pooling.run(inputs)).frames[0].lines == ("((-1) + 2) / 2 = 0.5",)


def test_a_large_window_is_not_written_out():
    wide = (tuple(tuple(float(row + column) for column in range(9)) for row in range(9)),)
    inputs = Inputs(image=wide, kernel_size=(9, 9))
    assert (
        str(pooling_stage.stage(inputs, pooling.run(inputs)).frames[0].lines[0])
        == "the largest of 81 numbers is 16"
    )


def test_padding_and_dropped_rows_are_known_to_the_boards():
    inputs = Inputs(image=(DISTINCT, REPEATED), stride=None, padding=(1, 0))
    boards = pooling_stage.stage(inputs, pooling.run(inputs)).boards
    assert [str(board.name) for board in boards] == [
        "Input, channel 1",
        "Input, channel 2",
        "Window",
        "Output, channel 1",
        "Output, channel 2",
    ]
    assert boards[0].ring == (1, 1, 0, 0)
    assert boards[0].dropped == (1, 2)
    assert boards[0].cells[0] == "-∞"


def test_a_long_stage_is_cut():
    large = (tuple((float(row),) * 100 for row in range(100)),)
    stage = pooling_stage.stage(Inputs(image=large), pooling.run(Inputs(image=large)))
    assert stage.left_out > 0
    assert len(stage.frames) + stage.left_out == 98 * 98
    every = Inputs(image=large, kind="adaptive average", output_size=(100, 100))
    for stage in (pooling_stage.stage(every, pooling.run(every)), pooling_stage.backward_stage(every)):
        assert (len(stage.frames), stage.left_out) == (3000, 7000)


# Ties


@settings(max_examples=100, deadline=None)
@given(poolings())
def test_every_window_with_a_tie_is_found(inputs):
    result = pooling.run(inputs)
    tied = 0
    for channel in result.padded.tolist() if not inputs.averages else []:
        for rows in result.rows:
            for columns in result.columns:
                window = [channel[row][column] for row in rows for column in columns]
                tied += window.count(max(window)) > 1
    told = pooling.ties(inputs, result)
    assert len(told) == min(tied, pooling.TIES_TOLD) + (tied > pooling.TIES_TOLD)
    assert tied <= pooling.TIES_TOLD or told[-1].values == {"count": tied}


def test_a_tie_names_the_first_and_the_last():
    inputs = Inputs(image=(REPEATED,), stride=None)
    (tie,) = pooling.ties(inputs, pooling.run(inputs))
    assert "largest number, 2, more than once: first at row 1, column 2, last at row 3, column 2" in str(tie)
    assert [str(note) for note in pooling_stage.gradient_notes(inputs)] == [str(tie)]


# Questions


@settings(max_examples=100, deadline=None)
@given(poolings(), st.integers(0, 1000), st.integers(0, 30))
def test_the_answers_are_those_of_pytorch(inputs, seed, step):
    result = pooling.run(inputs)
    assume(step + 1 < result.output.numel())
    coming, sized, parameters, flows = pooling_stage.questions(inputs, result, step, seed)
    assert coming.is_right(by_torch(tensor(inputs.image), vars(inputs))[0].flatten()[step + 1].item())
    assert parameters.answer == 0
    asked = sized.prompt.values
    if inputs.adaptive:
        rows = torch.eye(inputs.shape[1], dtype=torch.float64)[None]
        seen = F.adaptive_avg_pool2d(rows, (asked["stops"], inputs.shape[1]))[0, asked["index"]]
        assert sized.answer == (seen > 0).sum()
    else:
        column = torch.zeros(1, inputs.shape[1], 1)
        size = F.avg_pool2d(
            column,
            (asked["kernel"], 1),
            (asked["stride"], 1),
            (asked["padding"], 0),
            ceil_mode=asked["ceil_mode"] == "True",
        ).shape[1]
        assert sized.answer == size
        arithmetic, answer = sized.reason.values["arithmetic"].rsplit(" = ", 1)
        assert evaluate(arithmetic) == int(answer) == size
    place = flows.prompt.values["place"].values
    image = tensor(inputs.image).requires_grad_()
    output, _ = by_torch(image, vars(inputs))
    output[place.get("channel", 1) - 1, place["row"] - 1, place["column"] - 1].backward()
    if inputs.averages:
        assert image.grad.max().item() * flows.answer == pytest.approx(1)
    else:
        assert image.grad.nonzero()[0, 1] + 1 == flows.answer


def test_after_the_last_step_no_number_comes_next():
    result = pooling.run(Inputs())
    assert len(pooling_stage.questions(Inputs(), result, 7, 0)) == 4
    assert len(pooling_stage.questions(Inputs(), result, 8, 0)) == 3


def test_another_seed_asks_something_else():
    result = pooling.run(Inputs())
    asked = [str(pooling_stage.questions(Inputs(), result, 0, seed)[1].prompt) for seed in (1, 1, 2)]
    assert asked[0] == asked[1] != asked[2]


def test_a_fraction_may_be_answered_as_it_is_shown():
    inputs = Inputs(kind="average")
    result = pooling.run(inputs)
    question = pooling_stage.questions(inputs, result, 0, 0)[0]
    assert question.is_right(float(show(result.output.flatten()[1].item())))


# The program


def execute(program: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, names)
    return names


@settings(max_examples=100, deadline=None)
@given(with_gradients())
def test_the_program_computes_the_numbers_on_the_page(drawn):
    inputs, grad_output = drawn
    result = pooling.run(inputs)
    names = execute(pooling.snippet(inputs, grad_output))
    torch.testing.assert_close(names["output"].detach(), result.output, rtol=0, atol=CLOSE)
    assert result.argmax is None or torch.equal(names["indices"], result.argmax)
    torch.testing.assert_close(names["image"].grad, pooling.backward(inputs, grad_output), rtol=0, atol=CLOSE)
    forward = execute(pooling.snippet(inputs))
    torch.testing.assert_close(forward["output"], result.output, rtol=0, atol=CLOSE)


@pytest.mark.parametrize(
    ("inputs", "call"),
    [
        (Inputs(stride=None), "output, indices = F.max_pool2d(image, kernel_size=3, return_indices=True)"),
        (Inputs(kind="average", stride=(3, 3)), "output = F.avg_pool2d(image, kernel_size=3)"),
        (
            Inputs(kind="average", stride=(1, 2), count_include_pad=False),
            "output = F.avg_pool2d(image, kernel_size=3, stride=(1, 2), count_include_pad=False)",
        ),
        (Inputs(kind="adaptive average"), "output = F.adaptive_avg_pool2d(image, output_size=2)"),
    ],
)
def test_the_program_leaves_out_what_is_the_default(inputs, call):
    assert call in pooling.snippet(inputs).splitlines()
    assert "grad" not in pooling.snippet(inputs)
    assert pooling.operator(inputs).removeprefix("torch.nn.functional") in call

"""Typed and pasted matrices: what is read, what is refused in which words, and that nothing is lost."""

import contextlib
import math
import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.core.limits import MATRIX_CHARACTERS, MATRIX_SIDE
from lessons.core.matrix import pack, parse, parse_number, parse_stack, to_text, unpack
from lessons.core.numbers import nested, show
from lessons.core.messages import LessonError

SQUARE = ((1.0, 2.0), (3.0, 4.0))
ROW = ((1.0, 2.0, 3.0),)

ACCEPTED = {
    # plain text
    "7": ((7.0,),),
    "1 2\n3 4": SQUARE,
    "  1   2 \n\n  3 4  \n": SQUARE,
    "1 2\r\n3 4\r\n": SQUARE,
    "1 2\r3 4": SQUARE,
    "1 2; 3 4": SQUARE,
    "1 2;\n3 4;": SQUARE,
    "1\u00a02;3\u00a04": SQUARE,
    "\ufeff1 2\n3 4": SQUARE,
    "1\n3": ((1.0,), (3.0,)),
    # commas
    "1,2\n3,4": SQUARE,
    "1, 2\n3, 4": SQUARE,
    "1 ,2;3 , 4": SQUARE,
    "1,5": ((1.0, 5.0),),
    "1,5,3": ((1.0, 5.0, 3.0),),
    "1, 5, 3": ((1.0, 5.0, 3.0),),
    "1.5,2.5": ((1.5, 2.5),),
    # a spreadsheet
    "1\t2\n3\t4": SQUARE,
    "1\t2\r\n3\t4\r\n": SQUARE,
    "1 \t 2\n3\t4": SQUARE,
    # Python
    "[[1, 2], [3, 4]]": SQUARE,
    "[[1, 2],\n [3, 4]]": SQUARE,
    "[[1, 2,], [3, 4],]": SQUARE,
    "[1, 2, 3]": ROW,
    "[7]": ((7.0,),),
    "[[1], [3]]": ((1.0,), (3.0,)),
    "[[[1, 2], [3, 4]]]": SQUARE,
    "[[[[1,2],[3,4]]]]": SQUARE,
    "[[[1, 2, 3]]]": ROW,
    # NumPy, as code and as printed
    "array([[1, 2], [3, 4]])": SQUARE,
    "array([[1., 2.],\n       [3., 4.]])": SQUARE,
    "np.array([[1, 2], [3, 4]], dtype=np.float32)": SQUARE,
    "np.array(\n    [[1, 2], [3, 4]],\n    dtype='f4',\n)": SQUARE,
    "numpy.array([1, 2, 3], dtype=float32)": ROW,
    "array(7.)": ((7.0,),),
    "[[1 2]\n [3 4]]": SQUARE,
    "[[ 1.  2.]\n [ 3.  4.]]": SQUARE,
    "[1. 2.\n 3.]": ROW,
    "[[1 2 3]]": ROW,
    "[1 2; 3 4]": SQUARE,
    # torch, as code and as printed
    "tensor([[1., 2.], [3., 4.]], dtype=torch.float64)": SQUARE,
    "torch.tensor([[1, 2], [3, 4]])": SQUARE,
    "tensor([[1., 2.],\n        [3., 4.]], device='cuda:0', requires_grad=True)": SQUARE,
    "tensor([[1., 2.], [3., 4.]], grad_fn=<AddBackward0>)": SQUARE,
    # numbers
    "1. .5 -.5 +2": ((1.0, 0.5, -0.5, 2.0),),
    "1e3 1E-3 -1.5e+2 1.e1": ((1000.0, 0.001, -150.0, 10.0),),
    "\u22121 \u2212.5e\u22121": ((-1.0, -0.05),),
    "007 1e-400": ((7.0, 0.0),),
    "0.1 1.7976931348623157e308 5e-324": ((0.1, 1.7976931348623157e308, 5e-324),),
}

REFUSED = {
    # nothing there
    "": "There is no number.",
    " \n ": "There is no number.",
    ";": "There is no number.",
    "[]": "There is no number.",
    "[[], []]": "There is no number.",
    # ragged
    "1 2 3 4 5\n1 2 3 4": "Row 2 has 4 numbers, row 1 has 5.",
    "[[1, 2], [3, 4, 5]]": "Row 2 has 3 numbers, row 1 has 2.",
    "[[1, 2], []]": "Row 2 has 0 numbers, row 1 has 2.",
    "1 2;;3 4": "Row 2 has 0 numbers, row 1 has 2.",
    # cells left empty
    "1\t2\t3\n4\t\t6": "Row 2, column 2: There is no number.",
    "\t2\n3\t4": "Row 1, column 1: There is no number.",
    "1\t2\n3\t": "Row 2, column 2: There is no number.",
    "1\t2\n\t\n3\t4": "Row 2, column 1: There is no number.",
    "1,,2": "Row 1, column 2: There is no number.",
    "1,2\n3,": "Row 2, column 2: There is no number.",
    # a decimal comma
    "1,5 2,5": "Row 1, column 1: 1,5 is not a number; write 1.5.",
    "1 2 1,5": "Row 1, column 3: 1,5 is not a number; write 1.5.",
    "1\t2\n3\t-1,5": "Row 2, column 2: -1,5 is not a number; write -1.5.",
    "[[1 2,5]]": "Row 1, column 2: 2,5 is not a number; write 2.5.",
    "1,5;2\n3;4,5": "Separate the rows by lines or by ;, not by both.",
    # no finite decimal number
    "1 nan": "Row 1, column 2: nan is not a finite number.",
    "[[1, -inf]]": "Row 1, column 2: -inf is not a finite number.",
    "NaN": "Row 1, column 1: NaN is not a finite number.",
    "1 2\n3 ∞": "Row 2, column 2: ∞ is not a finite number.",
    "1e309": "Row 1, column 1: 1e309 is too large; numbers end at 1.8e308.",
    "-1e999": "Row 1, column 1: -1e999 is too large; numbers end at 1.8e308.",
    "1_0": "Row 1, column 1: 1_0 is not a number.",
    "0x10": "Row 1, column 1: 0x10 is not a number.",
    "1+2j": "Row 1, column 1: 1+2j is not a number.",
    "[[True, 1]]": "Row 1, column 1: True is not a number.",
    "1 2kg": "Row 1, column 2: 2kg is not a number.",
    "50%": "Row 1, column 1: 50% is not a number.",
    "--5": "Row 1, column 1: --5 is not a number.",
    "- 5": "Row 1, column 1: - is not a number.",
    "1e": "Row 1, column 1: 1e is not a number.",
    ".": "Row 1, column 1: . is not a number.",
    "1.2.3": "Row 1, column 1: 1.2.3 is not a number.",
    "1/2": "Row 1, column 1: 1/2 is not a number.",
    "a,b\n1,2": "Row 1, column 1: a is not a number.",
    "1 2\n3 \u0664": "Row 2, column 2: \u0664 is not a number; write the digits 0 to 9.",
    "\uff11 2": "Row 1, column 1: \uff11 is not a number; write the digits 0 to 9.",
    "1 2\u00b2": "Row 1, column 2: 2\u00b2 is not a number; write the digits 0 to 9.",
    "__import__('os')": "Row 1, column 1: __import__('os') is not a number.",
    "[[__import__('os').system('x')]]": "Row 1, column 1: __import__('os').system('x') is not a number.",
    "1 " + "x" * 99: f"Row 1, column 2: {'x' * 30}… is not a number.",
    # brackets
    "[[1, 2], [3, 4]": "There is a [ without its ].",
    "[[1, 2]], [3, 4]]": "There is a ] without its [.",
    "]1[": "There is a ] without its [.",
    "array([[1, 2]]": "There is a ( without its ).",
    "[[1, 2], 3]": "3 stands outside the rows; write [[1, 2], [3, 4]].",
    "1 [2]": "1 stands outside the rows; write [[1, 2], [3, 4]].",
    "x = [[1, 2]]": "x= stands outside the rows; write [[1, 2], [3, 4]].",
    "array([[1, 2]]) + array([[1]])": ")+array( stands outside the rows; write [[1, 2], [3, 4]].",
    "array([[1, 2]], dtype=exit())": ",dtype=exit() stands outside the rows; write [[1, 2], [3, 4]].",
    "[[[1, 2]], [[3, 4]]]": "These are more than two dimensions; paste one channel at a time.",
    "tensor([[[[1, 2]], [[3, 4]]]])": "These are more than two dimensions; paste one channel at a time.",
    "[[1], [2]], [[3], [4]]": "These are more than two dimensions; paste one channel at a time.",
    "[[1, 2]] [[3, 4]]": "These are more than two dimensions; paste one channel at a time.",
    "[[[]]]": "There is no number.",
    # NumPy's short print
    "[[0 1 ... 8 9]]": "The matrix is shortened with ...; print it in full.",
    "tensor([[0, 1,  ..., 8, 9]])": "The matrix is shortened with ...; print it in full.",
    "1 2 … 9": "The matrix is shortened with ...; print it in full.",
    # too much
    "1\n" * (MATRIX_SIDE + 1): "101 rows are too many; at most 100.",
    "1 " * (MATRIX_SIDE + 1): "101 columns are too many; at most 100.",
    "[" + "[1]," * 101 + "]": "101 rows are too many; at most 100.",
    "1" * (MATRIX_CHARACTERS + 1): "The text has more than 200000 characters.",
}

finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def stacks(draw, most=3):
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    row = st.lists(finite, min_size=columns, max_size=columns).map(tuple)
    matrix = st.lists(row, min_size=rows, max_size=rows).map(tuple)
    return tuple(draw(st.lists(matrix, min_size=1, max_size=most)))


matrices = stacks(most=1).map(lambda stack: stack[0])


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_learners_paste_is_read(text):
    assert parse(text) == ACCEPTED[text]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:40]))
def test_what_cannot_be_read_is_named_with_its_place(text):
    with pytest.raises(LessonError) as refusal:
        parse(text)
    assert str(refusal.value) == REFUSED[text]


def test_a_matrix_of_the_largest_size_is_read():
    full = "\n".join(["1 " * MATRIX_SIDE] * MATRIX_SIDE)
    assert parse(full) == ((1.0,) * MATRIX_SIDE,) * MATRIX_SIDE


@given(matrices)
def test_a_matrix_survives_being_written_as_text(matrix):
    assert parse(to_text(matrix)) == matrix


@given(stacks())
def test_a_stack_survives_the_address(stack):
    assert unpack(pack(stack)) == stack
    assert not set(pack(stack)) & set("+ &#%")


@given(matrices)
def test_a_matrix_survives_being_written_as_a_python_list(matrix):
    assert parse(nested(matrix)) == matrix


@settings(deadline=None)  # torch's first print is slow
@given(matrices)
def test_what_numpy_and_torch_print_is_read(matrix):
    array = np.array(matrix, dtype=np.float64)
    with np.printoptions(precision=17, threshold=10_000):
        assert np.array_equal(parse(str(array)), array)
        assert np.array_equal(parse(repr(array)), array)
    tensor = torch.tensor(matrix, dtype=torch.float64).clamp(-100, 100)
    torch.testing.assert_close(
        torch.tensor(parse(repr(tensor)), dtype=torch.float64), tensor, atol=1e-3, rtol=1e-3
    )


@given(st.text() | st.text("0123456789+-.eE,;|\t\n []()arytensodp=_\u2212"))
def test_arbitrary_text_is_read_or_refused_in_words(text):
    for read in (parse, unpack, parse_number):
        with contextlib.suppress(LessonError):
            read(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "]" * 100_000,
        "[" * 50_000 + "]" * 50_000,
        "[]" * 50_000,
        "[1" * 50_000 + "]" * 50_000,
        "1" * 200_000,
        "1" * 199_999 + "x",
        " " * 199_999 + "x",
        "array([1]" + " " * 199_000 + "!)",
        "1, " * 66_000,
        "," * 200_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_the_longest_text_is_read_or_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(LessonError):
        parse(text)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (-12, "-12"),
        (999_999.0, "999999"),
        (1_000_000.0, "1e+06"),
        (0.1 + 0.2, "0.3"),
        (-1 / 3, "-0.3333"),
        (1234.5678, "1235"),
        (1e-9, "1e-09"),
        (-math.inf, "-∞"),
        (math.inf, "∞"),
        (math.nan, "nan"),
    ],
)
def test_a_number_is_shown_short(value, shown):
    assert show(value) == shown


def test_zero_has_no_sign_however_it_is_written():
    assert str(parse_number("-0")) == "0.0"
    assert to_text(((-0.0, -1.0),)) == "0 -1"


def test_a_list_for_python_stands_aligned_and_has_floats_only():
    assert nested(((1, -2.5),)) == "[[1., -2.5]]"
    assert nested((1.0, 1e20, 10.0)) == "[1., 1e+20, 10.]"
    assert f"x = {nested(SQUARE, indent=4)}" == "x = [[1., 2.],\n     [3., 4.]]"
    assert nested((SQUARE, SQUARE)) == "[[[1., 2.],\n  [3., 4.]],\n [[1., 2.],\n  [3., 4.]]]"


@given(stacks())
def test_a_list_for_python_is_what_torch_builds_the_same_tensor_from(stack):
    built = eval(f"torch.tensor({nested(stack)}, dtype=torch.float64)", {"torch": torch})
    assert torch.equal(built, torch.tensor(stack, dtype=torch.float64))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,2|3", "Channel 2 is 1 x 1, channel 1 is 1 x 2; all channels have one size."),
        ("1,2|3,x", "Channel 2: Row 1, column 2: x is not a number."),
        ("1,x", "Row 1, column 2: x is not a number."),
        ("1|", "Channel 2: There is no number."),
        ("", "There is no number."),
        ("1|" * 150_000, "The text has more than 200000 characters."),
    ],
    ids=lambda text: text[:10],
)
def test_an_address_that_cannot_be_read_names_the_channel(text, told):
    with pytest.raises(LessonError) as refusal:
        unpack(text)
    assert str(refusal.value) == told


def test_channels_are_read_one_from_each_text():
    assert parse_stack(["1 2; 3 4", "[[1, 2], [3, 4]]"]) == (SQUARE, SQUARE)

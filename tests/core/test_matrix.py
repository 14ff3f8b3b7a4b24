"""Typed and pasted matrices: what is read, what is refused in which words, and that nothing is lost."""

import contextlib
import math
import re
import time

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lessons.core.limits import MATRIX_CHARACTERS, MATRIX_SIDE
from lessons.core.matrix import pack, parse, parse_list, parse_pasted, parse_stack, to_text, unpack
from lessons.core.messages import LessonError
from lessons.core.numbers import exact, nested, parse_number, show
from lessons.core.program import Program, call

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
    "1, 2\n3, 4": SQUARE,
    "1 ,2;3 , 4": SQUARE,
    "1, 5": ((1.0, 5.0),),
    "1,2,3": ROW,
    "1,-2\n3,4": ((1.0, -2.0), (3.0, 4.0)),  # 1,-2 cannot be one number, so no comma here is a decimal one
    "100,200,30": ((100.0, 200.0, 30.0),),
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
    "[1., 2.,\n 3.]": ROW,
    "[[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n  24]]": (tuple(range(25)),),
    "[[1 2 3]]": ROW,
    "[1 2; 3 4]": SQUARE,
    # torch, as code and as printed
    "tensor([[1., 2.], [3., 4.]], dtype=torch.float64)": SQUARE,
    "torch.tensor([[1, 2], [3, 4]])": SQUARE,
    "tensor([[1., 2.],\n        [3., 4.]], device='cuda:0', requires_grad=True)": SQUARE,
    "tensor([[1., 2.], [3., 4.]], grad_fn=<AddBackward0>)": SQUARE,
    "Parameter containing:\ntensor([[[[1., 2.],\n          [3., 4.]]]], requires_grad=True)": SQUARE,
    "tensor(7., dtype=torch.float64, grad_fn=<SumBackward0>)": ((7.0,),),
    "[tensor(1.), tensor(2., requires_grad=True), tensor(3)]": ROW,
    "(tensor([1., 2.]), tensor([3., 4.]))": SQUARE,
    "tensor([[1., 2.]], size=(1, 2))": ((1.0, 2.0),),
    "[np.float64(1.0), np.float64(2.0), np.int64(3)]": ROW,
    "torch.tensor(((1, 2), (3, 4)))": SQUARE,
    "Out[7]: \narray([[1, 2],\n       [3, 4]])": SQUARE,
    "A = [1 2; 3 4]": SQUARE,
    # a program
    "x = [[1, 2], [3, 4]]": SQUARE,
    "# (channels, height, width)\nimage = torch.tensor([[[1., 2.],\n    [3., 4.]]])": SQUARE,
    "import torch\n\nimage = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)\n"
    "output = F.max_pool2d(image, kernel_size=2)\noutput.backward(ones)\nprint(output)\n": SQUARE,
    # rows parted by other line breaks
    "1 2\v3 4": SQUARE,
    "1 2\f3 4": SQUARE,
    "1 2\x1e3 4": SQUARE,
    "1 2\u00853 4": SQUARE,
    "1 2\u20283 4": SQUARE,
    "1 2\u20293 4": SQUARE,
    "1\t2\v3\t4": SQUARE,
    # a Chinese input method
    "1，2；3，4": SQUARE,
    "１　２；３　４": SQUARE,
    "1、2、3": ROW,
    "1。5 ２．５": ((1.5, 2.5),),
    "［［1,2],[3,4］］": SQUARE,
    "【1 2；3 4】": SQUARE,
    "ｔｅｎｓｏｒ（［［１．，２．］，［３．，４．］］）": SQUARE,
    "－1，＋2": ((-1.0, 2.0),),
    # dashes, and what cannot be seen
    "\u20121 \u20132 \u20143 \ufe634": ((-1.0, -2.0, -3.0, -4.0),),
    "\u200b1\u200b \u00ad2\u2060\n3\u200e 4": SQUARE,
    "1\u20092\u2003\n3\u202f4": SQUARE,
    # fractions
    "1/4 -1/2": ((0.25, -0.5),),
    "[[1/8, .5/2]]": ((0.125, 0.25),),
    "1／8": ((0.125,),),
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
    "[[1, 2 5]]": "Row 1, column 2: 2 5 is not a number.",
    "1,5;2\n3;4,5": "Separate the rows by lines or by ;, not by both.",
    # one number, or several
    "1,5": "1,5 can mean 1.5 or 1, 5; write the one you mean.",
    "1,2\n3,4": "1,2 can mean 1.2 or 1, 2; write the one you mean.",
    "1,5; 2,5": "1,5 can mean 1.5 or 1, 5; write the one you mean.",
    "1, 2,5": "2,5 can mean 2.5 or 2, 5; write the one you mean.",
    "1,234.5": "1,234.5 can mean 1234.5 or 1, 234.5; write the one you mean.",
    "1.234,5": "1.234,5 can mean 1234.5 or 1.234, 5; write the one you mean.",
    "1,234": "1,234 can mean 1.234 or 1234 or 1, 234; write the one you mean.",
    "-1,234,567": "-1,234,567 can mean -1234567 or -1, 234, 567; write the one you mean.",
    "1\u202f234": "1<U+202F>234 can mean 1234 or 1, 234; write the one you mean.",
    "1\u00a0234\u00a0567": "1<U+00A0>234<U+00A0>567 can mean 1234567 or 1, 234, 567; write the one you mean.",
    "１，２３４": "１，２３４ can mean 1234 or 1, 234; write the one you mean.",
    "[[1\u2009234]]": "1<U+2009>234 can mean 1234 or 1, 234; write the one you mean.",
    "1\t1,234": "Row 1, column 2: 1,234 can mean 1.234 or 1234; write the one you mean.",
    "1\t1.234.567": "Row 1, column 2: 1.234.567 is not a number; write 1234567.",
    "1'234 5": "Row 1, column 1: 1'234 is not a number; write 1234.",
    # one row, or several
    "[1 2\n3 4]": "A line ends within [1 2 3 4]. Part rows by ;, or put each into its own brackets.",
    "[1. 2.\n 3.]": "A line ends within [1. 2. 3.]. Part rows by ;, or put each into its own brackets.",
    "[[1 2\v3 4]]": "A line ends within [1 2 3 4]. Part rows by ;, or put each into its own brackets.",
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
    "1/0": "Row 1, column 1: 1/0 divides by zero.",
    "1/2/3": "Row 1, column 1: 1/2/3 is not a number.",
    "1e300/1e-300": "Row 1, column 1: 1e300/1e-300 is too large; numbers end at 1.8e308.",
    "a,b\n1,2": "Row 1, column 1: a is not a number.",
    "1 2\n3 \u0664": "Row 2, column 2: \u0664 is not a number; write the digits 0 to 9.",
    "1 2\u00b2": "Row 1, column 2: 2\u00b2 is not a number; write the digits 0 to 9.",
    # what cannot be seen
    "1\u200b2": "Row 1, column 1: 1<U+200B>2 is not a number.",
    "1\u200b\u200b2": "Row 1, column 1: 1<U+200B><U+200B>2 is not a number.",
    "1\u00ad2": "Row 1, column 1: 1<U+00AD>2 is not a number.",
    "1 2\x00": "Row 1, column 2: 2<U+0000> is not a number.",
    "1 2\u0301": "Row 1, column 2: 2<U+0301> is not a number.",
    # a program
    "__import__('os')": "__import__( stands outside the rows; write [[1, 2], [3, 4]].",
    "[[__import__('os').system('x')]]": "__import__( stands outside the rows; write [[1, 2], [3, 4]].",
    "a = [1, 2]\nb = [3, 4]": "There are several arrays: a, b. Paste one of them.",
    "a = [1, 2]\na *= 2": "a *= 2 stands outside the rows; write [[1, 2], [3, 4]].",
    "(5)": "( stands outside the rows; write [[1, 2], [3, 4]].",
    "1 " + "x" * 99: f"Row 1, column 2: {'x' * 30}… is not a number.",
    # brackets
    "[[1, 2], [3, 4]": "There is a [ without its ].",
    "[[1, 2]], [3, 4]]": "There is a ] without its [.",
    "]1[": "There is a ] without its [.",
    "array([[1, 2]]": "There is a ( without its ).",
    "[[1, 2], 3]": "3 stands outside the rows; write [[1, 2], [3, 4]].",
    "1 [2]": "1 stands outside the rows; write [[1, 2], [3, 4]].",
    "array([[1, 2]]) + array([[1]])": "+ stands outside the rows; write [[1, 2], [3, 4]].",
    "array([[1, 2]], dtype=exit())": "exit( stands outside the rows; write [[1, 2], [3, 4]].",
    "array([[1, 2]], scale=2)": "scale=2 stands outside the rows; write [[1, 2], [3, 4]].",
    "tensor([[1, 2]": "There is a [ without its ].",
    "tensor([[1, 2])": "There is a ) without its (.",
    "[[1], [[2]]]": "The brackets are not nested alike everywhere; write [[1, 2], [3, 4]].",
    # several matrices
    "[[[1, 2]], [[3, 4]]]": "These are 2 matrices; paste one at a time.",
    "tensor([[[[1, 2]], [[3, 4]]]])": "These are 2 matrices; paste one at a time.",
    "[[1], [2]], [[3], [4]]": "These are 2 matrices; paste one at a time.",
    "[[1, 2]] [[3, 4]]": "These are 2 matrices; paste one at a time.",
    "1 2\n3 4\n\n5 6\n7 8": "These are 2 matrices; paste one at a time.",
    "[[[[1], [2]], [[3], [4]]], [[[5], [6]], [[7], [8]]]]": (
        "These are more than 3 dimensions; paste a part of them at a time."
    ),
    "[[[]]]": "There is no number.",
    # NumPy's short print
    "[[0 1 ... 8 9]]": "Numbers are left out with ...; print all of them.",
    "tensor([[0, 1,  ..., 8, 9]])": "Numbers are left out with ...; print all of them.",
    "1 2 … 9": "Numbers are left out with ...; print all of them.",
    # too much
    "1\n" * (MATRIX_SIDE + 1): "101 rows are too many; at most 100.",
    "1 " * (MATRIX_SIDE + 1): "101 columns are too many; at most 100.",
    "[" + "[1]," * 101 + "]": "101 rows are too many; at most 100.",
    "1" * (MATRIX_CHARACTERS + 1): "The text has more than 1000000 characters.",
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
@example(((0.006976422700831541,),))  # more than 17 digits behind the point
@example(((0.0, 0.0, 0.0, 1 / 3),))  # NumPy breaks the row, and drops the blanks at its end
def test_what_numpy_and_torch_print_is_read(matrix):
    array = np.array(matrix, dtype=np.float64)
    with np.printoptions(precision=30, threshold=10_000):
        assert np.array_equal(parse(str(array)), array)
        assert np.array_equal(parse(repr(array)), array)


@settings(deadline=None)  # torch's first print is slow
@given(stacks(), st.booleans())
def test_what_numpy_and_torch_print_of_several_matrices_is_read(stack, learns):
    with np.printoptions(precision=17):
        assert parse_stack(repr(np.array(stack))) == stack
    tensor = torch.tensor(stack, dtype=torch.float64, requires_grad=learns)
    torch.set_printoptions(precision=17, sci_mode=True)
    for text in (repr(tensor), repr(torch.nn.Parameter(tensor)), repr(tensor[:, None] * 1), f"x = {tensor}"):
        assert parse_stack(text) == stack
    torch.set_printoptions(profile="default")


@given(finite)
def test_one_number_is_read_as_python_numpy_and_torch_write_it(value):
    torch.set_printoptions(precision=17, sci_mode=True)
    tensor = torch.tensor(value, dtype=torch.float64, requires_grad=True)
    for text in (repr(value), exact(value), repr(np.float64(value)), repr(tensor), repr(tensor * 1)):
        assert parse_number(text) == value
        assert parse_pasted(text, 1) == value
    torch.set_printoptions(profile="default")


@given(stacks(), st.booleans())
def test_what_a_program_of_ours_writes_is_read(stack, learns):
    program = Program().tensor("image", stack, "(channels, height, width)", learns).line("")
    program.line(f"output = {call('F.max_pool2d', ['image'], {'kernel_size': (2, 3)})}").show("output")
    assert parse_stack(str(program)) == stack
    kernels = str(Program().tensor("weight", (stack, stack)).show("weight"))
    assert parse_stack(kernels, dimensions=4) == stack + stack


@given(stacks())
def test_the_text_of_several_matrices_is_read_as_just_these(stack):
    assert parse_stack("\n\n".join(map(to_text, stack)), len(stack)) == stack


@given(st.text() | st.text("0123456789+-.eE,;|\t\n []()arytensodp=_\u2212"))
def test_arbitrary_text_is_read_or_refused_in_words(text):
    for read in (parse, unpack, parse_number):
        with contextlib.suppress(LessonError):
            read(text)


FULL = MATRIX_CHARACTERS


@pytest.mark.parametrize(
    "text",
    [
        "[" * FULL,
        "]" * FULL,
        "[" * (FULL // 2) + "]" * (FULL // 2),
        "[]" * (FULL // 2),
        "[1" * (FULL // 3) + "]" * (FULL // 3),
        "1" * FULL,
        "1" * (FULL - 1) + "x",
        " " * (FULL - 1) + "x",
        "array([1]" + " " * (FULL - 11) + "!)",
        "1, " * (FULL // 3),
        "," * FULL,
        " ," * (FULL // 2),
        "a" * FULL,
        "a." * (FULL // 2),
        "a=" * (FULL // 2),
        ", dtype" * (FULL // 7),
        "(" * 8 + "1," * (FULL // 2 - 4),
        "[1\n" * 8 + "1\n" * (FULL // 2 - 20) + "]" * 8,
        "\n " * (FULL // 2),
        "\u200b" * FULL,
        "1\u00a0" * (FULL // 2),
        "1" + ",111" * (FULL // 4 - 1),
    ],
    ids=lambda text: repr(text[:8]),
)
def test_the_longest_text_is_read_or_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(LessonError):
        parse(text)
    assert time.perf_counter() - start < 5


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
        ("1|" * 600_000, "The text has more than 1000000 characters."),
    ],
    ids=lambda text: text[:10],
)
def test_an_address_that_cannot_be_read_names_the_channel(text, told):
    with pytest.raises(LessonError) as refusal:
        unpack(text)
    assert str(refusal.value) == told


def test_empty_lines_part_matrices_and_may_also_stand_between_the_rows_of_one():
    assert parse_stack("1 2\n3 4\n \n1 2\n3 4\n") == (SQUARE, SQUARE)
    assert parse_stack("1 2\n\n3 4", count=1) == (SQUARE,)
    assert parse_stack("1 2\n\n3 4", count=2) == (SQUARE[:1], SQUARE[1:])
    assert parse_stack("[[[1, 2], [3, 4]],\n\n [[1, 2], [3, 4]]]") == (SQUARE, SQUARE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 234", "1 234 can mean 1234 or 1, 234; write the one you mean."),
        (" -1 234 567,5\n", "-1 234 567,5 can mean -1234567.5 or -1, 234, 567,5; write the one you mean."),
        ("1,234.5", "1,234.5 can mean 1234.5 or 1, 234.5; write the one you mean."),
        ("1\u202f234", "1<U+202F>234 can mean 1234 or 1, 234; write the one you mean."),
        ("1'234.5", "Row 1, column 1: 1'234.5 is not a number; write 1234.5."),
    ],
)
def test_a_number_with_parted_thousands_is_not_pasted_as_several(text, told):
    with pytest.raises(LessonError) as refusal:
        parse_pasted(text, 1)
    assert str(refusal.value) == told


def test_a_paste_is_one_number_or_a_matrix():
    assert parse_pasted(" tensor(7., grad_fn=<SumBackward0>)\n", 1) == 7.0
    assert parse_pasted("1 2 3", 1) == (ROW,)
    assert parse_pasted("100 200\n300 400", 1) == (((100.0, 200.0), (300.0, 400.0)),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,5", "1,5 is not a number; write 1.5."),
        ("1，5", "1，5 is not a number."),
        ("1,234", "1,234 can mean 1.234 or 1234; write the one you mean."),
        ("1,234.5", "1,234.5 is not a number; write 1234.5."),
        ("1.234,5", "1.234,5 is not a number; write 1234.5."),
        ("0,001", "0,001 is not a number; write 0.001."),
        ("1\u202f234", "1<U+202F>234 is not a number; write 1234."),
        ("1 234,5", "1 234,5 is not a number; write 1234.5."),
        ("(5)", "(5) is not a number."),
        ("5\u2013", "5– is not a number."),
        ("1\u200b2", "1<U+200B>2 is not a number."),
        ("1 / 0", "1 / 0 divides by zero."),
    ],
)
def test_a_cell_that_is_no_number_is_told_what_was_seen(text, told):
    with pytest.raises(LessonError) as refusal:
        parse_number(text)
    assert str(refusal.value) == told


@pytest.mark.parametrize(
    ("text", "value"),
    {
        "－３": -3,
        "１．５": 1.5,
        "1。5": 1.5,
        "1/9": 1 / 9,
        "１／９": 1 / 9,
        "—2": -2,
        "\ufeff7\u200b": 7,
    }.items(),
)
def test_a_cell_takes_what_an_input_method_writes(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 2 3", (1, 2, 3)),
        ("[1, -2.5]", (1, -2.5)),
        ("1\n2 3\n4", (1, 2, 3, 4)),
        ("tensor([[1.], [2.]])", (1, 2)),
        ("0 " * 300, (0,) * 300),
    ],
    ids=lambda each: str(each)[:20],
)
def test_a_list_is_read_in_a_row_or_below_each_other(text, numbers):
    assert parse_list(text) == numbers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 2 hello", "Number 3: hello is not a number."),
        ("1\n1e999", "Number 2: 1e999 is too large"),
        ("", "There is no number."),
        ("[]", "There is no number."),
        ("1,5", "1,5 can mean 1.5 or 1, 5"),
    ],
    ids=str,
)
def test_what_is_no_list_is_told_by_the_place_of_the_number(text, why):
    with pytest.raises(LessonError, match=re.escape(why)):
        parse_list(text)

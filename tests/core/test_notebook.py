"""A program cut into cells and made a notebook stays the same program."""

import ast

import nbformat
import pytest

from lessons.core.notebook import split_cells, to_notebook, translated

PROGRAM = '''"""Train."""

import torch

# %% Data
images = torch.rand(4)

# %% Net
# %% Empty before
net = 1
'''


def test_the_cells_together_are_the_program():
    cells = split_cells(PROGRAM)
    assert [cell.title for cell in cells] == ["", "Data", "Net", "Empty before"]
    assert "".join(f"# %% {cell.title}\n" * bool(cell.title) + cell.source for cell in cells) == PROGRAM


@pytest.mark.parametrize(
    "program", ["x = 1\n", "x = 1", "", "# a comment with # %% inside\n", "text = '''\n%%'''\n"]
)
def test_a_program_without_cell_lines_is_one_cell_at_most(program):
    assert "".join(cell.source for cell in split_cells(program)) == program
    assert len(split_cells(program)) <= 1


def test_a_program_may_begin_with_a_cell_line():
    (cell,) = split_cells("# %% Only\nx = 1\n")
    assert (cell.title, cell.source, cell.lines) == ("Only", "x = 1\n", 1)


def test_a_notebook_is_valid_and_has_one_code_cell_a_cell():
    notebook = nbformat.reads(to_notebook(PROGRAM), as_version=4)
    nbformat.validate(notebook)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert sources == [cell.source.strip("\n") for cell in split_cells(PROGRAM)]
    assert [cell.source for cell in notebook.cells if cell.cell_type == "markdown"][:2] == [
        "## Data",
        "## Net",
    ]


def test_a_program_in_another_language_has_other_titles_and_does_the_same():
    chinese = translated(PROGRAM, "zh")
    assert [cell.title for cell in split_cells(chinese)] == ["", "数据", "网络", "Empty before"]
    assert "## 网络" in [cell.source for cell in nbformat.reads(to_notebook(chinese), as_version=4).cells]
    assert ast.dump(ast.parse(chinese)) == ast.dump(ast.parse(PROGRAM))
    assert translated(PROGRAM, "en") == PROGRAM


def test_the_same_program_gives_the_same_notebook():
    assert to_notebook(PROGRAM) == to_notebook(PROGRAM)

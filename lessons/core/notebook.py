"""A lesson's program as a learner takes it home: cut into cells, and as a notebook.

A program is plain Python. A line ``# %% Title`` starts a cell, as it does in Jupytext, VS Code and Spyder.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons.core.words import look_up

CELL = re.compile(r"^# %%[ \t]*(.*)\n", re.MULTILINE)
COMMENT = re.compile(r"^(# (?:%%[ \t]*)?)(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A piece of a program; title is empty for what stands before the first ``# %%`` line."""

    title: str
    source: str

    @property
    def lines(self) -> int:
        return len(self.source.strip("\n").split("\n"))


def split_cells(program: str) -> tuple[Cell, ...]:
    """The program's cells in order; without ``# %%`` lines the whole program is one cell.

    >>> split_cells("import torch\\n# %% Data\\nx = torch.ones(3)\\n")
    (Cell(title='', source='import torch\\n'), Cell(title='Data', source='x = torch.ones(3)\\n'))
    """
    opening, *titled = CELL.split(program)
    cells = [Cell("", opening)] if opening.strip() else []
    cells += [Cell(title.strip(), source) for title, source in zip(titled[::2], titled[1::2], strict=True)]
    return tuple(cells)


def join_cells(cells: Mapping[str, str]) -> str:
    """The program of these cells, by their titles.

    >>> join_cells({"Data": "x = 1\\n", "Net": "y = 2\\n"})
    '# %% Data\\nx = 1\\n\\n\\n# %% Net\\ny = 2\\n'
    """
    return "\n\n".join(f"# %% {title}\n{source}" for title, source in cells.items())


def translated(program: str, language: str) -> str:
    """The program with its titles, and comments on lines of their own, in the language.

    >>> translated("# %% Net\\nnet = 1\\n# nobody's words\\n", "zh")
    "# %% 网络\\nnet = 1\\n# nobody's words\\n"
    """
    return COMMENT.sub(lambda line: line[1] + look_up(line[2], language), program)


def to_notebook(program: str) -> str:
    """The program as a Jupyter notebook (JSON): a heading and a code cell a cell, the same every time."""
    import nbformat.v4  # 0.3 s, and needed only when somebody asks for a notebook

    v4: Any = nbformat.v4  # it has no type annotations

    cells = []
    for number, cell in enumerate(split_cells(program)):
        if cell.title:
            cells.append(v4.new_markdown_cell(f"## {cell.title}", id=f"title-{number}"))
        cells.append(v4.new_code_cell(cell.source.strip("\n"), id=f"code-{number}"))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return str(v4.writes(v4.new_notebook(cells=cells, metadata=kernel)))

"""Writes the program that a learner takes home: plain PyTorch, with exactly the numbers of the page."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lessons.core.numbers import Numbers, nested


class Program:
    """Lines of a program, in order; ``str`` is its text.

    >>> print(str(Program().tensor("image", ((1.0, 2.0),)).line("total = image.sum()").show("total")), end="")
    import torch
    import torch.nn.functional as F
    <BLANKLINE>
    image = torch.tensor([[1., 2.]], dtype=torch.float64)
    total = image.sum()
    print(total)
    """

    def __init__(self) -> None:
        self._lines = ["import torch", "import torch.nn.functional as F", ""]

    def tensor(self, name: str, numbers: Numbers, shape: str = "", learns: bool = False) -> "Program":
        """A float64 tensor. shape: a comment above it; learns: whether it gets a gradient."""
        start = f"{name} = torch.tensor("
        more = ", requires_grad=True" if learns else ""
        comment = [f"# {shape}"] if shape else []
        return self.line(*comment, f"{start}{nested(numbers, len(start))}, dtype=torch.float64{more})")

    def line(self, *lines: str) -> "Program":
        self._lines += lines
        return self

    def show(self, *names: str) -> "Program":
        """Print these, each on lines of its own."""
        apart = ', sep="\\n"' if len(names) > 1 else ""
        return self.line(f"print({', '.join(names)}{apart})")

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"


def quoted(text: str) -> str:
    """Text from outside as a string of Python, whatever is in it: the only way for it into a program.

    >>> print(quoted('my "cats"'), quoted("猫"), quoted("one\\ntwo"))
    "my \\"cats\\"" "猫" 'one\\ntwo'
    """
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def commented(text: str) -> str:
    """Lines of a program that do nothing, whatever is in the text.

    >>> commented("There is no\\nsuch folder")
    '# There is no\\n# such folder\\n'
    """
    return "".join(f"# {line}\n" for line in text.splitlines())


def call(function: str, given: Iterable[str], settings: Mapping[str, Any]) -> str:
    """A call as a programmer writes it.

    >>> call("F.max_pool2d", ["image"], {"kernel_size": (3, 3), "stride": (1, 2)})
    'F.max_pool2d(image, kernel_size=3, stride=(1, 2))'
    """
    named = [f"{name}={_argument(value)}" for name, value in settings.items()]
    return f"{function}({', '.join([*given, *named])})"


def _argument(value: Any) -> str:
    """Two equal numbers are written as one."""
    if isinstance(value, str):
        return quoted(value)
    return str(value[0] if isinstance(value, tuple) and value[0] == value[1] else value)

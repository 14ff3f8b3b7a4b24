"""Which numbers are divided by 255 on the way to floats, which are not, and how far to the last bit."""

import struct
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision import transforms
from torchvision.transforms import v2

from lessons.core.messages import Message
from lessons.core.numbers import show
from lessons.core.questions import Question

NUMBERS = (0, 51, 255)
PICTURE, ARRAY, TENSOR = "PIL picture", "NumPy array", "tensor"

# Divided or not


@dataclass(frozen=True)
class Case:
    """NUMBERS in a holder, with a dtype: the old ToTensor is given pictures and arrays, ToDtype tensors."""

    holder: str
    dtype: str

    @property
    def code(self) -> str:
        """As a programmer writes it."""
        array = f"np.array([{list(NUMBERS)}], np.{self.dtype})"
        if self.holder == TENSOR:
            tensor = f"torch.tensor([[{list(NUMBERS)}]], dtype=torch.{self.dtype})"
            return f"v2.ToDtype(torch.float32, scale=True)({tensor})"
        return f"transforms.ToTensor()({f'Image.fromarray({array})' if self.holder == PICTURE else array})"

    @property
    def slug(self) -> str:
        """In an address."""
        return f"{self.holder.split()[0].lower()}-{self.dtype}"

    @property
    def transform(self) -> str:
        return "ToDtype" if self.holder == TENSOR else "ToTensor"

    @property
    def given(self) -> Image.Image | np.ndarray | Tensor:
        array = np.array([NUMBERS], self.dtype)
        if self.holder == TENSOR:
            return torch.from_numpy(array)[None]
        return Image.fromarray(array) if self.holder == PICTURE else array

    @cached_property
    def made(self) -> Tensor:
        """What torchvision makes of it, (1, 1, 3)."""
        if self.holder == TENSOR:
            made: Tensor = v2.ToDtype(torch.float32, scale=True)(self.given)
        else:
            made = transforms.ToTensor()(self.given)
        return made

    @property
    def divisor(self) -> int:
        """What the numbers were divided by."""
        return round(NUMBERS[-1] / self.made.flatten()[-1].item())


CASES = (
    Case(PICTURE, "uint8"),
    Case(PICTURE, "int32"),
    Case(PICTURE, "float32"),
    Case(ARRAY, "uint8"),
    Case(ARRAY, "int16"),
    Case(ARRAY, "float64"),
    Case(TENSOR, "uint8"),
    Case(TENSOR, "int16"),
    Case(TENSOR, "float32"),
)
DIVISORS = (255, 32767, 1)


def ask_divisor(case: Case) -> Question:
    """What the numbers are divided by."""
    found = {"numbers": ", ".join(map(show, numbers(case))), "dtype": dtype(case)}
    if case.transform == "ToTensor":
        reason = Message(
            "It makes {numbers} of them, {dtype}. ToTensor divides uint8 by 255, and only copies all else.",
            **found,
        )
    else:
        reason = Message(
            "It makes {numbers} of them, {dtype}. With scale=True, whole numbers are divided by the largest "
            "of their type, and floats count as scaled already.",
            **found,
        )
    return Question(
        Message("{code}: by what are the numbers divided?", code=case.code),
        DIVISORS.index(case.divisor),
        reason,
        choices=(
            *(Message("by {number}", number=each) for each in DIVISORS[:-1]),
            Message("by nothing"),
        ),
        about=case.code,
    )


def numbers(case: Case) -> list[float]:
    made: list[float] = case.made.flatten().tolist()
    return made


def dtype(case: Case) -> str:
    return str(case.made.dtype).removeprefix("torch.")


def program() -> str:
    """Every case."""
    return "\n".join(
        [
            "import numpy as np",
            "import torch",
            "from PIL import Image",
            "from torchvision import transforms",
            "from torchvision.transforms import v2",
            "",
            "results = [",
            *(f"    {case.code}," for case in CASES),
            "]",
            "for result in results:",
            "    print(result.dtype, result.flatten().tolist())",
            "",
        ]
    )


# The last bit


@dataclass(frozen=True)
class Both:
    """All 256 bytes as float32, (256,): by ToTensor, and by ToImage and ToDtype."""

    divided: Tensor
    multiplied: Tensor

    @property
    def differing(self) -> list[int]:
        """The bytes of which the two make different numbers."""
        places: list[int] = (self.divided != self.multiplied).nonzero().flatten().tolist()
        return places

    @property
    def largest(self) -> float:
        """The largest difference."""
        return float((self.divided - self.multiplied).abs().max())


@cache
def both_ways() -> Both:
    picture = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    new = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    return Both(transforms.ToTensor()(picture).flatten(), new(picture).flatten())


LAST_BIT = """\
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import v2

numbers = torch.arange(256, dtype=torch.uint8)
picture = Image.fromarray(numbers.reshape(1, 256).numpy())
new = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])

divided = transforms.ToTensor()(picture).flatten()
multiplied = new(picture).flatten()
print((divided != multiplied).sum(), (divided - multiplied).abs().max())
print(torch.equal(divided, numbers / 255), torch.equal(multiplied, numbers * (1 / 255)))
"""


def ask_differing() -> Question:
    both = both_ways()
    return Question(
        Message(
            "All 256 bytes go through ToTensor, and through ToImage and ToDtype(torch.float32, scale=True). "
            "On how many of them do the two differ? (to 30)"
        ),
        len(both.differing),
        Message(
            "On {count} of 256, and by {largest} at most. ToTensor divides by 255, and gets the nearest "
            "float each time. ToDtype multiplies by 1/255, which is rounded itself: the last bit can be "
            "another one. No net notices.",
            count=len(both.differing),
            largest=show(both.largest),
        ),
        tolerance=30,
        about="bits",
    )


def bits(number: float) -> str:
    """Of a float32: sign, exponent, and the fraction in three parts, for a narrow page.

    >>> bits(1.5)
    '0 01111111 1000000 00000000 00000000'
    """
    (whole,) = struct.unpack(">I", struct.pack(">f", number))
    text = f"{whole:032b}"
    return f"{text[0]} {text[1:9]} {text[9:16]} {text[16:24]} {text[24:]}"

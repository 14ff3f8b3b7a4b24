"""The style sheet that all components share."""

import re

import numpy as np
import pytest

from lessons.core import style
from pages.kit.component import SHARED
from tests.core.test_style import contrast


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_can_be_read_on_its_deepest_tint(sign):
    (deepest,) = re.findall(r"--deepest: (\d+)%", SHARED)
    (ink,) = re.findall(r"\bcolor: (#\w{6})", SHARED)
    tint = style.paint(np.array(sign * int(deepest) / 100))
    assert contrast(ink, f"#{bytes(tint).hex()}") >= 4.5

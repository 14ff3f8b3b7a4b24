"""What all components share: a style sheet, and how their files become one."""

import re
from pathlib import Path

import numpy as np
import pytest

from lessons.core import style
from pages.kit import component
from pages.kit.component import SHARED
from tests.core.test_style import contrast

KIT = Path(component.__file__).parent


TOP_LEVEL = re.compile(r"^(?:export )?(?:function|const|let) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("name", ["stepper", "order", "boxes", "bars", "plane", "sketch"])
def test_the_modules_of_a_component_are_given_to_the_browser_as_one_so_no_name_stands_twice(name):
    names = [name for file in (KIT / name).glob("*.js") for name in TOP_LEVEL.findall(file.read_text())]
    assert len(names) > 10
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_can_be_read_on_its_deepest_tint(sign):
    (deepest,) = re.findall(r"--deepest: (\d+)%", SHARED)
    (ink,) = re.findall(r"\bcolor: (#\w{6})", SHARED)
    tint = style.paint(np.array(sign * int(deepest) / 100))
    assert contrast(ink, f"#{bytes(tint).hex()}") >= 4.5

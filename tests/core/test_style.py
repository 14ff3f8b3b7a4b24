"""Colours can be seen, told apart in any colour vision, and are the same in lessons and in the theme."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from lessons.core import style

THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))[
    "theme"
]
MODES = ("light", "dark")

# Machado, Oliveira and Fernandes 2009: linear RGB as seen with full protanopia and deuteranopia.
VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
}


def linear(colour: str) -> np.ndarray:
    """#rrggbb as linear RGB (3,)."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    dark, light = sorted(linear(colour) @ (0.2126, 0.7152, 0.0722) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB in Ottosson's OKLab, where a distance is a difference one sees."""
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(np.clip(to_cones @ rgb, 0, None))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "colour", [style.POSITIVE, style.NEGATIVE, style.HERE, style.QUIET, *style.RUNS, *style.CHANNELS]
)
def test_marks_stand_out_from_the_page(colour, mode):
    assert contrast(colour, THEME[mode]["backgroundColor"]) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_text_links_and_the_main_button_can_be_read(mode):
    colours = THEME[mode]
    for surface in (colours["backgroundColor"], colours["secondaryBackgroundColor"]):
        assert contrast(colours["textColor"], surface) >= 7
        assert contrast(colours["linkColor"], surface) >= 4.5
        assert contrast(mixed(colours["textColor"], surface, 0.6), surface) >= 4.5  # a caption
    assert contrast("#ffffff", colours["primaryColor"]) >= 4.5


def mixed(one: str, other: str, share: float) -> str:
    """#rrggbb, as a browser lays one over the other."""
    both = zip(*(bytes.fromhex(colour[1:]) for colour in (one, other)), strict=True)
    return "#" + bytes(round(share * above + (1 - share) * below) for above, below in both).hex()


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("colours", [style.RUNS, style.CHANNELS], ids=["runs", "channels"])
def test_lines_are_told_apart(colours, vision):
    seen = [oklab(VISIONS[vision] @ linear(colour)) for colour in colours]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 0.1


def test_every_run_has_a_dash_of_its_own():
    assert len(set(style.DASHES)) == len(style.DASHES) == len(style.RUNS)


def test_charts_take_the_same_colours_from_the_theme():
    assert THEME["chartCategoricalColors"] == list(style.RUNS)


def test_a_figure_lets_the_page_shine_through_and_keeps_its_height():
    layout = style.layout(xaxis_title="step")
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert (layout["height"], layout["xaxis_title"]) == (320, "step")


def test_numbers_become_orange_over_white_to_blue():
    painted = style.paint(np.array([-1.0, 0.0, 1.0])).tolist()
    assert [f"#{bytes(colour).hex()}" for colour in painted] == [style.NEGATIVE, "#ffffff", style.POSITIVE]

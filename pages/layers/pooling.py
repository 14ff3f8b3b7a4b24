"""Keep one number of every window of an image: the largest, or the mean."""

from pages.layers import pooling_controls as controls

from lessons.layers.pooling import lesson as pooling
from lessons.layers.pooling import steps as pooling_stage
from pages.kit.address import keep, start
from pages.kit.frame import page
from pages.layers.walk import VIEWS, choose_view, walk

with page("pooling"):
    start("pooling", controls.FIELDS)
    view = choose_view("pooling", VIEWS)
    walk("pooling", pooling, pooling_stage, controls, view)
    keep("pooling", controls.FIELDS)

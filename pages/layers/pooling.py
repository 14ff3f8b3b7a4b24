"""Keep one number of every window of an image: the largest, or the mean."""

from lessons import pooling, pooling_stage
from pages.kit.address import keep, start
from pages.kit.frame import page
from pages.kit.windows import pooling as controls
from pages.kit.windows.walk import VIEWS, choose_view, walk

with page("pooling"):
    start("pooling", controls.FIELDS)
    view = choose_view("pooling", VIEWS)
    walk("pooling", pooling, pooling_stage, controls, view)
    keep("pooling", controls.FIELDS)

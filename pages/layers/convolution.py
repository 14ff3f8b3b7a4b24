"""Step a kernel over an image and watch every output number being made."""

from lessons import convolution, convolution_stage
from pages.kit.address import keep, start
from pages.kit.frame import page
from pages.kit.picture.filter import filter_picture
from pages.kit.windows import convolution as controls
from pages.kit.windows.walk import choose_view, walk

with page("convolution"):
    start("convolution", controls.FIELDS)
    view = choose_view("convolution", controls.VIEWS)
    if view == controls.PICTURE:
        filter_picture("convolution")
    else:
        walk("convolution", convolution, convolution_stage, controls, view)
    keep("convolution", controls.FIELDS)

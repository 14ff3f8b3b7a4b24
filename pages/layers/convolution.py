"""Step a kernel over an image and watch every output number being made."""

from pages.layers import convolution_controls as controls

from lessons.layers.convolution import lesson as convolution
from lessons.layers.convolution import steps as convolution_stage
from pages.kit.address import keep, start
from pages.kit.frame import page
from pages.layers.convolution_picture import filter_picture
from pages.layers.walk import choose_view, walk

with page("convolution"):
    start("convolution", controls.FIELDS)
    view = choose_view("convolution", controls.VIEWS)
    if view == controls.PICTURE:
        filter_picture("convolution")
    else:
        walk("convolution", convolution, convolution_stage, controls, view)
    keep("convolution", controls.FIELDS)

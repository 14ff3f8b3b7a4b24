"""The weights of a net are offered where they are not here: how large, how far, and what to do otherwise."""

import pytest
from streamlit.testing.v1 import AppTest

from lessons.engine.fetching import download
from lessons.engine.weights import catalog
from tests.squeezenet import KEY
from tests.website import Slow, half


def page():
    import streamlit as st

    from pages.kit.runs.download import weights_are_here
    from tests.squeezenet import KEY

    if weights_are_here(KEY):
        st.write("the net")


@pytest.fixture
def app(squeezenet_site) -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def told(app: AppTest) -> list[str]:
    assert not app.exception
    return [each.value for each in (*app.markdown, *app.warning)]


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key).click()
    return app.run()


def ended(app: AppTest) -> AppTest:
    """The page after the download."""
    assert download.latest(catalog.parcel(KEY)).wait(30)
    return app.run()


def test_size_address_and_place_are_shown(app, site, squeezenet_site):
    assert "`SqueezeNet 1.1 (ImageNet)` is not on this machine yet: 5 MB." in told(app)
    assert f"Fetch `{site.url}{squeezenet_site}` elsewhere and put it at `{catalog.file(KEY)}`." in told(app)
    assert app.button("weights-start").label == "Download"


def test_a_file_put_there_by_hand_is_found_when_one_looks_again(app, squeezenet_here):
    assert told(pressed(app, "weights-look")) == ["the net"]


def test_a_file_that_is_not_the_published_one_is_named_and_fetched_anew(app, squeezenet_here):
    squeezenet_here.write_bytes(b"damaged")
    app.run()
    assert "Delete it, or fetch it again." in told(app)[-1]
    pressed(app, "weights-start")
    assert told(ended(app)) == ["the net"]


def test_while_it_comes_it_can_be_cancelled_and_begun_again(app, site):
    site.answer = Slow()
    pressed(app, "weights-start")
    assert "of 5 MB" in app.get("progress")[0].proto.text
    pressed(app, "weights-cancel")
    site.answer.go_on.set()
    ended(app)
    assert not app.warning
    assert app.button("weights-start").label == "Download"
    assert told(ended(pressed(app, "weights-start"))) == ["the net"]


def test_after_a_failure_it_says_why_and_can_be_tried_again(app, site):
    good, site.answer = site.answer, half
    pressed(app, "weights-start")
    assert "broke off" in told(ended(app))[-1]
    assert app.button("weights-start").label == "Try again"
    site.answer = good
    pressed(app, "weights-start")
    assert told(ended(app)) == ["the net"]

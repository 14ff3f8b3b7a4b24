"""Offer to fetch what is not on this machine yet: a set of pictures, or the weights of a net."""

import streamlit as st

from lessons.core.limits import MEGABYTE
from lessons.core.messages import LessonError, Message
from lessons.engine.fetching import download
from lessons.engine.fetching.parcel import Parcel
from lessons.engine.pictures import published
from lessons.engine.pictures.sources import Source
from lessons.engine.weights import catalog
from pages.kit.frame import fragment
from pages.kit.text import _, tell

REFRESH_SECONDS = 0.5


def offer_download(source: Source) -> None:
    """Size, progress, cancel, and what to do without a network; all sessions share one download."""
    _offer(published.parcel(source.key), "download")


def offer_weights(key: str) -> None:
    """The same for the ImageNet weights of a net of the catalog."""
    _offer(catalog.parcel(key), "weights")


def weights_are_here(key: str) -> bool:
    """Whether ``imagenet`` can read the weights of this net; else they are offered, and what is wrong with a
    file that is here is said."""
    if catalog.is_here(key):
        try:
            catalog.require_intact(key)
            return True
        except LessonError as error:
            st.warning(tell(error.message))
    offer_weights(key)
    return False


def _offer(parcel: Parcel, name: str) -> None:
    """name: what the keys of its widgets begin with."""
    going = (latest := download.latest(parcel)) is not None and not latest.done
    fragment(_show, run_every=REFRESH_SECONDS if going else None)(parcel, name, going)


def _show(parcel: Parcel, name: str, going: bool) -> None:
    with st.container(key=name, border=True):
        size = round(parcel.size / MEGABYTE)
        st.markdown(
            tell(Message("{title} is not on this machine yet: {size} MB.", title=parcel.title, size=size))
        )
        latest = download.latest(parcel)
        if latest and not latest.done:
            here = round(latest.done_bytes / MEGABYTE)
            st.progress(latest.progress, tell(Message("{here} of {size} MB", here=here, size=size)))
            if st.button(_("Cancel"), key=f"{name}-cancel"):
                latest.cancel()
        else:
            failed = latest is not None and latest.error is not None
            if latest and latest.error:
                st.warning(tell(latest.error.message))
            if st.button(_("Try again") if failed else _("Download"), key=f"{name}-start", type="primary"):
                download.start(parcel)
                st.rerun()
            with st.expander(_("Without a network")):
                for file in parcel.files():
                    st.markdown(
                        tell(
                            Message(
                                "Fetch {url} elsewhere and put it at {place}.", url=file.url, place=file.path
                            )
                        )
                    )
                if st.button(_("Look again"), key=f"{name}-look"):
                    st.rerun()
        if going and latest and latest.done:
            st.rerun()

"""Offer to fetch a set of pictures that is not on this machine yet."""

import streamlit as st

from lessons.core.limits import MEGABYTE
from lessons.core.messages import Message
from lessons.engine.pictures import download, published
from lessons.engine.pictures.sources import Source
from pages.kit.frame import guard
from pages.kit.text import _, tell

REFRESH_SECONDS = 0.5


def offer_download(source: Source) -> None:
    """Size, progress, cancel, and what to do without a network; all sessions share one download."""
    going = (latest := download.latest(source.key)) is not None and not latest.done
    st.fragment(_offer, run_every=REFRESH_SECONDS if going else None)(source, going)


def _offer(source: Source, going: bool) -> None:
    with guard(), st.container(key="download", border=True):
        size = round(source.download_bytes / MEGABYTE)
        st.markdown(
            tell(Message("{title} is not on this machine yet: {size} MB.", title=source.title, size=size))
        )
        latest = download.latest(source.key)
        if latest and not latest.done:
            here = round(latest.done_bytes / MEGABYTE)
            st.progress(latest.progress, tell(Message("{here} of {size} MB", here=here, size=size)))
            if st.button(_("Cancel"), key="download-cancel"):
                latest.cancel()
        else:
            if latest and latest.error:
                st.warning(tell(latest.error.message))
            if st.button(_("Download"), key="download-start", type="primary"):
                download.start(source.key)
                st.rerun()
            with st.expander(_("Without a network")):
                for archive in published.archives(source.key):
                    st.markdown(
                        tell(
                            Message(
                                "Fetch {url} elsewhere and put it at {place}.",
                                url=archive.url,
                                place=archive.file,
                            )
                        )
                    )
                if st.button(_("Look again"), key="download-look"):
                    st.rerun()
        if going and latest and latest.done:
            st.rerun()

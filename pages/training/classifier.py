"""Press Train and watch a network learn to tell pictures apart."""

from collections.abc import Mapping

import streamlit as st

from lessons.core.messages import LessonError
from lessons.engine.pictures import sources
from lessons.engine.pictures.sources import Source
from lessons.engine.training.config import Config
from lessons.engine.training.runs import Run
from lessons.training.classifier import lesson
from pages.kit.code import code
from pages.kit.frame import guard, page
from pages.kit.predict import predict
from pages.kit.runs import shared
from pages.kit.runs.download import offer_download
from pages.kit.runs.inside import look_inside
from pages.kit.runs.ledger import choose_run, ledger, look_at, offer_undo
from pages.kit.runs.watch import watch
from pages.kit.text import _
from pages.training.classifier_controls import ask
from pages.training.classifier_race import race


def train(config: Config, source: Source) -> None:
    """The button, and how many steps it will take; or what is missing before it can be pressed."""
    if source.download_bytes and not shared.is_intact(source):
        offer_download(source)
        return
    if source.train_size is None:
        shared.read(source.key)
        st.rerun()
    pictures = config.train_size or source.train_size
    if pictures > source.train_size:
        raise LessonError(
            "{wanted} training pictures are asked for, and there are {available}.",
            wanted=pictures,
            available=source.train_size,
        )
    st.markdown(f"{_('Steps')}: ${lesson.steps_arithmetic(config, pictures)}$")
    shared.name_skipped(source)
    if st.button(_("Train"), key="train", type="primary", width="stretch"):
        if source.key.startswith("folder:"):
            shared.read(source.key)  # again, if it has changed
        look_at(shared.supervisor().submit(config, shared.session()))


def pictures_of(run: Run, known: Mapping[str, Source]) -> int | None:
    """How many pictures a run learns from; None for a folder that is gone."""
    config = run.config()
    source = known.get(config.data)
    return config.pictures(source.train_size if source else None)


with page("classifier"):
    known = {each.key: each for each in sources.sources()}
    with guard():
        shared.first_run()  # and a worker warms up while the learner looks around
    every = shared.all_runs()
    working, controls = st.columns([5, 2], gap="large")
    with controls:
        config = ask(known.values())
        source = known[config.data]
        with guard():
            train(config, source)
    with working, guard():
        run = choose_run(every)
        offer_undo()
        if run:
            watch(run, pictures_of(run, known))
    if run:
        with guard():
            look_inside(run)
    pictures = config.pictures(source.train_size)
    if source.ready and pictures:
        predict(lesson.questions(config, pictures, len(source.classes)))
        with guard():
            race(config, pictures)
    with guard():
        ledger(every)
    if run:
        with guard():
            code(lesson.snippet(run.config(), run.history().lr_changes), "classifier")

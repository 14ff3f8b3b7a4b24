"""Press Train and watch a network learn to tell pictures apart."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st

from lessons.core.files import Damaged
from lessons.core.messages import LessonError, Message
from lessons.core.questions import Question
from lessons.engine.pictures import sources
from lessons.engine.pictures.sources import Source
from lessons.engine.training import origin
from lessons.engine.training.choices import ALL_NETS, NETS
from lessons.engine.training.config import Config
from lessons.engine.training.runs import Run
from lessons.training.classifier import lesson
from pages.kit.code import code_of
from pages.kit.controls import Controls
from pages.kit.frame import guard, guarded, page
from pages.kit.predict import hidden, predict
from pages.kit.runs import shared
from pages.kit.runs.damage import tell_damages
from pages.kit.runs.inside import look_inside
from pages.kit.runs.ledger import choose_run, ledger, offer_undo
from pages.kit.runs.pictures import is_here
from pages.kit.runs.watch import look_at, watch
from pages.kit.text import _
from pages.training.classifier_controls import controls_of_a_run
from pages.training.classifier_race import race


@dataclass(frozen=True)
class Next:
    """A run that can begin. pictures: how many it learns from; classes: how many there are."""

    config: Config
    pictures: int
    classes: int

    @property
    def questions(self) -> Sequence[Question]:
        return lesson.questions(self.config, self.pictures, self.classes)


def prepare(config: Config, source: Source) -> Next | None:
    """The run of the controls; None where its pictures must come first, LessonError where it cannot be."""
    from lessons.engine.training.possible import require_possible  # imports torchvision

    if not is_here(source):
        return None
    require_possible(config)
    pictures = config.pictures(source.train_size, len(source.classes))
    assert pictures  # they were read
    return Next(config, pictures, len(source.classes))


def train(coming: Next, source: Source) -> None:
    """The button, and how many steps it will take, unless that is still asked."""
    asked = hidden(coming.questions)
    st.markdown(f"{_('Steps:')} ${lesson.steps_arithmetic(coming.config, coming.pictures).unless(asked)}$")
    shared.name_skipped(source)
    if st.button(_("Train"), key="train", type="primary", width="stretch"):
        if source.key.startswith("folder:"):
            shared.read(source.key)  # again, if it has changed
        look_at(shared.supervisor().submit(coming.config, shared.session()))


def take_over(controls: Controls[Config], run: Run) -> None:
    """The settings of this run for the next one."""

    def put() -> None:
        config = run.config()
        if config.net not in NETS:
            raise LessonError("{net} is set up on another page.", net=Message(ALL_NETS[config.net].title))
        controls.put(config)

    st.button(_("Take over from this run"), key="take-over", on_click=guarded(put), width="stretch")


def pictures_of(run: Run, known: Mapping[str, Source]) -> int | None:
    """How many pictures a run learns from; None where that is not known any more."""
    with suppress(LessonError):  # what is damaged is told above
        config = run.config()
        if had := origin.read(run) or known.get(config.data):
            return config.pictures(had.train_size, len(had.classes))
        return config.pictures(None)
    return None


def show_program(run: Run) -> None:
    from lessons.engine.training.program import program_of  # imports torchvision

    code_of(partial(program_of, run), "classifier")


with page("classifier"):
    known = {each.key: each for each in sources.sources()}
    with guard():
        shared.expect_run()
    every = shared.all_runs()
    controls = controls_of_a_run(known.values())
    controls.start()
    run: Run | None = None
    coming: Next | None = None
    told: Collection[str] = ()
    working, beside = st.columns([5, 2], gap="large")
    with working, guard():
        run = choose_run(every)
    with beside:
        st.subheader(_("Next run"), anchor=False)
        if run:
            take_over(controls, run)
        settings = controls.settle()
        controls.show_common(settings)
        with guard():
            coming = prepare(controls.inputs(settings), known[settings["data"]])
            if coming:
                train(coming, known[settings["data"]])
        controls.show_more(settings)
        controls.keep(settings)
    with working, guard():
        offer_undo()
        if run:
            told = tell_damages(run)
            with suppress(Damaged):
                st.caption(controls.tell(run.config()))
            watch(run, pictures_of(run, known))
    if run:
        look_inside(run, told)
    if coming:
        predict(coming.questions)
        with guard():
            race(coming.config, coming.pictures)
    with guard():
        ledger(every)
    if run:
        with guard():
            show_program(run)

"""The view "A real net": one click begins a run for every optimizer."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lessons.core import words
from lessons.core.numbers import show
from lessons.engine.training import runs
from lessons.engine.training.runs import Run
from lessons.engine.training.work import carry_out
from lessons.learning.descent import net
from tests.oracles import address_of, told


@pytest.fixture
def open_view(open_lesson, home) -> Callable[..., AppTest]:
    return partial(open_lesson, "learning/descent", view="net")


def waiting(home: Path) -> dict[str, Run]:
    """The runs that a learner has begun, by the name of their optimizer."""
    own = [run for run in runs.every(home / "runs") if run.config().epochs == 1]
    return {str(net.title(run.config())): run for run in own}


def small(run: Run) -> None:
    """The same run on so few pictures and so small a net that it is over at once."""
    run.change_config(replace(run.config(), net="linear", train_size=128, device="cpu", threads=1))


def guessed(app: AppTest, *slugs: str, guess: str) -> AppTest:
    app.radio(f"descent-net-guess-{'-'.join(slugs)}").set_value(guess).run()
    app.button("descent-net-start").click().run()
    assert not app.exception
    return app


def test_a_click_begins_runs_that_differ_in_the_optimizer_and_the_lowest_loss_is_told(open_view, drawn_home):
    app = open_view(net_rates="same", net_rate="0.01")
    assert app.button("descent-net-start").disabled
    guessed(app, "sgd", "momentum", "adam", guess="adam")
    racing = waiting(drawn_home)
    assert racing.keys() == {"SGD", "SGD with momentum", "Adam"}
    assert {run.config().lr for run in racing.values()} == {0.01}
    assert "The mean loss of the epoch is" not in told(app)
    assert "What differs" not in told(app)
    for run in racing.values():
        small(run)
        carry_out(run)
    app.run()
    losses = {name: run.history().epochs[0].train_loss for name, run in racing.items()}
    assert f"{round(losses['Adam'], 3)} (Adam at 0.01)" in told(app)
    assert bool(app.success) == (min(losses, key=losses.__getitem__) == "Adam")
    assert "What differs" in told(app)
    assert "the highest, at" in told(app)
    rows = app.dataframe[0].value
    assert rows.iloc[0, 1:].tolist() == ["SGD", "SGD", "Adam"]
    assert rows.iloc[1, 1:].tolist() == ["0", "0.9", "0"]
    app.session_state["descent-net-table"] = True
    app.run()
    assert "| run | first loss | loss in the end, smoothed | mean loss of the epoch |" in told(app)
    assert f" | {show(losses['Adam'])} |" in told(app)
    assert set(rows.iloc[:, 0]) == {"optimizer", "momentum"}
    assert list(rows.columns[1:]) == ["SGD", "SGD with momentum", "Adam"]


def test_a_race_too_close_to_call_is_a_tie_and_not_right_or_wrong(open_view, drawn_home):
    app = guessed(open_view(racers="adam,adamw"), "adam", "adamw", guess="adamw")
    for run in waiting(drawn_home).values():
        small(run)
        carry_out(run)
    app.run()
    assert not app.success
    assert "Too close to call: the mean loss of the epoch is" in told(app)


def test_a_race_of_one_is_explained_and_one_of_a_link_is_told(open_view, home):
    app = open_view()
    app.multiselect("descent-net-racers").set_value(["adam"]).run()
    assert "A race has 2 to 6 optimizers; here is 1." in told(app)
    assert address_of(app)["racers"] == "adam"
    app = open_view(racers="adam,lion", net_rates="best", net_rate="3")
    assert told(app).count("in the address is") == 3
    assert "here is 1" in told(open_view(racers="adam,adam"))


def test_everything_is_said_in_chinese(open_view, home, said):
    app = open_view(lang="zh", net_rates="same", racers=",".join(list(net.RACERS)[:6]))
    assert not app.exception
    assert {"Run all of them", "the same rate for all", "Optimizers"} <= said
    assert not sorted(said - words.labels("zh").keys())

"""Whatever stands in an address, its page opens: nothing fails, nothing apologizes for itself, and what is
asked for stands on the page, or the page tells that it does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lessons.course import Entry, every_lesson
from pages.kit import address
from pages.kit.controls import Controls, Settings
from tests.addresses import Address, Field, field_of
from tests.addresses import address as drawn
from tests.pages.conftest import ROOT

QUICK, ALL = 12, 224  # addresses of each page: 2,000 in all
BLOCK = 28


@dataclass
class Asked:
    """What pages ask the address for.

    refused: the names whose texts cannot be read; taken: name -> how to read it, what was read, and what is
    usual; idle: the names of controls that are not in play.
    """

    fields: dict[str, Field] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    taken: dict[str, tuple[Callable[[str], Any], Any, Any]] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)

    def note(self, name: str, read: Callable[[str], Any], usual: Any) -> None:
        self.fields[name] = field_of(name, read, usual)
        text = st.query_params.get(name)
        if text is None:
            return
        try:
            self.taken[name] = read, read(address.expanded(text)), usual
        except (KeyError, ValueError):
            self.refused.add(name)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    heard, ask, keep = Asked(), address.asked, Controls.keep

    def note(name: str, read: Callable[[str], Any], usual: Any) -> Any:
        heard.note(name, read, usual)
        return ask(name, read, usual)

    def note_idle(controls: Controls[Any], settings: Settings) -> None:
        heard.idle |= {name for name, each in controls._controls.items() if not each.when(settings)}
        keep(controls, settings)

    monkeypatch.setattr(address, "asked", note)
    monkeypatch.setattr(Controls, "keep", note_idle)
    return heard


def visit(entry: Entry, texts: Address) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(texts)
    app.switch_page(f"pages/{entry.chapter}/{entry.slug}.py")
    return app.run()


def fields_of(entry: Entry, asked: Asked) -> list[Field]:
    """What the page of a lesson asks the address for, in every view."""
    visit(entry, {})
    for view in asked.fields["view"].texts if "view" in asked.fields else ():
        visit(entry, {"view": view})
    return [*asked.fields.values(), Field("run", ()), Field("lang", ("zh",))]


def lost(app: AppTest, texts: Address, asked: Asked) -> list[str]:
    """The names whose values neither stand in the address nor are mentioned."""
    told = "\n".join(each.value for each in app.info)
    found = []
    for name, (read, value, usual) in asked.taken.items():
        here = last(app.query_params[name]) if name in app.query_params else None
        stands = value == (usual if here is None else read(address.expanded(here)))
        mentioned = f"`{name}`" in told or last(texts[name]) in told
        if not (stands or mentioned or name in asked.idle):
            found.append(name)
    return found


def last(texts: str | list[str]) -> str:
    """Of a parameter that is given several times."""
    return texts if isinstance(texts, str) else texts[-1]


def try_some(entry: Entry, asked: Asked, seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other one as a learner has it, who gets an apology where a test gets the exception."""
    fields = fields_of(entry, asked)
    for seed in seeds:
        monkeypatch.setenv("LESSONS_STRICT", "1" if seed % 2 else "")
        texts = drawn(Random(f"{entry.slug} {seed}"), fields)
        for heard in (asked.refused, asked.taken, asked.idle):
            heard.clear()
        app = visit(entry, texts)
        assert [each.value for each in (*app.exception, *app.error)] == [], texts
        assert len(app.info) >= len(asked.refused), texts
        assert app.warning or lost(app, texts, asked) == [], texts  # what does not fit is explained


@pytest.mark.parametrize("entry", every_lesson(), ids=lambda entry: entry.slug)
def test_a_page_opens_by_any_address_and_mentions_what_it_leaves_out(entry, asked, monkeypatch):
    try_some(entry, asked, range(QUICK), monkeypatch)


def places(block: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], str]]:
    """Where everything stands on a page."""
    for place, each in block.children.items():
        yield (*path, place), each.type
        if hasattr(each, "children"):
            yield from places(each, (*path, place))


WRONG = {"lr": "fast", "data": "nowhere", "box": "x", "stride": "0", "lang": "xx", "run": "gone"}


@pytest.mark.parametrize("texts", [{}, WRONG], ids=["usual", "wrong"])
@pytest.mark.parametrize("entry", every_lesson(), ids=lambda entry: entry.slug)
def test_nothing_moves_when_a_page_runs_again_in_any_view(entry, texts, asked):
    """The browser makes anew what has moved, and the focus is lost. What is told of the address goes."""
    visit(entry, {})
    for view in asked.fields["view"].texts if "view" in asked.fields else ("",):
        app = visit(entry, {"view": view} | texts)
        first, second = (
            [(path, kind) for path, kind in places(each) if kind != "info"]
            for each in (app.main, app.run().main)
        )
        assert second == first, view


@pytest.mark.slow
@pytest.mark.parametrize("block", range(0, ALL, BLOCK))
@pytest.mark.parametrize("entry", every_lesson(), ids=lambda entry: entry.slug)
def test_a_page_opens_by_many_more_addresses(entry, block, asked, monkeypatch):
    try_some(entry, asked, range(block, block + BLOCK), monkeypatch)

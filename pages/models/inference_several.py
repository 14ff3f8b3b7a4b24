"""Several pictures at once, from files, from a folder, or from the test set: a table, and a file of it."""

from collections.abc import Sequence
from functools import lru_cache, partial
from html import escape

import streamlit as st
from PIL import Image

from lessons.core import limits
from lessons.core.characters import spelled
from lessons.core.messages import Message
from lessons.engine.pictures import unlabelled
from lessons.engine.pictures.skipped import Skipped
from lessons.models.inference import inception, several
from lessons.models.inference.choosing import Seen, set_of, test_pictures
from lessons.models.inference.inception import Given as Mode
from lessons.models.inference.several import Given, Row, Table
from pages.kit.code import code
from pages.kit.controls import Slot
from pages.kit.frame import fold, guarded
from pages.kit.linked import Link, Linked
from pages.kit.picture.choose import ask_for_files
from pages.kit.picture.inline import encode, inline
from pages.kit.predict import ask
from pages.kit.text import _, table, tell
from pages.models.inference_program import show_program

PAGE = "inference-several"
TEST, OWN, FOLDER = "test", "own", "folder:"
SHOWN = 10  # files that are left out
COUNT = 24  # test pictures
UPLOAD, KEPT, MADE = (f"{PAGE}-{name}" for name in ("upload", "kept", "made"))


def _titles() -> dict[str, str]:
    """Where pictures can come from."""
    titles = {TEST: _("Test pictures"), OWN: _("Your own files")}
    return titles | {f"{FOLDER}{name}": f"data/{name}/" for name in unlabelled.names()}


def _read_source(text: str) -> str:
    return {slug: slug for slug in (TEST, OWN, *(f"{FOLDER}{name}" for name in unlabelled.names()))}[text]


LINKED = Linked(PAGE, several=Link(_read_source, usual=TEST))


def show_several(seen: Seen) -> None:
    """Where the pictures come from, the question, and the table when it is answered."""
    files, skipped = _choose(seen)
    made = _answered(seen, files)
    if made.rows and not ask(several.ask_last_batch(len(made.rows), seen.trained.preparation.shape)):
        _show_table(made)
    _name_skipped((*skipped, *made.skipped))
    net = seen.inputs.net
    fold(
        _("The program of a folder"),
        f"{PAGE}-program",
        partial(show_program, several.snippet(net), PAGE, net),
    )
    fold(_("InceptionV3 in train()"), f"{PAGE}-fold-inception", _show_inception)


# Where they come from


def _choose(seen: Seen) -> tuple[list[Given], Sequence[Skipped]]:
    """The files, and those that are left out already."""
    titles, slot = _titles(), Slot(PAGE, "several")
    slot.usually(TEST, titles)
    st.selectbox(
        _("Pictures from"),
        list(titles),
        format_func=titles.__getitem__,
        key=slot.key(),
        persist_state="session",
        width=320,
    )
    source = str(slot.get())
    if source == OWN:
        return _uploaded()
    if source == TEST:
        return _test_pictures(seen), ()
    files, skipped = several.of_folder(source.removeprefix(FOLDER))
    if len(files) == limits.SEVERAL_PICTURES:
        st.caption(tell(Message("Of a folder the first {most} files are taken.", most=len(files))))
    return files, skipped


def _test_pictures(seen: Seen) -> list[Given]:
    images, names = test_pictures(set_of(seen.inputs.net))
    return [
        Given(f"{number:02} {name}", Image.fromarray(image).convert("RGB"))
        for number, (image, name) in enumerate(zip(images[:COUNT], names, strict=False), start=1)
    ]


def _uploaded() -> tuple[list[Given], Sequence[Skipped]]:
    """What was chosen last; a widget forgets when another view is shown."""

    def keep() -> None:
        files = [Given.of_bytes(spelled(each.name), each.getvalue()) for each in st.session_state[UPLOAD]]
        st.session_state[KEPT] = several.within_limits(files)

    ask_for_files(_("Your own pictures"), UPLOAD, keep, several=True)
    taken, left = st.session_state.get(KEPT, ([], []))
    if not taken and not left:
        st.info(_("Choose as many pictures as you like; they are read here and sent nowhere."))
    elif not st.session_state[UPLOAD]:
        _tell_kept([each.name for each in taken] + [each.file for each in left])
    return taken, left


def _tell_kept(names: Sequence[str]) -> None:
    """What the widget has forgotten and the page has not, and a way to forget it."""

    def forget() -> None:
        del st.session_state[KEPT]

    with st.container(horizontal=True, vertical_alignment="center"):
        told = Message(
            "{count} {count:file is|files are} kept from before: {names}. What you choose now takes their "
            "place.",
            count=len(names),
            names=", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else ""),
        )
        st.markdown(tell(told))
        st.button(_("Clear"), key=f"{PAGE}-clear", on_click=guarded(forget))


def _answered(seen: Seen, files: Sequence[Given]) -> Table:
    """As long as neither the net nor the files change, computed once."""
    about = seen.trained, tuple(files)
    made: Table
    was_about, made = st.session_state.get(MADE, (None, Table(())))
    room = st.empty()  # where nothing is computed, too: nothing below it moves
    if about != was_about:
        bar = room.progress(0.0, _("The net looks at the pictures"))
        made = several.answer(seen.trained, files, lambda share: bar.progress(share))
        room.empty()
        st.session_state[MADE] = about, made
    return made


# What comes of them


def _show_table(made: Table) -> None:
    st.markdown(tell(several.summary(made)))
    heads = _("Picture"), _("File"), _("Answer"), _("Probability"), _("Second answer"), _("Its probability")
    rows = [
        f'<td><img src="{picture}" alt=""></td>{_cells(row)}'
        for picture, row in zip(_thumbnails(made), made.rows, strict=True)
    ]
    body = "".join(
        f"<tr>{row}</tr>" for row in ["".join(f"<th>{escape(each)}</th>" for each in heads), *rows]
    )
    label = escape(_("The answers as a table"))
    st.html(
        f'<div class="answers" tabindex="0" role="region" aria-label="{label}"><table>{body}</table></div>'
    )
    st.download_button(
        _("This table as CSV"),
        partial(several.to_csv, made),
        "answers.csv",
        "text/csv",
        on_click="ignore",
        key=f"{PAGE}-csv",
    )


@lru_cache(maxsize=2)
def _thumbnails(made: Table) -> list[str]:
    return [inline(encode(row.thumbnail)) for row in made.rows]


def _cells(row: Row) -> str:
    (first, share), (second, other) = row.answers
    return "".join(
        f"<td>{escape(each)}</td>" for each in (row.name, first, f"{share:.1%}", second, f"{other:.1%}")
    )


def _name_skipped(skipped: Sequence[Skipped]) -> None:
    if skipped:
        told = Message("{count} {count:file was|files were} left out:", count=len(skipped))
        lines = [f"- {tell(_why(each))}" for each in skipped[:SHOWN]]
        if len(skipped) > SHOWN:
            lines.append(f"- {tell(Message('and {count} more', count=len(skipped) - SHOWN))}")
        st.warning("\n".join([tell(told), "", *lines]))


def _why(skipped: Skipped) -> Message:
    return Message("{name}: {reason}", name=skipped.file, reason=skipped.reason)


def _show_inception() -> None:
    st.markdown(
        _(
            "InceptionV3 has a second head, for learning. So the type of what it gives depends on its mode, "
            "and code that was written for eval() breaks in train()."
        )
    )
    if ask(inception.ask()):
        return
    both = inception.run()
    rows = [[f"`{mode}`", f"`{given.kind}`", _shapes(given)] for mode, given in _modes(both)]
    table([_("Mode"), _("Type"), _("Shapes")], rows)
    st.markdown(_("F.cross_entropy takes a tensor. Torch's words for both answers at once:"))
    st.code(both.loss, language=None, wrap_lines=True)
    st.markdown(_("And for a single picture in train(), whose second head averages it away to 1 x 1:"))
    st.code(both.alone, language=None, wrap_lines=True)
    code(inception.SNIPPET, f"{PAGE}-inception")


def _modes(both: inception.Both) -> tuple[tuple[str, Mode], ...]:
    return ("eval()", both.evaluated), ("train()", both.trained)


def _shapes(given: Mode) -> str:
    return ", ".join(f"{name} `{shape}`".strip() for name, shape in given.shapes.items())

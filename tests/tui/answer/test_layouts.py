from diptych.core.content import Thinking
from diptych.core.run import Run
from diptych.tui.answer.layouts import Layouts
from tests.tui.fakes import a_run, add, say

LONG = "A paragraph of an answer that is long enough to be wrapped.\n\n"


def read(layouts: Layouts) -> None:
    assert layouts.shown is not None
    layouts.shown.update()
    while layouts.is_behind and not layouts.has_coming:
        layouts.shown.update()


def laid_out(run: Run, width: int = 30) -> Layouts:
    layouts = Layouts()
    layouts.show(run, width)
    read(layouts)
    return layouts


def test_without_a_run_nothing_is_laid_out() -> None:
    layouts = Layouts()

    layouts.begin(30, is_rendered=True)

    assert (layouts.shown, layouts.has_coming, layouts.is_behind) == (None, False, False)
    assert layouts.is_rendered
    assert layouts.fits(30)
    assert not layouts.is_ready(0, 10, follows_end=True)


def test_a_short_answer_is_replaced_at_once_and_its_rows_are_found_again() -> None:
    run = a_run()
    say(run, "one two three four five\n\n", "the second paragraph")
    layouts = laid_out(run)

    layouts.begin(12, is_rendered=True)
    layouts.read_coming("")

    assert not layouts.fits(30)
    assert layouts.is_ready(2, 10, follows_end=True)
    assert layouts.replace(2) == 4  # the first paragraph takes three rows now
    assert layouts.shown is not None
    assert (layouts.shown.width, layouts.has_coming) == (12, False)


def test_the_old_layout_stays_until_the_new_one_has_what_is_in_view() -> None:
    run = a_run()
    say(run, LONG * 2_000)
    layouts = laid_out(run)
    assert layouts.shown is not None
    end = layouts.shown.height - 10

    layouts.begin(20, is_rendered=True)
    layouts.read_coming("")

    assert layouts.is_behind
    assert layouts.is_ready(0, 10, follows_end=False)
    assert not layouts.is_ready(0, 10, follows_end=True)
    assert not layouts.is_ready(end, 10, follows_end=False)
    while not layouts.is_ready(end, 10, follows_end=False):
        layouts.read_coming("")
    layouts.replace(end)
    assert layouts.fits(20)


def test_another_run_is_rendered_or_not_as_the_one_before() -> None:
    run = a_run()
    say(run, "**bold**")
    layouts = laid_out(run)
    layouts.begin(30, is_rendered=False)
    layouts.read_coming("")
    layouts.replace(0)

    layouts.show(a_run(), 30)

    assert not layouts.is_rendered


def test_thinking_is_opened_in_both_layouts() -> None:
    run = a_run()
    add(run, Thinking("Let me think."))
    layouts = laid_out(run)
    layouts.begin(20, is_rendered=True)
    layouts.read_coming("")

    layouts.toggle_thinking()
    layouts.replace(0)

    assert layouts.shown is not None
    assert layouts.shown.height == 2

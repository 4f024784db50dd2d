"""Where the rounds of an experiment stand on its page."""

from diptych.report.experiment.html.round_links import MOST_ROUNDS, RoundLinks
from tests.report.experiment.exported import exported


def test_a_round_has_an_anchor_that_no_case_can_choose() -> None:
    links = RoundLinks(exported(cases=("a", '"><script>')).plan)

    assert links.anchor('"><script>', 3) == "r2-3"
    assert links.link("a", 1, "<b>", 'say "a"') == '<a href="#r1-1" aria-label="say &quot;a&quot;">&lt;b&gt;</a>'


def test_what_the_page_does_not_hold_is_no_link() -> None:
    links = RoundLinks(exported(cases=[str(number) for number in range(MOST_ROUNDS)], repeats=2).plan)

    assert links.anchor("499", 2) == "r500-2"
    assert links.anchor("500", 1) is None
    assert links.anchor("0", 3) is None
    assert links.anchor("unknown", 1) is None
    assert links.link("500", 1, "<3>") == "&lt;3&gt;"
    assert links.link("0", 1, "") == ""

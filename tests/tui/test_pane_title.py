"""The title of a pane, and its settings."""

from dataclasses import replace

from diptych.core.endpoint import Endpoint
from diptych.core.settings import Settings
from diptych.tui.pane_title import PaneTitle

MODEL = Settings(Endpoint("local", "openai-chat", "http://localhost:8080/v1", "LOCAL_API_KEY"), "qwen3-30b-a3b")
TITLE = PaneTitle(
    settings=MODEL,
    next_settings=MODEL,
    others=(),
    reported=None,
    name="",
    details=(),
    verdict="",
    width=80,
    has_row=True,
)


def lines(title: PaneTitle) -> tuple[str, str]:
    shown, row = title.lines()
    return shown.plain, row.plain


def test_a_model_with_default_settings_has_no_row_of_settings() -> None:
    assert lines(TITLE) == ("local:qwen3-30b-a3b", "")


def test_what_is_known_of_a_run_stands_behind_its_model() -> None:
    title = replace(
        TITLE,
        settings=replace(MODEL, simulated=True),
        next_settings=replace(MODEL, model="llama4"),
        reported="qwen3-2507",
        name="A = right",
        details=("take 2 of 3", "round 1 of 2"),
        verdict="better",
        width=120,
    )

    assert lines(title)[0] == (
        "A = right · local:qwen3-30b-a3b → qwen3-2507 · simulated · take 2 of 3 · round 1 of 2 · better · next llama4"
    )


def test_the_name_is_shortened_before_its_details() -> None:
    title, _ = lines(replace(TITLE, details=("take 2 of 3",), width=36))

    assert "…" in title
    assert title.endswith(" · take 2 of 3")
    assert len(title) <= 36 - 6


def test_settings_stand_in_the_title_where_they_have_no_row() -> None:
    settings = replace(MODEL, max_tokens=300)
    title = replace(TITLE, settings=settings, next_settings=settings)

    assert lines(title) == ("local:qwen3-30b-a3b", "max 300")
    assert lines(replace(title, has_row=False)) == ("local:qwen3-30b-a3b · max 300", "")


def test_a_name_from_a_server_is_cleaned() -> None:
    title, _ = lines(replace(TITLE, reported="qwen\x1b[31m" + "x" * 1_000, width=200))

    assert "\x1b" not in title
    assert len(title) < 200

"""How text is split into tokens, and the time between them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.simulated.pacing import Pace, tokens


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_tokens_are_words_and_pieces_of_words() -> None:
    assert tokens("Simulated, you see.\n\n- so\n") == [
        "Simulat",
        "ed",
        ",",
        " you",
        " see",
        ".",
        "\n\n-",
        " so",
        "\n",
    ]


def test_gaps_vary_around_the_rate() -> None:
    pace, rng = Pace(first_token=0.5, rate=50), Random(1)
    gaps = [pace.gap(rng) for _ in range(2_000)]

    assert sum(gaps) / len(gaps) == pytest.approx(1 / 50, rel=0.05)
    assert min(gaps) < 0.01 < 0.03 < max(gaps)
    assert pace.headers + pace.after_headers == pytest.approx(0.5)

import pytest

from diptych.core.wording.counted import counted


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 models"), (1, "1 model"), (2, "2 models"), (2_000, "2,000 models")]
)
def test_a_number_with_its_noun(count: int, words: str) -> None:
    assert counted(count, "model") == words

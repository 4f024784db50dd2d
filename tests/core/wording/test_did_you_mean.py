from diptych.core.wording.did_you_mean import did_you_mean, nearest_name


def test_the_nearest_name_is_suggested() -> None:
    assert did_you_mean("temprature", ["top_p", "temperature"]) == " Did you mean temperature?"
    assert did_you_mean("ters", ["terse"], written="@{}") == " Did you mean @terse?"


def test_nothing_is_suggested_if_no_name_is_like_it() -> None:
    assert did_you_mean("xyz", ["temperature"]) == ""
    assert did_you_mean("xyz", []) == ""


def test_less_similar_names_are_suggested_if_asked_for() -> None:
    assert nearest_name("abcdef", ["abcxyz"]) == ""
    assert nearest_name("abcdef", ["abcxyz"], similarity=0.5) == "abcxyz"


def test_a_very_long_name_takes_no_time() -> None:
    assert nearest_name("a" * 1_000_000, ["a" * 60]) == "a" * 60

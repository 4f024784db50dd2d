"""Reports of a server's own times."""

from diptych.core.metrics.server_times import ServerTime, merged_times


def test_a_later_report_replaces_an_earlier_one_of_the_same_name() -> None:
    header = ServerTime("openai-processing-ms", "", 0.2)
    first, later = ServerTime("timings", "prompt_ms", 0.1), ServerTime("timings", "prompt_ms", 0.3)

    assert merged_times((header, first), (later,)) == (header, later)
    assert [time.label for time in (header, first)] == ["openai-processing-ms", "timings.prompt_ms"]

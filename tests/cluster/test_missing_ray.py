import pytest
from click.testing import CliRunner

from diptych.cli.commands import main
from diptych.cluster import ray_session


def test_a_missing_extra_is_one_sentence_and_nothing_is_sent_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_session, "find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["run", "--demo", "--repeat", "2", "--ray=auto", "Say hi"])

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "Error: Ray is not installed: install diptych[ray]."
    assert "x1" not in result.output

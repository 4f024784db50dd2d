import socket

import pytest

from diptych import __version__
from diptych.engine.experiment import row_source as module
from diptych.engine.experiment.row_source import row_source


def test_rows_say_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LIBRARIES", ("openai", "not-installed"))
    source = row_source("digest", "here", "1/2")

    assert (source.host, source.region, source.plan, source.shard) == (socket.gethostname(), "here", "digest", "1/2")
    versions = dict(source.versions)
    assert versions["diptych"] == __version__
    assert "openai" in versions
    assert "not-installed" not in versions

"""What threads import at the same time is complete."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
import threading
from diptych.apis.known_models import listed_models
from diptych.apis.sdk_fields import sdk_fields
from diptych.config.environment import configured_endpoints
from diptych.core.settings import Settings
from diptych.wire.loading import load

endpoint = configured_endpoints({})[sys.argv[1]]
begin = threading.Barrier(3)

def run(work):
    begin.wait()
    work()

works = (lambda: load(Settings(endpoint, "m")), lambda: listed_models(endpoint.api), lambda: sdk_fields(endpoint.api))
threads = [threading.Thread(target=run, args=(work,)) for work in works]
for thread in threads:
    thread.start()
"""


@pytest.mark.parametrize("endpoint", ["anthropic", "openai"])
def test_threads_that_need_parts_of_an_sdk_at_once_get_them(endpoint: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, endpoint], capture_output=True, text=True, timeout=120, check=True
    )

    assert done.stderr == ""

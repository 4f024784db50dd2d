"""What is said when no more files and connections can be opened."""

import errno
import os

import pytest

from diptych.core.wording.open_files import why_none_opens


def test_the_limit_of_the_process_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_OPEN_MAX": 1_024}[name], raising=False)

    why = why_none_opens(OSError(errno.EMFILE, "Too many open files"))

    assert why == "this process may have only 1,024 files and connections open at a time (ulimit -n)"


def test_a_system_that_does_not_say_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sysconf", raising=False)

    why = why_none_opens(OSError(errno.EMFILE, "Too many open files"))

    assert why == "this process may have only so many files and connections open at a time (ulimit -n)"


def test_a_machine_has_a_limit_as_well() -> None:
    why = why_none_opens(OSError(errno.ENFILE, "Too many open files in system"))

    assert why == "this machine has as many files and connections open as it allows"


@pytest.mark.parametrize("error", [None, ValueError(), OSError("no number"), OSError(errno.ECONNREFUSED, "refused")])
def test_other_errors_have_other_causes(error: Exception | None) -> None:
    assert why_none_opens(error) is None

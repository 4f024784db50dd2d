"""How long the watchdog lets a program end by itself."""

import sys

import pytest

from diptych.cli.signals import Shutdown, shutdown_signals

if sys.platform == "win32":
    pytest.skip("Windows has no watchdog", allow_module_level=True)


def test_a_command_that_has_figures_to_print_gets_more_time() -> None:
    with shutdown_signals() as shutdown:
        assert shutdown.watchdog is not None
        before = shutdown.watchdog.grace
        shutdown.allow(before + 5)
        assert shutdown.watchdog.grace == before + 5


def test_without_a_watchdog_there_is_nothing_to_allow() -> None:
    Shutdown().allow(5)

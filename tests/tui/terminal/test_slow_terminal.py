import os
import sys
from threading import Thread

import pytest
from textual.app import App
from textual.screen import Screen

from diptych.tui.run_sampling import RunSampling
from diptych.tui.textual_patches.running_app import driver_of

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

from diptych.tui.terminal.driver import Output


async def test_nothing_more_is_drawn_until_the_terminal_has_read_the_last_frame() -> None:
    app = App[None]()
    async with app.run_test():
        drawn: list[bool] = []
        sampling = RunSampling(Screen(), drawn.append)
        driver = driver_of(app)

        driver.is_waiting = True  # type: ignore[union-attr]  # a driver without a terminal has no such thing
        for _ in range(10):
            sampling.tick()
        assert drawn == []

        driver.is_waiting = False  # type: ignore[union-attr]
        for _ in range(10):
            sampling.tick()
        assert drawn


def test_a_terminal_waits_until_it_is_read() -> None:
    reader, terminal = os.openpty()
    output = Output(terminal)
    frame = Thread(target=output.write, args=("x" * 200_000,))
    frame.start()
    while not output.is_waiting:
        assert frame.is_alive()

    received = 0
    while received < 200_000:
        received += len(os.read(reader, 65_536))
    frame.join()

    assert not output.is_waiting
    output.close()
    os.close(reader)
    os.close(terminal)


def test_a_terminal_is_restored_while_a_frame_waits_until_it_is_read() -> None:
    reader, terminal = os.openpty()
    output = Output(terminal)
    frame = Thread(target=output.write, args=("x" * 200_000,))
    frame.start()
    while not output.is_waiting:
        assert frame.is_alive()

    output.end("restored")
    received = b""
    while not received.endswith(b"restored"):
        received += os.read(reader, 65_536)
    frame.join()

    output.close()
    os.close(reader)
    os.close(terminal)

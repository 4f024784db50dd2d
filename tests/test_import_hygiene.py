"""What is loaded when: nothing heavy before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

_SDKS = {"anthropic", "openai", "genai_prices"}
_FILE_TYPES = {"imagesize", "puremagic"}
_HEAVY = _SDKS | _FILE_TYPES | {"httpx2", "httpcore2", "textual", "rich", "pydantic", "jiter", "jsonschema"}


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh process has after a statement."""
    return {name.partition(".")[0] for name in modules_loaded_by(statement)}


def modules_loaded_by(statement: str) -> set[str]:
    """The modules that a fresh process has after a statement."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    return set(output.stdout.splitlines()[-1].split())


def test_the_command_line_loads_nothing_heavy() -> None:
    assert not loaded_by("import diptych.cli") & (_HEAVY | {"msgspec"})


def test_only_a_config_file_that_exists_loads_what_checks_it() -> None:
    load = "from diptych.config.configuration import load_configuration; from pathlib import Path; load_configuration"

    assert "msgspec" not in loaded_by(load + "({}, Path('missing.toml'))")
    assert "msgspec" in loaded_by(load + "({}, Path('/dev/null'))")


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by("from diptych.cli import main\nmain(['run', '--help'], standalone_mode=False)") & _HEAVY


def test_the_version_is_printed_without_a_command() -> None:
    loaded = modules_loaded_by("from diptych.cli import main\nmain(['--version'], standalone_mode=False)")

    assert "diptych.cli.group" in loaded
    assert not loaded & {"diptych.cli.ask_commands", "diptych.config.configuration", "diptych.core.run"}


def test_a_command_loads_no_other_command() -> None:
    loaded = modules_loaded_by("from diptych.cli import main\nmain(['run', '--help'], standalone_mode=False)")

    commands = {name for name in loaded if name.startswith("diptych.cli.") and name.endswith(("_command", "_commands"))}
    assert commands == {"diptych.cli.ask_commands"}
    assert "asyncio" not in loaded


@pytest.mark.parametrize(
    "module",
    ["diptych.headless.runner", "diptych.engine.engine", "diptych.report.plain_text", "diptych.config.environment"],
)
def test_what_both_front_ends_stand_on_loads_nothing_heavy(module: str) -> None:
    assert not loaded_by(f"import {module}") & _HEAVY


@pytest.mark.parametrize("module", ["diptych.tui.app", "diptych.tui.screens.compare"])
def test_the_screen_loads_no_sdk_and_no_markdown_before_there_is_an_answer(module: str) -> None:
    loaded = loaded_by(f"import {module}")

    assert "textual" in loaded
    assert not loaded & (_SDKS | _FILE_TYPES | {"httpx2", "markdown_it"})


def test_an_engine_that_was_made_but_not_asked_has_loaded_no_sdk() -> None:
    statement = """
from diptych.engine.engine import Engine, EngineOptions
from diptych.config.environment import configured_endpoints
Engine({}, EngineOptions()).close()
"""
    assert not loaded_by(statement) & _HEAVY


@pytest.mark.parametrize(
    ("sides", "sdk"),
    [
        (("openai:a", "openai:b"), "openai"),
        (("openai:a", "openai-responses:b"), "openai"),
        (("anthropic:a", "anthropic:b"), "anthropic"),
    ],
)
def test_a_run_loads_the_sdk_of_its_sides_and_nothing_that_it_does_not_need(sides: tuple[str, str], sdk: str) -> None:
    left, right = sides
    statement = f"""
import os
from diptych.cli import main
os.environ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
os.environ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9"
command = ["run", "--no-history", "-l", "{left}", "-r", "{right}", "hi"]
try:
    main(command, standalone_mode=False)
except SystemExit as end:
    assert end.code == 1
"""
    modules = modules_loaded_by(statement)
    loaded = {name.partition(".")[0] for name in modules}

    assert loaded & _SDKS == {sdk}
    assert not loaded & {"textual", "rich", "jsonschema", "jinja2", "msgspec", "aiohttp", *_FILE_TYPES}
    assert ("openai.types.responses.response" in modules) is ("openai-responses:b" in sides)


def test_a_recorded_run_loads_nothing_that_reads_the_history(tmp_path: Path) -> None:
    statement = f"""
import os
from diptych.cli import main
os.environ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
command = ["run", "--history", {str(tmp_path / "history.db")!r}, "--side", "left", "-l", "openai:a", "hi"]
try:
    main(command, standalone_mode=False)
except SystemExit as end:
    assert end.code == 1
"""
    loaded = modules_loaded_by(statement)

    assert "diptych.store.history_writer" in loaded
    assert not loaded & {"diptych.store.history", "diptych.store.stored_rows", "diptych.attachments", "msgspec"}


def test_an_experiment_whose_progress_nobody_watches_loads_nothing_that_draws() -> None:
    statement = """
import os
from diptych.cli import main
os.environ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
command = ["run", "--no-history", "--yes", "--repeat", "2", "--side", "left", "-l", "openai:a", "hi"]
try:
    main(command, standalone_mode=False)
except SystemExit as end:
    assert end.code == 1
"""
    modules = modules_loaded_by(statement)
    loaded = {name.partition(".")[0] for name in modules}

    assert "openai" in loaded
    assert not modules & {"diptych.engine.experiment.judge_asker", "diptych.headless.experiment.judge_sitting"}
    assert not loaded & {"anthropic", "textual", "rich", "jsonschema", "jinja2", *_FILE_TYPES}


def test_the_prompt_box_is_painted_before_an_sdk_is_loaded() -> None:
    script = """
import asyncio, sys
from diptych.catalog.model_catalog import ModelCatalog
from diptych.engine.engine import Engine, EngineOptions
from diptych.config.configuration import CurrentConfiguration, load_configuration
from diptych.config.environment import missing_key_hint
from diptych.core.settings import Settings
from diptych.tui.app import DiptychApp
from diptych.tui.screens.compare import CompareScreen

known = CurrentConfiguration(lambda: load_configuration({}))
settings = Settings(known.now.endpoints["anthropic"], "some-model", simulated=True)
engine = Engine({"left": settings, "right": settings}, EngineOptions())
app = DiptychApp(CompareScreen(engine, known, catalog=ModelCatalog(), hint=missing_key_hint, scenarios={}))
seen = []

def warm_up():
    painted = "".join(strip.text for strip in app.screen._compositor.render_strips())
    seen.append(("ask both" in painted, "anthropic" in sys.modules or "openai" in sys.modules))

async def open_it():
    async with app.run_test() as pilot:
        while not seen:
            await pilot.pause()

engine.warm_up = warm_up
asyncio.run(open_it())
engine.close()
print(*seen)
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)

    assert output.stdout == "(True, False)\n"

"""What `diptych export` prints, writes and refuses."""

import json
from pathlib import Path

from tests.cli.test_commands import diptych, plan_both, pointed, sentence
from tests.cli.test_history_commands import ask, history
from tests.support.loopback import LoopbackServer

__all__ = ["history", "pointed"]


def test_an_export_as_json_equals_run_json(history: Path, pointed: LoopbackServer) -> None:
    plan_both(pointed)
    printed = json.loads(diptych("run", "--json", "hi").stdout)

    exported = json.loads(diptych("export", "--format", "json").stdout)

    lists = [exported[side].pop("event_list") for side in ("left", "right")]
    assert exported == printed
    for side, lines in zip(("left", "right"), lists, strict=True):
        assert len([line for line in lines if "seq" in line]) == printed[side]["events"]


def test_the_extension_chooses_the_format_of_an_export(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    ask(pointed)

    beginnings = {"html": "<!DOCTYPE html>", "md": "## Prompt", "jsonl": "{", "json": "{", "har": '{"log":'}
    for name, begins in ((f"a.{extension}", begins) for extension, begins in beginnings.items()):
        assert diptych("export", "last", "-o", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_text("utf-8").lower().startswith(begins.lower())


def test_an_extension_of_no_format_is_refused(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    ask(pointed)

    file = tmp_path / "round.pdf"
    assert sentence("export", "1", "-o", str(file)) == (
        f"{file} does not end in the name of a format. Choose one with --format: html, md, json, har, jsonl."
    )
    assert not file.exists()


def test_an_export_is_printed_to_a_pipe_or_for_a_dash(history: Path, pointed: LoopbackServer) -> None:
    ask(pointed)

    piped = diptych("export")

    assert json.loads(piped.stdout.splitlines()[0])["format"] == "diptych recording"
    assert diptych("export", "-o", "-").stdout == piped.stdout
    assert diptych("export", "-o", "-", "--format", "html").stdout.startswith("<!DOCTYPE html>")


def test_an_export_overwrites_only_when_told_to(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    ask(pointed)
    file = tmp_path / "mine.md"
    file.write_text("mine")

    assert (
        sentence("export", "-o", str(file))
        == f"{file} already exists: choose another file, or overwrite it with --force."
    )
    assert file.read_text() == "mine"
    assert diptych("export", "-o", str(file), "--force").exit_code == 0
    assert "Hello" in file.read_text()


def test_an_export_that_cannot_be_written_says_why(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    ask(pointed)

    said = sentence("export", "-o", str(tmp_path / "nowhere" / "x.md"))

    assert said.endswith("cannot be written: No such file or directory.")


def test_an_export_into_a_folder_is_named_by_the_round(history: Path, pointed: LoopbackServer, tmp_path: Path) -> None:
    ask(pointed)
    ask(pointed)
    done = diptych("export", "last", "-o", str(tmp_path))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"Wrote {tmp_path / 'diptych-2.html'}\n")
    diptych("export", "1", "-o", str(tmp_path), "--format", "md")

    assert (tmp_path / "diptych-2.html").read_text("utf-8").startswith("<!")
    assert (tmp_path / "diptych-1.md").read_text("utf-8").startswith("## Prompt")
    assert "already exists" in sentence("export", "1", "-o", str(tmp_path), "--format", "md")


def test_a_folder_that_is_not_there_is_not_taken_for_a_file(
    history: Path, pointed: LoopbackServer, tmp_path: Path
) -> None:
    ask(pointed)
    folder = tmp_path / "exports"

    said = f"There is no folder {folder}/ yet. Without the slash, a file has that name."
    assert sentence("export", "last", "--format", "md", "-o", f"{folder}/") == said
    assert not folder.exists()
    folder.mkdir()
    assert diptych("export", "last", "--format", "md", "-o", f"{folder}/").exit_code == 0
    assert [file.name for file in folder.iterdir()] == ["diptych-1.md"]

"""The JUnit report: a suite for each model, a test for each answer."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from diptych.core.experiment.checks.check import CheckResult
from diptych.headless.experiment.junit_report import junit_report, write_junit
from tests.headless.experiment.some_rows import row

ROWS = [
    row("a", 1, "left", end=1.5),
    row("a", 1, "right", end=2.0, checks=(CheckResult("contains x", False, "it is y"), CheckResult("json", True))),
    row("b", 1, "left", state="failed", error={"message": "The server is down."}),
    row("b", 1, "right", state="stopped"),
    row("c", 1, "left", unread=2),
]


def test_a_suite_for_each_model_and_a_test_for_each_answer() -> None:
    root = ElementTree.fromstring("".join(junit_report("x3", ROWS)).encode())  # noqa: S314 - our own

    assert root.attrib == {"name": "x3", "tests": "5", "failures": "1", "errors": "3", "time": root.attrib["time"]}
    left, right = root
    assert (left.get("name"), left.get("tests"), left.get("failures"), left.get("errors")) == ("left", "3", "0", "2")
    assert (right.get("name"), right.get("tests"), right.get("failures"), right.get("errors")) == (
        "right",
        "2",
        "1",
        "1",
    )
    assert next((case.get("name"), case.get("classname"), case.get("time")) for case in left) == (
        "a, repeat 1",
        "left",
        "1.500",
    )
    found = [(problem.tag, problem.get("type"), problem.text) for case in (*left, *right) for problem in case]
    assert found == [
        ("error", "failed", "The server is down."),
        ("error", "complete", "2 events of the answer could not be read."),
        ("failure", "complete", "contains x: it is y"),
        ("error", "stopped", "The answer was stopped."),
    ]


def test_characters_that_xml_forbids_are_escaped() -> None:
    hostile = "\x00\x1b[31m\ufffe\ud800 <&\"'> ]]> é\n"
    rows = [row(hostile, 1, hostile, state="failed", error={"message": hostile})]

    root = ElementTree.fromstring("".join(junit_report(hostile, rows)).encode())  # noqa: S314 - our own

    shown = "\\x00\\x1b[31m\\ufffe\\ud800 <&\"'> ]]> é\n"
    assert (root.get("name"), root[0].get("name")) == (shown, shown)
    assert root[0][0][0].text == shown


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text("before")

    class Broken(list[object]):
        def __iter__(self) -> object:  # type: ignore[override]
            raise OSError("no")

    with pytest.raises(OSError, match="no"):
        write_junit(path, "x3", Broken())  # type: ignore[arg-type]
    assert path.read_text() == "before"
    write_junit(path, "x3", ROWS)
    assert path.read_text().startswith("<?xml")
    assert list(tmp_path.iterdir()) == [path]

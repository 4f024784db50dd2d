"""`--attach` from the command line to the server, the history and every export."""

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import diptych, plan_both, refusal, sentence
from tests.support.answers import Answer
from tests.support.files import PDF, png
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat, messages, responses

PICTURE, TEXT = png(comment=b"x" * 2_000), "naïve\n" * 500
FILES = {"a.png": PICTURE, "b.pdf": PDF, "c.txt": TEXT.encode()}


@pytest.fixture
def pointed(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> LoopbackServer:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    return server


@pytest.fixture
def attached(tmp_path: Path) -> list[str]:
    """Files, as options that attach them."""
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return [option for name in FILES for option in ("-a", str(tmp_path / name))]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


PARTS: dict[str, list[dict[str, Any]]] = {
    "anthropic": [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": encoded(PICTURE)}},
        {
            "type": "document",
            "title": "b.pdf",
            "source": {"type": "base64", "media_type": "application/pdf", "data": encoded(PDF)},
        },
        {"type": "document", "title": "c.txt", "source": {"type": "text", "media_type": "text/plain", "data": TEXT}},
        {"type": "text", "text": "What is it?"},
    ],
    "openai": [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{encoded(PICTURE)}"}},
        {"type": "file", "file": {"filename": "b.pdf", "file_data": f"data:application/pdf;base64,{encoded(PDF)}"}},
        {"type": "text", "text": f"The file c.txt:\n\n{TEXT}"},
        {"type": "text", "text": "What is it?"},
    ],
    "openai-responses": [
        {"type": "input_image", "image_url": f"data:image/png;base64,{encoded(PICTURE)}", "detail": "auto"},
        {"type": "input_file", "filename": "b.pdf", "file_data": f"data:application/pdf;base64,{encoded(PDF)}"},
        {"type": "input_text", "text": f"The file c.txt:\n\n{TEXT}"},
        {"type": "input_text", "text": "What is it?"},
    ],
}
STREAMS = {"anthropic": messages, "openai": chat, "openai-responses": responses}


@pytest.mark.parametrize("endpoint", PARTS)
def test_each_api_gets_files_in_its_own_form(pointed: LoopbackServer, attached: list[str], endpoint: str) -> None:
    pointed.plan(Answer(STREAMS[endpoint]("A cat.")))

    result = diptych("run", "--side", "left", "-l", f"{endpoint}:some-model", *attached, "What is it?")

    assert result.exit_code == 0, result.output
    (received,) = pointed.received
    turns = received.json["input" if endpoint == "openai-responses" else "messages"]
    assert turns == [{"role": "user", "content": PARTS[endpoint]}]
    # Byte by byte: nothing but JSON's own escapes stands between the file and the wire.
    assert received.body.count(encoded(PICTURE).encode()) == 1
    assert json.dumps(TEXT, ensure_ascii=False)[1:-1].encode() in received.body


def test_everything_that_is_written_names_the_files_once(
    pointed: LoopbackServer, attached: list[str], tmp_path: Path
) -> None:
    plan_both(pointed)
    history = str(tmp_path / "history.db")

    printed = json.loads(diptych("run", "--json", "--history", history, *attached, "What is it?").stdout)

    image, document, text = printed["attachments"]
    assert (image["name"], image["media_type"], image["bytes"]) == ("a.png", "image/png", len(PICTURE))
    assert (image["width"], image["height"], len(image["sha256"])) == (3, 2, 64)
    assert (document["name"], document["media_type"]) == ("b.pdf", "application/pdf")
    assert text.keys() == {"sha256", "name", "media_type", "bytes"}
    listed = json.loads(diptych("history", "--json", "--history", history).stdout)
    assert listed["attachments"] == printed["attachments"]
    assert "[a.png] [b.pdf] [c.txt] What is it?" in diptych("history", "--list", "--history", history).stdout
    assert (
        "── attachments ──\na.png · 2.1 KB · 3×2\nb.pdf · 69 bytes\nc.txt"
        in diptych("show", "--history", history).stdout
    )
    with closing(sqlite3.connect(history)) as database:
        ((size,),) = database.execute("SELECT sum(length(data)) FROM contents")
        ((noted,),) = database.execute("SELECT max(length(data)) FROM lines WHERE name = 'request'")
    assert size < sum(map(len, FILES.values())) + 1_500, "two sides, kept once"
    assert noted < 3_000, "the request refers to the files"


def test_a_recording_that_is_imported_elsewhere_still_has_the_files(
    pointed: LoopbackServer, attached: list[str], tmp_path: Path
) -> None:
    plan_both(pointed)
    recording, history = str(tmp_path / "a.jsonl"), str(tmp_path / "other.db")
    assert diptych("run", "--record", recording, *attached, "What is it?").exit_code == 0
    for name in FILES:
        (tmp_path / name).unlink()

    assert diptych("import", recording, "--history", history).exit_code == 0

    assert "a.png · 2.1 KB · 3×2" in diptych("show", "last", "--history", history).stdout
    page = diptych("export", "last", "--history", history, "--format", "html", "-o", "-").stdout
    assert f'<img src="data:image/png;base64,{encoded(PICTURE)}" alt="a.png" width="3" height="2"' in page
    assert (
        "- `b.pdf` · `application/pdf · 69 bytes · SHA-256 "
        in diptych("export", "last", "--history", history, "--format", "md", "-o", "-").stdout
    )
    assert (
        json.loads(diptych("export", "last", "--history", history, "--format", "json", "-o", "-").stdout)[
            "attachments"
        ][0]["width"]
        == 3
    )


def test_the_events_refer_to_the_files(pointed: LoopbackServer, attached: list[str]) -> None:
    pointed.plan(Answer(chat("A cat.")))

    lines = diptych("run", "--events", "--side", "right", *attached, "What is it?").stdout.splitlines()

    request = json.loads(lines[0])["body"]["messages"][0]["content"]
    assert request[0]["image_url"]["url"].startswith("data:image/png;base64,[Base64 of SHA-256 ")
    assert request[1] == PARTS["openai"][1], "a file of 69 bytes stays"
    assert request[2]["text"].startswith("The file c.txt:\n\n[text of SHA-256 ")


def test_what_cannot_be_attached_is_refused_before_anything_is_sent(pointed: LoopbackServer, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\1\2")

    assert sentence("run", "-a", str(tmp_path / "a.bin"), "hi").endswith("a PDF or text in UTF-8.")
    assert sentence("run", "-a", str(tmp_path), "hi").endswith("it is a folder.")
    assert "No such file" in sentence("run", "--demo", "-a", str(tmp_path / "none"), "hi")
    assert pointed.received == []


@pytest.mark.parametrize("name", ["notes.txt", "a.png", "b.pdf"])
def test_a_key_in_a_file_is_not_sent(
    pointed: LoopbackServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    secret = b"sk-ant-planted-in-a-file"
    monkeypatch.setenv("ANTHROPIC_API_KEY", secret.decode())
    data = {"notes.txt": b"see " + secret, "a.png": png(comment=secret), "b.pdf": PDF + secret}
    (tmp_path / name).write_bytes(data[name])

    said = refusal("run", "-a", str(tmp_path / name), "hi")

    assert said.startswith(f"Error: The file {name} holds the secret in ANTHROPIC_API_KEY")
    assert pointed.received == []


def test_a_key_in_a_name_is_not_sent(pointed: LoopbackServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-planted-in-a-name")
    path = tmp_path / "sk-ant-planted-in-a-name.txt"
    path.write_text("hi")

    assert "The name of a file holds the secret" in refusal("run", "-a", str(path), "hi")
    assert pointed.received == []


def test_a_file_that_a_provider_does_not_take(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "a.png").write_bytes(png(9_000, 9_000))

    said = sentence("run", "--no-history", "-a", str(tmp_path / "a.png"), "hi")

    assert said == (
        "a.png is too large: Anthropic takes images of 8,000×8,000 pixels, and it has 9,000×9,000, so the left side "
        "(anthropic:claude-sonnet-5-5) cannot be asked."
    )

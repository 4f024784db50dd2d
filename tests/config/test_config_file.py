"""Reading a config file: everything that is wrong with it is told at once, and nothing that lies there raises."""

import os
import sys
from pathlib import Path

import pytest

from diptych.config.config_file import ConfigFile, config_path, read_config_file
from diptych.config.toml_file import MOST_BYTES

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other files and permissions")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A path in a folder that only its owner can change."""
    folder = tmp_path / "diptych"
    folder.mkdir(mode=0o700)
    return folder / "config.toml"


def read(path: Path, content: str | bytes) -> ConfigFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return read_config_file(path)


def sentences(path: Path, content: str | bytes) -> list[str]:
    """The problems of a file, without its path."""
    return [problem.sentence.removeprefix(str(path)) for problem in read(path, content).problems]


ENDPOINT = """
[endpoints.local]
api = "openai-chat"
base_url = "http://localhost:8080/v1"
"""

PRESET = """
[presets.terse]
model = "openai:gpt"
"""


def test_the_path_is_where_the_environment_says(tmp_path: Path) -> None:
    assert config_path({"DIPTYCH_CONFIG": f" {tmp_path}/c.toml "}) == tmp_path / "c.toml"
    assert config_path({"DIPTYCH_CONFIG": "~/c.toml"}) == Path.home() / "c.toml"
    assert config_path({"DIPTYCH_CONFIG": "~nobody-of-this-name/c"}) == Path("~nobody-of-this-name/c")
    assert config_path({"DIPTYCH_CONFIG": " "}).parts[-2:] == ("diptych", "config.toml")


def test_a_missing_file_is_like_an_empty_one_unless_it_is_required(path: Path) -> None:
    missing = read_config_file(path)
    assert (missing.exists, missing.tables, len(missing.problems)) == (False, None, 0)
    assert [each.sentence for each in read_config_file(path, required=True).problems] == [
        f"{path}: there is no such file."
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("left = openai:x\n", ", line 1, column 8: this is not valid TOML: a value is missing, or it is text without"),
        ("a = 1\nb\n", ", line 2, column 2: this is not valid TOML: a name must be followed by = and a value."),
        ('a = 1\nb = "x\n', ", line 2, column 7: this is not valid TOML: text is not closed by a quote."),
        ("a = '\x07'", ", line 1, column 6: this is not valid TOML: a control character cannot stand here."),
        ("a = { b = 1, }", ", line 1, column 14: this is not valid TOML: a name is missing. A table in { } must be on"),
        ("[a]\n[a]\n", ", line 2, column 3: this is not valid TOML: the same name is set twice."),
        ("theme = 'a'\ntheme = 'b'", ", line 2: this is not valid TOML: the same name is set twice."),
        ('a = "\\q"', ", line 1, column 8: this is not valid TOML: a backslash in double quotes must be doubled"),
        ("a = [1,\n2", ", line 2: this is not valid TOML: a list is not closed by ]."),
        ("a = \0", ", line 1, column 5: this is not valid TOML"),
        ("a = " + "[" * 9_000, ": its values are nested too deeply."),
        ("a = " + "1" * 5_000, ": a number in it has too many digits."),
        ("a\n=1", ", line 1, column 2: this is not valid TOML"),
        ("\n" + ".".join("a" * 60_000) + " = 1", ", line 2: a name has too many parts."),
        (b"a = 1\nb = '\xff'", ", line 2: it is not UTF-8 text: save it as UTF-8."),
        ("left = 'a:b'".encode("utf-16"), ", line 1: it is not UTF-8 text: save it as UTF-8."),
        (b"#" * (MOST_BYTES + 1), ": it cannot be read: it is longer than 256 KiB."),
    ],
)
def test_a_file_that_cannot_be_parsed(path: Path, content: str | bytes, said: str) -> None:
    file = read(path, content)

    (problem,) = file.problems
    assert problem.sentence.removeprefix(str(path)).startswith(said)
    assert (file.tables, problem.key) == (None, ())
    assert file.problems.of("endpoints", "openai") == problem.sentence


def test_a_byte_order_mark_is_ignored(path: Path) -> None:
    assert list(read(path, "theme = 'x'".encode("utf-8-sig")).problems) == []


@POSIX
def test_whatever_else_lies_at_the_path(path: Path) -> None:
    def reason(at: Path) -> str:
        return " ".join(each.sentence.removeprefix(str(at)) for each in read_config_file(at).problems)

    os.mkfifo(path)
    loop = path.with_name("loop")
    loop.symlink_to(loop)
    link = path.with_name("link")
    link.symlink_to(path.with_name("nowhere"))

    assert reason(path) == ": it cannot be read: it is not a file."
    assert reason(path.parent) == ": it cannot be read: it is a folder."
    assert reason(Path("/dev/zero")) == ": it cannot be read: it is not a file."
    assert reason(loop) == ": it cannot be read: its symbolic links lead to each other."
    assert reason(path / "below") == ": it cannot be read: not a directory."
    assert reason(Path("a\0b")).endswith("its path contains a NUL character.")
    assert reason(Path("/dev/null")) == reason(link) == ""


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(path: Path) -> None:
    path.write_text("")
    path.chmod(0)

    assert "you have no permission to read it" in read_config_file(path).problems.of()


def test_everything_wrong_is_told_at_once(path: Path) -> None:
    content = (
        "timout = 3\nmax_tokens = 0\ntheme = ''\nkeys = 3\n"
        + ENDPOINT
        + "key = 'sk-1'\ntimeout = 'soon'\nprices = { input = -1 }\nkey_command = 'pass'\ncredential = 'tokn'\n"
        + PRESET
        + "max_tokens = 1.5\n[presets.b]\nsystem = 'x'\n"
    )

    assert sentences(path, content) == [
        ": timout is not known. Did you mean timeout?",
        ": max_tokens must be a whole number, 1 or more, not 0.",
        ": theme must not be empty: it must be text in quotes.",
        ": keys must be a table, not 3.",
        ": endpoints.local.key is not known. A key does not belong in this file: name the environment variable that "
        "holds it in key_env.",
        ": endpoints.local.timeout must be a number of seconds greater than 0, not text.",
        ": endpoints.local.prices.input must be a number of US dollars from 0 to 1,000,000, not -1.",
        ": endpoints.local.prices.output is missing.",
        ": endpoints.local.key_command must be a list of texts, the program and its arguments, such as "
        '["pass", "show", "local"], not text.',
        ": endpoints.local.credential must be key or token. Did you mean token?",
        ": presets.terse.max_tokens must be a whole number, 1 or more, not 1.5.",
        ": presets.b.model is missing.",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "api = 'openai-caht'",
            "api must be anthropic-messages, openai-chat or openai-responses. Did you mean openai-",
        ),
        ("base_url = 3", "base_url must be text in quotes, not 3."),
        ("key_env = 'sk-abc'", "key_env must be the name of an environment variable, not the key itself."),
        ("key_env = 'A'\nkey_command = ['b']", "has both key_env and key_command: only one can give the key."),
        ("key_command = []", "key_command must not be empty: it must be a list of texts"),
        ("key_command = ['']", "key_command must be a list of texts"),
        ("headers = { a = 1 }", "headers.a must be text in quotes, not 1."),
        ("headers = { 'x: s3cr3t' = 'v' }", "headers (number 1) has a name that no header can have"),
        ('headers = { a = "s3cr3t\\n" }', "headers.a has a value that no header can have"),
        ("headers = { a = 's3cr3t-ü' }", "headers.a has a value that no header can have"),
        ("headers = { Content-Length = '3' }", "headers.Content-Length is decided by how the request is sent"),
        ("headers = { Content-Type = 'a/b' }", "headers.Content-Type is decided by how the request is sent"),
        ("headers = { Expect = '100-continue' }", "headers.Expect is decided by how the request is sent"),
        ("headers = { a = 'env: B C' }", "headers.a must name an environment variable after env:."),
        ("query = { 'a\\u0007' = 's3cr3t' }".replace("'a", '"a').replace("7'", '7"'), "query (number 1) has a name"),
        ("query = { a = 'env:' }", "query.a must name an environment variable after env:."),
        (
            "prices = { input = nan, output = 1 }",
            "prices.input must be a number of US dollars from 0 to 1,000,000, not nan.",
        ),
        (
            "prices = { input = 1, output = inf }",
            "prices.output must be a number of US dollars from 0 to 1,000,000, not inf.",
        ),
        ("prices = { input = 1, output = 1, cached = 1 }", "prices.cached is not known. Did you mean cached_input?"),
        ("fields = { a = 3 }", "fields.a must be what the server calls this field, or false"),
        ("fields = { stream = false }", "fields.stream cannot be changed: every answer is streamed anyway."),
        ("ca_file = 'a.pem'", "ca_file must be a whole path, from / or ~ on."),
        ("base_url = 'http://me:s3cr3t@h:x/v1'", "base_url is not a URL: its host or port cannot be read."),
        ("base_url = 'me:s3cr3t@h/v1'", "base_url must begin with http:// or https:// and name a host."),
        (
            "base_url = 'http://h/v1/chat/completions/'",
            "base_url must end before /chat/completions, which Diptych adds",
        ),
        ("base_url = 'https://h/v1?key=s3cr3t'", "base_url must end with its path: remove the part from ? or # on"),
        ("api = 'anthropic-messages'", "api is another provider's, but this endpoint is built in: give it another"),
        ("fields = { '' = false }", 'fields."" has an empty name.'),
        ("timeout = 0", "timeout must be a number of seconds greater than 0, not 0."),
        ("timeout = inf", "timeout must be a number of seconds greater than 0, not inf."),
        ("timeout = true", "timeout must be a number of seconds greater than 0, not true."),
        ("timeout = 2026-01-01", "timeout must be a number of seconds greater than 0, not a date or time."),
        (f"concurrency = 0x{'f' * 9000}", "concurrency must be a whole number, 1 or more, not a number of that many"),
        ("proxy = 'me:s3cr3t@host'", "proxy must be a URL such as http://HOST:PORT. It may begin with http://"),
        ("proxy = 'http://host:99999'", "proxy must be a URL such as http://HOST:PORT."),
        ("proxy = 'http://'", "proxy must be a URL such as http://HOST:PORT."),
        ("left = 'local:m'", "left is not known. It belongs at the top of the file, before the first [table]."),
        ("hedaers = { a = 's3cr3t' }", "hedaers is not known. Did you mean headers?"),
        ("zzz = 1", "zzz is not known. Known are api, base_url, key_env"),
    ],
)
def test_a_problem_of_an_endpoint(path: Path, line: str, said: str) -> None:
    content = "[endpoints.openai]\n" + line + "\n" + ENDPOINT
    file = read(path, content)

    (problem,) = file.problems
    assert problem.sentence.startswith((f"{path}: endpoints.openai.{said}", f"{path}: endpoints.openai {said}"))
    assert "s3cr3t" not in problem.sentence
    assert file.problems.of("endpoints", "openai") == problem.sentence
    assert file.problems.of("endpoints", "local") == ""


def test_an_endpoint_that_is_not_built_in_needs_a_server(path: Path) -> None:
    assert sentences(path, "[endpoints.opena]\n[endpoints.x]\napi = 'openai-chat'\n[endpoints.openai]\n") == [
        ": endpoints.opena is not built in, so it needs api and base_url. Did you mean openai?",
        ": endpoints.x is not built in, so it needs base_url.",
    ]


@pytest.mark.parametrize("name", ["a:b", "@a", "a b", "a\u00a0b", "\u202e", "\\u001b[31m"])
@pytest.mark.parametrize("kind", ["endpoints", "presets"])
def test_a_name_that_cannot_be_written_where_models_are_named(path: Path, kind: str, name: str) -> None:
    content = {"endpoints": ENDPOINT.replace("local", f'"{name}"', 1), "presets": PRESET.replace("terse", f'"{name}"')}
    file = read(path, content[kind])

    (problem,) = file.problems
    assert problem.sentence.endswith("has a name with white space, :, @ or control characters, so it cannot be used.")
    assert problem.sentence.isprintable()
    assert file.tables is not None
    assert not getattr(file.tables, kind)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("model = 'gpt'", "model must name a model as ENDPOINT:MODEL"),
        ("model = 'openai:'", "model must name a model as ENDPOINT:MODEL"),
        ("model = 'opnai:x'", "model names the endpoint opnai, which is missing. Did you mean openai?"),
        ("model = '@terse'", "model must be ENDPOINT:MODEL: a preset cannot name another one."),
        ("model = 'openai:x'\nparams = { model = 'x' }", "params.model cannot be set: choose it as the side's model."),
        ("model = 'openai:x'\nparams = { stream = false }", "params.stream cannot be set: every answer is streamed"),
        ("model = 'openai:x'\nparams = { a = [07:30:00] }", "params.a is a date or time, which JSON does not have"),
        ("model = 'openai:x'\nparams = { a.b = -inf }", "params.a.b must be a number that JSON can hold, not -inf."),
        (
            f"model = 'openai:x'\nparams = {{ a = {'[' * 120}{']' * 120} }}",
            "params is nested too deeply.",
        ),
        ("model = 'openai:x'\nparams = 3", "params must be a table, not 3."),
    ],
)
def test_a_problem_of_a_preset(path: Path, line: str, said: str) -> None:
    file = read(path, f"[presets.a]\n{line}\n{PRESET}")

    (problem,) = file.problems
    assert problem.sentence.startswith(f"{path}: presets.a.{said}")
    assert (file.problems.of("presets", "a"), file.problems.of("presets", "terse")) == (problem.sentence, "")


def test_a_side_must_name_a_model_or_preset_that_is_there(path: Path) -> None:
    assert sentences(path, "left = 'locl:x'\nright = '@ters'\n" + ENDPOINT + PRESET) == [
        ": left names the endpoint locl, which is missing. Did you mean local?",
        ": right names the preset ters, which is missing. Did you mean terse?",
    ]
    assert sentences(path, "left = 'local:x:7b'\nright = ' @terse '\n" + ENDPOINT + PRESET) == []


def test_what_looks_like_a_key_is_not_quoted_even_as_a_name(path: Path) -> None:
    key = "sk-ant-api03-aB3dE5fG7hJ9kL1mN2pQ"

    said = sentences(
        path, f"left = '{key}:x'\n{key} = 1\n[endpoints.a]\n{key} = 1\n[presets.{key}]\nmodel = '{key}:x'\n"
    )

    assert len(said) == 5
    assert not any(key in sentence for sentence in said)


def test_a_value_in_place_of_a_table_makes_its_members_unusable(path: Path) -> None:
    file = read(path, "endpoints = 3\n[presets]\na = 'x'\n")

    assert [each.sentence.removeprefix(str(path)) for each in file.problems] == [
        ": endpoints must be a table, not 3.",
        ": presets.a must be a table, not text.",
    ]
    assert file.problems.of("endpoints", "openai")
    assert file.problems.of("presets", "a")
    assert not file.problems.of("presets", "b")

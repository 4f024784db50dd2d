"""Config files by the thousand: whatever is in one, nothing raises, and every problem is one clean sentence."""

import random
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import diptych.config
from diptych.config.config_file import read_config_file
from diptych.config.configuration import Configuration, configuration_of_file, load_configuration
from diptych.config.in_effect import values_in_effect
from diptych.config.toml_file import MOST_BYTES
from diptych.core.json_text import to_json
from tests.fuzz.corpus import MARKUP, SEQUENCES

COMMENTED = Path(diptych.config.__file__).with_name("commented.toml").read_text("utf-8")
WHOLE = re.sub(r"^#(?=[^# \n])", "", COMMENTED, flags=re.MULTILINE)
"""The file of `diptych config init`, with everything in it."""

SECRET = "PLANTED-s3cr3t-value"  # noqa: S105

VALUES = (
    *("0", "-1", "1.5", "nan", "-inf", "1e999", "0x" + "f" * 5_000, "9" * 5_000, "true", "false"),
    *("2026-01-01", "07:30:00", "2026-01-01T07:30:00Z", "[]", "{}", '""', '" "', '"@"', '":"', '"@terse"', '"a:"'),
    *("[[[[[1]]]]]", "[" * 150 + "]" * 150, "{a={b={c=1}}}", '["", 3]', "openai", '"', "'''", "[1,", "{a=1,a=2}"),
    *(
        '"openai:gpt"',
        '"local:x"',
        '"env:"',
        '"env:HOME"',
        '"http://"',
        '"http://[::1"',
        '"https://h/?a#b"',
        '"\\ud800"',
    ),
    *(
        '"\\u0000"',
        '"\\u202e"',
        '"a\\nb"',
        '"ü"',
        f'"{SECRET}"',
        f'"https://me:{SECRET}@h/v1"',
        f'{{ x-key = "{SECRET}" }}',
    ),
)
"""What may stand after `=`; some of it is not TOML."""

LINES = (
    *(
        "[endpoints]",
        "[endpoints.x]",
        "[endpoints.'a:b']",
        '[endpoints.""]',
        "[[endpoints]]",
        "[presets.'@']",
        "[presets]",
    ),
    *(
        "[keys]",
        "[x.y.z]",
        "endpoints = 3",
        "presets.a.model = '@a'",
        "left = '@a'",
        "a.b.c.d = 1",
        "=",
        "\\",
        "\x00",
        "\r",
    ),
    *("'\x1b[31m' = 1", '"\\u001b]0;x\\u0007" = 1', "\ufeff", "#" * 500, ".".join("a" * 200) + " = 1"),
    *(f"# {text}" for text in (*SEQUENCES[:6], *MARKUP[:6])),
)


def mutated(text: str, chance: random.Random) -> bytes:
    """The file with a few lines changed, moved, lost or put in, and sometimes with a byte that is not UTF-8."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        name, equals, _ = lines[at].partition(" = ")
        value = chance.choice(VALUES)
        match chance.randrange(6):
            case 0:
                lines[at] = f"{name} = {value}" if equals else chance.choice(LINES)
            case 1:
                lines.insert(at, chance.choice(LINES))
            case 2:
                lines.insert(at, f"{chance.choice(['key', 'timeout', 'api', name, 'é'])} = {value}")
            case 3:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 4:
                lines.insert(chance.randrange(len(lines)), lines.pop(at))
            case _ if len(lines) > 5:
                del lines[at]
    data = bytearray("\n".join(lines).encode("utf-8", "replace"))
    if chance.random() < 0.1:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def assert_usable(path: Path, data: bytes) -> Configuration:
    """Load a file as the commands do. Each name in it can be asked for, and is refused only with a sentence."""
    path.write_bytes(data)
    path.chmod(0o600)
    file = read_config_file(path)
    configuration = configuration_of_file(file, {}, simulation="none")
    refusals = []
    sides = [getattr(configuration, side) for side in ("left", "right") if side not in configuration.unusable]
    for name in (*sides, *(f"@{name}" for name in configuration.presets), "@", "a:b"):
        try:
            configuration.settings_for(name)
        except ValueError as error:
            refusals.append(str(error))
    for problem in configuration.problems:
        assert problem.startswith(str(path)), problem
        assert problem[-1] in ".?", problem
    for sentence in (*configuration.problems, *configuration.warnings, *refusals):
        assert all(line.isprintable() for line in sentence.split("\n")), ascii(sentence)
        assert SECRET not in sentence
    shown = [to_json(each.value) for each in values_in_effect(configuration, file, {})]
    assert all(text.isascii() for text in shown)
    return configuration


@pytest.mark.parametrize("seed", range(4))
def test_a_file_that_was_changed_in_some_places(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "config.toml"
    were_read = 0

    for _ in range(400):
        were_read += assert_usable(path, mutated(chance.choice([WHOLE, WHOLE, COMMENTED]), chance)).is_read

    assert 100 < were_read < 390, "some are not TOML, and most of the others have something wrong in them"


@pytest.mark.parametrize("value", VALUES)
def test_every_member_with_a_value_that_it_cannot_have(tmp_path: Path, value: str) -> None:
    names = [line.partition(" = ")[0] for line in WHOLE.splitlines() if " = " in line and not line.startswith("#")]
    path = tmp_path / "config.toml"

    for name in dict.fromkeys(names):
        line = f"{name} = {value}".replace("\\", r"\\")
        assert_usable(path, re.sub(rf"^{re.escape(name)} = .*$", line, WHOLE, flags=re.MULTILINE).encode())


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_a_file_of_anything(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    assert_usable(tmp_path_factory.getbasetemp() / "anything.toml", data)


@given(
    st.lists(st.sampled_from(['"', "'", "[", "]", "{", "}", "=", ".", ",", "\n", "\\", "#", "a", "1", " ", "é", "\0"]))
)
def test_a_file_of_the_signs_of_toml(tmp_path_factory: pytest.TempPathFactory, signs: list[str]) -> None:
    assert_usable(tmp_path_factory.getbasetemp() / "signs.toml", "".join(signs).encode())


def test_the_largest_file_takes_no_longer_than_a_moment(tmp_path: Path) -> None:
    """Each of these takes minutes if it is read carelessly; the limit of a test's time would end it."""
    path = tmp_path / "config.toml"
    size = MOST_BYTES - 20
    for text in (
        ".".join("a" * (size // 2)) + "=1",
        "a = {" + ".".join("a" * (size // 2)) + "=1}",
        ".".join(['"a"'] * (size // 4)) + "=1",
        "a = '" + "x" * size + "'",
        'a = "' + "\\n" * (size // 2) + '"',
        "a" * size + " = 1",
        "a = " + "[" * size,
        "a = " + "1" * size,
        "\n" * size,
        "".join(f"[endpoints.a{number}]\n" for number in range(size // 20)),
        "a = ['" + "." * size + "']",
    ):
        path.write_text(text)
        assert load_configuration({}, path).path == path


def test_the_whole_file_has_nothing_wrong_in_it(tmp_path: Path) -> None:
    configuration = assert_usable(tmp_path / "config.toml", WHOLE.encode())

    assert tomllib.loads(COMMENTED) == {}
    assert configuration.problems == ()

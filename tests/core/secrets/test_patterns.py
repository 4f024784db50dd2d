"""Keys are found by the forms that providers give them, and little else is."""

import random
import string

import pytest

from diptych.core.secrets.patterns import find_keys, without_keys

_RANDOM = random.Random(7)


def some(length: int, characters: str = string.ascii_letters + string.digits) -> str:
    return "".join(_RANDOM.choices(characters, k=length))


KEYS = {
    "sk-ant-api03-" + some(93, string.ascii_letters + "_-") + "AA": "an Anthropic key",
    "sk-ant-oat01-" + some(60): "an Anthropic key",
    "sk-" + some(20) + "T3BlbkFJ" + some(20): "an OpenAI key",
    "sk-proj-" + some(74) + "T3BlbkFJ" + some(74): "an OpenAI key",
    "sk-svcacct-" + some(60): "an OpenAI key",
    "sk-or-v1-" + some(64, "0123456789abcdef"): "an OpenRouter key",
    "AKIA" + some(16, "ABCDEFGHIJKLMNOP234567"): "an AWS key",
    "AIza" + some(35): "a Google key",
    "ghp_" + some(36): "a GitHub token",
    "github_pat_" + some(22) + "_" + some(59): "a GitHub token",
    "glpat-" + some(20): "a GitLab token",
    "xoxb-12345678901-12345678901-" + some(24): "a Slack token",
    "hf_" + some(34): "a Hugging Face token",
    "gsk_" + some(52): "a Groq key",
    "xai-" + some(80): "an xAI key",
    "eyJ" + some(30) + ".eyJ" + some(60) + "." + some(43): "a signed token",
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("around", ["{}", "export KEY={}", 'key: "{}",', "({})", "日本{}。", "see\n{}\nthere"])
def test_a_key_is_found_wherever_it_stands(key: str, around: str) -> None:
    (found,) = find_keys(around.format(key))

    assert found.kind == KEYS[key]
    assert around.format(key)[found.start : found.end] == key
    assert found.shown == f"{key[:4]}…{key[-3:]}"


@pytest.mark.parametrize(
    "text",
    [
        "sk-ant-… or sk-proj-…",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "task-0123456789abcdefghijABCDEFGHIJ0123456789",
        "sk-learn, sk-image and a risk-averse desk-bound clerk",
        "disk_hf_0123456789abcdefghijABCDEFGHIJ0123456789",
        "eyJ is how base64 of JSON begins",
        "6f5902ac237024bdd0c176cb93063dc4",
        "-----BEGIN PUBLIC KEY-----",
        "AIzaShort",
        "",
    ],
)
def test_what_is_no_key_is_not_taken_for_one(text: str) -> None:
    assert list(find_keys(text)) == []
    assert without_keys(text) == text


@pytest.mark.parametrize("kind", ["", "RSA ", "OPENSSH ", "ENCRYPTED ", "EC "])
def test_private_keys(kind: str) -> None:
    text = f"this:\n-----BEGIN {kind}PRIVATE KEY-----\nMIIE\n"

    assert [(found.kind, found.shown) for found in find_keys(text)] == [("a private key", "")]
    assert without_keys(text) == "this:\n[redacted]"


def test_every_key_of_a_text_is_left_out() -> None:
    assert without_keys(" and ".join(KEYS)) == " and ".join(["[redacted]"] * len(KEYS))


def test_a_key_within_a_signed_token_is_left_out_with_it() -> None:
    token = "eyJ" + some(20) + ".eyJ" + some(20) + ".sk-ant-" + some(30)

    assert without_keys(f"a {token} b") == "a [redacted] b"


def test_a_text_of_megabytes_full_of_beginnings_takes_linear_time() -> None:
    for lead in ("sk-", "eyJ", "-----BEGIN ", "xoxb-", "sk-ant-"):
        assert not any(found.shown == "?" for found in find_keys((lead + " ") * 200_000))

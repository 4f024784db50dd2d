"""Headers of the environment: sent to the hosts that they are meant for, and named where they are wrong."""

import pytest

from diptych.apis.failures import ConfigurationError
from diptych.core.endpoint import ApiName, Endpoint
from diptych.wire.sdk_environment import check_custom_headers, organization
from tests.wire.conftest import Variables


def endpoint(provider: str | None = None, *, is_built_in: bool = True) -> Endpoint:
    return Endpoint("openai", "openai-chat", "http://models.test", "OPENAI_API_KEY", provider, is_built_in=is_built_in)


def test_only_openai_learns_of_the_organization_and_the_project(variables: Variables) -> None:
    variables({"OPENAI_ORG_ID": " org-1\n", "OPENAI_PROJECT_ID": ""})

    assert organization(endpoint(provider="openai")) == ("org-1", None)
    assert organization(endpoint()) == (None, None)
    assert organization(endpoint(provider="openai", is_built_in=False)) == (None, None)


@pytest.mark.parametrize("variable", ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID"])
@pytest.mark.parametrize("value", ["org\n1", "örg", "org\x1b"])
def test_what_no_header_can_carry(variable: str, value: str, variables: Variables) -> None:
    variables({variable: value})

    with pytest.raises(ConfigurationError, match=f"^{variable} holds characters that no header can carry"):
        organization(endpoint(provider="openai"))
    assert organization(endpoint()) == (None, None)


@pytest.mark.parametrize(
    ("api", "variable"),
    [
        ("anthropic-messages", "ANTHROPIC_CUSTOM_HEADERS"),
        ("openai-chat", "OPENAI_CUSTOM_HEADERS"),
        ("openai-responses", "OPENAI_CUSTOM_HEADERS"),
    ],
)
def test_headers_of_ones_own_are_checked(api: ApiName, variable: str, variables: Variables) -> None:
    variables({variable: "x-team: search\nwithout a colon\nx-empty:\n"})
    check_custom_headers(api)

    for wrong in ("x-name: ü", "x name: a", "ü: a", "x-name: a\x1b[31m", ": a"):
        variables({variable: f"x-team: search\n{wrong}"})
        with pytest.raises(ConfigurationError, match=f"^{variable} holds a header that cannot be sent"):
            check_custom_headers(api)

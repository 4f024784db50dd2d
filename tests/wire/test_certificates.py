"""Certificates of the environment: used where a connection is encrypted, and named where they are wrong."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from diptych.apis.failures import ConfigurationError
from diptych.core.endpoint import Connection, Endpoint
from diptych.wire.sdk_environment import connection_settings
from tests.wire.conftest import Variables


def endpoint(url: str = "https://models.test/v1") -> Endpoint:
    return Endpoint("openai", "openai-chat", url, "OPENAI_API_KEY")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that somebody may trust: one of those that the system trusts."""
    for found in ssl.create_default_context().get_ca_certs(binary_form=True):
        path = tmp_path / "ca.pem"
        path.write_text(ssl.DER_cert_to_PEM_cert(found))
        return path
    pytest.skip("This system trusts nobody.")


def test_certificates_of_ones_own(certificate: Path, variables: Variables) -> None:
    variables({"SSL_CERT_FILE": str(certificate), "SSL_CERT_DIR": "/does/not/matter"})

    found = connection_settings(endpoint())

    assert found.route.certificates == "SSL_CERT_FILE"
    assert len(found.certificates.get_ca_certs()) == 1


def test_a_folder_of_certificates(certificate: Path, variables: Variables) -> None:
    certificate.rename(certificate.with_name("0a1b2c3d.0"))
    variables({"SSL_CERT_DIR": f"/nowhere:{certificate.parent}"})

    assert connection_settings(endpoint()).route.certificates == "SSL_CERT_DIR"


def test_the_certificates_of_the_system() -> None:
    assert connection_settings(endpoint()).route.certificates == ""


def test_no_certificate_matters_without_tls(variables: Variables) -> None:
    variables({"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/nowhere", "HTTP_PROXY": "http://p.test"})

    assert connection_settings(endpoint("http://models.test")).route.certificates == ""


def test_a_proxy_that_is_asked_over_tls_needs_certificates(variables: Variables, certificate: Path) -> None:
    variables({"SSL_CERT_FILE": str(certificate), "HTTP_PROXY": "https://p.test"})

    found = connection_settings(endpoint("http://models.test"))

    assert found.proxy is not None
    assert found.proxy.ssl_context is found.certificates
    assert found.route.certificates == "SSL_CERT_FILE"


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (None, "SSL_CERT_FILE names a file that does not exist: "),
        ("folder", "SSL_CERT_FILE names a folder, which belongs in SSL_CERT_DIR: "),
        (b"", "SSL_CERT_FILE names a file that holds no certificate in PEM form: "),
        (b"not a certificate", "SSL_CERT_FILE names a file that holds no certificate in PEM form: "),
        (b"\x30\x82\x03\x00", "SSL_CERT_FILE names a file that holds no certificate in PEM form: "),
    ],
)
def test_a_file_of_certificates_that_is_none(
    made: bytes | str | None, sentence: str, variables: Variables, tmp_path: Path
) -> None:
    path = tmp_path / "certificates"
    if made == "folder":
        path.mkdir()
    elif isinstance(made, bytes):
        path.write_bytes(made)
    variables({"SSL_CERT_FILE": str(path)})

    with pytest.raises(ConfigurationError) as caught:
        connection_settings(endpoint())

    assert str(caught.value) == f"{sentence}{path}."


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("os.access", "SSL_CERT_FILE names a file that cannot be read: "),
        ("os.listdir", "SSL_CERT_DIR names a folder that cannot be read (Permission denied)."),
    ],
)
def test_certificates_that_may_not_be_read(
    call: str, sentence: str, variables: Variables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, mode: int = 0) -> bool:
        if call == "os.access":
            return False
        raise PermissionError(13, "Permission denied")

    (tmp_path / "file").touch()
    variables({"SSL_CERT_FILE": str(tmp_path / "file")} if call == "os.access" else {"SSL_CERT_DIR": str(tmp_path)})
    monkeypatch.setattr(call, refuse)

    with pytest.raises(ConfigurationError) as caught:
        connection_settings(endpoint())

    assert str(caught.value).startswith(sentence)


def test_folders_of_certificates_that_hold_none(variables: Variables, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    for folder, sentence in (
        ("/does/not/exist", "SSL_CERT_DIR names a folder that does not exist: /does/not/exist."),
        (str(tmp_path), f"SSL_CERT_DIR names a folder without certificates under their hashes ({tmp_path}): run"),
    ):
        variables({"SSL_CERT_DIR": folder})
        with pytest.raises(ConfigurationError) as caught:
            connection_settings(endpoint())
        assert str(caught.value).startswith(sentence)


def test_a_log_of_tls_keys_that_cannot_be_written(variables: Variables, certificate: Path) -> None:
    variables({"SSL_CERT_FILE": str(certificate), "SSLKEYLOGFILE": "/does/not/exist"})

    with pytest.raises(ConfigurationError, match=r"^SSLKEYLOGFILE names a file that cannot be written \(No such file "):
        connection_settings(endpoint())


# An endpoint's own file


def trusting(ca_file: str, url: str = "https://models.test/v1") -> Endpoint:
    return replace(endpoint(url), name="local", connection=Connection(ca_file=ca_file))


def test_an_endpoints_own_file_wins_over_the_environment(certificate: Path, variables: Variables) -> None:
    variables({"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/nowhere"})

    found = connection_settings(trusting(str(certificate)))

    assert found.route.certificates == "ca_file of [endpoints.local]"
    assert len(found.certificates.get_ca_certs()) == 1


def test_what_is_wrong_with_an_endpoints_own_file(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for file, what in (
        (tmp_path / "none.pem", "names a file that does not exist"),
        (tmp_path, "names a folder"),
        (tmp_path / "empty.pem", "names a file that holds no certificate in PEM form"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            connection_settings(trusting(str(file)))
        assert str(caught.value).startswith(f"ca_file of [endpoints.local] {what}: ")

    assert connection_settings(trusting("/nowhere", "http://models.test")).route.certificates == ""

"""The certificates to trust: those of the endpoint's `ca_file`, of SSL_CERT_FILE or SSL_CERT_DIR, or the system's."""

import os
import re
import ssl

import httpx2

from diptych.apis.failures import ConfigurationError
from diptych.core.text.excerpt import in_sentence

_HASHED_CERTIFICATE = re.compile(r"[0-9a-f]{8}\.\d+", re.IGNORECASE)


def trusted_certificates(ca_file: str = "", source: str = "") -> tuple[ssl.SSLContext, str]:
    """Return the certificates and the name of what sets them, "" for the system's. Takes 20 ms.

    An endpoint's own `ca_file`, which `source` names, wins over the environment. Raises `ConfigurationError` for
    certificates that cannot be read.
    """
    file, file_source = (ca_file, source) if ca_file else (os.environ.get("SSL_CERT_FILE"), "SSL_CERT_FILE")
    folders = os.environ.get("SSL_CERT_DIR")
    if not file and not folders:
        return httpx2.create_ssl_context(trust_env=False), ""
    try:
        if file:
            return ssl.create_default_context(cafile=file), file_source
        _check_folders(folders or "")
        return ssl.create_default_context(capath=folders), "SSL_CERT_DIR"
    except OSError as error:
        what = file and _what_is_wrong_with(file, error, file_source)
        if what:
            raise ConfigurationError(f"{file_source} {what}: {in_sentence(file or '')}.") from None
        # Python opens only one more file for an SSL context.
        log = in_sentence(os.environ.get("SSLKEYLOGFILE", ""))
        raise ConfigurationError(
            f"SSLKEYLOGFILE names a file that cannot be written ({error.strerror}): {log}."
        ) from None


def _what_is_wrong_with(file: str, error: OSError, source: str) -> str:
    """Return what is wrong with a file of certificates; "" if something else is to blame."""
    if os.path.isdir(file):
        return "names a folder, which belongs in SSL_CERT_DIR" if source == "SSL_CERT_FILE" else "names a folder"
    if not os.path.exists(file):
        return "names a file that does not exist"
    if not os.access(file, os.R_OK):
        return "names a file that cannot be read"
    return "names a file that holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else ""


def _check_folders(folders: str) -> None:
    """Raise `ConfigurationError` unless one of the folders holds certificates. OpenSSL would silently trust nobody."""
    existing = [folder for folder in folders.split(os.pathsep) if os.path.isdir(folder)]
    if not existing:
        raise ConfigurationError(f"SSL_CERT_DIR names a folder that does not exist: {in_sentence(folders)}.")
    try:
        names = [name for folder in existing for name in os.listdir(folder)]
    except OSError as error:
        raise ConfigurationError(f"SSL_CERT_DIR names a folder that cannot be read ({error.strerror}).") from None
    if not any(_HASHED_CERTIFICATE.fullmatch(name) for name in names):
        raise ConfigurationError(
            f"SSL_CERT_DIR names a folder without certificates under their hashes ({in_sentence(folders)}):"
            " run `openssl rehash` on it."
        )

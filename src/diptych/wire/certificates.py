"""The certificates to trust: those that SSL_CERT_FILE or SSL_CERT_DIR names, or the system's."""

import os
import re
import ssl

import httpx2

from diptych.apis.failures import VariableError
from diptych.core.text.excerpt import in_sentence

_HASHED_CERTIFICATE = re.compile(r"[0-9a-f]{8}\.\d+", re.IGNORECASE)


def trusted_certificates() -> tuple[ssl.SSLContext, str]:
    """Return the certificates and the variable that names them, "" for the system's. Takes 20 ms.

    Raises `VariableError` for certificates that cannot be read.
    """
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folders:
        return httpx2.create_ssl_context(trust_env=False), ""
    try:
        if file:
            return ssl.create_default_context(cafile=file), "SSL_CERT_FILE"
        _check_folders(folders or "")
        return ssl.create_default_context(capath=folders), "SSL_CERT_DIR"
    except OSError as error:
        what = file and _what_is_wrong_with(file, error)
        if what:
            raise VariableError(f"SSL_CERT_FILE {what}: {in_sentence(file or '')}.") from None
        # Python opens only one more file for an SSL context.
        log = in_sentence(os.environ.get("SSLKEYLOGFILE", ""))
        raise VariableError(f"SSLKEYLOGFILE names a file that cannot be written ({error.strerror}): {log}.") from None


def _what_is_wrong_with(file: str, error: OSError) -> str:
    """Return what is wrong with a file of certificates; "" if something else is to blame."""
    if os.path.isdir(file):
        return "names a folder, which belongs in SSL_CERT_DIR"
    if not os.path.exists(file):
        return "names a file that does not exist"
    if not os.access(file, os.R_OK):
        return "names a file that cannot be read"
    return "names a file that holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else ""


def _check_folders(folders: str) -> None:
    """Raise `VariableError` unless one of the folders holds certificates. OpenSSL would silently trust nobody."""
    existing = [folder for folder in folders.split(os.pathsep) if os.path.isdir(folder)]
    if not existing:
        raise VariableError(f"SSL_CERT_DIR names a folder that does not exist: {in_sentence(folders)}.")
    try:
        names = [name for folder in existing for name in os.listdir(folder)]
    except OSError as error:
        raise VariableError(f"SSL_CERT_DIR names a folder that cannot be read ({error.strerror}).") from None
    if not any(_HASHED_CERTIFICATE.fullmatch(name) for name in names):
        raise VariableError(
            f"SSL_CERT_DIR names a folder without certificates under their hashes ({in_sentence(folders)}):"
            " run `openssl rehash` on it."
        )

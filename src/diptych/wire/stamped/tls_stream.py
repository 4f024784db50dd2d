"""TLS over a stamped stream: what is decrypted keeps the time at which its last encrypted byte arrived."""

import ssl
from collections.abc import Callable, Sequence
from typing import Any

import httpcore2

from diptych.wire.stamped.piece import Piece
from diptych.wire.stamped.stamped_stream import StampedStream

_LONGEST_RECORD = 16 * 1024
"""Bytes of data in one record of TLS."""


class TLSStream(StampedStream):
    """Encrypts what it sends over another stream, and decrypts what that receives."""

    def __init__(self, under: StampedStream, context: ssl.SSLContext, server_hostname: str | None) -> None:
        super().__init__()
        self._under = under
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._last_encrypted = Piece(b"", 0.0, 0.0)
        self._has_ended = False
        self._error: ssl.SSLError | None = None

    async def handshake(self) -> None:
        """Agree on keys, and check the server's certificate. Raises httpcore2's `ConnectError`."""
        try:
            await self._exchange(self._tls.do_handshake)
        except (ssl.SSLError, ssl.CertificateError, httpcore2.ReadError, httpcore2.WriteError) as error:
            raise httpcore2.ConnectError(error) from error

    async def receive(self) -> Sequence[Piece]:
        """Wait for decrypted pieces and return them, none at the end. Raises httpcore2's `ReadError`."""
        decrypted = self._decrypt(self._last_encrypted)  # the handshake may have left something
        while not (decrypted or self._has_ended or self._error):
            for piece in await self._next_encrypted():
                self._incoming.write(piece.data)
                decrypted += self._decrypt(piece)
            await self._flush()
        if self._error and not decrypted:
            try:
                raise self._error
            except ssl.SSLError as error:  # as its context: httpcore2 takes the cause off
                raise httpcore2.ReadError(error) from error
        return decrypted

    async def send(self, data: bytes) -> None:
        """Encrypt bytes and send them now. Raises httpcore2's `WriteError`."""
        try:
            await self._exchange(lambda: self._tls.write(data))
        except (ssl.SSLError, httpcore2.ReadError) as error:
            raise httpcore2.WriteError(error) from error

    async def aclose(self) -> None:
        """Close the connection, without the farewell of TLS, for which servers would not wait either."""
        await self._under.aclose()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore2 asks for by name, None for what is not known."""
        match info:
            case "ssl_object":
                return self._tls
            case "is_readable":
                return self._has_ended or bool(self._unread) or self._under.get_extra_info(info)
            case _:
                return self._under.get_extra_info(info)

    async def _exchange(self, step: Callable[[], object]) -> None:
        """Do something for which TLS may have to hear from the server."""
        while True:
            try:
                step()
            except ssl.SSLWantReadError:
                await self._flush()
                for piece in await self._next_encrypted():
                    self._incoming.write(piece.data)
            else:
                await self._flush()
                return

    async def _next_encrypted(self) -> Sequence[Piece]:
        self._under.is_patient = self.is_patient
        encrypted = await self._under.pieces()
        if encrypted:
            self._last_encrypted = encrypted[-1]
        else:
            self._incoming.write_eof()
            self._has_ended = True
        return encrypted

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._under.send(self._outgoing.read())

    def _decrypt(self, encrypted: Piece) -> list[Piece]:
        """Return what can be decrypted now, with the stamps of the last encrypted piece."""
        decrypted: list[bytes] = []
        try:
            while data := self._tls.read(_LONGEST_RECORD):
                decrypted.append(data)
            self._has_ended = True
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):  # HTTP knows by itself whether the body is whole
            self._has_ended = True
        except ssl.SSLError as error:
            self._error = error
        return [encrypted._replace(data=b"".join(decrypted))] if decrypted else []

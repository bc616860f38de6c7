"""Messages between the engine's processes: four bytes of length, then as many bytes."""

import socket
import struct

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 18


def frame(message: bytes) -> bytes:
    """A message as it travels."""
    return _LENGTH.pack(len(message)) + message


class Frames:
    """Puts messages together again from a stream of bytes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole once `data` has arrived."""
        stream = self._rest + data if self._rest else data
        messages, start = [], 0
        while (body := start + _LENGTH.size) <= len(stream):
            end = body + _LENGTH.unpack_from(stream, start)[0]
            if end > len(stream):
                break
            messages.append(stream[body:end])
            start = end
        self._rest = stream[start:]
        return messages


class Channel:
    """A blocking conversation in frames over a connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._frames = Frames()
        self._arrived: list[bytes] = []

    def receive(self) -> bytes | None:
        """The next message, or none once the other side is gone."""
        while not self._arrived:
            data = self._socket.recv(_CHUNK)
            if not data:
                return None
            self._arrived = self._frames.feed(data)
        return self._arrived.pop(0)

    def send(self, message: bytes) -> None:
        """Send one message whole."""
        self._socket.sendall(frame(message))

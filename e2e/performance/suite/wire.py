"""What is in force, seen from outside: from the bytes of a connection's beginning (RFC 9113, 4.1, 6.5, 6.9) and from /proc."""

import socket
import struct
from pathlib import Path

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME = struct.Struct("!BHBBI")
SETTING = struct.Struct("!HI")
SETTINGS, WINDOW_UPDATE = 4, 8
MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE = 3, 4
EMPTY_SETTINGS = bytes([0, 0, 0, SETTINGS, 0, 0, 0, 0, 0])

# Of a connection before anything is said (RFC 9113, 6.9.2).
DEFAULT_WINDOW_BYTES = 65_535
PATIENCE_SECONDS = 10
MAX_FRAMES = 20

ESTABLISHED = "01"


def server_says(port):
    """The settings of a server by their number, and the window of the connection in bytes."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        connection.sendall(PREFACE + EMPTY_SETTINGS)
        return _said(connection.makefile("rb"))


def client_says(listening):
    """The same of the client that connects to this listening socket next."""
    listening.settimeout(PATIENCE_SECONDS)
    connection, _ = listening.accept()
    with connection:
        connection.settimeout(PATIENCE_SECONDS)
        stream = connection.makefile("rb")
        if stream.read(len(PREFACE)) != PREFACE:
            raise RuntimeError("our client does not begin with the preface of HTTP/2")
        return _said(stream)


def _said(stream):
    settings, window = {}, DEFAULT_WINDOW_BYTES
    for _ in range(MAX_FRAMES):
        high, low, kind, _flags, of_stream = FRAME.unpack(_exactly(stream, FRAME.size))
        payload = _exactly(stream, high << 16 | low)
        if kind == SETTINGS:
            settings.update(SETTING.iter_unpack(payload))
        elif kind == WINDOW_UPDATE and of_stream == 0:
            window += struct.unpack("!I", payload)[0]
        if settings and window != DEFAULT_WINDOW_BYTES:
            break
    return settings, window


def _exactly(stream, count):
    try:
        got = stream.read(count)
    except TimeoutError as late:
        raise RuntimeError(f"no SETTINGS and WINDOW_UPDATE within {PATIENCE_SECONDS} s") from late
    if len(got) != count:
        raise RuntimeError("the connection ended before SETTINGS and WINDOW_UPDATE had come")
    return got


def connections_to(port):
    """Established TCP connections of this machine to that port."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in _lines(name)]
    return sum(1 for fields in lines if int(fields[2].rsplit(":", 1)[1], 16) == port and fields[3] == ESTABLISHED)


def _lines(name):
    table = Path("/proc/net") / name
    return table.read_text().splitlines()[1:] if table.exists() else []

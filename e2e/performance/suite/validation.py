"""Before anything is measured: is what the configuration says in force? Figures of another configuration help nobody."""

import re
import socket

from . import sides, wire

# The largest message that the API takes has 16 MiB of content.
TOO_LARGE_BYTES = 17 << 20
UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


class NotInForce(RuntimeError):
    """The message says which field, what the configuration says, and what was seen."""


def validate(context, side, config, files, size):
    """Returns what was found in force, for the results."""
    mesh = sides.effective(config)["mesh"]
    window, streams = bytes_of(mesh["windowBytes"]), int(mesh["maxStreams"])
    settings, connection_window = wire.server_says(side.port)
    expect("mesh.windowBytes", "the server's SETTINGS", window, settings.get(wire.INITIAL_WINDOW_SIZE))
    expect("mesh.windowBytes", "the server's WINDOW_UPDATE", window, connection_window)
    expect("mesh.maxStreams", "the server's SETTINGS", streams, settings.get(wire.MAX_CONCURRENT_STREAMS))
    settings, connection_window = _client(context, files, size)
    expect("mesh.windowBytes", "our client's SETTINGS", window, settings.get(wire.INITIAL_WINDOW_SIZE))
    expect("mesh.windowBytes", "our client's WINDOW_UPDATE", window, connection_window)
    refused = side.ask("refused", TOO_LARGE_BYTES)["refused"]
    expect("the limit of a message", f"one of {TOO_LARGE_BYTES >> 20} MiB", "refused", "refused" if refused else "taken")
    bulk = _bulk(side, files, size)
    expect("mesh.bulk", "TCP connections after a block was read", bool(mesh["bulk"]), bulk > 0)
    return {"windowBytes": window, "maxStreams": streams, "bulkConnections": bulk, "tooLargeMessage": "refused"}


def expect(field, where, said, seen):
    if said != seen:
        raise NotInForce(f"{field}: the configuration says {said}, {where} shows {seen}: nothing was measured")


def _client(context, files, size):
    """Our client is the one that reads blocks; it gets nobody who answers, so this process is for that alone."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = sides.java(context, sides.CLIENT, str(listening.getsockname()[1]), str(files.folder))
        client.stdin.write(f"block\t{files.name(size)}\t1\t1\n")
        client.stdin.flush()
        try:
            return wire.client_says(listening)
        finally:
            client.kill()
            client.wait()


def _bulk(side, files, size):
    """Connections to the bulk port, after a block was read."""
    side.call("block", files.name(size), 1, 1)
    port = side.ask("bulk")["port"]
    return wire.connections_to(port) if port else 0


def bytes_of(text):
    number, unit = re.fullmatch(r"(\d+)(\w*)", str(text)).groups()
    return int(number) * UNITS[unit]
